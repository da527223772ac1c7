"""What a reading of a hotline's files says of itself: what can be known from them, and what not."""

from dataclasses import dataclass

from etmaal.letters.values.shares import HoursBin


@dataclass(frozen=True, slots=True)
class ReadFile:
    """One file at the door: ``records`` beside the header; ``dropped`` columns were never read.

    ``zone`` is the one its local times were read in, empty where it has none.
    """

    file: str
    sha256: str
    records: int
    rejected: int
    deleted: int
    dropped: tuple[str, ...]
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """One run over files of one kind.

    ``made_at`` is the moment of each file in the order of ``files``, as text in UTC, empty where
    it is not known. ``counts`` and ``contradictions`` go by the words of the catalogue.
    """

    kind: str
    zone: str
    files: tuple[ReadFile, ...]
    made_at: tuple[str, ...]
    counts: tuple[tuple[str, int], ...]
    contradictions: tuple[tuple[str, int], ...]

    def count(self, reason: str) -> int:
        return dict(self.counts).get(reason, 0)


@dataclass(frozen=True, slots=True)
class StartRow:
    """Of how many first notices one clock's start is known."""

    clock: str
    title: tuple[tuple[str, str], ...]  # language and text
    known: int
    of: int

    def in_language(self, language: str) -> str:
        return dict(self.title)[language]


@dataclass(frozen=True, slots=True)
class MomentRow:
    """How often one moment is known; ``which`` goes by the words of the catalogue."""

    which: str
    known: int
    of: int


@dataclass(frozen=True, slots=True)
class Widths:
    """How wide the windows are in which removals lie.

    Of ``n`` removals, ``straddling`` windows lie on both sides of 24 hours after the first
    notice: whether these were in time cannot be told. ``never_online`` have no look online.
    """

    n: int
    p50_hours: float | None
    p90_hours: float | None
    straddling: int
    never_online: int
    bins: tuple[HoursBin, ...] = ()


@dataclass(frozen=True, slots=True)
class Quality:
    """The data-quality report of a tables folder and of each reading that went into it."""

    key: str  # fingerprint of the key under which ids were made, empty without
    readings: tuple[Reading, ...]
    rows: tuple[tuple[str, int], ...]
    starts: tuple[StartRow, ...]
    moments: tuple[MomentRow, ...]
    widths: Widths
