"""Which addresses does the site have?"""

from django.urls import URLPattern, URLResolver, include, path

from etmaal.web import health, metrics

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("metrics", metrics.metrics, name="metrics"),
    path("", include("etmaal.web.urls")),
]

handler400 = "etmaal.web.errors.bad_request"
handler403 = "etmaal.web.errors.denied"
handler404 = "etmaal.web.errors.not_found"
handler429 = "etmaal.web.errors.too_many"
handler500 = "etmaal.web.errors.failed"
