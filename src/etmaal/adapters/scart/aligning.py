"""Which field is which column's, where a field may hold the delimiter and nothing is quoted?

A record with too many fields is repaired only if what is kept of it can be put in place in one
way. What could be two things is neither.
"""

from collections.abc import Sequence

from etmaal.adapters.scart.columns import Column, Reading
from etmaal.adapters.scart.fields import GRADES
from etmaal.adapters.scart.reasons import LEADING, SHIFTED, SHORT, Unfit
from etmaal.adapters.scart.shapes import fits, is_host_of

DELIMITER = ";"
MOST_SURPLUS = 100  # fields too many: the work grows with their square

Fields = tuple[list[str], bool]
"""The fields under the columns, and whether they had to be put in place."""

_Span = tuple[int, int]
_URLS = (Reading.URL, Reading.CUT_URL)


class Aligner:
    """Puts the fields of unquoted records under a header.

    Args:
        columns: those of the header that are known by name.
        answers: how many columns of answers stand behind them, which are dropped.
        closed: whether each record ends with a delimiter.
    """

    def __init__(
        self, columns: Sequence[Column], *, answers: int = 0, closed: bool = False
    ) -> None:
        self._columns = tuple(columns)
        self._answers = answers
        self._closed = closed
        self._most_surplus = MOST_SURPLUS + answers
        # The writer forgets the delimiters of leading columns that are empty: of how many at most?
        filled = (at for at, column in enumerate(self._columns) if column.filled)
        self._leading = next(filled, len(self._columns))

    def split(self, text: str) -> list[Fields]:
        """Return the fields of the one record in a text, those of the known columns first.

        Raises:
            Unfit: if they cannot be put in place, or not in one way only.
        """
        if self._closed:
            if not text.endswith(DELIMITER):
                raise Unfit(SHORT)
            text = text[:-1]
        given = text.split(DELIMITER)
        if self._leading == 0 and self._is_plain(given) and "\n" not in text:
            return [(given, False)]
        return [self._placed(given)]

    def ends_as_one(self, text: str) -> bool:
        """Say whether a text, whatever stands in it, ends as records do."""
        given = text.split(DELIMITER)
        if self._columns[-1].reading is not Reading.GRADE:
            return len(given) >= len(self._columns)
        last = given[len(self._columns) - 1 :] if self._answers else given[-1:]
        return any(field.partition("\n")[0] in GRADES for field in last)  # or a stray line follows

    def could_be_one(self, text: str) -> bool:
        """Say whether a text could be one record, in one way or in several."""
        given = text.split(DELIMITER)
        surplus = len(given) - len(self._columns)
        return surplus > self._most_surplus or bool(self._spans(given, 0))

    def _is_plain(self, given: list[str]) -> bool:
        """Say whether the fields can only stand as they do."""
        known = len(self._columns)
        if not self._answers:
            return len(given) == known
        if len(given) < known:
            return False
        # Before the answers stands the grade: if no later field could be it, this one must be.
        return given[known - 1] in GRADES and GRADES.isdisjoint(given[known:])

    def _placed(self, given: list[str]) -> Fields:
        if len(given) < len(self._columns):
            raise Unfit(LEADING if self._leading else SHORT)
        found = self._spans(given, 0)
        if any(self._spans(given, lost) for lost in range(1, self._leading + 1)):
            raise Unfit(LEADING)
        placed = []
        for column, spans in zip(self._columns, found, strict=False):
            readings = {DELIMITER.join(given[start:end]) for start, end in spans}
            if column.target and len(readings) > 1:
                raise Unfit(SHIFTED)
            placed.append(readings.pop() if column.target else "")
        if not placed:
            raise Unfit(SHIFTED)
        return placed, any(end - start > 1 for spans in found for start, end in spans)

    def _spans(self, given: list[str], lost: int) -> list[set[_Span]]:
        """Return for each column which fields can be its, given that the first were lost.

        Nothing at all if the fields cannot be put in place.
        """
        columns = self._columns[lost:]
        surplus = len(given) - len(columns)
        if not 0 <= surplus <= self._most_surplus:
            return []
        starts, steps = {0}, []
        for at, column in enumerate(columns):
            follower = columns[at + 1] if at + 1 < len(columns) else None
            step = _steps(given, column, follower, starts, at + 1 + surplus)
            starts = {end for _, end in step}
            steps.append(step)
        ends = starts if self._answers else starts & {len(given)}
        for at, step in reversed(list(enumerate(steps))):
            steps[at] = {span for span in step if span[1] in ends}
            ends = {start for start, _ in steps[at]}
        return steps if ends else []


def _steps(
    given: list[str], column: Column, follower: Column | None, starts: set[int], last: int
) -> set[_Span]:
    """Return the spans of fields, each from one of the starts and up to the last, that fit."""
    found = set()
    for start in starts:
        if start >= len(given) or not (_takes_any(column) or fits(column, given[start])):
            continue
        for end in range(start + 1, (last if column.wide else min(start + 1, last)) + 1):
            if column.reading is not Reading.TEXT and "\n" in given[end - 1]:
                break  # only names and notes run over several lines
            if _names_its_host(given, column, follower, start, end):
                found.add((start, end))
    return found


def _takes_any(column: Column) -> bool:
    return column.wide and column.reading not in _URLS


def _names_its_host(
    given: list[str], column: Column, follower: Column | None, start: int, end: int
) -> bool:
    """Say whether what follows a URL, if that is its host, is so."""
    if column.reading not in _URLS or follower is None or follower.reading is not Reading.HOST:
        return True
    return end < len(given) and is_host_of(given[end], DELIMITER.join(given[start:end]))
