"""The page of a comparison: two editions beside one another in, one page that stands alone out."""

from dataclasses import dataclass
from functools import cache

import jinja2
from markupsafe import Markup

from etmaal.charts.change import GROUPS
from etmaal.charts.palette import MARKS, Mark
from etmaal.core.comparison import Comparison, Effect, What, Word
from etmaal.core.policy import Basis
from etmaal.definitions import loader
from etmaal.definitions.values import Group
from etmaal.letters.blocks.block import Block
from etmaal.letters.blocks.compared import change, itself, named, register
from etmaal.letters.blocks.compared_whole import averages, marks, mix, period, versions, warned
from etmaal.letters.saying import Saying
from etmaal.letters.words import enriched


@dataclass(frozen=True, slots=True)
class Card:
    """Of how many providers one word is said, and what it means."""

    mark: Mark
    count: str
    none: bool
    title: str
    means: str


def render_html(comparison: Comparison, language: str) -> str:
    """Return the page as HTML in one language: self-contained, without script, the same each time.

    Args:
        comparison: what the page says.
        language: one of `words.LANGUAGES`.

    Raises:
        ValueError: if the language has no catalogue.
    """
    s = Saying.of(comparison, language)
    return _template().render(
        language=language,
        text=s.w.words.text,
        say=s.text,
        subtitle=s.text(
            "subtitle", before=period(comparison.before, s), after=period(comparison.after, s)
        ),
        provisional=comparison.before.provisional or comparison.after.provisional,
        banners=_banners(s),
        episode=_episode(s),
        finding=_finding(s),
        facts=_facts(s),
        cards=[_card(word, s) for word in Word],
        under=_under(s),
        parts=_parts(s),
        method=_method(s),
        versions=versions(s),
    )


def _parts(s: Saying) -> dict[str, list[Block]]:
    who = [warned(s)] if s.c.together.warned is not None else []
    return {
        "providers": [change(s), register(s), itself(s), *who, named(s)],
        "whole": [averages(s), mix(s)],
        "method": [marks(s)],
    }


def _banners(s: Saying) -> list[Markup]:
    effects = {mark.effect for mark in s.c.marks}
    said = [
        ("method", Effect.CHANGE in effects),
        ("verdicts", Effect.VERDICTS in effects),
        ("provisional", s.c.before.provisional or s.c.after.provisional),
        ("too_soon", any(mark.what is What.TOO_SOON for mark in s.c.marks)),
        ("networks", Effect.SOME in effects),
    ]
    return [s.rich(f"banner.{banner}") for banner, holds in said if holds]


def _episode(s: Saying) -> str:
    observed = loader.clock(s.c.clock_id).start is Basis.OBSERVED
    return s.w.words.text("measured.episode_observed" if observed else "measured.episode")


def _finding(s: Saying) -> list[Markup]:
    pooled, parts = s.c.together.pooled, s.c.together.mix
    if pooled.before is None or pooled.after is None or pooled.change is None or parts is None:
        return [s.rich("finding.none", norm=s.norm)]
    behaviour = s.change_in_points(parts.behaviour)
    return [
        s.rich(
            "finding.main",
            norm=s.norm,
            before=s.w.percent(pooled.before.value),
            after=s.w.percent(pooled.after.value),
            change=s.points(pooled.change.value),
            low=s.signed(pooled.change.low),
            high=s.signed(pooled.change.high),
            n_before=s.w.count(pooled.n[0]),
            n_after=s.w.count(pooled.n[1]),
        ),
        s.rich("finding.split", behaviour=behaviour, mix=s.points(parts.weights + parts.entry)),
        s.rich("finding.points_are"),
    ]


def _facts(s: Saying) -> list[tuple[str, str]]:
    title = loader.definition(Group.CLOCKS, s.c.clock_id).title.in_language(s.w.words.language)
    t, sides = s.text, (("period_first", s.c.before), ("period_second", s.c.after))
    return [
        *(
            (
                t(name),
                t("facts.known", period=period(edition, s), moment=s.w.moment(edition.as_of)),
            )
            for name, edition in sides
        ),
        (
            t("facts.clock"),
            t("facts.clock_value", title=title, version=s.c.clock_version, norm=s.norm),
        ),
        (
            t("facts.n"),
            t("facts.n_value", before=s.w.count(s.c.before.n), after=s.w.count(s.c.after.n)),
        ),
    ]


def _card(word: Word, s: Saying) -> Card:
    return Card(
        mark=GROUPS.get(word.value, MARKS["too_few"]),
        count=s.w.count(s.c.count(word)),
        none=s.c.count(word) == 0,
        title=s.text(f"word.{word}"),
        means=s.text(f"word_means.{word}", norm=s.norm),
    )


def _under(s: Saying) -> list[str]:
    """What must be known before a count of words is used."""
    whole, locale = s.c.together, s.w.words.locale
    if not whole.tested:
        return [s.text("finding.chance_none")]
    expected = locale.number(whole.expected_by_chance, 1)
    if whole.expected_by_chance < 1:
        expected = s.text("finding.below_one", expected=expected)
    lines = [
        s.text(
            "finding.chance",
            providers=s.w.many("unit.providers", whole.tested),
            expected=expected,
        )
    ]
    # Bad luck and good luck alike go by themselves: whoever stood far out comes nearer.
    for word, key in ((Word.IMPROVED, "itself"), (Word.WORSENED, "itself_worsened")):
        by_itself = sum(c.by_itself for c in s.c.changes if c.word is word)
        if by_itself:
            of = {word.value: s.w.count(s.c.count(word))}
            lines.append(s.text(f"finding.{key}", itself=s.w.count(by_itself), **of))
    return lines


def _method(s: Saying) -> list[tuple[str, Markup]]:
    return [
        (item["term"], enriched(item["text"], smallest_n=s.c.smallest_n))
        for item in s.w.words.entry("comparison.method.items")
    ]


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("etmaal.letters"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("comparison.html.jinja")
