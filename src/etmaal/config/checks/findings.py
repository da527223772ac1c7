"""What does the doctor find? Of each check one finding, with a remedy if something is wrong."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How urgent a finding is."""

    GOOD = "good"
    NOTICE = "notice"  # worth knowing; nothing must be done
    TROUBLE = "trouble"  # something must be done
    UNKNOWN = "unknown"  # could not be checked


@dataclass(frozen=True, slots=True)
class Finding:
    """One answer: what was looked at, how it is, and what to do about it."""

    name: str
    state: State
    says: str
    remedy: str = ""

    def __post_init__(self) -> None:
        if (self.state is State.TROUBLE) != bool(self.remedy):
            raise ValueError("trouble has a remedy, and nothing else has")


def good(name: str, says: str) -> Finding:
    return Finding(name, State.GOOD, says)


def trouble(name: str, says: str, remedy: str) -> Finding:
    return Finding(name, State.TROUBLE, says, remedy)
