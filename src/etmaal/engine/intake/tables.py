"""Which tables and columns are read, what each means, and which rows contradict themselves.

The one definition: the checks, `docs/data.md` and the JSON schema all come from it.
"""

from etmaal.core.breaks import BreakKind
from etmaal.core.history import By, Delivery, EventKind, LookBasis, LookedAt, Role, Seen
from etmaal.core.policy import Basis
from etmaal.core.policy import Kind as Message
from etmaal.engine.intake.schema import Column, Kind, Order, Table

NOTICES = Table(
    "notices",
    "One row a message to a company (or to police, registrar, site owner) about one item.",
    (
        Column(
            "notice",
            Kind.ID,
            "The message's own number. An identical repeated row is dropped; the same number "
            "with other content is rejected, the first row is kept.",
            required=True,
        ),
        Column(
            "item",
            Kind.ID,
            "The item's number: one piece of material at one URL. Never the URL.",
            required=True,
        ),
        Column(
            "site",
            Kind.ID,
            "The site the item is on, as an opaque number; items of one site share their fate.",
            "each item stands alone",
        ),
        Column(
            "batch",
            Kind.ID,
            "Which messages were handled together (one mail, one upload), as an opaque number.",
            "no clustering by batch",
        ),
        Column(
            "provider",
            Kind.ID,
            "The company the message went to, as in `providers`; goes before any attribution.",
            "taken from `ip`; without `ip` too it is `unresolved`",
        ),
        Column(
            "ip",
            Kind.ADDRESS,
            "The address the item was at when the message was written. IPv4 inside IPv6 is read "
            "as IPv4.",
        ),
        Column(
            "noticed_at",
            Kind.TIME,
            "The moment of the message; `clock_basis` says which moment.",
            required=True,
        ),
        Column(
            "clock_basis",
            Kind.WORD,
            "What `noticed_at` is the moment of: sending, acceptance by the receiving server, "
            "acknowledgement, reading, service of an order, or first observation.",
            "unknown. If the whole column is absent, every `noticed_at` is a sending (`sent`)",
            words=tuple(Basis),
        ),
        Column("verdict_at", Kind.TIME, "When the analyst found the item illegal."),
        Column("accepted_at", Kind.TIME, "When the receiving server accepted the message."),
        Column(
            "delivery",
            Kind.WORD,
            "What became of the message on its way, then or later.",
            "unknown, which counts as effective; only `bounced` and `refused` do not",
            words=tuple(Delivery),
        ),
        Column("source", Kind.ID, "Where the report came from, in the hotline's own words."),
        Column(
            "server_country",
            Kind.COUNTRY,
            "The country the server stood in (ISO 3166-1, two letters), not that of a register.",
        ),
        Column(
            "content_ref",
            Kind.ID,
            "The hotline's opaque number for the content, the same wherever it turns up; "
            "never derived from the content.",
            "recirculation of this item is unknown",
        ),
        Column("reported_at", Kind.TIME, "When the first report of the item came in."),
        Column(
            "kind",
            Kind.WORD,
            "A notice, a repeat of one, or an order.",
            "`notice`",
            words=tuple(Message),
        ),
        Column(
            "addressee_role",
            Kind.WORD,
            "As what the addressee was addressed. Only a message to a hoster starts a clock; a "
            "front is a class of its own.",
            "`hoster`",
            words=tuple(Role),
        ),
        Column("desk", Kind.ID, "The abuse desk it went to, as an opaque number."),
        Column(
            "entered_at",
            Kind.TIME,
            "The row exists only because the item was still online at this moment (late entry).",
            "no truncation: the row would exist however short the item lived",
        ),
        Column(
            "known_before",
            Kind.WORD,
            "Whether the hotline knew this content before the report.",
            "unknown",
            words=("yes", "no", "unknown"),
        ),
        Column(
            "looked_at",
            Kind.WORD,
            "What a look sees: the item itself, or a page that may be there without it.",
            "the item itself",
            words=tuple(LookedAt),
        ),
    ),
    needed=True,
    key="notice",
    orders=(
        Order(
            "reported_at",
            "reported_at > verdict_at",
            "after verdict_at: an item is reported before it is judged; check both times",
        ),
        Order(
            "verdict_at",
            "verdict_at > noticed_at",
            "after noticed_at: an item is judged before it is noticed; check both times",
        ),
        Order(
            "accepted_at",
            "accepted_at < noticed_at AND coalesce(clock_basis, 'sent') = 'sent'",
            "before noticed_at: a message is sent before it is accepted; check both times, or "
            "say by clock_basis what noticed_at is the moment of",
        ),
    ),
)

