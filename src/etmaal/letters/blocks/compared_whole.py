"""Two periods over all providers: averages, mix, those warned, what was measured otherwise."""

from datetime import timedelta

from etmaal.core.comparison import Edition, Effect, GroupChange, Mark, What
from etmaal.letters.blocks.block import NAME, NUMBER, TEXT, Block, Cell, N, Table, columns, rows_of
from etmaal.letters.saying import Saying

# Kinds of breaks on record have their words in the common catalogue.
RECORDED = (What.CHECKER, What.SAMPLING, What.RULE, What.SOURCE)
_SHORT = 12  # characters of a digest that tell two editions apart


def averages(s: Saying) -> Block:
    """How did the two averages change?"""
    t, whole = s.text, s.c.together
    table = Table(
        t("averages.caption", norm=s.norm),
        columns(
            (NAME, t("averages.average")),
            (N, t("change.n")),
            (NUMBER, t("change.first")),
            (NUMBER, t("change.second")),
            (NUMBER, t("change.difference")),
        ),
        rows_of(
            [
                (
                    t(f"averages.{name}"),
                    t(
                        "change.counts",
                        before=s.w.count(average.n[0]),
                        after=s.w.count(average.n[1]),
                    ),
                    s.share(average.before),
                    s.share(average.after),
                    s.change(average.change),
                )
                for name, average in (("pooled", whole.pooled), ("mean", whole.mean))
            ]
        ),
    )
    return Block(
        "averages",
        t("averages.title"),
        t("averages.lead"),
        shown=(table,),
        reading=t("averages.reading"),
        limits=t("averages.limits"),
    )


def mix(s: Saying) -> Block:
    """What of the pooled change is behaviour, and what is mix?"""
    t, found, pooled = s.text, s.c.together.mix, s.c.together.pooled.change
    if found is None or pooled is None:
        return Block("mix", t("mix.title"), empty=t("mix.none"))
    none = s.w.words.text("unit.none")
    behaviour = s.w.words.text(
        "unit.interval", low=s.signed(found.behaviour.low), high=s.signed(found.behaviour.high)
    )
    rows = [
        (t("mix.behaviour"), s.signed(found.behaviour.value), behaviour),
        (t("mix.weights"), s.signed(found.weights), none),
        (t("mix.entry"), s.signed(found.entry), none),
        (t("mix.total"), s.signed(pooled.value), none),
    ]
    table = Table(
        t("mix.caption"),
        columns((NAME, t("mix.part")), (NUMBER, t("mix.points")), (NUMBER, t("mix.interval"))),
        rows_of(rows),
    )
    return Block(
        "mix",
        t("mix.title"),
        t("mix.lead", change=s.points(pooled.value), behaviour=s.points(found.behaviour.value)),
        shown=(table,),
        reading=t("mix.reading"),
        limits=t("mix.limits"),
    )


def warned(s: Saying) -> Block:
    """How did those warned change beside the others?"""
    t, found = s.text, s.c.together.warned
    if found is None:
        raise ValueError("nobody said who was warned")
    counts = {
        "warned": s.w.count(found.warned.providers),
        "warned_of": s.w.count(_members(found.warned)),
        "others": s.w.count(found.others.providers),
        "others_of": s.w.count(_members(found.others)),
    }
    lead = t("warned.lead_none", **counts)
    if found.apart is not None:
        lead = t("warned.lead", apart=s.change_in_points(found.apart), **counts)
    none = s.w.words.text("unit.none")
    table = Table(
        t("warned.caption"),
        columns(
            (NAME, t("warned.group")),
            (N, t("warned.providers")),
            (N, t("warned.left_out")),
            (NUMBER, t("warned.change")),
            (NUMBER, t("warned.beyond")),
        ),
        rows_of(
            [
                _group(t("warned.those"), found.warned, s),
                _group(t("warned.others"), found.others, s),
                (
                    t("warned.apart"),
                    none,
                    none,
                    s.change(found.apart),
                    s.change(found.apart_beyond),
                ),
            ]
        ),
    )
    return Block(
        "warned",
        t("warned.title"),
        lead,
        shown=(table,),
        reading=t("warned.reading"),
        limits=t("warned.limits"),
        notes=(t("warned.beyond_none"),) if found.apart and not found.apart_beyond else (),
    )


