"""Which addresses does the site have?"""

from django.urls import URLPattern, URLResolver, path

from etmaal.web import health, metrics

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("metrics", metrics.metrics, name="metrics"),
]
