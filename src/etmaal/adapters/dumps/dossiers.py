"""What does a dump say of each case? Its row, its history and its messages, put together.

Cases come in the order of their ids, some thousands at a time, so that memory stays bounded.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etmaal.adapters.dumps.files import File, find
from etmaal.adapters.dumps.joining import Joined, join, order, pick
from etmaal.adapters.dumps.reading import NO_ID, Numbers, Read, read
from etmaal.adapters.dumps.times import NONE, Flags
from etmaal.core.dossiers import (
    FOUND_OFFLINE,
    LOOKED_UP,
    MERGED,
    NOT_LOCAL,
    Contact,
    Door,
    Dossier,
    Dump,
    Posted,
    Turn,
)
from etmaal.core.sealed import Sealed

AT_ONCE = 10_000  # cases
_TAGS = "^(STATUS|HOSTER|IP)$"
_OURS = "(?i)^(abuseio_scart_)?input$"
# How the tool words the comments that matter; all else a person or an import said.
_SAID = (
    (FOUND_OFFLINE, "(?i)check ?online.*offline"),
    (NOT_LOCAL, "(?i)check ?online.*not in local country *$"),
    (MERGED, "(?i)^ *merge abusecontacts"),
    (LOOKED_UP, "(?i)hoster in who ?is"),
)


def fetch_dump(folders: tuple[Path, ...], zone: ZoneInfo, now: int) -> Dump:
    """Read the dumps in one or more folders; rows in a later folder mend those before it.

    Args:
        folders: each holds some of ``input, input_history, ntd, ntd_url, abusecontact``.
        zone: the civil zone in which the installation writes its times.
        now: microseconds since 1970; nothing can be on record later.

    Raises:
        BadInput: if a table is missing or cannot be read as a whole.
    """
    files = find(folders)
    reads = [read(file, zone, now) for file in files]
    doors = tuple(_door(file, table) for file, table in zip(files, reads, strict=True))
    joined = join(reads)
    times = [t for r in reads for t in r.times.values()]
    return Dump(
        doors=doors,
        contacts=_contacts(joined),
        cases=len(joined.inputs.row),
        dossiers=_dossiers(joined),
        rejected=joined.rejected,
        set_aside=joined.set_aside,
        deleted=joined.deleted,
        doubtful=int(sum(int(t.doubtful.sum()) for t in times)),
        last_at=max((int(t.late.max(initial=NONE)) for t in times), default=NONE),
    )


def _door(file: File, table: Read) -> Door:
    read_names = tuple(name for name in file.columns if name not in file.dropped)
    return Door(
        file.name, table.records, read_names, file.dropped, deleted=int(table.deleted.sum())
    )


def _contacts(joined: Joined) -> dict[str, Contact]:
    """Return who is behind each id; of records that the tool merged, the one that stayed."""
    table = joined.contacts
    rows = zip(
        table.numbers["id"].tolist(),
        table.text("filenumber"),
        table.text("owner"),
        table.text("abusecountry"),
        strict=True,
    )
    found = {
        str(one): Contact(number or f"contact-{one}", owner, country)
        for one, number, owner, country in rows
    }
    history = joined.history
    merged = pick(history, _matches(history.texts["comment"], dict(_SAID)[MERGED]))
    pairs = zip(merged.text("old"), merged.text("new"), strict=True)
    stayed = {old: new for old, new in pairs if old and new}
    for old in stayed:
        new, seen = old, set()
        while new in stayed and new not in seen:
            seen.add(new)
            new = stayed[new]
        if new in found:
            found[old] = found[new]
    return found


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of a table by case: those of case i are ``begins[i]`` up to ``ends[i]``."""

    table: Read
    begins: Numbers
    ends: Numbers


def _dossiers(joined: Joined) -> Iterator[Dossier]:
    inputs = order(joined.inputs, np.argsort(joined.inputs.numbers["id"], kind="stable"))
    history = _by_case(_turns(joined.history), "input_id", "created_at", inputs)
    urls = _by_case(_urls(joined), "record_id", "queued", inputs)
    for start in range(0, len(inputs.row), AT_ONCE):
        yield from _some(inputs, history, urls, slice(start, start + AT_ONCE))


def _turns(history: Read) -> Read:
    return pick(history, _matches(history.texts["tag"], _TAGS))


