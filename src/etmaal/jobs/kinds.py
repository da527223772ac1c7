"""What is a kind of work? A function, and the promises under which it runs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Task:
    """One job as its function sees it.

    ``number`` is that of the job, the same at every attempt: the idempotency key towards others.
    """

    number: int
    arguments: Mapping[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of work, by the name under which it is asked for.

    ``run`` does it inside the transaction that marks it as done: its effect, which must be in our
    database, happens once. What is ``outside`` talks to others, or takes longer than a moment: it
    runs in no transaction, may happen more than once, and commits its own steps. ``every_s`` is the
    period of work that comes back by itself. What runs ``apart`` waits for no other kind.
    """

    name: str
    run: Callable[[Task], None]
    outside: bool = False
    every_s: int | None = None
    apart: bool = False
