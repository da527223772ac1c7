"""How is it said what a walk along the audit chain found? In words for people, and as JSON."""

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from etmaal.accounts.chain_findings import Checked, Finding

_LONG_S = 60  # the worker links every second; a tail older than this means that none does

_WORDS = {
    "line_changed": "changed after it was linked (or the place before it, with its digest)",
    "line_removed": "the line was removed, its link is there",
    "link_changed": "the digest was changed, the line was not",
    "links_removed": "removed",
    "inserted": "put in between",
    "renumbered": "from here on the places were renumbered",
    "does_not_follow": "does not follow: changed, or put there",
    "waiting_removed": "removed before it was linked",
    "waiting_changed": "waits for its link, and is no line that could have been written",
    "not_waiting": "not linked, and taken out of the queue (`etmaal audit link` puts it back)",
    "rewritten": "written anew: a signed head says another digest",
    "cut_off": "removed at the end: a signed head says that there was more",
    "head_not_signed": "the head is not signed by a key that is trusted here",
    "no_head": "no signed head covers this",
    "unguarded": "the database does not refuse this change any more: its trigger is gone",
}


def told(checked: "Checked", at: datetime) -> tuple[list[str], list[str]]:
    """Return what was found, a line each, and what is only odd."""
    lines = [_said(found) for found in checked.findings]
    if checked.more:
        lines.append(f"... and {checked.more:,} more")
    heads = f"; signed heads that agree: {checked.heads_passed:,}" if checked.heads_passed else ""
    if checked.findings:
        lines.append(f"the chain is NOT whole: {checked.links:,} links walked{heads}")
    else:
        lines.append(f"the chain is whole: {checked.links:,} links, each follows{heads}")
        lines.append(f"last place {checked.place:,}, digest {checked.digest}")
    return lines, _odd(checked, at)


def _said(found: "Finding") -> str:
    where = []
    if found.first is not None:
        one = found.first == found.last or found.last is None
        where.append(
            f"place {found.first:,}" if one else f"places {found.first:,} to {found.last:,}"
        )
    if found.line is not None:
        where.append(f"line {found.line:,}")
    if found.note:
        where.append(found.note)
    return f"{', '.join(where)}: {_WORDS[found.wrong.value]}" if where else _WORDS[found.wrong]


def _odd(checked: "Checked", at: datetime) -> list[str]:
    said, odd, unlinked = [], checked.odd, checked.unlinked
    if odd.late:
        said.append(
            f"{odd.late:,} lines are dated over an hour before lines linked ahead of them, the "
            f"first at place {odd.first_late:,}: written late, or dated back"
        )
    if odd.early:
        said.append(
            f"{odd.early:,} lines are dated after the moment they were linked, the first at place "
            f"{odd.first_early:,}: a clock was wrong, or they were dated forward"
        )
    if unlinked is not None and unlinked.lines:
        waited = _waited_s(checked, at)
        said.append(
            f"{unlinked.lines:,} lines are not linked yet; the oldest waits {waited:,.0f} s"
        )
        if waited > _LONG_S:
            said.append("no sequencer seems to run: start the worker, or `etmaal audit link`")
    return said


def _waited_s(checked: "Checked", at: datetime) -> float:
    oldest = checked.unlinked.oldest_at if checked.unlinked else None
    return (at - oldest).total_seconds() if oldest else 0.0


def told_as_json(checked: "Checked", at: datetime) -> dict[str, object]:
    """Return the same for machines."""
    unlinked = checked.unlinked
    return {
        "whole": not checked.findings,
        "links": checked.links,
        "place": checked.place,
        "digest": checked.digest,
        "heads_passed": checked.heads_passed,
        "findings": [
            {
                "wrong": found.wrong.value,
                "first_place": found.first,
                "last_place": found.last,
                "line": found.line,
                "note": found.note,
                "says": _said(found),
            }
            for found in checked.findings
        ],
        "more_findings": checked.more,
        "unlinked": None
        if unlinked is None
        else {"lines": unlinked.lines, "oldest_s": round(_waited_s(checked, at), 3)},
        "notes": _odd(checked, at),
    }
