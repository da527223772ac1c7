"""What a comparison of two editions says: values for whoever computes, writes or shows one.

Shares and changes of shares are fractions of 1; a change is after less before. None is not known.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Word(StrEnum):
    """What may be said of a provider."""

    IMPROVED = "improved"
    WORSENED = "worsened"
    CANNOT_BE_TOLD = "cannot_be_told"
    NEW = "new"
    GONE = "gone"


class Because(StrEnum):
    """Why it may be said, or not."""

    EXCLUDES_ZERO = "interval_excludes_zero"
    HOLDS_ZERO = "interval_holds_zero"
    METHOD = "method_changed"
    NETWORKS = "networks_changed"  # or may have: see `Evidence`
    UNMEASURABLE = "unmeasurable"
    TOO_FEW = "too_few"
    FEW_SITES = "few_sites"
    ONLY_AFTER = "only_after"
    ONLY_BEFORE = "only_before"


class Evidence(StrEnum):
    """By what it shows that a provider may not run the networks that it ran before."""

    REGISTER = "register"  # other AS numbers or addresses in the register
    ROUTES = "routes"  # an AS or address was one provider's before and is another's after
    VOLUME = "volume"  # its volume jumped while that of others was lost


class Withheld(StrEnum):
    """Why naming is not proposed although both verdicts would allow it. A closed list."""

    PROVISIONAL = "provisional"  # follow-up is not complete on one side
    TOO_SOON = "too_soon"  # the second period began before the first was known
    METHOD = "method_changed"  # a change of `Effect.CHANGE`
    RULES = "other_rules"  # a change of `Effect.VERDICTS`
    NETWORKS = "networks_changed"  # any `Evidence`
    NETWORKS_UNSEEN = "networks_unseen"  # an edition came without the rows that would show it
    RENAMED = "renamed"  # its id was another before, as the asker says
    NAMESAKE = "namesake"  # on one side only, with a provider of its name on the other


class Effect(StrEnum):
    """What a difference in method means for the reading."""

    CHANGE = "change"  # a change in a share may be the method's: no word on anybody
    VERDICTS = "verdicts"  # the two verdicts do not rest on one rule: nobody can be named
    NAMING = "naming"  # nobody can be named, for the reason that the mark itself is
    SOME = "some"  # no word on those concerned, and they cannot be named
    CAUTION = "caution"  # to be known; nothing is withheld for it


class What(StrEnum):
    """What was not the same on both sides."""

    CHECKER = "checker"  # these four are on record, as kinds of breaks
    SAMPLING = "sampling"
    RULE = "rule"
    SOURCE = "source"
    UNSAID_BASIS = "unsaid_basis"
    DEFINITIONS = "definitions"
    FLOORS = "floors"
    VERDICT_DEFINITIONS = "verdict_definitions"
    OTHER_DEFINITIONS = "other_definitions"
    CODE = "code"
    GAPS = "gaps"
    COLUMNS = "columns"
    PROVISIONAL = "provisional"
    TOO_SOON = "too_soon"
    TIME_BETWEEN = "time_between"
    NETWORKS = "networks"
    VOLUME = "volume"
    NETWORKS_UNSEEN = "networks_unseen"
    ROUTES = "routes"


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing that differs; ``before`` and ``after`` say how, where that can be said in short.

    ``on`` is the civil day of a break on record; ``detail`` the hotline's own words for it, or
    the names of what differs.
    """

    what: What
    effect: Effect
    before: str = ""
    after: str = ""
    on: date | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """A value between its two ends; a share, or a change from -1 to 1."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Unit:
    """One provider in one edition: its counts, its estimate, its verdict.

    ``in_time``, ``surely`` and ``possibly`` are None where ``n`` is 0. ``verdict`` is None under a
    clock without verdicts, for a class that is no provider, and for several providers taken
    together. ``gaps`` are the median and 90th percentile of hours between checks.
    """

    provider: str
    name: str
    n: int
    episodes: int
    surely: float | None
    possibly: float | None
    in_time: Span | None
    effective_n: float
    verdict: str | None = None
    because: str | None = None
    gaps: tuple[float | None, ...] = (None, None)


@dataclass(frozen=True, slots=True)
class Change:
    """What is known of one provider's change.

    Attributes:
        change: of the estimate, with its 95 % interval; None without both.
        least, most: between these lies the change of the counted shares, whatever happened
            between looks.
        usual: the share that a provider with these figures before would most likely show when
            nothing changes, with its 95 % interval; None where that cannot be told.
        beyond: after less ``usual``: the change beyond what comes by itself.
        by_itself: the change, such as it is, is no more than was to be expected by itself.
        looked_otherwise: its gaps between checks on record changed materially.
        networks: by what it shows that it may not run the networks that it ran before.
        may_be_named: both verdicts are such that naming may be proposed to a person, and nothing
            withholds it.
        withheld: what withholds it, where both verdicts are such; else empty.
        namesake: a provider of the same name on the other side under another id, where one of the
            two is on one side only; else empty.
        warned: it was warned between the two, as far as the asker says.
    """

    provider: str
    word: Word
    because: Because
    before: Unit | None
    after: Unit | None
    change: Span | None = None
    least: float | None = None
    most: float | None = None
    usual: Span | None = None
    beyond: Span | None = None
    by_itself: bool = False
    looked_otherwise: bool = False
    networks: tuple[Evidence, ...] = ()
    may_be_named: bool = False
    withheld: tuple[Withheld, ...] = ()
    namesake: str = ""
    warned: bool = False

    @property
    def name(self) -> str:
        """Return its latest name."""
        unit = self.after or self.before
        return self.provider if unit is None else unit.name

    @property
    def tested(self) -> bool:
        """Whether the interval alone decided on its word."""
        return self.because in (Because.EXCLUDES_ZERO, Because.HOLDS_ZERO)

    @property
    def comparable(self) -> bool:
        """Whether its change can enter a mean over providers: measured, and enough of it."""
        return self.tested or self.because is Because.METHOD


@dataclass(frozen=True, slots=True)
class Averaged:
    """One average on both sides and its change; ``n`` is what it is over, before and after."""

    before: Span | None
    after: Span | None
    change: Span | None
    n: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Mix:
    """The change of the pooled share in three parts that add up to it.

    ``behaviour`` is that of the providers in both editions, at the mean of their two parts of all
    items; ``weights`` is what came of those parts shifting, ``entry`` of who is new or gone.
    """

    behaviour: Span
    weights: float
    entry: float


@dataclass(frozen=True, slots=True)
class GroupChange:
    """The mean change over some providers, each counting once, and how many could not be counted.

    ``beyond`` is what of it is more than comes by itself, None where that cannot be told.
    """

    providers: int
    left_out: int
    change: Span | None
    beyond: Span | None


@dataclass(frozen=True, slots=True)
class Warned:
    """Those warned beside those not; ``apart`` is the difference of their mean changes."""

    warned: GroupChange
    others: GroupChange
    apart: Span | None
    apart_beyond: Span | None


@dataclass(frozen=True, slots=True)
class Together:
    """What is said over all providers; of ``tested``, so many words are expected by chance."""

    pooled: Averaged
    mean: Averaged
    mix: Mix | None
    tested: int
    expected_by_chance: float
    warned: Warned | None


@dataclass(frozen=True, slots=True)
class Edition:
    """Which edition stands on one side: days ``[period_from, period_before)``, known ``as_of``."""

    period_from: date
    period_before: date
    as_of: datetime
    provisional: bool
    n: int
    episodes: int
    code: str
    floors: str
    snapshot: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two editions under one clock beside one another; ``changes`` in the order of their ids."""

    clock_id: str
    clock_version: int
    norm_hours: float
    verdicts: bool
    smallest_n: int
    before: Edition
    after: Edition
    marks: tuple[Mark, ...]
    changes: tuple[Change, ...]
    together: Together

    @property
    def method_changed(self) -> bool:
        """Whether a change in a share may be the method's."""
        return any(mark.effect is Effect.CHANGE for mark in self.marks)

    def count(self, word: Word) -> int:
        """Return of how many providers a word is said."""
        return sum(change.word is word for change in self.changes)

    @property
    def may_be_named(self) -> tuple[Change, ...]:
        """Return those of whom naming may be proposed."""
        return tuple(change for change in self.changes if change.may_be_named)

    @property
    def withheld(self) -> tuple[Change, ...]:
        """Return those whose both verdicts would allow it, and of whom something withholds it."""
        return tuple(change for change in self.changes if change.withheld)
