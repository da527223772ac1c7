"""Which settings are there? What the environment may say; `docs/settings.md` is made from this.

Policy (norms, floors, thresholds) is no setting: it is in `definitions/`, versioned and reviewed.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from etmaal.core.errors import BadInput


@dataclass(frozen=True, slots=True)
class Setting:
    """One variable of the environment; without ``default`` it is looked for elsewhere, or empty."""

    name: str
    default: str
    meaning: str
    secret: bool = False


SETTINGS = (
    Setting("ETMAAL_HOME", "var", "The installation's own folder: keys, database, kept files."),
    Setting(
        "DATABASE_URL",
        "",
        "The database of the record, `postgresql://user:password@host:5432/name`. Empty: SQLite, "
        "as `record.sqlite3` in `ETMAAL_HOME`.",
        secret=True,
    ),
    Setting(
        "ETMAAL_HOSTS",
        "localhost,127.0.0.1,[::1]",
        "The names under which the site is reached, with commas between. Others get no answer.",
    ),
    Setting(
        "ETMAAL_HTTPS",
        "yes",
        "`no` where the site is reached without TLS, as on one's own machine: cookies are then "
        "sent without it too.",
    ),
    Setting(
        "ETMAAL_PROXY",
        "",
        "The address of the reverse proxy in front, as the site sees it (`127.0.0.1`). Of it alone "
        "is believed what it says of the visitor's address and of TLS.",
    ),
    Setting(
        "ETMAAL_METRICS_TOKEN",
        "",
        "With it, `/metrics` may be read from elsewhere (`Authorization: Bearer ...`). Empty: from "
        "the machine itself only.",
        secret=True,
    ),
    Setting(
        "ETMAAL_ZONE",
        "Europe/Amsterdam",
        "The zone in which pages show times. What is kept is UTC.",
    ),
    Setting(
        "ETMAAL_KEY",
        "",
        "The key of the digests by which URLs and file numbers are found again, 64 to 128 hex "
        "digits. Empty: `sealing.key` in `ETMAAL_HOME`, made on first use.",
        secret=True,
    ),
    Setting(
        "ETMAAL_MASTER_KEY",
        "",
        "The key under which the data keys of sealed values lie, 64 hex digits. Empty: "
        "`master.key` in `ETMAAL_HOME`, made on first use.",
        secret=True,
    ),
    Setting(
        "ETMAAL_SECRET",
        "",
        "What sessions and forms are signed with, 64 hex digits or more. Empty: `secret.key` in "
        "`ETMAAL_HOME`, made on first use.",
        secret=True,
    ),
    Setting(
        "ETMAAL_SITE",
        "http://localhost:8000",
        "The address of the site, as people type it: links that are handed out begin with it.",
    ),
    Setting(
        "ETMAAL_PEOPLE_KEY",
        "",
        "The key under which the secrets of people's second steps lie, 64 hex digits. Empty: "
        "`people.key` in `ETMAAL_HOME`, made on first use.",
        secret=True,
    ),
    Setting(
        "ETMAAL_OIDC_SERVER",
        "",
        "The organisation's own sign-in by OpenID Connect: its address, `https://...`. Empty: "
        "none. It lets in only who was invited, by an e-mail address that it says is verified.",
    ),
    Setting("ETMAAL_OIDC_NAME", "OpenID Connect", "What the organisation's sign-in is called."),
    Setting("ETMAAL_OIDC_CLIENT", "", "The name by which that sign-in knows this site."),
    Setting("ETMAAL_OIDC_SECRET", "", "The secret that belongs to that name.", secret=True),
)
_DEFAULTS = {setting.name: setting.default for setting in SETTINGS}


def env(name: str) -> str:
    """Return what the environment says of a setting, else its default.

    Raises:
        KeyError: for a name that is not in `SETTINGS`: it would be documented nowhere.
    """
    return os.environ.get(name) or _DEFAULTS[name]


def given(name: str) -> str | None:
    """Return what the environment says of a setting that has no default; None if nothing."""
    if _DEFAULTS[name]:
        raise KeyError(f"{name} has a default")
    return os.environ.get(name)


def yes_or_no(name: str) -> bool:
    """Return a setting that is one of two words.

    Raises:
        BadInput: for any other word.
    """
    said = env(name).casefold()
    if said not in ("yes", "no"):
        raise BadInput(f"{name}: say yes or no, not {said!r}")
    return said == "yes"


def zone(name: str) -> str:
    """Return a setting that is the name of a time zone.

    Raises:
        BadInput: if there is no such zone.
    """
    said = env(name)
    try:
        ZoneInfo(said)
    except (ZoneInfoNotFoundError, ValueError, OSError) as e:
        raise BadInput(f"{name}: there is no time zone {said!r}") from e
    return said


def origins_of(address: str) -> list[str]:
    """Return the scheme and host of an address, as a list of one; an empty one for none.

    Raises:
        BadInput: if it is no address on the web.
    """
    if not address:
        return []
    parts = urlsplit(address)
    if parts.scheme not in ("https", "http") or not parts.netloc:
        raise BadInput("ETMAAL_OIDC_SERVER: an address begins with https://")
    return [f"{parts.scheme}://{parts.netloc}"]


def home() -> Path:
    """Return the installation's own folder; it need not be there."""
    return Path(env("ETMAAL_HOME"))
