"""Does the site live, and is it ready for visitors? For a proxy or a watchdog; holds no secret."""

from datetime import UTC, datetime

from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from etmaal.accounts.lag import lag

LONGEST_LAG_S = 60.0  # a worker looks twice a second; after a minute none is there, or too few


@require_safe
@never_cache
def live(request: HttpRequest) -> JsonResponse:
    """Answer, which is all that is asked."""
    del request
    return JsonResponse({"live": True})


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """Say whether database, tables and queue are as they must be; 503 if one is not."""
    del request
    found = {"database": False, "migrations": False, "queue": False}
    try:
        connection.ensure_connection()
        found["database"] = True
        loader = MigrationLoader(connection)
        found["migrations"] = loader.disk_migrations.keys() <= loader.applied_migrations.keys()
        at = datetime.now(UTC)  # noqa: TID251 - web reads the clock
        found["queue"] = found["migrations"] and lag(at).oldest_s <= LONGEST_LAG_S
    except Error:
        connection.close()
    whole = all(found.values())
    return JsonResponse({"ready": whole, **found}, status=200 if whole else 503)
