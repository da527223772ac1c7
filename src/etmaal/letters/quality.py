"""The page on the quality of what was read: what can be known from it, and what cannot and why."""

from functools import cache

import jinja2

from etmaal.charts import gaps as bars
from etmaal.letters.blocks.block import (
    NAME,
    NUMBER,
    TEXT,
    Block,
    N,
    Table,
    columns,
    picture,
    rows_of,
)
from etmaal.letters.blocks.hours import classes, name
from etmaal.letters.values.quality import Quality, Reading
from etmaal.letters.words import words_with
from etmaal.letters.writing import Writing

PAGE = "quality"


def render_html(quality: Quality, language: str) -> str:
    """Return the page as HTML in one language: self-contained, without script, the same each time.

    Raises:
        ValueError: if the language has no catalogue.
    """
    w = Writing(words_with(PAGE, language))
    blocks = [_rows(quality, w), _starts(quality, w, language), _moments(quality, w)]
    blocks += [_widths(quality, w), _closing(quality, w)]
    blocks += [block for one in quality.readings for block in _reading(one, quality, w)]
    return _template().render(
        language=language,
        text=w.words.text,
        blocks=blocks,
        kinds=sorted({w.words.text(f"quality.kind.{one.kind}") for one in quality.readings}),
    )


def _of_scart(q: Quality) -> bool:
    """Say whether what the hotline's own tool does and does not do is of any concern here."""
    return any(one.kind.startswith("scart-") for one in q.readings)


def _rows(q: Quality, w: Writing) -> Block:
    t = w.words.text
    table = Table(
        t("quality.rows.caption"),
        columns((NAME, t("quality.rows.table")), (NUMBER, t("quality.rows.rows"))),
        rows_of([(t(f"quality.table.{which}"), w.count(count)) for which, count in q.rows]),
    )
    return Block("rows", t("quality.rows.title"), t("quality.rows.lead"), shown=(table,))


def _starts(q: Quality, w: Writing, language: str) -> Block:
    """Which clocks can start, and for how many first notices their start is unknown."""
    t = w.words.text
    table = Table(
        t("quality.starts.caption"),
        columns(
            (NAME, t("quality.starts.clock")), (NUMBER, t("quality.known")),
            (NUMBER, t("quality.unknown")), (NUMBER, t("quality.share")), (N, t("unit.n")),
        ),
        rows_of(
            [
                (s.in_language(language), w.count(s.known), w.count(s.of - s.known),
                 w.percent(s.known / s.of if s.of else None), w.count(s.of))
                for s in q.starts
            ]
        ),
    )  # fmt: skip
    return Block(
        "starts", t("quality.starts.title"), t("quality.starts.lead"), shown=(table,),
        reading=t("quality.starts.reading"),
        limits=t("quality.starts.limits") if _of_scart(q) else "",
    )  # fmt: skip


def _moments(q: Quality, w: Writing) -> Block:
    """Which moments the sources hold, and of those they do not, why."""
    t = w.words.text
    why = "why" if _of_scart(q) else "why_other"
    table = Table(
        t("quality.moments.caption"),
        columns(
            (NAME, t("quality.moments.moment")), (NUMBER, t("quality.known")),
            (N, t("unit.n")), (TEXT, t("quality.moments.why")),
        ),
        rows_of(
            [
                (t(f"quality.moment.{m.which}.name"), w.count(m.known), w.count(m.of),
                 t(f"quality.moment.{m.which}.{why}"))
                for m in q.moments
            ]
        ),
    )  # fmt: skip
    return Block("moments", t("quality.moments.title"), t("quality.moments.lead"), shown=(table,))


