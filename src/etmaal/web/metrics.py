"""What does a monitoring system read? A page of gauges and one counter, in Prometheus's text form.

The queue and the audit tail are read from the database at each reading; answers are counted since
this process began.
"""

import hmac
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from ipaddress import ip_address
from threading import Lock

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from etmaal.accounts.lag import lag, unlinked

_FORM = "text/plain; version=0.0.4; charset=utf-8"
_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_VIA")

_answers: Counter[int] = Counter()
_lock = Lock()


def count_answers(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Count answers by their status; middleware."""

    def count(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        with _lock:
            _answers[response.status_code] += 1
        return response

    return count


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Show the gauges to this machine, or to who has the token; others find nothing here."""
    if not (_from_this_machine(request) or _has_token(request)):
        return HttpResponseNotFound()
    at = datetime.now(UTC)  # noqa: TID251 - web reads the clock
    return HttpResponse("".join(f"{line}\n" for line in _lines(at)), content_type=_FORM)


def _from_this_machine(request: HttpRequest) -> bool:
    """Tell whether it came from here and was not passed on by a proxy that stands here."""
    if any(name in request.META for name in _FORWARDED):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _has_token(request: HttpRequest) -> bool:
    token = settings.METRICS_TOKEN
    said = request.META.get("HTTP_AUTHORIZATION", "")
    return bool(token) and hmac.compare_digest(said.encode(), f"Bearer {token}".encode())


def _lines(at: datetime) -> Iterator[str]:
    found, (tail, tail_s) = lag(at), unlinked(at)
    yield from _gauge("etmaal_queue_oldest_seconds", "How long the longest due job waits.")
    yield f"etmaal_queue_oldest_seconds {found.oldest_s:.3f}"
    yield from _gauge("etmaal_jobs", "Jobs that are not done, by kind and state.")
    for kind in found.kinds:
        states = {
            "due": kind.due,
            "planned": kind.planned,
            "running": kind.running,
            "set_aside": kind.set_aside,
        }
        for state, n in states.items():
            yield f'etmaal_jobs{{kind="{_plain(kind.kind)}",state="{state}"}} {n}'
    yield from _gauge("etmaal_audit_unlinked", "The newest audit lines that are not linked yet.")
    yield f"etmaal_audit_unlinked {tail}"
    yield from _gauge("etmaal_audit_unlinked_oldest_seconds", "Age of the oldest of them.")
    yield f"etmaal_audit_unlinked_oldest_seconds {tail_s:.3f}"
    yield "# HELP etmaal_answers_total Answers of this process since it began, by status."
    yield "# TYPE etmaal_answers_total counter"
    with _lock:
        answers = sorted(_answers.items())
    for status, n in answers:
        yield f'etmaal_answers_total{{status="{status}"}} {n}'


def _gauge(name: str, says: str) -> tuple[str, str]:
    return (f"# HELP {name} {says}", f"# TYPE {name} gauge")


def _plain(label: str) -> str:
    return label.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
