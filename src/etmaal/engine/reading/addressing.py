"""Who is each contact of a hotline's database: which company, and is it surely abroad?"""

from dataclasses import dataclass

from etmaal.core.dossiers import Contact
from etmaal.engine.reading.rows import Rows
from etmaal.engine.reading.words import company, country_of, filled, is_abroad, shown

_NUMBERED = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._-"


@dataclass(frozen=True, slots=True)
class Addressee:
    """A contact as the tables know it: which company it is, and whether that is surely abroad."""

    provider: str
    desk: str
    abroad: bool


@dataclass(frozen=True, slots=True)
class Ground:
    """What holds for all cases of one dump.

    ``local`` is the hotline's own country; ``made_at`` the dump's moment, None if not known.
    """

    addressees: dict[str, Addressee]
    local: str
    made_at: int | None


def addressees(contacts: dict[str, Contact], local: str, rows: Rows) -> dict[str, Addressee]:
    """Return who each contact is, and add the companies to the rows.

    Contacts of one name in one country are desks of one company, which goes by the lowest of
    their numbers; without a name each stands alone.
    """
    companies: dict[tuple[str, str], str] = {}
    found = {}
    for key, one in sorted(contacts.items(), key=lambda pair: (pair[1].number, pair[0])):
        number = one.number if set(one.number) <= set(_NUMBERED) else f"contact-{key}"
        number = number[:60]
        name, provider = company(one.owner), number
        rows.counts["contacts_unnamed"] += name is None and filled(one.owner) is not None
        if name is not None:
            same = (name.casefold(), (one.country or "").strip().casefold())
            provider = companies.setdefault(same, number)
        if provider == number:
            rows.providers.append((provider, shown(name), country_of(one.country)))
            rows.counts["names_unusable"] += name is not None and shown(name) is None
        found[key] = Addressee(provider, number, is_abroad(one.country, local))
    return found


def whose(contact: str | None, ground: Ground) -> str:
    """Return the company of a contact; one that the dump does not have stands for itself."""
    known = ground.addressees.get(contact or "")
    return f"contact {contact}" if known is None else known.provider
