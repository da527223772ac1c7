"""The hotline's own words for states of cases and messages, and what in them is no name at all."""

import ipaddress
import re
from functools import lru_cache

ILLEGAL = "illegal"
OFFLINE = frozenset({"close_offline", "close_offline_manual"})
CLOSED = OFFLINE | {"close", "close_double"}
CHECKING = frozenset({"scheduler_checkonline", "scheduler_checkonline_manual"})
# In these the "last seen" moves without a look, or at a mail to the police.
NOT_LOOKED = frozenset({"scheduler_checkonline_manual", "close_offline_manual", "first_police"})
ROLES = frozenset({"hoster", "registrar", "site_owner", "police"})
QUEUED = "queued"
ARRIVED = frozenset({"sent_succes", "sent_api_succes"})  # spelled as the tool spells it
FAILED = frozenset({"sent_failed", "sent_api_failed"})

_COUNTRY = re.compile("[A-Z]{2}")
_NO_NAME = frozenset(
    {"", "unknown", "(unknown)", "(not set)", "(not set))", "not set", "?", "-", "none", "n/a"}
)
_LONGEST = 200
_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+")
_ADDRESS = re.compile(r"://|%3A%2F|^//|^(www\.|hxxps?:)|[a-z0-9-]+\.[a-z]{2,}[/?#:]", re.IGNORECASE)


def country_of(text: str | None) -> str | None:
    """Return two letters, or None: "Netherlands" or "?" is no code, and nothing rests on it."""
    code = (text or "").strip().upper()
    return code if _COUNTRY.fullmatch(code) else None


def is_abroad(country: str | None, local: str) -> bool:
    """Say whether a country is surely another than the hotline's own."""
    code = country_of(country)
    return code is not None and code != local


def company(text: str | None) -> str | None:
    """Return a company's name on one line, or None where the file says there is none."""
    name = " ".join(_INVISIBLE.sub(" ", text or "").split())
    return None if name.casefold() in _NO_NAME else name


def shown(name: str | None) -> str | None:
    """Return a name that may stand in a table: not one that looks like an address on the web."""
    if name is None or _ADDRESS.search(name):
        return None
    return name[:_LONGEST].rstrip()


@lru_cache(maxsize=100_000)
def address(text: str | None) -> str | None:
    """Return an IP address as it is written, or None if it is none."""
    try:
        found = ipaddress.ip_address((text or "").strip())
    except ValueError:
        return None
    if isinstance(found, ipaddress.IPv6Address):
        return None if found.scope_id is not None else str(found.ipv4_mapped or found)
    return str(found)
