"""What a reader must see first: what was measured, what was found, how many got which verdict."""

from dataclasses import dataclass

from markupsafe import Markup

from etmaal.charts.palette import MARKS, Mark
from etmaal.core.policy import Basis
from etmaal.letters.blocks.block import Cell, norm, notes
from etmaal.letters.blocks.calendar import breaks_within
from etmaal.letters.blocks.groups import BETWEEN_BOUNDS, GROUPS, NOT_JUDGED
from etmaal.letters.blocks.who import Who, who
from etmaal.letters.values import Bulletin, Section
from etmaal.letters.words import enriched
from etmaal.letters.writing import Writing


@dataclass(frozen=True, slots=True)
class Scale:
    """Places on a line from 0 to 100 for the picture beside the main finding."""

    surely: float
    possibly: float
    value: float
    low: float
    high: float
    floor: float | None


@dataclass(frozen=True, slots=True)
class Big:
    """The one large number, what it is, and what must never be read without it."""

    value: str
    label: str
    interval: str
    later: str
    bounds: str
    scale: Scale


@dataclass(frozen=True, slots=True)
class Card:
    """A verdict: its mark, its name, what it means, how many providers were given it."""

    mark: Mark
    title: str
    means: str
    count: str
    none: bool


@dataclass(frozen=True, slots=True)
class Opening:
    """The first screen. ``big`` is None when nothing could be estimated."""

    status: str
    subtitle: str
    banners: tuple[Markup, ...]
    finding: Markup
    clock: str
    big: Big | None
    cards: tuple[Card, ...]
    who: tuple[Who, ...]
    under_cards: tuple[str, ...]
    facts: tuple[tuple[str, Cell], ...]
    episode: str
    can: tuple[Markup, ...]
    cannot: tuple[Markup, ...]
    notes: tuple[Markup, ...]


def opening(b: Bulletin, w: Writing) -> Opening:
    """Return the first screen in the language of the writing."""
    t, observed = w.words.text, b.measured.clock.start == Basis.OBSERVED
    can = w.words.entry("say.can_list" if b.judges else "say.can_list_unjudged")
    return Opening(
        status=t("page.provisional" if b.measured.provisional else "page.final"),
        subtitle=t(
            "page.subtitle_observed" if observed else "page.subtitle",
            period=w.period(b.measured),
        ),
        banners=_banners(b, w, observed=observed),
        finding=_finding(b, w),
        clock=t("finding.clock", start=t(f"start.{b.measured.clock.start}")),
        big=_big(b, w),
        cards=_cards(b, w),
        who=who(b, w),
        under_cards=_under_cards(b, w),
        facts=_facts(b, w),
        episode=t("measured.episode_observed" if observed else "measured.episode"),
        can=tuple(enriched(text) for text in can),
        cannot=tuple(enriched(text) for text in w.words.entry("say.cannot_list")),
        notes=notes(b, Section.HEADLINE, w),
    )


def _banners(b: Bulletin, w: Writing, *, observed: bool) -> tuple[Markup, ...]:
    found = []
    if b.measured.clock.what_if:
        found.append(w.words.rich("page.what_if", norm=norm(b, w)))
    elif observed:
        found.append(w.words.rich("page.observed"))
    elif not b.judges:
        found.append(w.words.rich("page.no_verdicts"))
    if b.measured.provisional and b.measured.final_from is not None:
        found.append(w.words.rich("page.provisional_until", moment=w.moment(b.measured.final_from)))
    elif b.measured.provisional:
        found.append(w.words.rich("page.provisional_open"))
    if breaks := breaks_within(b):
        days = list(dict.fromkeys(w.date(one.date) for one in breaks))
        found.append(w.words.rich("page.broken", days=", ".join(days)))
    if b.coded:
        found.append(w.words.rich("page.coded"))
    return tuple(found)


