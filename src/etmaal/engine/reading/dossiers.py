"""What do the rows of a hotline's database mean? From one case's dossier to notices and looks.

Where the record is silent or contradicts itself, the reading that counts for the provider holds.
Meanings: `docs/data.md`, "From the hotline's database".
"""

from etmaal.core.dossiers import (
    FOUND_OFFLINE,
    LOOKED_UP,
    MERGED,
    NOT_LOCAL,
    Dossier,
    Turn,
)
from etmaal.engine.reading.addressing import Ground, whose
from etmaal.engine.reading.course import Move, back_at, next_closing, renewed, undone
from etmaal.engine.reading.mails import tell_messages
from etmaal.engine.reading.rows import Rows
from etmaal.engine.reading.seal import Seal
from etmaal.engine.reading.words import (
    CHECKING,
    CLOSED,
    ILLEGAL,
    NOT_LOOKED,
    OFFLINE,
    looked_at,
    shown,
)


def tell(case: Dossier, seal: Seal, ground: Ground, rows: Rows) -> None:
    """Add what one case says to the rows.

    Cases not found illegal are outside the population: counted, and nothing else.
    """
    counts = rows.counts
    counts["cases"] += 1
    if (case.grade or "").casefold() != ILLEGAL:
        counts[f"outside_{_outside(case.grade)}"] += 1
        return
    number = seal.number(case.number)
    where = None if case.url is None else seal.address(case.url)
    counts["url_unknown"] += where is None
    seen = looked_at(case.url_type)
    counts["pages"] += seen == "page"
    item = number if where is None else where.item
    rows.items.append(
        (item, number, None if where is None else where.site, case.received_at, case.graded_at,
         shown(case.source), seen)
    )  # fmt: skip
    told = tell_messages(item, case, seal, ground, rows)
    states = [turn for turn in case.turns if turn.tag == "STATUS"]
    looks = _tell_looks(item, case, states, rows)
    abroad, flips = _tell_moves(item, case, told, ground, rows)
    _tell_closings(item, case, states, ground, rows, abroad, flips)
    _tell_reopenings(item, states, looks, [at for at, _ in told], rows)
    counts["police_first"] += case.status == "first_police"
    counts["changed_unobserved"] += case.status == "abusecontact_changed"
    counts["double"] += case.status == "close_double"


def _outside(grade: str | None) -> str:
    word = (grade or "").casefold()
    return word if word in ("not_illegal", "ignore") else "unset"


def _tell_looks(item: str, case: Dossier, states: list[Turn], rows: Rows) -> list[int]:
    """Add and return the looks online: the last, and those at which it was put in a message."""
    looks = []
    for at, is_last in [(case.seen_at, True), *((p.seen_at, False) for p in case.posted)]:
        if at is None:
            continue
        state = _state(at, case, states)
        if state in NOT_LOOKED:
            rows.counts["seen_without_look"] += is_last
        elif renewed(at, case.posted):
            rows.counts["seen_by_police_mail"] += is_last
        elif state in CLOSED and states and (case.status in CLOSED or at < states[-1].at):
            rows.counts["seen_after_closing"] += is_last
        else:
            rows.looked(item, at, "online", "hotline")
            looks.append(at)
    return looks


def _state(at: int, case: Dossier, states: list[Turn]) -> str | None:
    """Return in which state a case was at a moment; closed in that second is closed."""
    if not states:
        return case.status
    before = [turn for turn in states if turn.at <= at]
    return before[-1].new if before else states[0].old


def _moves(case: Dossier, ground: Ground) -> list[Move]:
    """Return the changes of host in the history; another desk of one company is none."""
    moves = []
    for turn in case.turns:
        if turn.tag != "HOSTER" or not turn.old or not turn.new or turn.said == MERGED:
            continue
        to = ground.addressees.get(turn.new)
        move = Move(
            turn.at,
            whose(turn.old, ground),
            whose(turn.new, ground),
            to is not None and to.abroad,
            turn.said != LOOKED_UP,
        )
        if move.old != move.new:
            moves.append(move)
    return moves


