"""One dump from its tables: which rows count, and which case a row that cannot be read belongs to.

A case is read whole or not at all: without one of its rows it could look as if nobody had acted.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from etmaal.adapters.dumps.columns import CONTACT, HISTORY, INPUT, NTD, NTD_URL, Kind
from etmaal.adapters.dumps.reading import NO_ID, Numbers, Read
from etmaal.adapters.dumps.times import Flags, Times
from etmaal.core.hotline import Rejected


@dataclass(frozen=True, slots=True)
class Joined:
    """The rows of a dump that are used.

    ``set_aside`` counts cases lost to a row of theirs, ``deleted`` those deleted in the tool.
    """

    inputs: Read
    history: Read
    messages: Read
    urls: Read
    contacts: Read
    rejected: tuple[Rejected, ...]
    set_aside: int
    deleted: int


def join(reads: list[Read]) -> Joined:
    """Put the tables of one dump together; of rows with one id the later file's counts."""
    whole = {table.name: _one([r for r in reads if r.table is table])
             for table in (INPUT, HISTORY, NTD, NTD_URL, CONTACT)}  # fmt: skip
    inputs, history, urls = whole[INPUT.name], whole[HISTORY.name], whole[NTD_URL.name]
    messages, contacts = whole[NTD.name], whole[CONTACT.name]
    hurt = _hurt(history, messages, urls)
    usable = ~inputs.bad & ~inputs.deleted
    lost = usable & np.isin(inputs.numbers["id"], hurt)
    return Joined(
        inputs=pick(inputs, usable & ~lost),
        history=pick(history, ~history.bad & ~history.deleted),
        messages=pick(messages, ~messages.bad & ~messages.deleted),
        urls=pick(urls, ~urls.bad & ~urls.deleted),
        contacts=pick(contacts, ~contacts.bad),  # one that is deleted was written to all the same
        rejected=tuple(r for read in whole.values() for r in read.rejected),
        set_aside=int(lost.sum()),
        deleted=int(inputs.deleted.sum()),
    )


def _hurt(history: Read, messages: Read, urls: Read) -> Numbers:
    """Return the ids of the cases to which a row belongs that cannot be read."""
    broken = messages.numbers["id"][messages.bad & ~messages.deleted]
    through = np.isin(urls.numbers["ntd_id"], broken[broken != NO_ID])
    return np.concatenate(
        [
            history.numbers["input_id"][history.bad & ~history.deleted],
            urls.numbers["record_id"][(urls.bad | through) & ~urls.deleted],
        ]
    )


def _one(reads: list[Read]) -> Read:
    """Return the rows of all files of a table; earlier ones give way to later ones."""
    last = reads[-1]
    for earlier in reversed(reads[:-1]):
        mended = last.numbers["id"][~last.bad]
        stays = ~np.isin(earlier.numbers["id"], mended[mended != NO_ID])
        rows = set(earlier.row[~stays].tolist())
        kept = pick(earlier, stays)
        kept.rejected = [r for r in earlier.rejected if r.place.row not in rows]
        last = _after(kept, last)
    return last


def pick(read: Read, chosen: Flags) -> Read:
    """Return some of the rows of a table, in their order; what was rejected stays with all."""
    mask = pa.array(chosen)
    places = np.flatnonzero(chosen)
    return Read(
        read.table,
        {name: column.filter(mask) for name, column in read.texts.items()},
        {name: numbers[places] for name, numbers in read.numbers.items()},
        {
            name: Times(t.early[places], t.late[places], t.doubtful[places], t.wrong[places])
            for name, t in read.times.items()
        },
        read.bad[places],
        read.deleted[places],
        read.row[places],
        rejected=read.rejected,
        records=read.records,
    )


def order(read: Read, places: Numbers) -> Read:
    """Return the rows of a table in another order."""
    taken: Any = pa.array(places)
    return Read(
        read.table,
        {name: column.take(taken) for name, column in read.texts.items()},
        {name: numbers[places] for name, numbers in read.numbers.items()},
        {
            name: Times(t.early[places], t.late[places], t.doubtful[places], t.wrong[places])
            for name, t in read.times.items()
        },
        read.bad[places],
        read.deleted[places],
        read.row[places],
    )


def _after(first: Read, second: Read) -> Read:
    names = [name for name in first.table.names if name != "deleted_at"]
    texts: dict[str, Any] = {}
    numbers, times = {}, {}
    for name in names:
        if name in first.texts or name in second.texts:
            texts[name] = pa.array([*first.text(name), *second.text(name)], pa.string())
            if Kind.WORD in (c.kind for c in first.table.columns if c.name == name):
                texts[name] = texts[name].dictionary_encode()
        if name in first.numbers or name in second.numbers:
            empty = (np.full(len(r.row), NO_ID) for r in (first, second))
            numbers[name] = np.concatenate(
                [r.numbers.get(name, e) for r, e in zip((first, second), empty, strict=True)]
            )
        if name in first.times or name in second.times:
            times[name] = _times_after(first, second, name)
    return Read(
        first.table, texts, numbers, times,
        np.concatenate([first.bad, second.bad]),
        np.concatenate([first.deleted, second.deleted]),
        np.concatenate([first.row, second.row]),
        rejected=[*first.rejected, *second.rejected],
        records=first.records + second.records,
    )  # fmt: skip


def _times_after(first: Read, second: Read, name: str) -> Times:
    def flags(read: Read, which: str) -> Flags:
        times = read.times.get(name)
        return np.zeros(len(read.row), np.bool_) if times is None else getattr(times, which)

    return Times(
        np.concatenate([first.moments(name), second.moments(name)]),
        np.concatenate([first.moments(name, late=True), second.moments(name, late=True)]),
        np.concatenate([flags(first, "doubtful"), flags(second, "doubtful")]),
        np.concatenate([flags(first, "wrong"), flags(second, "wrong")]),
    )
