"""Who meets the norm, who does not, of whom it cannot be told and why? Names for the cards."""

from dataclasses import dataclass

from markupsafe import Markup

from etmaal.charts.names import shortened
from etmaal.charts.palette import MARKS, Mark
from etmaal.core.verdicts import Verdict
from etmaal.letters.blocks.groups import because, grouped
from etmaal.letters.values import Bulletin, Code, ProviderRow
from etmaal.letters.writing import Writing

MOST_NAMED = 12
"""Names in one line; the table of providers has them all."""

_LONGEST = 48  # columns of a name on the first page
_NAMED = (
    Verdict.MEETS, Verdict.LAX, Verdict.CANNOT_BE_TOLD, Verdict.UNMEASURABLE, Verdict.TOO_FEW,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Named:
    """Some providers of one group: why they are in it (empty: the group says it), their names."""

    why: str
    names: Markup


@dataclass(frozen=True, slots=True)
class Who:
    """The providers of one group by name; every reason has its own line."""

    mark: Mark
    title: str
    count: str
    lines: tuple[Named, ...]


def who(b: Bulletin, w: Writing) -> tuple[Who, ...]:
    """Return who stands in which group; nothing where nobody is judged."""
    if not b.judges:
        return ()
    found = dict(grouped(b, w))
    return tuple(
        Who(
            mark=MARKS[group],
            title=w.words.text(f"group.{group}"),
            count=w.count(len(found[group])),
            lines=(*_by_reason(b, found[group], w), *_proposed(b, found[group], w)),
        )
        for group in (verdict.value for verdict in _NAMED)
        if group in found
    )


def proposed(b: Bulletin, row: ProviderRow, w: Writing) -> str:
    """Return in words that `wrong` is proposed of a provider, nothing where it is not."""
    if not b.judges or not row.proposed:
        return ""
    return w.words.text("finding.proposed")


def _by_reason(b: Bulletin, rows: list[ProviderRow], w: Writing) -> list[Named]:
    reasons: dict[str, list[ProviderRow]] = {}
    for row in rows:
        reasons.setdefault(because(b, row, w), []).append(row)
    return [Named(why, _names(found, w)) for why, found in reasons.items()]


def _proposed(b: Bulletin, rows: list[ProviderRow], w: Writing) -> list[Named]:
    found = [row for row in rows if proposed(b, row, w)]
    return [Named(w.words.text("finding.proposed"), _names(found, w))] if found else []


def _names(rows: list[ProviderRow], w: Writing) -> Markup:
    shown = rows[:MOST_NAMED]
    names = [w.isolated(_short(row, w)) for row in shown]
    if left := len(rows) - len(shown):
        names.append(w.words.rich("finding.more_names", count=w.count(left)))
    return Markup(", ").join(names)


def _short(row: ProviderRow, w: Writing) -> str:
    return row.name if isinstance(row.name, Code) else shortened(w.name(row), _LONGEST)