def _tell_moves(
    item: str, case: Dossier, told: list[tuple[int, str]], ground: Ground, rows: Rows
) -> tuple[int | None, list[tuple[int, int]]]:
    """Add the changes of host that stand.

    Returns:
        When the case was last found to have left the country, and the spells in which the look-up
        named another host for nothing.
    """
    moves = _moves(case, ground)
    runs = undone(moves, told)
    nothing = {place for first, last in runs for place in range(first, last + 1)}
    left_at = None
    for place, move in enumerate(moves):
        if place in nothing:
            rows.counts["moved_undone"] += 1
            continue
        left_at = move.at if move.abroad else None
        # Whom a person puts it at may have had it from the first; only a look-up finds a move.
        kinds = ["moved_abroad"] * move.abroad + ["reassigned"] * move.by_hand or ["moved_host"]
        for kind in kinds:
            rows.counts[kind] += 1
            rows.events.append((item, move.at, kind))
    return left_at, [(moves[first].at, moves[last].at) for first, last in runs]


def _tell_closings(
    item: str,
    case: Dossier,
    states: list[Turn],
    ground: Ground,
    rows: Rows,
    left_at: int | None,
    flips: list[tuple[int, int]],
) -> None:
    """Add how the case was closed, each time."""
    closed: str | None = None
    for turn in states:
        if turn.new in OFFLINE:
            by = "hotline" if turn.said == FOUND_OFFLINE else "analyst"
            rows.looked(item, turn.at, "gone", by)
            rows.counts[f"closed_by_{by}"] += closed is None
            closed = turn.new
        elif turn.new == "close":
            for_nothing = any(begun <= turn.at < ended for begun, ended in flips)
            said = "" if for_nothing else turn.said
            _tell_close(item, turn.at, said, case, ground, rows, left_at)
            closed = turn.new
        elif turn.new == "close_double":
            closed = turn.new
        elif turn.new in CHECKING:
            closed = None
    if closed is None and case.status in CLOSED:
        _tell_untimed(item, case, ground, rows, left_at)
    elif closed is not None and case.status not in CLOSED:
        rows.counts["open_after_closing"] += 1


def _tell_reopenings(
    item: str, states: list[Turn], looks: list[int], told: list[int], rows: Rows
) -> None:
    """Add that a case opened again was there, if it was seen before it was closed again."""
    closed = False
    for place, turn in enumerate(states):
        if turn.new in CLOSED:
            closed = True
        elif turn.new in CHECKING and closed:
            closed = False
            back = back_at(turn.at, next_closing(states, place), looks, told)
            rows.counts["reopened_unseen" if back is None else "reopened"] += 1
            if back is not None and back not in looks:
                rows.looked(item, back, "online", "hotline")


def _tell_untimed(
    item: str, case: Dossier, ground: Ground, rows: Rows, left_at: int | None
) -> None:
    """Add a closing of which no row says when it was: no later than the dump was made."""
    if case.status in OFFLINE:
        rows.counts["closing_untimed"] += 1
        if ground.made_at is not None:
            by = "analyst" if case.status == "close_offline_manual" else "hotline"
            rows.looked(item, ground.made_at, "gone", by)
    elif case.status == "close":
        _tell_close(item, ground.made_at, "", case, ground, rows, left_at)


def _tell_close(
    item: str,
    at: int | None,
    said: str,
    case: Dossier,
    ground: Ground,
    rows: Rows,
    left_at: int | None,
) -> None:
    """Add a closing without a word on the item: it left the country, or nobody knows why."""
    host = ground.addressees.get(case.contact or "")
    if said != NOT_LOCAL and not (host is not None and host.abroad):
        rows.counts["closed_unknown"] += 1
        return
    if left_at is not None:
        return  # the change of host that found it is on record
    rows.counts["moved_abroad"] += 1
    if at is None:
        rows.counts["closing_untimed"] += 1
    else:
        rows.events.append((item, at, "moved_abroad"))