SIGHTINGS = Table(
    "sightings",
    "One row a look at one item, also the looks that failed.",
    (
        Column("item", Kind.ID, "The item, as in `notices`.", required=True),
        Column("at", Kind.TIME, "The moment of the look.", required=True),
        Column(
            "seen",
            Kind.WORD,
            "What the look saw. A failure or a block is `unknown`, never `gone`.",
            required=True,
            words=tuple(Seen),
        ),
        Column(
            "by",
            Kind.WORD,
            "Who looked. A provider's own statement never counts.",
            "the hotline: a concluded look",
            words=tuple(By),
        ),
        Column(
            "basis",
            Kind.WORD,
            "A bare look, which needs the miss rule, or one that concluded by its source's own "
            "rule.",
            "by `by`: hotline and analyst concluded, probe look",
            words=tuple(LookBasis),
        ),
        Column(
            "vantage",
            Kind.ID,
            "The place it was looked from, as in `outages`.",
            "no place: masked only by outages without one",
        ),
        Column("ip", Kind.ADDRESS, "The address the item was at in this look."),
    ),
)

EVENTS = Table(
    "events",
    "One row a thing on record of an item that is neither a notice nor a look.",
    (
        Column("item", Kind.ID, "The item, as in `notices`.", required=True),
        Column("at", Kind.TIME, "When it happened, or was found.", required=True),
        Column(
            "event",
            Kind.WORD,
            "What happened. `reassigned`: the hotline put the item at another company by hand: it "
            "moved, or the first company was the wrong one.",
            required=True,
            words=tuple(EventKind),
        ),
        Column(
            "detail",
            Kind.NOTE,
            "The hotline's own note; never an address, nothing of the material.",
            "nothing",
        ),
    ),
)

OUTAGES = Table(
    "outages",
    "One row a spell in which the checker itself was ill: every look in [`from`, `before`) is "
    "unknown.",
    (
        Column("vantage", Kind.ID, "The place that was ill.", "every look, from any place"),
        Column("from", Kind.TIME, "The first moment of the spell.", required=True),
        Column(
            "before",
            Kind.TIME,
            "The first moment after it; may lie ahead while it lasts.",
            required=True,
            may_come=True,
        ),
    ),
    orders=(
        Order(
            "before",
            'before <= "from"',
            "not after from: an outage ends after it begins; check both times",
        ),
    ),
)

PROVIDERS = Table(
    "providers",
    "One row a company.",
    (
        Column("provider", Kind.ID, "The company's number, as in `notices`.", required=True),
        Column("name", Kind.ID, "Its name.", "the number stands in for it"),
        Column("seat_country", Kind.COUNTRY, "Where it has its seat (two letters)."),
        Column(
            "role",
            Kind.WORD,
            "What it is. A front (CDN) is never counted as host.",
            "`hoster`",
            words=("hoster", "reseller", "carrier", "front"),
        ),
        Column(
            "asns",
            Kind.NUMBERS,
            "Its AS numbers, with spaces between: `64496 64497`.",
            "none known",
        ),
        Column(
            "addresses",
            Kind.PREFIXES,
            "Addresses and prefixes it holds in another's network, with spaces between.",
            "none known",
        ),
    ),
    key="provider",
)

BREAKS = Table(
    "breaks",
    "One row a change in the way of measuring. Figures from before and after it do not compare "
    "as they stand; it is marked in the months and in every comparison.",
    (
        Column("at", Kind.TIME, "The moment from which the new way was used.", required=True),
        Column(
            "kind",
            Kind.WORD,
            "What changed: the checker (how, from where or how often was looked), the sampling "
            "(all items or a part, or how the part was drawn), a rule (what counts), or the "
            "source (where reports come from).",
            required=True,
            words=tuple(BreakKind),
        ),
        Column(
            "detail",
            Kind.NOTE,
            "What changed, in a sentence for readers: it is published with the figures.",
            "nothing more is said",
        ),
    ),
)

TABLES = (NOTICES, SIGHTINGS, EVENTS, OUTAGES, PROVIDERS, BREAKS)