def _members(group: GroupChange) -> int:
    return group.providers + group.left_out


def _group(name: str, group: GroupChange, s: Saying) -> tuple[Cell, ...]:
    return (
        name,
        s.w.count(group.providers),
        s.w.count(group.left_out),
        s.change(group.change),
        s.change(group.beyond),
    )


def marks(s: Saying) -> Block:
    """What was not the same in the two periods, and what follows from that?"""
    t = s.text
    looked = sum(change.looked_otherwise for change in s.c.changes)
    some = [t("marks.looked", providers=s.w.many("unit.providers", looked))] if looked else []
    if not s.c.marks:
        empty = " ".join([*some, t("marks.none_else" if looked else "marks.none")])
        return Block("marks", t("marks.title"), empty=empty)
    grave = sum(mark.effect in (Effect.CHANGE, Effect.SOME) for mark in s.c.marks)
    table = Table(
        t("marks.caption"),
        columns(
            (NAME, t("marks.what")),
            (TEXT, t("marks.first")),
            (TEXT, t("marks.second")),
            (TEXT, t("marks.detail")),
            (TEXT, t("marks.effect")),
        ),
        rows_of([_mark(mark, s) for mark in s.c.marks]),
    )
    return Block(
        "marks",
        t("marks.title"),
        t("marks.lead", changes=s.w.count(grave)) if grave else t("marks.lead_mild"),
        shown=(table,),
        limits=t("marks.limits"),
        notes=tuple(some),
    )


def _mark(mark: Mark, s: Saying) -> tuple[Cell, ...]:
    none = s.w.words.text("unit.none")
    what = (
        s.w.words.text(f"break.{mark.what}") if mark.what in RECORDED
        else s.text(f"mark.{mark.what}")
    )  # fmt: skip
    detail = mark.detail
    if mark.what is What.PROVISIONAL:
        detail = s.text(f"which.{mark.detail}")
    elif mark.what is What.TIME_BETWEEN:
        detail = s.w.words.text("unit.days", n=mark.detail)
    if mark.on is not None:
        day = s.text("marks.from_day", date=s.w.date(mark.on))
        detail = f"{day}: {detail}" if detail else day
    before, after = mark.before, mark.after
    if mark.what is What.TOO_SOON:
        before, after = s.w.moment(s.c.before.as_of), s.w.date(s.c.after.period_from)
    return (
        what,
        before or none,
        after or none,
        detail or none,
        s.text(f"effect.{mark.effect}"),
    )


def versions(s: Saying) -> Table:
    """Return which editions were compared."""
    t, both = s.text, (s.c.before, s.c.after)
    return Table(
        t("versions.caption"),
        columns(
            (NAME, t("versions.what")),
            (TEXT, t("period_first")),
            (TEXT, t("period_second")),
        ),
        rows_of(
            [
                (t("versions.period"), *(period(edition, s) for edition in both)),
                (t("versions.as_of"), *(s.w.moment(edition.as_of) for edition in both)),
                (t("versions.code"), *(edition.code for edition in both)),
                (t("versions.floors"), *(edition.floors for edition in both)),
                (t("versions.snapshot"), *(edition.snapshot[:_SHORT] for edition in both)),
                (t("versions.edition"), *(edition.sha256[:_SHORT] for edition in both)),
            ]
        ),
    )


def period(edition: Edition, s: Saying) -> str:
    """Return an edition's days, its last day within them."""
    last = edition.period_before - timedelta(days=1)
    return s.w.words.text(
        "language.period", first=s.w.date(edition.period_from), last=s.w.date(last)
    )
