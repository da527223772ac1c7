"""The site as a WSGI application, for any server of such."""

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
