"""What another way of counting would change, and what was left out."""

from markupsafe import Markup

from etmaal.core.verdicts import Verdict
from etmaal.letters.blocks.block import (
    NAME,
    NUMBER,
    TEXT,
    Block,
    Cell,
    Column,
    N,
    Table,
    columns,
    empty,
    norm,
    notes,
    rows_of,
)
from etmaal.letters.blocks.groups import variant
from etmaal.letters.values import Bulletin, LeftOut, Section, SensitivityRow
from etmaal.letters.writing import Writing

MOST_NAMED = 12
"""Verdicts that change, named in one cell; beyond that their number says enough."""

_REASONS = (
    "start_unknown",
    "undeliverable",
    "not_noticed",
    "gone_before_start",
    "withdrawn",
    "wrong_addressee",
)


def sensitivity(b: Bulletin, w: Writing) -> Block:
    """Would another way of counting change the verdicts?"""
    t, key = w.words.text, "sensitivity"
    if not b.sensitivity:
        return empty(key, w)
    names = {one.name for row in b.sensitivity for one in row.overturned}
    lead = t("sensitivity.lead_unjudged")
    if b.judges:
        lead = t("sensitivity.lead_none")
        if names:
            lead = t("sensitivity.lead", count=w.many("sensitivity.verdicts", len(names)))
    heads = [
        Column(t("sensitivity.variant"), NAME),
        Column(t("sensitivity.bounds", norm=norm(b, w)), NUMBER),
        Column(t("sensitivity.n"), N),
    ]
    if b.judges:
        heads += columns((TEXT, t("sensitivity.counts")), (TEXT, t("sensitivity.overturned")))
    table = Table(
        t("sensitivity.caption" if b.judges else "sensitivity.caption_unjudged", norm=norm(b, w)),
        tuple(heads),
        rows_of([_way(row, b.judges, w) for row in b.sensitivity]),
    )
    return Block(
        key,
        t("sensitivity.title" if b.judges else "sensitivity.title_unjudged"),
        lead,
        shown=(table,),
        reading=t("sensitivity.reading") if b.judges else "",
        limits=t("sensitivity.limits"),
        notes=notes(b, Section.SENSITIVITY, w),
    )


def _way(row: SensitivityRow, judges: bool, w: Writing) -> tuple[Cell, ...]:
    written = variant(row.variant, w)
    cells = (
        written[:1].upper() + written[1:],
        w.bounds(row.surely, row.possibly),
        w.count(row.n),
    )
    return (*cells, _counts(row, w), _changes(row, w)) if judges else cells


def _counts(row: SensitivityRow, w: Writing) -> str:
    c = row.counts
    if c is None:
        return w.words.text("unit.none")
    return ", ".join(
        f"{w.count(getattr(c, word.value))} {w.words.text(f'verdict.{word.value}')}"
        for word in Verdict
        if getattr(c, word.value)
    )


def _changes(row: SensitivityRow, w: Writing) -> Cell:
    t = w.words.text
    if not row.overturned:
        return t("sensitivity.none_changed")
    named = [
        w.words.rich(
            "sensitivity.change",
            name=w.isolated(one.name),
            was=t(f"verdict.{one.was}"),
            becomes=t(f"verdict.{one.becomes}"),
        )
        for one in sorted(row.overturned, key=lambda o: w.place(o.name))[:MOST_NAMED]
    ]
    left = len(row.overturned) - len(named)
    if left:
        named.append(w.words.rich("sensitivity.more", count=w.count(left)))
    return Markup("; ").join(named)


def left_out(b: Bulletin, w: Writing) -> Block:
    """What was left out, and why? Every reason has its own line."""
    t, found = w.words.text, b.left_out
    counts = [getattr(found, reason) for reason in _REASONS]
    rejected = sum(row.rejected for row in found.rejected)
    reasons = Table(
        t("left_out.caption"),
        columns((NAME, t("left_out.reason")), (NUMBER, t("left_out.episodes"))),
        (
            *((t(f"left_out.{r}"), w.count(c)) for r, c in zip(_REASONS, counts, strict=True)),
            (t("left_out.total"), w.count(sum(counts))),
        ),
    )
    disputed = w.many("unit.episodes", found.disputed)
    return Block(
        "left_out",
        t("left_out.title"),
        t(
            "left_out.lead",
            out=w.count(sum(counts)),
            episodes=w.many("unit.episodes", b.measured.episodes),
            rejected=w.many("left_out.rows", rejected),
        ),
        shown=(reasons, *_aside(found, w), *_rejected(found, w)),
        reading=t("left_out.reading"),
        limits=t("left_out.limits"),
        notes=(
            *([t("left_out.disputed", count=disputed)] if found.disputed else []),
            *([t("left_out.rejected_where")] if rejected else []),
            *notes(b, Section.LEFT_OUT, w),
        ),
    )


def _aside(found: LeftOut, w: Writing) -> list[Table]:
    t = w.words.text
    rows = [
        (t(f"left_out.{name}"), w.count(getattr(found, name)))
        for name in ("copies", "unnoticed", "after_as_of")
        if getattr(found, name)
    ]
    head = columns((NAME, t("left_out.reason")), (NUMBER, t("left_out.aside")))
    return [Table(t("left_out.aside_caption"), head, rows_of(rows))] if rows else []


def _rejected(found: LeftOut, w: Writing) -> list[Table]:
    t = w.words.text
    if not any(row.rejected for row in found.rejected):
        return []
    head = columns(
        (NAME, t("left_out.table")),
        (N, t("left_out.read")),
        (NUMBER, t("left_out.rejected")),
    )
    rows = [(row.table, w.count(row.read), w.count(row.rejected)) for row in found.rejected]
    return [Table(t("left_out.rejected_caption"), head, rows_of(rows))]
