"""Two periods by provider: what changed, what would have by itself, who could be named."""

from markupsafe import Markup

from etmaal.charts import change as chart
from etmaal.core.comparison import Because, Change, Effect, Span, Unit
from etmaal.letters.blocks.block import (
    NAME,
    NUMBER,
    TEXT,
    Block,
    Cell,
    N,
    Table,
    columns,
    picture,
    rows_of,
)
from etmaal.letters.saying import Saying


def change(s: Saying) -> Block:
    """How did each share change, and what may be said of it?"""
    key, t = "change", s.text
    pairs = [pair for c in s.ordered() if (pair := _pair(c, s)) is not None]
    counts = {word.value: s.w.count(s.c.count(word)) for word in {c.word for c in s.c.changes}}
    lead = t(
        "change.lead",
        improved=counts.get("improved", "0"),
        worsened=counts.get("worsened", "0"),
        untold=counts.get("cannot_be_told", "0"),
    )
    if not pairs:
        return Block(key, t("change.title"), empty=t("change.none"))
    shown, others = chart.shown(pairs)
    text = chart.Words(
        groups={group: t(f"word.{group}") for group in chart.GROUPS},
        before=t("change.before"),
        after=t("change.after"),
        aside=t("change.aside", before="{before}", after="{after}"),
    )
    desc = t("change.alt", shown=s.w.many("unit.providers", len(shown)), norm=s.norm)
    more = [t("change.more", shown=s.w.count(len(shown)), others=s.w.count(len(others)))]
    return Block(
        key,
        t("change.title"),
        lead,
        pictures=(
            picture(lambda f: chart.draw(pairs, text, f), key, t("change.title"), desc, s.w),
        ),
        reading=t("change.reading"),
        limits=t("change.limits"),
        notes=tuple(more) if others else (),
    )


def _pair(c: Change, s: Saying) -> chart.Pair | None:
    sides = [_side(unit) for unit in (c.before, c.after)]
    if sides[0] is None or sides[1] is None:
        return None
    return chart.Pair(s.name(c), c.word.value, sides[0], sides[1])


def _side(unit: Unit | None) -> chart.Side | None:
    if unit is None or unit.in_time is None:
        return None
    return chart.Side(unit.in_time.value, unit.in_time.low, unit.in_time.high, unit.n)


def register(s: Saying) -> Block:
    """The same in figures, and those too that are in one period only."""
    t = s.text
    if not s.c.changes:
        return Block("register", t("register.title"), empty=t("register.none"))
    return Block(
        "register",
        t("register.title"),
        t("register.lead"),
        shown=(_changes(s),),
        reading=t("register.reading"),
        limits=t("register.limits"),
    )


def _changes(s: Saying) -> Table:
    t = s.text
    judged = ((TEXT, t("change.verdicts")),) if s.c.verdicts else ()
    return Table(
        t("change.caption", norm=s.norm),
        columns(
            (NAME, t("change.provider")),
            (TEXT, t("change.said")),
            (N, t("change.n")),
            (NUMBER, t("change.first")),
            (NUMBER, t("change.second")),
            (NUMBER, t("change.difference")),
            (NUMBER, t("change.counted")),
            *judged,
        ),
        rows_of([_line(c, s) for c in s.ordered()]),
    )


def _line(c: Change, s: Saying) -> tuple[Cell, ...]:
    line: tuple[Cell, ...] = (
        _with_remarks(c, s),
        s.text(f"word.{c.word}"),
        counts(c, s),
        s.share(_share(c.before)),
        s.share(_share(c.after)),
        s.change(c.change),
        _counted(c, s),
    )
    return (*line, _verdicts(c, s)) if s.c.verdicts else line


def counts(c: Change, s: Saying) -> str:
    """Return a provider's n in both periods."""
    none = s.w.words.text("unit.none")
    before, after = (none if u is None else s.w.count(u.n) for u in (c.before, c.after))
    return s.text("change.counts", before=before, after=after)


def _share(unit: Unit | None) -> Span | None:
    return None if unit is None else unit.in_time


def _counted(c: Change, s: Saying) -> str:
    if c.least is None or c.most is None:
        return s.w.words.text("unit.none")
    return s.w.words.text("unit.interval", low=s.signed(c.least), high=s.signed(c.most))


def _verdicts(c: Change, s: Saying) -> str:
    none = s.w.words.text("unit.none")
    before, after = (
        none if unit is None or unit.verdict is None else s.w.words.text(f"verdict.{unit.verdict}")
        for unit in (c.before, c.after)
    )
    return s.text("change.verdict_pair", before=before, after=after)


