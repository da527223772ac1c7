"""The page of clocks: what the same removals look like under other norms and other clocks."""

from datetime import timedelta
from functools import cache

import jinja2
from markupsafe import Markup

from etmaal.charts import intervals as chart
from etmaal.core.history import FRONT, UNRESOLVED
from etmaal.definitions.values import Body
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
from etmaal.letters.values import Share
from etmaal.letters.values.clocks import BodyReading, Clocks, OfEdition, WithinShare
from etmaal.letters.words import words
from etmaal.letters.writing import Writing, isolated


def render_html(clocks: Clocks, language: str) -> str:
    """Return the page as HTML in one language: self-contained, without script, the same each time.

    Raises:
        ValueError: if the language has no catalogue.
    """
    w = Writing(words(language))
    t = w.words.text
    return _template().render(
        language=language,
        text=t,
        subtitle=t(
            "clocks.subtitle",
            first=w.date(clocks.period_from),
            last=w.date(clocks.period_before - timedelta(days=1)),
            clock=clocks.clock.in_language(language),
        ),
        known=t("clocks.known", moment=w.moment(clocks.of.as_of)),
        status=t("page.provisional" if clocks.of.provisional else "page.final"),
        banners=_banners(clocks, w),
        blocks=[_norms(clocks, w), _bodies(clocks, w, language)],
        versions=_versions(clocks.of, w),
    )


def _banners(c: Clocks, w: Writing) -> list[Markup]:
    said = [w.words.rich("clocks.banner")]
    if c.of.provisional and c.of.final_from is not None:
        said.append(w.words.rich("page.provisional_until", moment=w.moment(c.of.final_from)))
    elif c.of.provisional:
        said.append(w.words.rich("page.provisional_open"))
    return said


def _versions(of: OfEdition, w: Writing) -> Table:
    """Return which edition this is of, and by what it was made."""
    t = w.words.text
    rows: list[tuple[Cell, ...]] = [
        (t("clocks.known_up_to"), w.moment(of.as_of)),
        (t("clocks.of_clock"), f"{of.clock[0]}, {of.clock[1]}"),
        (t("clocks.of_floors"), f"{of.floors[0]}, {of.floors[1]}"),
        (t("clocks.made_by"), of.code),
        (t("clocks.read_by"), of.read_by),
        (t("versions.snapshot"), _digest(of.snapshot)),
        (t("clocks.edition"), _digest(of.sha256)),
    ]
    return Table(
        t("clocks.versions_caption"),
        columns((NAME, t("versions.what")), (TEXT, t("versions.value"))),
        rows_of(rows),
    )


def _digest(value: str) -> Markup:
    return Markup("<code>{}</code>").format(value)


def _norms(c: Clocks, w: Writing) -> Block:
    """What would be in time under another norm?"""
    t, key = w.words.text, "norms"
    together = [share for share in c.what_if if share.provider is None]
    if not any(share.n for share in together):
        return Block(key, t("clocks.norms"), empty=t("clocks.none"))
    desc = t("clocks.norms_alt")
    rows = [_interval(_norm(c, share, w), share) for share in together]
    return Block(
        key,
        t("clocks.norms"),
        t("clocks.norms_lead"),
        pictures=(
            picture(
                lambda f: chart.draw(rows, None, _chart_words(w), f),
                key, t("clocks.norms"), desc, w,
            ),
        ),
        shown=(_norm_table(c, w),),
        reading=t("clocks.norms_reading"),
        limits=t("clocks.norms_limits"),
    )  # fmt: skip


def _norm(c: Clocks, share: WithinShare, w: Writing) -> str:
    own = share.hours == c.norm_hours
    return w.words.text("clocks.norm_own" if own else "clocks.norm", hours=w.hours(share.hours))


def _norm_table(c: Clocks, w: Writing) -> Table:
    t = w.words.text
    providers = list(dict.fromkeys(s.provider for s in c.what_if))
    of = {(s.provider, s.hours): s for s in c.what_if}
    hours = sorted({s.hours for s in c.what_if}, reverse=True)

    def cells(provider: str | None) -> tuple[Cell, ...]:
        shares = [of[provider, h] for h in hours]
        return (
            _name(c, provider, w),
            w.count(shares[0].n),
            *(_value(share, w) for share in shares),
        )

    return Table(
        t("clocks.norms_caption"),
        columns(
            (NAME, t("clocks.provider")),
            (N, t("unit.n")),
            *((NUMBER, t("clocks.within", hours=w.hours(h))) for h in hours),
        ),
        rows_of([cells(p) for p in providers if of[p, hours[0]].n]),
    )


