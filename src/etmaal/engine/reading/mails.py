"""Which messages about a case left, to whom, when, and about which address?"""

from etmaal.core.dossiers import Dossier, Posted
from etmaal.engine.reading.addressing import Ground, whose
from etmaal.engine.reading.course import moved_since
from etmaal.engine.reading.rows import Rows
from etmaal.engine.reading.seal import Seal
from etmaal.engine.reading.words import ARRIVED, FAILED, QUEUED, ROLES, address


def tell_messages(
    item: str, case: Dossier, seal: Seal, ground: Ground, rows: Rows
) -> list[tuple[int, str]]:
    """Add the messages that left; return when which company got its own as a host."""
    told = []
    for posted in case.posted:
        if posted.role not in ROLES:
            rows.counts["role_unknown"] += 1
            continue
        said = _clock(posted, rows)
        if said is None:
            continue
        if posted.role == "hoster":
            told.append((said[0], whose(posted.contact, ground)))
        to = ground.addressees.get(posted.contact or "")
        rows.notices.append(
            (
                item,
                seal.batch(posted.number),
                None if to is None else to.provider,
                None if to is None else to.desk,
                _address(posted, said[0], case, rows),
                *said,
                posted.role,
            )
        )
    return told


def _address(posted: Posted, at: int, case: Dossier, rows: Rows) -> str | None:
    """Return where a case was at a message: where it is now only if nothing changed since."""
    known, now = address(posted.ip), address(case.ip)
    if known is None and now is not None and moved_since(at, case.turns):
        rows.counts["address_unsure"] += 1
        return None
    return known or now


def _clock(posted: Posted, rows: Rows) -> tuple[int, str, int | None, str] | None:
    """Return moment, basis, acceptance and delivery of a message; None if it never left.

    ``msg_queued`` is the sending: the moment the message was handed to the mail server. The
    moment of a good status is when the tool *found* it accepted, minutes later: never an earlier
    moment than the acceptance itself. A call to a provider's own interface has only that one.
    """
    status, queued, found = posted.status, posted.queued_at, posted.status_at
    if status not in ARRIVED | FAILED | {QUEUED}:
        rows.counts["not_sent"] += 1
        return None
    accepted = found if status in ARRIVED else None
    delivery = "accepted" if status in ARRIVED else "bounced" if status in FAILED else "unknown"
    if queued is None:
        if found is None or status == QUEUED:
            rows.counts["undated"] += 1
            return None
        return found, "accepted" if status in ARRIVED else "unknown", accepted, delivery
    if accepted is not None and accepted < queued:
        rows.counts["accepted_before_sent"] += 1
        accepted = None
    return queued, "unknown" if posted.doubtful else "sent", accepted, delivery
