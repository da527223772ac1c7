"""What does somebody see when something goes wrong? A page that says what to do, and no more."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    del request, exception  # who asks may be anybody, in any name: the page needs neither
    return HttpResponse(render_to_string("400.html"), status=400)


def denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    del exception
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    del exception
    return render(request, "404.html", status=404)


def too_many(request: HttpRequest) -> HttpResponse:
    return render(request, "429.html", status=429)


def failed(request: HttpRequest) -> HttpResponse:
    del request  # what failed may be the database: the page asks nothing of it
    return HttpResponse(render_to_string("500.html"), status=500)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that did not come from our own page, or from one that is too old."""
    del reason
    return render(request, "403_csrf.html", status=403)
