"""What may a browser do with our pages? Next to nothing: said in the headers of every answer."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

# Where a passkey is used or made: the only pages with a script, and the browser is asked for it.
WITH_SCRIPT = frozenset(
    {"account_login", "mfa_authenticate", "mfa_add_webauthn", "mfa_reauthenticate_webauthn"}
)
_BASE = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_SCRIPT = "; script-src 'self'; connect-src 'self'"
_NOTHING = (
    "accelerometer", "camera", "clipboard-read", "display-capture", "geolocation", "gyroscope",
    "magnetometer", "microphone", "midi", "payment", "screen-wake-lock", "serial", "usb",
)  # fmt: skip
PERMISSIONS = ", ".join(
    [f"{name}=()" for name in _NOTHING]
    + ["publickey-credentials-create=(self)", "publickey-credentials-get=(self)"]
)


class SecurityHeaders:
    """Puts the headers on every answer: pages, errors, redirects and style sheets."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers["Content-Security-Policy"] = policy(_route(request))
        response.headers["Permissions-Policy"] = PERMISSIONS
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers["Referrer-Policy"] = settings.SECURE_REFERRER_POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["X-Frame-Options"] = "DENY"
        # A view may let a page be kept that says the same to everybody; else nothing is.
        if "Cache-Control" not in response.headers or _is_personal(request):
            response.headers["Cache-Control"] = "no-store"
        return response


def policy(route: str) -> str:
    """Return the content security policy of a route."""
    targets = ["'self'"]
    if route in ("account_login", "openid_connect_login"):
        targets += settings.OIDC_ORIGINS  # the form there leads to the organisation's own sign-in
    with_script = _SCRIPT if route in WITH_SCRIPT else ""
    return f"{_BASE}; form-action {' '.join(targets)}{with_script}"


def _route(request: HttpRequest) -> str:
    return request.resolver_match.view_name if request.resolver_match else ""


def _is_personal(request: HttpRequest) -> bool:
    """Tell whether somebody has signed in; a style sheet is served before that is known."""
    user = getattr(request, "user", None)
    return user is not None and user.is_authenticated