def _name(c: Clocks, provider: str | None, w: Writing) -> Cell:
    if provider is None:
        return w.words.text("clocks.all")
    if provider in (UNRESOLVED, FRONT):
        return w.words.text(f"providers.{provider}")
    return isolated(c.names[provider])


def _value(share: WithinShare, w: Writing) -> Cell:
    """Return the bounds and under them the estimate, which nobody may quote without them."""
    if share.value is None or share.low is None or share.high is None:
        return w.words.text("unit.none")
    t = w.words.text
    estimate = w.share(Share(share.value, share.low, share.high, share.n))
    return Markup('{} <span class="because">{}</span>').format(
        t("finding.scale", surely=w.percent(share.surely), possibly=w.percent(share.possibly)),
        t("clocks.estimate", estimate=estimate),
    )


def _bodies(c: Clocks, w: Writing, language: str) -> Block:
    """What would other bodies publish about the same removals?"""
    t, key = w.words.text, "bodies"
    shares = [(r, share) for r in c.bodies for share in r.within if share.value is not None]
    rows = [
        _interval(t("clocks.body_within", body=r.body.short, hours=w.hours(share.hours)), share)
        for r, share in shares
    ]
    return Block(
        key,
        t("clocks.bodies"),
        t("clocks.bodies_lead"),
        pictures=(
            picture(
                lambda f: chart.draw(rows, None, _chart_words(w), f),
                key, t("clocks.bodies"), t("clocks.bodies_alt"), w,
            ),
        )
        if rows
        else (),
        shown=(_body_table(c, w, language),),
        reading=t("clocks.bodies_reading"),
        limits=t("clocks.bodies_limits"),
        notes=tuple(_about(r.body, w, language) for r in c.bodies),
    )  # fmt: skip


def _about(body: Body, w: Writing, language: str) -> Markup:
    """Say how a body counts, and which figure of its own ours stands beside."""
    title, why, beside = (
        " ".join(said.in_language(language).split()) for said in (body.title, body.why, body.beside)
    )
    return Markup("{}").format(w.words.text("clocks.why", body=title, why=why, beside=beside))


def _body_table(c: Clocks, w: Writing, language: str) -> Table:
    t = w.words.text

    def cells(r: BodyReading, what: str, value: Cell) -> tuple[Cell, ...]:
        return (
            r.body.title.in_language(language),
            t(f"clocks.start.{r.body.start}"),
            what,
            value,
            w.count(r.n),
            w.count(r.start_unknown),
        )

    rows: list[tuple[Cell, ...]] = []
    for r in c.bodies:
        rows += [
            cells(r, t("clocks.gone_within", hours=w.hours(share.hours)), _value(share, w))
            for share in r.within
        ]
        if r.mean_hours is not None:
            rows.append(cells(r, t("clocks.mean"), w.hours(r.mean_hours)))
        if not r.n:
            rows.append(cells(r, t("unit.none"), t("clocks.not_known")))
    return Table(
        t("clocks.bodies_caption"),
        columns(
            (NAME, t("clocks.body")),
            (TEXT, t("clocks.starts")),
            (TEXT, t("clocks.statistic")),
            (NUMBER, t("clocks.value")),
            (N, t("unit.n")),
            (N, t("clocks.unknown")),
        ),
        rows_of(rows),
    )


def _interval(name: str, share: WithinShare) -> chart.Interval:
    return chart.Interval(
        name=name,
        group="not_judged",
        n=share.n,
        surely=share.surely or 0.0,
        possibly=share.possibly or 0.0,
        value=share.value,
        low=share.low,
        high=share.high,
    )


def _chart_words(w: Writing) -> chart.Words:
    t = w.words.text
    return chart.Words(
        groups={"not_judged": t("clocks.all")},
        bounds=t("clocks.bounds"),
        estimate=t("intervals.estimate"),
        floor="",
        aside=t("intervals.aside", n="{n}"),
    )


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("etmaal.letters"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("clocks.html.jinja")