def _with_remarks(c: Change, s: Saying) -> Markup:
    said = []
    if c.because not in (Because.EXCLUDES_ZERO, Because.ONLY_AFTER, Because.ONLY_BEFORE):
        said.append(s.text(f"because.{c.because}", smallest_n=s.c.smallest_n))
    for remark, holds in (
        ("by_itself", c.by_itself and c.comparable),
        ("looked_otherwise", c.looked_otherwise),
        ("warned", c.warned),
    ):
        if holds:
            said.append(s.text(f"remark.{remark}"))
    said += [s.text(f"evidence.{evidence}") for evidence in c.networks]
    if c.namesake:
        said.append(s.text("remark.namesake", id=c.namesake))
    under = Markup(' <span class="because">{}</span>').format(" ".join(said)) if said else ""
    return Markup("{}{}").format(s.isolated(c), under)


def itself(s: Saying) -> Block:
    """What would have changed by itself, and what changed beyond that?"""
    key, t = "itself", s.text
    found = [c for c in s.ordered() if c.beyond is not None and c.comparable]
    if not found:
        return Block(key, t("itself.title"), empty=t("itself.none"))
    return Block(
        key,
        t("itself.title"),
        t(
            "itself.lead",
            providers=s.w.many("unit.providers", len(found)),
            itself=s.w.count(sum(c.by_itself for c in found)),
        ),
        shown=(_beyond(found, s),),
        reading=t("itself.reading"),
        limits=t("itself.limits"),
    )


def _beyond(found: list[Change], s: Saying) -> Table:
    t = s.text
    return Table(
        t("itself.caption"),
        columns(
            (NAME, t("change.provider")),
            (N, t("change.n")),
            (NUMBER, t("change.first")),
            (NUMBER, t("itself.expected")),
            (NUMBER, t("change.second")),
            (NUMBER, t("itself.beyond")),
            (TEXT, t("itself.enough")),
        ),
        rows_of(
            [
                (
                    s.isolated(c),
                    counts(c, s),
                    s.share(_share(c.before)),
                    s.share(c.usual),
                    s.share(_share(c.after)),
                    s.change(c.beyond),
                    t(f"itself.{_enough(c)}"),
                )
                for c in found
            ]
        ),
    )


def _enough(c: Change) -> str:
    if c.by_itself:
        return "not_more"
    surely = c.beyond is not None and not c.beyond.low <= 0 <= c.beyond.high
    return "more" if surely else "unsure"


def named(s: Saying) -> Block:
    """Of whom may naming be proposed, and of whom is it withheld?"""
    t, title = s.text, s.text("named.title")
    found = [c for c in s.ordered() if c.may_be_named]
    held = [c for c in s.ordered() if c.withheld]
    if not (found or held):
        return Block("named", title, empty=t(f"named.{_why_nobody(s)}"))
    many = s.w.many("unit.providers", len(found or held))
    return Block(
        "named",
        title,
        t("named.lead" if found else "named.lead_withheld", count=many),
        shown=(
            *([_nameable("caption", found, s)] if found else []),
            *([_nameable("withheld_caption", held, s)] if held else []),
        ),
        limits=t("named.limits"),
    )


def _why_nobody(s: Saying) -> str:
    if not s.c.verdicts:
        return "unjudged"
    for_all = (Effect.CHANGE, Effect.VERDICTS, Effect.NAMING)
    return "withheld" if any(mark.effect in for_all for mark in s.c.marks) else "none"


def _nameable(caption: str, found: list[Change], s: Saying) -> Table:
    """Return both verdicts of some providers, and of those withheld the reason."""
    t = s.text
    why = any(c.withheld for c in found)
    return Table(
        t(f"named.{caption}"),
        columns(
            (NAME, t("change.provider")),
            (N, t("change.n")),
            (TEXT, t("named.first")),
            (TEXT, t("named.second")),
            *([(TEXT, t("named.why"))] if why else []),
        ),
        rows_of(
            [
                (s.isolated(c), counts(c, s), *_both(c, s), *([_withheld(c, s)] if why else []))
                for c in found
            ]
        ),
    )


def _withheld(c: Change, s: Saying) -> str:
    return " ".join(s.text(f"withheld.{reason}") for reason in c.withheld)


def _both(c: Change, s: Saying) -> tuple[str, ...]:
    return tuple(
        s.verdict(None, None) if unit is None else s.verdict(unit.verdict, unit.because)
        for unit in (c.before, c.after)
    )
