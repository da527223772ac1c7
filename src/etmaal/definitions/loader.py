"""Which clocks, bodies, floors and indicators there are: reviewed data, as values rules can use.

Everything is read from inside the package, checked once, and kept.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import timedelta
from functools import cache
from typing import Any

from etmaal.core.errors import BadInput
from etmaal.core.policy import Basis, ClockPolicy, Kind, MissRule
from etmaal.core.verdicts import Floors
from etmaal.definitions.reading import read_group, text
from etmaal.definitions.values import (
    Body,
    Definition,
    Estimator,
    Group,
    Indicator,
    Scope,
    Start,
)


@cache
def definitions(group: Group) -> tuple[Definition, ...]:
    """Return one group's definitions, ordered by id."""
    return read_group(group)


def all_definitions() -> tuple[Definition, ...]:
    """Return every definition: clocks, bodies, floors, indicators, each ordered by id."""
    return tuple(d for group in Group for d in definitions(group))


def definition(group: Group, id: str) -> Definition:
    """Return one definition as it was read.

    Raises:
        BadInput: if there is none of that id; the message lists those there are.
    """
    for found in definitions(group):
        if found.id == id:
            return found
    known = ", ".join(d.id for d in definitions(group))
    raise BadInput(f"no definition {id!r} in {group}; there are: {known}")


def clock(id: str) -> ClockPolicy:
    """Return one clock policy.

    Raises:
        BadInput: if there is none of that id; the message lists those there are.
    """
    return _policy(definition(Group.CLOCKS, id))


def clocks() -> tuple[ClockPolicy, ...]:
    """Return every clock policy, ordered by id."""
    return tuple(_policy(d) for d in definitions(Group.CLOCKS))


def floors(id: str) -> Floors:
    """Return what a verdict needs, by the floors' own id.

    Raises:
        BadInput: if there is none of that id; the message lists those there are.
    """
    found = definition(Group.FLOORS, id)
    c = found.content
    return Floors(
        id=found.id,
        version=found.version,
        floor=float(c["floor"]),
        smallest_n=c["smallest_n"],
        smallest_effective_n=float(c["smallest_effective_n"]),
        unmeasurable_above=float(c["unmeasurable_above"]),
        tail=float(c["tail"]),
        far_days=c["far_days"],
    )


def floors_for(clock_id: str) -> Floors | None:
    """Return the floors that go with a clock, or None where nobody is judged under it.

    Raises:
        BadInput: if there is no such clock.
    """
    named: str | None = definition(Group.CLOCKS, clock_id).content["floors"]
    return None if named is None else floors(named)


def bodies() -> tuple[Body, ...]:
    """Return how other bodies measure takedown, ordered by id."""
    return tuple(
        Body(
            id=d.id,
            version=d.version,
            title=d.title,
            short=d.content["short"],
            why=d.why,
            beside=text(d.content["beside"]),
            start=Start(d.content["start"]),
            within_hours=tuple(map(float, d.content["within_hours"])),
            mean=d.content["mean"],
        )
        for d in definitions(Group.BODIES)
    )


def indicators() -> tuple[Indicator, ...]:
    """Return every indicator, ordered by id."""
    return tuple(_indicator(d) for d in definitions(Group.INDICATORS))


def indicator(id: str) -> Indicator:
    """Return one indicator.

    Raises:
        BadInput: if there is none of that id; the message lists those there are.
    """
    return _indicator(definition(Group.INDICATORS, id))


def versions() -> dict[str, dict[str, int]]:
    """Return the version of every definition, by group and id, in order."""
    return {str(group): {d.id: d.version for d in definitions(group)} for group in Group}


def digest() -> str:
    """Return the SHA-256 of all contents, in hexadecimal."""
    return digest_of(all_definitions())


def digest_of(found: Iterable[Definition]) -> str:
    """Return the SHA-256 of some definitions' contents, in hexadecimal.

    It changes with any word or number, and not with comments, line breaks or the order of keys.
    """
    contents = [[str(d.group), d.content] for d in found]
    canonical = json.dumps(contents, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _policy(found: Definition) -> ClockPolicy:
    c: Any = found.content
    rule = c["miss_rule"]
    return ClockPolicy(
        id=found.id,
        version=found.version,
        start=Basis(c["start"]),
        norm=timedelta(hours=c["norm_hours"]),
        quiet_spell=timedelta(hours=c["quiet_spell_hours"]),
        miss_rule=MissRule(rule["misses"], timedelta(minutes=rule["apart_minutes"])),
        kinds=frozenset(map(Kind, c["kinds"])),
        stand_ins=frozenset(map(Basis, c["stand_ins"])),
        zone=c["zone"],
        verdicts=c["verdicts"],
        pauses=c["pauses"],
    )


def _indicator(found: Definition) -> Indicator:
    c: Any = found.content
    return Indicator(
        id=found.id,
        version=found.version,
        title=found.title,
        numerator=text(c["numerator"]),
        denominator=None if c["denominator"] is None else text(c["denominator"]),
        estimator=Estimator(c["estimator"]),
        unit=c["unit"],
        smallest_n=c["smallest_n"],
        scope=Scope(c["scope"]),
        why=found.why,
        owner=found.owner,
        reviewed=found.reviewed,
        review_before=found.review_before,
    )
