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
_ITEMS_OWN = frozenset({"imageurl", "videourl"})  # all other URLs are of a page
ROLES = frozenset({"hoster", "registrar", "site_owner", "police"})
QUEUED = "queued"
ARRIVED = frozenset({"sent_succes", "sent_api_succes"})  # spelled as the tool spells it
FAILED = frozenset({"sent_failed", "sent_api_failed"})

_COUNTRY = re.compile("[A-Z]{2}")
_NO_NAME = frozenset(
    {
        "", "unknown", "(unknown)", "(not set)", "(not set))", "not set", "?", "-", "none", "n/a",
        "(owner empty?!)",
    }
)  # fmt: skip
# Registers write such words where a holder is not to be named, in ever other combinations, also
# run together. A name of nothing but these, with one at least that withholds, is that of many.
_WITHHOLDS = (
    "redact(?:ed|ion)?|priv(?:acy|ate|aat|é|e)|particulier(?:e|en)?|withheld|achtergehouden|"
    "mask(?:ed|ing)|gemaskeerd|hidden|verborgen|(?:un|non)?disclosed|protected|beschermd|"
    "afgeschermd|anonym(?:ous|i[sz]ed)|anoniem|geanonimiseerd|confidential|vertrouwelijk|"
    "un(?:known|available|specified)|onbekende?|gdpr|whois|individual|perso(?:o)?n|persoonsgegevens"
)
_BESIDE = (
    "reasons?|purposes?|request(?:ed)?|services?|data|details?|info(?:rmation)?|customers?|"
    "clients?|users?|registrant|registration|owner|holder|subscriber|account|contact|names?|"
    "domains?|identity|shield|guard|protection|proxy|available|applicable|provided|public(?:ly)?|"
    "published|listed|shown|statutory|enabled|residen(?:ce|tial)|natural|klant(?:en)?|gebruikers?|"
    "houder|eigenaar|abonnee|naam|gegevens|reden(?:en)?|verzoek|wegens|vanwege|natuurlijke?|"
    "openbaar|beschikbaar|bekend|vrijgegeven|gepubliceerd|opgegeven"
)
_DENIES = frozenset({"no", "not", "non", "niet", "geen", "avg", "nvt"})
_SMALL = frozenset(
    "a an and at by due for from in is of on the to with "
    "de door een en het ivm om op van voor".split()
)
_LEGAL_FORMS = frozenset({"inc", "llc", "ltd", "bv", "gmbh"})  # of a whois service: still nobody
_HIDDEN_WORD = re.compile(f"(?:{_WITHHOLDS}|{_BESIDE})+")
_WITHHOLDING = re.compile(_WITHHOLDS)
_LETTERS = re.compile(r"[^\W\d_]+")
_MAILBOX = re.compile(r"<?[^\s@]+@[^\s@]+>?")
_DOMAIN = re.compile(r"(?:[\w-]+\.)+[^\W\d_]{2,}\.?")
_LONGEST = 200
_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+")
_ADDRESS = re.compile(r"://|%3A%2F|^//|^(www\.|hxxps?:)|[a-z0-9-]+\.[a-z]{2,}[/?#:]", re.IGNORECASE)


def looked_at(url_type: str | None) -> str | None:
    """Return what looks at a case see; None where the file does not say.

    A page counts as there whatever it shows: an error, a suspension, all but the item.
    """
    if url_type is None:
        return None
    return "item" if url_type.strip().casefold() in _ITEMS_OWN else "page"


def country_of(text: str | None) -> str | None:
    """Return two letters, or None: "Netherlands" or "?" is no code, and nothing rests on it."""
    code = (text or "").strip().upper()
    return code if _COUNTRY.fullmatch(code) else None


def is_abroad(country: str | None, local: str) -> bool:
    """Say whether a country is surely another than the hotline's own."""
    code = country_of(country)
    return code is not None and code != local


def filled(text: str | None) -> str | None:
    """Return a text on one line, or None where the file says there is none."""
    name = " ".join(_INVISIBLE.sub(" ", text or "").split())
    return None if name.casefold() in _NO_NAME else name


def company(text: str | None) -> str | None:
    """Return a company's name on one line, or None where none is told.

    What only says that a name is withheld is none, nor is a mailbox or a mail domain that stands
    for one: such words would make one company of many.
    """
    name = filled(text)
    return None if name is None or _is_hidden(name) else name


@lru_cache(maxsize=50_000)
def _is_hidden(name: str) -> bool:
    if _MAILBOX.fullmatch(name) or _DOMAIN.fullmatch(name):
        return True
    words = _LETTERS.findall(name.casefold().replace(".", ""))
    if any(word.startswith("whois") for word in words):
        words = [word for word in words if word not in _LEGAL_FORMS]
    known = _DENIES | _SMALL
    return all(word in known or _HIDDEN_WORD.fullmatch(word) for word in words) and (
        not words or any(word in _DENIES or _WITHHOLDING.search(word) for word in words)
    )


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
