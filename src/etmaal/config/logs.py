"""What does the program write to its log? JSON lines on stderr, and of errors their kind and place.

A message of an error may quote a value, and a path what somebody typed: neither is written. Our own
errors keep their message, which is made to be shown.
"""

import logging
import logging.config
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

from etmaal.accounts.retrying import trouble_of

Event = MutableMapping[str, Any]
_MOST_PLACES = 12


def configure(settings: Mapping[str, Any]) -> None:
    """Set up structlog and the standard library's logging; Django calls this with LOGGING."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    lines = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": shared,
        "processors": [
            _request_without_path,
            _error_without_values,
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
    }
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"lines": lines},
            "handlers": {"stderr": {"()": _ToStderr, "formatter": "lines"}},
            "root": {"handlers": ["stderr"], "level": "WARNING"},
            "loggers": {
                "etmaal": {"level": settings["level"]},
                "django": {"handlers": [], "level": "WARNING"},
            },
        }
    )


class _ToStderr(logging.StreamHandler[Any]):
    """Writes to what is stderr at that moment, not to what it was when logging was set up."""

    @property
    def stream(self) -> Any:
        return sys.stderr

    @stream.setter
    def stream(self, stream: Any) -> None:
        del stream


def _request_without_path(logger: Any, method: str, event: Event) -> Event:
    """Say of a request that failed which route it took, and not the path that was typed."""
    del logger, method
    record = event.get("_record")
    request = getattr(record, "request", None)
    if request is not None:
        match = getattr(request, "resolver_match", None)
        event["event"] = "request.failed"
        event["status"] = getattr(record, "status_code", None)
        event["method"] = getattr(request, "method", None)
        event["route"] = match.route if match else None
    return event


def _error_without_values(logger: Any, method: str, event: Event) -> Event:
    """Say of an error which it is and where it came from."""
    del logger, method
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, Exception):
        frames = traceback.extract_tb(error.__traceback__)[-_MOST_PLACES:]
        event["trouble"] = trouble_of(error)
        event["where"] = [f"{_short(f.filename)}:{f.lineno} {f.name}" for f in frames]
    event.pop("exception", None)
    event.pop("stack_info", None)
    return event


def _short(file: str) -> str:
    return "/".join(file.split("/")[-3:])
