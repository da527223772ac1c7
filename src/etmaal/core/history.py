"""What is on record of one item: the notices, looks, events and outages that a rule may use."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from etmaal.core.policy import Basis, Kind

FRONT = "front"
UNRESOLVED = "unresolved"


class Role(StrEnum):
    """As what somebody was addressed. Only a hoster's clock starts; a front has its own class."""

    HOSTER = "hoster"
    RESELLER = "reseller"
    FRONT = "front"
    SITE_OWNER = "site_owner"
    REGISTRAR = "registrar"
    UPSTREAM = "upstream"
    POLICE = "police"


class Delivery(StrEnum):
    """What became of a notice on its way."""

    ACCEPTED = "accepted"
    BOUNCED = "bounced"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class Seen(StrEnum):
    """What one look saw."""

    ONLINE = "online"
    GONE = "gone"
    UNKNOWN = "unknown"  # our failure or a block; says nothing about the provider


class By(StrEnum):
    """Who looked."""

    PROBE = "probe"
    HOTLINE = "hotline"
    PROVIDER = "provider"
    ANALYST = "analyst"


class LookBasis(StrEnum):
    """Whether a look concluded by its source's own rule, or is bare and needs the miss rule."""

    LOOK = "look"
    CONCLUDED = "concluded"


class LookedAt(StrEnum):
    """What a look sees: the item itself, or a page that may be there without it."""

    ITEM = "item"
    PAGE = "page"


class EventKind(StrEnum):
    """What else may be on record of an item.

    `REASSIGNED` is said of the hotline's own hand: the item moved, or the first company was the
    wrong one, and nobody knows which.
    """

    MOVED_HOST = "moved_host"
    MOVED_ABROAD = "moved_abroad"
    REASSIGNED = "reassigned"
    DOMAIN_GONE = "domain_gone"
    NETWORK_GONE = "network_gone"
    WITHDRAWN = "withdrawn"
    WRONG_ADDRESSEE = "wrong_addressee"
    DISPUTED = "disputed"
    ACKNOWLEDGED = "acknowledged"
    OBSTRUCTED = "obstructed"
    PROVIDER_SAYS_GONE = "provider_says_gone"


MOVES = frozenset({EventKind.MOVED_HOST, EventKind.MOVED_ABROAD, EventKind.REASSIGNED})
DISAPPEARANCES = frozenset({EventKind.DOMAIN_GONE, EventKind.NETWORK_GONE})


@dataclass(frozen=True, slots=True)
class Notice:
    """One message about one item to one addressee.

    ``provider`` is the company it was sent to (``unresolved`` where nobody could be named).
    ``entered_at`` says that the row exists only because the item was still online then;
    ``looked_at`` what looks at the item see, the item itself where it is not said.
    """

    notice: str
    provider: str
    noticed_at: datetime
    clock_basis: Basis = Basis.SENT
    accepted_at: datetime | None = None
    delivery: Delivery = Delivery.UNKNOWN
    kind: Kind = Kind.NOTICE
    role: Role = Role.HOSTER
    entered_at: datetime | None = None
    looked_at: LookedAt | None = None

    @property
    def effective(self) -> bool:
        """A notice counts unless it is known not to have arrived."""
        return self.delivery not in (Delivery.BOUNCED, Delivery.REFUSED)

    @property
    def host(self) -> str | None:
        """The hosting provider (or the class of fronts) it was sent to; None for a copy."""
        if self.role is Role.FRONT:
            return FRONT
        return self.provider if self.role is Role.HOSTER else None


@dataclass(frozen=True, slots=True)
class Look:
    """One look at the item. ``provider`` is whose address was looked at, if that is known.

    ``doubtful`` is a look at an address of which nobody surely knows the holder, and about which
    nobody was noticed. Online there proves nothing against anybody; gone is gone.
    """

    at: datetime
    seen: Seen
    by: By | None = None
    basis: LookBasis | None = None
    vantage: str | None = None
    provider: str | None = None
    doubtful: bool = False

    @property
    def concluded(self) -> bool:
        """True where the source's own rule has already been applied.

        Without ``basis`` the source decides: a probe's look is bare. A look of which not even
        the source is known counts as it is, which can only help the provider.
        """
        if self.basis is not None:
            return self.basis is LookBasis.CONCLUDED
        return self.by is not By.PROBE


@dataclass(frozen=True, slots=True)
class Event:
    """Something else on record, at one moment."""

    at: datetime
    event: EventKind


@dataclass(frozen=True, slots=True)
class Outage:
    """The checker was ill in ``[from_at, before_at)``; without a vantage, all of it was."""

    vantage: str | None
    from_at: datetime
    before_at: datetime

    def masks(self, look: Look) -> bool:
        """Say whether this outage makes the look worthless."""
        here = self.vantage is None or self.vantage == look.vantage
        return here and self.from_at <= look.at < self.before_at


@dataclass(frozen=True, slots=True)
class History:
    """All that is on record of one item; rows may come in any order and twice."""

    notices: tuple[Notice, ...]
    looks: tuple[Look, ...] = ()
    events: tuple[Event, ...] = ()
    outages: tuple[Outage, ...] = field(default=(), repr=False)

    def page(self, as_of: datetime) -> bool:
        """Say whether a look sees no more than the page: one notice that says so is enough."""
        return any(n.looked_at is LookedAt.PAGE for n in self.notices if n.noticed_at <= as_of)