def _urls(joined: Joined) -> Read:
    """Join each case in a message with the message itself; what is left has both."""
    urls, messages = joined.urls, joined.messages
    if "record_type" in urls.texts:
        urls = pick(urls, _matches(urls.texts["record_type"], _OURS))
    messages = order(messages, np.argsort(messages.numbers["id"], kind="stable"))
    ids = messages.numbers["id"]
    place = np.searchsorted(ids, urls.numbers["ntd_id"])
    known = place < len(ids)
    known[known] = ids[place[known]] == urls.numbers["ntd_id"][known]
    urls, place = pick(urls, known), place[known]
    taken: Any = pa.array(place)
    for name in ("filenumber", "abusecontact_type", "status_code"):
        urls.texts[name] = messages.texts[name].take(taken)
    urls.numbers["contact"] = messages.numbers["abusecontact_id"][place]
    for name, theirs in (("queued", "msg_queued"), ("status", "status_time")):
        found = messages.times[theirs]
        urls.times[name] = type(found)(
            found.early[place], found.late[place], found.doubtful[place], found.wrong[place]
        )
    return urls


def _by_case(table: Read, key: str, time: str, inputs: Read) -> _Rows:
    moments = table.moments(time, late=True)
    places = np.lexsort((table.numbers["id"], moments, table.numbers[key]))
    ordered = order(table, places)
    of = ordered.numbers[key]
    ids = inputs.numbers["id"]
    return _Rows(ordered, np.searchsorted(of, ids, "left"), np.searchsorted(of, ids, "right"))


def _some(inputs: Read, history: _Rows, urls: _Rows, part: slice) -> Iterator[Dossier]:
    """Yield some of the cases."""
    turns, posted = _turn_values(history, part), _posted_values(urls, part)

    rows = zip(
        *(inputs.text(name, part) for name in ("filenumber", "url", "url_ip")),
        _moments(inputs, "received_at", part), _moments(inputs, "firstseen_at", part),
        _moments(inputs, "lastseen_at", part),
        *(inputs.text(name, part) for name in ("source_code", "status_code", "grade_code")),
        _ids(inputs.numbers["host_abusecontact_id"][part]),
        *(_spans(history, part)), *(_spans(urls, part)),
        inputs.text("url_type", part),
        strict=True,
    )  # fmt: skip
    for (number, url, ip, received, graded, seen, source, status, grade, contact,
         a, b, c, d, kind) in rows:  # fmt: skip
        yield Dossier(
            number, None if url is None else Sealed(url), ip, received, graded, seen,
            source, status, grade, contact, tuple(turns[a:b]), tuple(posted[c:d]), kind,
        )  # fmt: skip


def _spans(rows: _Rows, part: slice) -> tuple[list[int], list[int]]:
    begins, ends = rows.begins[part], rows.ends[part]
    first = begins[0] if len(begins) else 0
    return (begins - first).tolist(), (ends - first).tolist()


def _moments(table: Read, name: str, part: slice) -> list[int | None]:
    """Return moments; of what is doubtful the earlier, unless the name says better."""
    times = table.times.get(name)
    if times is None:
        return [None] * len(table.row[part])
    found = times.early[part]
    if name != "lastseen_at":  # what is no bound is not known if it is in doubt
        found = np.where(times.doubtful[part], NONE, found)
    return [None if at == NONE else at for at in found.tolist()]


def _ids(numbers: Numbers) -> list[str | None]:
    return [None if number == NO_ID else str(number) for number in numbers.tolist()]


def _within(rows: _Rows, part: slice) -> slice:
    begins, ends = rows.begins[part], rows.ends[part]
    return slice(int(begins[0]), int(ends[-1])) if len(begins) else slice(0, 0)


def _matches(words: Any, pattern: str) -> Flags:
    """Say which of a column of words match; a null does not."""
    found: Any = pc.match_substring_regex(words.dictionary, pattern)
    matching = np.append(found.to_numpy(zero_copy_only=False).astype(np.bool_), False)
    return np.asarray(matching[words.indices.fill_null(-1).to_numpy(zero_copy_only=False)])


def _turn_values(rows: _Rows, part: slice) -> list[Turn]:
    at, table = _within(rows, part), rows.table
    comments = table.texts["comment"][at]
    said = np.zeros(len(comments), np.int8)
    for place, (_, pattern) in reversed(list(enumerate(_SAID, 1))):
        said[_matches(comments, pattern)] = place
    words = ("", *(word for word, _ in _SAID))
    make: Any = Turn
    return list(
        map(
            make,
            table.times["created_at"].late[at].tolist(),
            table.text("tag", at),
            table.text("old", at),
            table.text("new", at),
            [words[place] for place in said.tolist()],
        )
    )


def _posted_values(rows: _Rows, part: slice) -> list[Posted]:
    at, table = _within(rows, part), rows.table
    queued = table.times["queued"]
    late = [None if t == NONE else t for t in queued.late[at].tolist()]
    return list(
        map(
            Posted,
            table.text("filenumber", at),
            _ids(table.numbers["contact"][at]),
            table.text("abusecontact_type", at),
            table.text("status_code", at),
            late,
            [None if t == NONE else t for t in table.times["status"].late[at].tolist()],
            queued.doubtful[at].tolist(),
            _moments(table, "lastseen_at", at),
            table.text("ip", at),
        )
    )
