"""What a bulletin has to account for: what was left out, what it was made from, who answers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RejectedRows:
    """How many rows of a table were read, and how many of them rejected."""

    table: str
    read: int
    rejected: int


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Episodes outside n by reason, rows that played no part, rows that could not be read.

    ``disputed`` episodes stay in n. ``copies`` are notices to others than hosts, ``unnoticed``
    items looked at without a notice, ``after_as_of`` rows later than the edition's moment.
    """

    start_unknown: int
    undeliverable: int
    not_noticed: int
    gone_before_start: int
    withdrawn: int
    wrong_addressee: int
    disputed: int = 0
    copies: int = 0
    unnoticed: int = 0
    after_as_of: int = 0
    rejected: tuple[RejectedRows, ...] = ()


@dataclass(frozen=True, slots=True)
class DefinitionVersion:
    """One definition that the edition was made under; ``group`` is its folder."""

    group: str
    id: str
    version: int


@dataclass(frozen=True, slots=True)
class InputFile:
    """One file the edition was made from, by its name without folder; rows None if not rows."""

    name: str
    sha256: str
    rows: int | None


@dataclass(frozen=True, slots=True)
class Versions:
    """All that is needed to compute the edition again; ``snapshot`` is its SHA-256.

    ``snapshot`` and ``seed`` are None, and ``inputs`` empty, where the edition is not to be found
    from its bulletin.
    """

    code: str
    snapshot: str | None
    seed: int | None
    definitions: tuple[DefinitionVersion, ...]
    inputs: tuple[InputFile, ...]


@dataclass(frozen=True, slots=True)
class Colophon:
    """Who makes it public, under which licence, and where to write; None when not stated."""

    publisher: str | None = None
    licence: str | None = None
    contact: str | None = None
