"""What does one record say? Its fields, put under their columns, as a value of the core."""

from collections.abc import Sequence
from dataclasses import fields as fields_of
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from etmaal.adapters.scart.columns import Column, Reading
from etmaal.adapters.scart.fields import Parse, parsers, uncut_url
from etmaal.adapters.scart.reasons import Unfit
from etmaal.adapters.scart.times import LocalTimes
from etmaal.core.hotline import NO_DOUBTS, Case, Message, MessageRow, Place, Rejected

_CASE = {field.name: slot for slot, field in enumerate(fields_of(Case))}
_MESSAGE = {field.name: slot for slot, field in enumerate(fields_of(Message))}
_OF_MESSAGE = "message."
_NOTICES = frozenset({"first_notice_at", "first_notice_to_anyone_at", "last_notice_at"})
_PLACE, _URL, _TOLD = _CASE["place"], _CASE["url"], _CASE["message"]
_DOUBTS, _REPAIRED, _CUT = _CASE["doubts"], _CASE["repaired"], _CASE["url_cut"]
_NO_CASE: list[Any] = [None if f.name == "place" else f.default for f in fields_of(Case)]

_Step = tuple[int, Parse, int, str]
"""Into which slot goes, read how, which field, of which column."""


class Records:
    """Makes the records of one file.

    Args:
        columns: in the order of the fields.
        zone: of all times in the file.
        message: what is known beforehand of the message that all records belong to.
    """

    def __init__(
        self, columns: Sequence[Column], zone: ZoneInfo, message: Message | None = None
    ) -> None:
        self._times = LocalTimes(zone)
        parse = parsers(self._times)
        numbered = any(column.target == "filenumber" for column in columns)
        self._may_be_cut = numbered and any(c.reading is Reading.CUT_URL for c in columns)
        if self._may_be_cut:
            parse[Reading.CUT_URL] = uncut_url
        kept = [(at, column) for at, column in enumerate(columns) if column.target]
        self._moments = [(c.target, at) for at, c in kept if c.reading is Reading.TIME]
        self._case: list[_Step] = []
        self._message: list[_Step] = []
        for at, column in kept:
            of_message = column.target.startswith(_OF_MESSAGE)
            steps, slots = (self._message, _MESSAGE) if of_message else (self._case, _CASE)
            slot = slots[column.target.removeprefix(_OF_MESSAGE)]
            steps.append((slot, parse[column.reading], at, column.name))
        known = Message() if message is None else message
        self._known = [getattr(known, name) for name in _MESSAGE]
        self._has_message = bool(self._message) or message is not None

    def read(
        self, place: Place, given: Sequence[str], repaired: bool
    ) -> Case | MessageRow | Rejected:
        """Return what a record's fields say, and whether they had to be put in place."""
        values = _NO_CASE[:]
        name = ""
        try:
            for slot, parse, at, name in self._case:  # noqa: B007 - named if it fails
                values[slot] = parse(given[at])
            if self._has_message:
                told = self._known[:]
                for slot, parse, at, name in self._message:  # noqa: B007 - likewise
                    told[slot] = parse(given[at])
                values[_TOLD] = Message(*told)
        except Unfit as e:
            self._times.doubted = False
            return Rejected(place, name, e.reason)
        doubts = NO_DOUBTS
        if self._times.doubted:
            doubts = self._doubts(given)
            self._date_notices(values, doubts, given)
        if not self._case:
            return MessageRow(place, values[_TOLD], doubts)
        values[_PLACE], values[_DOUBTS], values[_REPAIRED] = place, doubts, repaired
        if self._may_be_cut:
            values[_CUT] = values[_URL] is None
        return Case(*values)

    def _date_notices(
        self, values: list[Any], doubts: frozenset[str], given: Sequence[str]
    ) -> None:
        """Give a notice at a doubtful time the later moment: that it was sent must not be lost."""
        for target, at in self._moments:
            if target not in doubts:
                continue
            if target in _NOTICES:
                values[_CASE[target]] = self._times.later(given[at])
            elif target == "message.at":
                values[_TOLD] = replace(values[_TOLD], at=self._times.later(given[at]))

    def _doubts(self, given: Sequence[str]) -> frozenset[str]:
        """Name the fields whose local time occurs twice or not at all."""
        self._times.doubted = False
        return frozenset(
            target for target, at in self._moments if self._times.is_doubtful(given[at])
        )