def _widths(q: Quality, w: Writing) -> Block:
    """How wide the windows are in which removals lie."""
    t, key, found = w.words.text, "widths", q.widths
    if not found.n or found.p50_hours is None or found.p90_hours is None:
        return Block(key, t("quality.widths.title"), empty=t("quality.widths.none"))
    bins = classes(found.bins, w)
    table = Table(
        t("quality.widths.caption"),
        columns(
            (NAME, t("quality.widths.width")), (NUMBER, t("quality.widths.count")),
            (NUMBER, t("quality.share")), (N, t("unit.n")),
        ),
        rows_of(
            [
                (name(one, w), w.count(one.count), w.percent(one.count / found.n), w.count(found.n))
                for one in found.bins
            ]
        ),
    )  # fmt: skip
    desc = t("quality.widths.alt")
    return Block(
        key,
        t("quality.widths.title"),
        t(
            "quality.widths.lead",
            p50=w.hours(found.p50_hours),
            p90=w.hours(found.p90_hours),
            n=w.count(found.n),
        ),
        pictures=(picture(lambda f: bars.draw(bins, f), key, t("quality.widths.title"), desc, w),),
        behind=(table,),
        reading=t("quality.widths.reading"),
        limits=t(
            "quality.widths.limits" if _of_scart(q) else "quality.widths.limits_other",
            count=w.count(found.never_online),
        ),
    )


def _closing(q: Quality, w: Writing) -> Block:
    """How many removals lack a closing time, and what that costs."""
    t = w.words.text
    untimed = sum(one.count("closing_untimed") for one in q.readings)
    found = q.widths
    return Block(
        "closing",
        t("quality.closing.title"),
        t("quality.closing.lead" if untimed else "quality.closing.none", count=w.count(untimed)),
        shown=(
            Table(
                t("quality.closing.caption"),
                columns((NAME, t("quality.closing.what")), (NUMBER, t("quality.closing.count"))),
                rows_of(
                    [
                        (t("quality.closing.removals"), w.count(found.n)),
                        (t("quality.closing.untimed"), w.count(untimed)),
                        (t("quality.closing.straddling"), w.count(found.straddling)),
                    ]
                ),
            ),
        ),
        reading=t("quality.closing.reading") if _of_scart(q) else "",
    )


def _reading(one: Reading, q: Quality, w: Writing) -> list[Block]:
    """What was found in one reading: files, what was left at the door, what was counted."""
    t, number = w.words.text, q.readings.index(one) + 1
    title = t("quality.reading.title", number=number, kind=t(f"quality.kind.{one.kind}"))
    files = Table(
        t("quality.reading.files"),
        columns(
            (NAME, t("quality.reading.file")), (NUMBER, t("quality.reading.records")),
            (NUMBER, t("quality.reading.rejected")), (NUMBER, t("quality.reading.deleted")),
            (TEXT, t("quality.reading.zone")), (TEXT, t("quality.reading.made_at")),
            (TEXT, t("quality.reading.dropped")),
        ),
        rows_of(
            [
                (f.file, w.count(f.records), w.count(f.rejected), w.count(f.deleted),
                 f.zone or t("unit.none"), made or t("unit.unknown"),
                 ", ".join(f.dropped) or t("unit.none"))
                for f, made in zip(one.files, one.made_at, strict=True)
            ]
        ),
    )  # fmt: skip
    counted = [(t(f"quality.count.{reason}"), w.count(count)) for reason, count in one.counts]
    odd = [(t(f"quality.odd.{reason}"), w.count(count)) for reason, count in one.contradictions]
    heads = columns((TEXT, t("quality.reading.what")), (NUMBER, t("quality.reading.number")))
    shown = [files] if one.files else []
    shown += [Table(t("quality.reading.counts"), heads, rows_of(counted))] if counted else []
    shown += [Table(t("quality.reading.odd"), heads, rows_of(odd))] if odd else []
    lead = t("quality.reading.lead", zone=one.zone) if one.zone else ""
    if not shown:
        return [Block(f"reading-{number}", title, empty=t("quality.reading.nothing"))]
    return [
        Block(
            f"reading-{number}", title, lead, shown=tuple(shown),
            reading=t("quality.reading.reading"), limits=t("quality.reading.limits"),
        )
    ]  # fmt: skip


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("etmaal.letters"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("quality.html.jinja")
