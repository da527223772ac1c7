"""How would a researcher find the episodes? Item by item: cut the tables, loop, apply the rule.

Twice: with a `groupby` that hands each item its own small tables, which is how such a rule is
mostly written; and with each table made to plain lists at once, by somebody who has measured.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Any

import pandas as pd

from pandas_tables import APART, DISAPPEARANCES, MISSES, MOVES, QUIET_SPELL, STAND_INS, Study

KEPT = ("noticed_at", "clock_basis", "verdict_at", "accepted_at", "site")
Row = dict[str, Any]
Look = tuple[int, bool, bool]  # at, online, concluded
Event = tuple[int, str]
Cut = Callable[[pd.DataFrame], Iterable[tuple[int, list[Row]]]]


@dataclass
class Run:
    """A look online and the looks gone after it; ``gone_at`` is the removal that counts."""

    online_at: int | None
    gone_at: int | None = None
    last_at: int | None = None


def by_groupby(study: Study) -> pd.DataFrame:
    """Return a row an episode; each item's rows are taken out of a small table."""
    return _episodes(study, lambda rows: ((i, _records(r)) for i, r in rows.groupby("item")))


def by_lists(study: Study) -> pd.DataFrame:
    """Return a row an episode; all rows are made to a list once, and walked in their order."""
    return _episodes(
        study, lambda rows: ((i, list(r)) for i, r in groupby(_records(rows), itemgetter("item")))
    )


def _records(rows: pd.DataFrame) -> list[Row]:
    """Return rows as dictionaries of plain numbers, faster than ``to_dict``."""
    columns = [rows[name].tolist() for name in rows]
    names = list(rows)
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _episodes(study: Study, cut: Cut) -> pd.DataFrame:
    in_order = study.looks.sort_values(["item", "at", "online"])
    looks = {i: [(k["at"], k["online"], k["concluded"]) for k in r] for i, r in cut(in_order)}
    by_item = study.events.sort_values("item", kind="stable")
    events = {i: [(e["at"], e["event"]) for e in r] for i, r in cut(by_item)}
    moves = study.moves.groupby("item")["at"].apply(list).to_dict()
    found: list[Row] = []
    for item, notices in cut(study.notices):
        found += _of_item(
            notices, looks.get(item, []), events.get(item, []), moves.get(item, []), study.as_of
        )
    return pd.DataFrame(found)


def _of_item(
    notices: list[Row], looks: list[Look], events: list[Event], moves: list[int], as_of: int
) -> Iterator[Row]:
    """Cut an item's rows at its moves, and give each provider what is its own."""
    stays: dict[tuple[int, str], list[Row]] = {}
    for notice in notices:
        segment = bisect_right(moves, notice["noticed_at"])
        stays.setdefault((segment, notice["provider"]), []).append(notice)
    since = {stay: rows[0]["noticed_at"] for stay, rows in stays.items()}
    for (segment, provider), rows in stays.items():
        rivals = [at for (s, p), at in since.items() if s == segment and p != provider]
        here = [k for k in looks if bisect_right(moves, k[0]) == segment]
        own = [k for k in here if _belongs(k, since[segment, provider], rivals)]
        about = [e for e in events if bisect_right(moves, e[0]) == segment]
        closing = [e for e in events if e[0] in moves[segment : segment + 1] and e[1] in MOVES]
        yield from _of_stay(rows, own, about, closing, as_of)


def _belongs(look: Look, since: int, rivals: list[int]) -> bool:
    """Where several have the item, a look online proves nothing against any."""
    first = min([since, *rivals])
    known = since <= look[0] or since == first
    others = any(at <= look[0] or at == first for at in rivals)
    return known and (not others or not look[1])


def _of_stay(
    notices: list[Row], looks: list[Look], events: list[Event], closing: list[Event], as_of: int
) -> Iterator[Row]:
    """Split one provider's stay where the item came back after the quiet spell."""
    vanished = [at for at, event in events if event in DISAPPEARANCES]
    spells: list[list[Run]] = [[]]
    before = None
    for run in _runs(looks):
        if before is not None:
            away = _away(before, run.online_at, vanished)
            if away is not None and run.online_at - away > QUIET_SPELL:
                spells.append([])
        spells[-1].append(run)
        before = run
    cuts = [None, *(spell[0].online_at for spell in spells[1:]), None]
    for spell, (from_at, before_at) in zip(spells, pairwise(cuts), strict=True):
        yield {k: notices[0][k] for k in ("item", "provider")} | _episode(
            spell,
            [n for n in notices if _within(n["noticed_at"], from_at, before_at)],
            [e for e in events if _within(e[0], from_at, before_at)],
            [] if before_at is not None else closing,
            notices[0]["noticed_at"] if from_at is None else from_at,
            as_of,
            returned=before_at is not None,
        )


def _away(run: Run, back_at: int, vanished: list[int]) -> int | None:
    """Since when it was away: a removal that counts, or its domain or network recorded as gone."""
    moments = [at for at in vanished if run.online_at is not None and run.online_at < at < back_at]
    return min([*moments, run.gone_at] if run.gone_at is not None else moments, default=None)


def _within(at: int, from_at: int | None, before_at: int | None) -> bool:
    return (from_at is None or at >= from_at) and (before_at is None or at < before_at)


def _runs(looks: Iterable[Look]) -> Iterator[Run]:
    run, misses = Run(None), []
    for at, online, concluded in looks:
        if online:
            yield run
            run, misses = Run(at), []
        elif concluded:
            run.gone_at = at if run.gone_at is None else min(at, run.gone_at)
        elif not misses or (len(misses) < MISSES and at >= misses[-1] + APART):
            misses.append(at)
            if len(misses) == MISSES:
                run.gone_at = misses[0] if run.gone_at is None else min(misses[0], run.gone_at)
        run.last_at = at
    yield run


def _episode(
    spell: list[Run], notices: list[Row], events: list[Event], closing: list[Event],
    begun_at: int, as_of: int, *, returned: bool,
) -> Row:  # fmt: skip
    candidates = [n for n in notices if n["candidate"]]
    effective = next((n for n in candidates if n["effective"]), None)
    started_at = None if effective is None else _start(effective, as_of)
    online_at, gone_at = spell[-1].online_at, spell[-1].gone_at
    ends = [*closing, *(e for e in events if e[1] in DISAPPEARANCES)]
    end = min((e for e in ends if online_at is None or e[0] > online_at), default=None)
    ended = end is not None and (gone_at is None or end[0] < gone_at)
    said = {event for at, event in events if at >= begun_at}
    notice = effective or (notices[0] if notices else {})
    first = candidates[0]["noticed_at"] if candidates else begun_at
    return {
        "notice": None if effective is None else effective["notice"],
        "candidates": bool(candidates),
        "belongs_at": first if started_at is None else started_at,
        "started_at": started_at,
        "online_at": online_at,
        "by_at": end[0] if ended else gone_at,
        "last_look_at": max((r.last_at for r in spell if r.last_at is not None), default=None),
        "ended": ended,
        "returned": returned,
        "withdrawn": "withdrawn" in said,
        "wrong_addressee": "wrong_addressee" in said,
        "disputed": "disputed" in said,
        **{name: notice.get(name) for name in KEPT},
    }


def _start(notice: Row, as_of: int) -> int | None:
    """The moment of sending, or a later one that may stand in for it."""
    if notice["clock_basis"] in ("sent", *STAND_INS):
        started_at = notice["noticed_at"]
    else:
        started_at = None if pd.isna(notice["accepted_at"]) else notice["accepted_at"]
    return started_at if started_at is not None and started_at <= as_of else None
