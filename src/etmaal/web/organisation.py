"""How does one go to the organisation's own sign-in, and come back? To sign in, and for no more.

The library would also tie whatever identity comes back to whoever is signed in: that door is shut.
"""

from collections.abc import Callable
from functools import wraps

from allauth.socialaccount.providers.openid_connect import views
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from requests import RequestException

View = Callable[[HttpRequest, str], HttpResponse]


def _reaching(view: View) -> View:
    @wraps(view)
    def reached(request: HttpRequest, provider_id: str) -> HttpResponse:
        asked = {*request.GET.getlist("process"), *request.POST.getlist("process")}
        if asked - {"login"}:
            raise Http404
        try:
            return view(request, provider_id)
        except RequestException:
            return render(request, "socialaccount/organisation_away.html", status=503)

    return reached


leave = _reaching(views.login)
come_back = _reaching(views.callback)