def _finding(b: Bulletin, w: Writing) -> Markup:
    head, limit = b.headline, norm(b, w)
    if b.measured.n == 0 or head.surely is None or head.possibly is None:
        return w.words.rich("finding.nothing", norm=limit)
    values = {
        "n": w.many("unit.episodes", b.measured.n),
        "surely": w.percent(head.surely),
        "possibly": w.percent(head.possibly),
        "norm": limit,
    }
    if head.surely <= 0 and head.possibly >= 1:
        return w.words.rich("finding.unknown", n=values["n"], norm=limit)
    if head.in_time is None:
        return w.words.rich("finding.bounds", **values)
    share = head.in_time
    return w.words.rich(
        "finding.exact" if head.surely >= head.possibly else "finding.main",
        value=w.percent(share.value),
        low=w.percent(share.low),
        high=w.percent(share.high),
        **values,
    )


def _big(b: Bulletin, w: Writing) -> Big | None:
    t, head = w.words.text, b.headline
    share = head.in_time
    if share is None or head.surely is None or head.possibly is None:
        return None
    later = ""
    if head.within_48h is not None:
        later = t(
            "finding.later",
            value=w.percent(head.within_48h.value),
            low=w.percent(head.within_48h.low),
            high=w.percent(head.within_48h.high),
            n=w.count(head.within_48h.n),
        )
    return Big(
        value=w.percent(share.value),
        label=t("finding.big", norm=norm(b, w)),
        interval=t(
            "finding.big_interval",
            low=w.percent(share.low),
            high=w.percent(share.high),
            n=w.count(share.n),
        ),
        later=later,
        bounds=t("finding.scale", surely=w.percent(head.surely), possibly=w.percent(head.possibly)),
        scale=Scale(
            surely=_place(head.surely),
            possibly=_place(head.possibly),
            value=_place(share.value),
            low=_place(share.low),
            high=_place(share.high),
            floor=_place(b.floors.floor) if b.judges else None,
        ),
    )


def _place(share: float) -> float:
    return round(min(max(share, 0.0), 1.0) * 100, 2)


def _cards(b: Bulletin, w: Writing) -> tuple[Card, ...]:
    counts = b.headline.counts
    if not b.judges or counts is None:
        return ()
    return tuple(
        Card(
            mark=MARKS[group],
            title=w.words.text(f"group.{group}"),
            means=means(group, b, w),
            count=w.count(getattr(counts, group)),
            none=getattr(counts, group) == 0,
        )
        for group in GROUPS
        if group != NOT_JUDGED
    )


def means(group: str, b: Bulletin, w: Writing) -> str:
    """Return what a group's name means, in one sentence."""
    return w.words.text(
        f"group_means.{group}",
        floor=w.words.locale.percent(b.floors.floor, 0),
        smallest_n=b.floors.smallest_n,
    )


def _under_cards(b: Bulletin, w: Writing) -> tuple[str, ...]:
    t, head = w.words.text, b.headline
    if not b.judges or head.judged is None or head.expected_false_lax is None:
        return ()
    if head.judged == 0:
        return (t("finding.verdicts_none"),)
    # Two decimals, upwards: rounding down would promise fewer mistakes than there may be.
    expected = -(-head.expected_false_lax * 100 // 1) / 100
    between = sum(row.because == BETWEEN_BOUNDS for row in b.providers)
    floor = w.words.locale.percent(b.floors.floor, 0)
    return (
        " ".join(
            [
                t("finding.judged", judged=w.many("unit.providers", head.judged)),
                *(
                    [t("finding.judged_between", count=w.count(between), floor=floor)]
                    if between
                    else []
                ),
            ]
        ),
        t("finding.false_lax", expected=w.words.locale.number(round(expected, 2), 2)),
    )


def _facts(b: Bulletin, w: Writing) -> tuple[tuple[str, Cell], ...]:
    t, m = w.words.text, b.measured
    title = m.clock.title.in_language(w.words.language)
    return (
        (t("measured.period"), w.period(m)),
        (t("measured.known"), w.moment(m.as_of)),
        (t("measured.clock"), t("measured.clock_value", title=title, norm=norm(b, w))),
        (
            t("measured.n"),
            t(
                "measured.n_value",
                n=w.count(m.n),
                episodes=w.many("unit.episodes", m.episodes),
            ),
        ),
        (t("measured.items"), w.count(m.items)),
        (t("measured.sites"), t("unit.unknown") if m.sites is None else w.count(m.sites)),
        (t("measured.providers"), w.count(m.providers)),
    )
