"""Two editions compared: what is said of whom, what is marked, what is refused, what is written."""

import csv
import json
import shutil
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zlib import crc32

import pytest

from etmaal.core.comparison import Because, Comparison, Effect, Evidence, What, Withheld, Word
from etmaal.core.errors import BadInput, Refused
from etmaal.definitions import loader
from etmaal.engine.compare.columns import COMPARISON
from etmaal.engine.compare.compare import compare, compared
from etmaal.engine.compare.files import write
from etmaal.engine.compare.marks import gaps_changed
from etmaal.engine.compare.providers import usual_shares
from etmaal.engine.compare.renaming import Same
from etmaal.engine.compare.sides import Changed, Side, read_side
from etmaal.engine.edition import monitor
from etmaal.engine.question import Question

NOW = datetime(2026, 6, 1, tzinfo=UTC)
FIRST, SECOND = date(2025, 1, 1), date(2025, 7, 1)

pytestmark = pytest.mark.slow

# Of each provider: items, how many of them in time, sites; before and after. None: not there.
Story = tuple[int, int, int]
STORIES: dict[str, tuple[Story | None, Story | None]] = {
    "better": ((300, 120, 60), (300, 294, 60)),
    "worse": ((300, 270, 60), (300, 150, 60)),
    "steady": ((300, 210, 60), (300, 216, 60)),
    "lax_twice": ((300, 60, 60), (300, 60, 60)),
    "small": ((20, 2, 20), (20, 20, 20)),
    "one_site": ((300, 60, 3), (300, 270, 3)),
    "newcomer": (None, (100, 50, 50)),
    "leaver": ((100, 50, 50), None),
    "old_id": ((100, 80, 50), None),
    "new_id": (None, (100, 80, 50)),
    "deaf": ((60, -1, 30), (60, -1, 30)),
}


def tables(
    folder: Path, month: date, stories: dict[str, Story | None], *, breaks: str = ""
) -> Path:
    """Write a folder: items of a month, gone at 5 hours or still online at 40; -1 in time bounced."""
    folder.mkdir(parents=True)
    notices = ["notice,item,site,provider,noticed_at,delivery"]
    looks, events = ["item,at,seen,by"], ["item,at,event"]
    start = datetime(month.year, month.month, 2, tzinfo=UTC)
    for provider, story in stories.items():
        if story is None:
            continue
        n, in_time, sites = story
        for k in range(n):
            item, at = f"{provider}{k}", start + timedelta(minutes=30 * k)
            bounced = "bounced" if in_time < 0 else ""
            notices.append(
                f"n{item},{item},{provider}s{k % sites},{provider},{at:%Y-%m-%dT%H:%MZ},{bounced}"
            )
            if bounced:
                events.append(f"{item},{at:%Y-%m-%dT%H:%MZ},obstructed")
                continue
            # Spread over the sites: what is in time is not all of the same ones.
            good = (k * 7919) % n < in_time
            for hours, seen in ((3, "online"), (5, "gone")) if good else ((40, "online"),):
                looks.append(f"{item},{at + timedelta(hours=hours):%Y-%m-%dT%H:%MZ},{seen},hotline")
    for name, rows in (("notices", notices), ("sightings", looks), ("events", events)):
        (folder / f"{name}.csv").write_text("\n".join(rows) + "\n")
    # A network of its own for each, the same in every edition.
    names = [
        "provider,name,asns",
        *(
            f"{p},{p.upper()} B.V.,{4_200_000_000 + crc32(p.encode()) % 90_000_000}"
            for p in stories
        ),
    ]
    names = [line.replace("OLD_ID", "SAME NAME").replace("NEW_ID", "SAME NAME") for line in names]
    (folder / "providers.csv").write_text("\n".join(names) + "\n")
    if breaks:
        (folder / "breaks.csv").write_text(breaks)
    return folder


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory, question: Question) -> Callable[..., Path]:
    """Make an edition of a half year from stories."""

    def making(
        month: date, stories: dict[str, Story | None], *, breaks: str = "", **asked: object
    ) -> Path:
        folder = tmp_path_factory.mktemp("pair")
        end = (
            date(month.year, month.month + 6, 1) if month.month < 7 else date(month.year + 1, 1, 1)
        )
        mine = replace(
            question,
            from_date=month,
            before_date=end,
            as_of=datetime(end.year, end.month, 20, tzinfo=UTC),
        )
        monitor(
            tables(folder / "tables", month, stories, breaks=breaks),
            folder / "edition",
            replace(mine, **asked),  # type: ignore[arg-type]
            now=NOW,
        )
        return folder / "edition"

    return making


@pytest.fixture(scope="module")
def before(make: Callable[..., Path]) -> Path:
    return make(FIRST, {p: s[0] for p, s in STORIES.items()})


@pytest.fixture(scope="module")
def after(make: Callable[..., Path]) -> Path:
    return make(SECOND, {p: s[1] for p, s in STORIES.items()})


@pytest.fixture(scope="module")
def sides(before: Path, after: Path) -> tuple[Side, Side]:
    return read_side(before, "before"), read_side(after, "after")


def said(found: Comparison) -> dict[str, tuple[str, str]]:
    return {c.provider: (c.word.value, c.because.value) for c in found.changes}


def known_before(sides: tuple[Side, Side]) -> tuple[Side, Side]:
    """The same, the first edition known when the second period begins."""
    early = replace(sides[0].edition, as_of=sides[1].begins_at)
    return replace(sides[0], edition=early), sides[1]


def reasons(found: Comparison) -> dict[str, tuple[Withheld, ...]]:
    """What withholds naming, the two of one name left out, who are withheld in any case."""
    return {c.provider: c.withheld for c in found.withheld if not c.namesake}


def with_content(side: Side, **content: object) -> Side:
    return replace(side, content={**side.content, **content})


@pytest.mark.parametrize(
    ("provider", "word", "because"),
    [
        ("better", Word.IMPROVED, Because.EXCLUDES_ZERO),
        ("worse", Word.WORSENED, Because.EXCLUDES_ZERO),
        ("steady", Word.CANNOT_BE_TOLD, Because.HOLDS_ZERO),
        ("small", Word.CANNOT_BE_TOLD, Because.TOO_FEW),
        ("one_site", Word.CANNOT_BE_TOLD, Because.FEW_SITES),
        ("newcomer", Word.NEW, Because.ONLY_AFTER),
        ("leaver", Word.GONE, Because.ONLY_BEFORE),
        ("deaf", Word.CANNOT_BE_TOLD, Because.UNMEASURABLE),
    ],
)
def test_a_word_is_said_only_where_the_figures_bear_it(
    sides: tuple[Side, Side], provider: str, word: Word, because: Because
) -> None:
    assert said(compared(*sides))[provider] == (word.value, because.value)


def test_every_change_lies_in_its_interval_and_between_what_was_counted(
    sides: tuple[Side, Side],
) -> None:
    for c in compared(*sides).changes:
        if c.change is None or c.before is None or c.after is None:
            continue
        assert c.before.in_time is not None and c.after.in_time is not None
        assert c.change.value == pytest.approx(c.after.in_time.value - c.before.in_time.value)
        assert c.change.low <= c.change.value <= c.change.high
        assert c.least is not None and c.most is not None
        assert c.least - 1e-9 <= c.change.value <= c.most + 1e-9


def test_only_a_verdict_that_stands_on_both_sides_allows_naming(sides: tuple[Side, Side]) -> None:
    found = compared(*known_before(sides))

    assert [c.provider for c in found.may_be_named] == ["deaf", "lax_twice", "steady"]
    assert {c.provider: c.withheld for c in found.withheld} == {
        "old_id": (Withheld.NAMESAKE,), "new_id": (Withheld.NAMESAKE,),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("story", "seconds", "named"),
    [
        ("known at the very moment the second period begins", 0, True),
        ("known a second later", 1, False),
    ],
)
def test_nobody_is_named_on_a_period_that_began_before_the_first_could_be_known(
    sides: tuple[Side, Side], story: str, seconds: int, named: bool
) -> None:
    before, after = known_before(sides)
    as_of = before.edition.as_of + timedelta(seconds=seconds)

    found = compared(replace(before, edition=replace(before.edition, as_of=as_of)), after)

    assert (found.may_be_named != ()) is named
    assert (What.TOO_SOON in {mark.what for mark in found.marks}) is not named
    if not named:
        assert reasons(found) == {
            provider: (Withheld.TOO_SOON,) for provider in ("deaf", "lax_twice", "steady")
        }


@pytest.mark.parametrize("provisional", [0, 1])
def test_on_a_provisional_edition_nobody_can_be_named(
    sides: tuple[Side, Side], provisional: int
) -> None:
    both = list(known_before(sides))
    side = both[provisional]
    both[provisional] = replace(side, edition=replace(side.edition, provisional=True))

    found = compared(*both)

    assert found.may_be_named == ()
    assert set(reasons(found).values()) == {(Withheld.PROVISIONAL,)}
    assert What.PROVISIONAL in {mark.what for mark in found.marks}


@pytest.mark.parametrize(
    ("story", "then", "same", "withheld"),
    [
        ("another id and the same name", {"lax_new": ("LAX_TWICE b.v.", 60)}, "", "namesake"),
        ("a part of it under an id of its own",
         {"lax_twice": ("LAX_TWICE B.V.", 60), "lax_part": ("LAX_TWICE  B.V.", 60)}, "",
         "namesake"),
        ("said to be renamed", {"lax_new": ("Other B.V.", 60)}, "lax_twice=lax_new", "renamed"),
        ("another id and another name", {"lax_new": ("Other B.V.", 60)}, "", None),
        ("as it was", {"lax_twice": ("LAX_TWICE B.V.", 60)}, "", ""),
    ],
)  # fmt: skip
def test_a_company_that_was_renamed_split_or_taken_over_is_not_proposed_for_naming(
    sides: tuple[Side, Side], story: str, then: dict[str, tuple[str, int]], same: str,
    withheld: str | None,
) -> None:  # fmt: skip
    before, second = known_before(sides)
    lax = second.units["lax_twice"]
    units = {id: replace(lax, provider=id, name=name) for id, (name, _) in then.items()}
    before = replace(before, units={"lax_twice": before.units["lax_twice"]})
    pairs = [Same.read(same)] if same else []
    none = replace(before.holdings, register={})

    found = compared(
        replace(before, holdings=none), replace(second, units=units, holdings=none), same=pairs
    )

    assert bool(found.may_be_named) is (withheld == "")
    reasons = {str(reason) for c in found.withheld for reason in c.withheld}
    assert reasons == ({withheld} if withheld else set())


def test_every_reason_to_withhold_naming_is_given(sides: tuple[Side, Side]) -> None:
    before, after = known_before(sides)
    floors = replace(before.edition, floors="x 1")
    found = compared(replace(before, unsaid_basis="unknown", edition=floors), after)

    assert set(reasons(found).values()) == {(Withheld.METHOD, Withheld.RULES)}


def test_a_provider_of_the_same_name_under_another_id_is_pointed_at(
    sides: tuple[Side, Side],
) -> None:
    found = {c.provider: c for c in compared(*sides).changes}

    assert (found["old_id"].namesake, found["new_id"].namesake) == ("new_id", "old_id")
    assert found["leaver"].namesake == ""


def test_a_provider_that_was_renamed_is_one_provider(sides: tuple[Side, Side]) -> None:
    found = {c.provider: c for c in compared(*sides, same=[Same("old_id", "new_id")]).changes}

    assert "old_id" not in found
    assert found["new_id"].word is Word.CANNOT_BE_TOLD
    assert found["new_id"].before == sides[0].units["old_id"]


def test_one_that_was_taken_over_is_counted_with_its_new_owner(sides: tuple[Side, Side]) -> None:
    found = {c.provider: c for c in compared(*sides, same=[Same("leaver", "steady")]).changes}
    unit = found["steady"].before

    assert unit is not None and unit.in_time is not None
    assert (unit.n, unit.verdict) == (400, None)
    assert unit.surely == pytest.approx((210 + 50) / 400)
    assert unit.in_time.value == pytest.approx((300 * 0.7 + 100 * 0.5) / 400, abs=1e-6)
    # Sites of different providers differ: 60 of five items and 50 of two.
    assert unit.effective_n == pytest.approx(400**2 / (60 * 5**2 + 50 * 2**2), rel=0.05)
    assert not found["steady"].may_be_named


@pytest.mark.parametrize(
    ("story", "pairs", "message"),
    [
        (
            "not there before",
            [Same("ghost", "steady")],
            "no provider 'ghost' in the edition before",
        ),
        ("not there after", [Same("leaver", "ghost")], "no provider 'ghost' in the edition after"),
        ("still there", [Same("worse", "steady")], "'worse' is in both editions"),
        ("two at once", [Same("leaver", "steady"), Same("leaver", "better")], "two providers"),
    ],
)
def test_a_renaming_that_cannot_be_is_refused(
    sides: tuple[Side, Side], story: str, pairs: Iterable[Same], message: str
) -> None:
    with pytest.raises(BadInput, match=message):
        compared(*sides, same=pairs)


BREAK = "at,kind,detail\n{at},{kind},\n"


@pytest.mark.parametrize(
    ("story", "at", "marked"),
    [
        ("long before both", "2024-06-01T00:00:00Z", False),
        ("on the first day of the first", "2025-01-01T12:00:00+01:00", False),
        ("inside the first", "2025-03-01T00:00:00Z", True),
        ("the night between them", "2025-07-01T00:00:00+02:00", True),
        ("inside the second", "2025-09-01T00:00:00Z", True),
        ("on the day after both", "2026-01-01T00:00:00+01:00", False),
    ],
)
def test_across_a_break_on_record_nobody_improved(
    make: Callable[..., Path], sides: tuple[Side, Side], story: str, at: str, marked: bool
) -> None:
    stories = {p: STORIES[p][1] for p in ("better", "steady", "lax_twice", "worse")}
    broken = read_side(make(SECOND, stories, breaks=BREAK.format(at=at, kind="sampling")), "after")

    found = compared(sides[0], broken)

    assert ([m.what for m in found.marks if m.effect is Effect.CHANGE] == [What.SAMPLING]) is marked
    because = Because.METHOD if marked else Because.EXCLUDES_ZERO
    assert {c.provider: c.because for c in found.changes}["better"] is because
    assert (found.count(Word.IMPROVED) == 0) is marked
    assert (found.together.tested == 0) is marked


@pytest.mark.parametrize(
    ("story", "change", "what", "effect"),
    [
        ("another basis", lambda s: replace(s, unsaid_basis="unknown"), What.UNSAID_BASIS,
         Effect.CHANGE),
        ("another program", lambda s: replace(s, edition=replace(s.edition, code="9")), What.CODE,
         Effect.CAUTION),
        ("other floors", lambda s: replace(s, edition=replace(s.edition, floors="x 1")),
         What.FLOORS, Effect.VERDICTS),
        ("another definition of the share", lambda s: redefined(s, "in_time"), What.DEFINITIONS,
         Effect.CHANGE),
        ("another definition of what a verdict rests on", lambda s: redefined(s, "possibly_high"),
         What.VERDICT_DEFINITIONS, Effect.VERDICTS),
        ("another definition of something else", lambda s: redefined(s, "gini"),
         What.OTHER_DEFINITIONS, Effect.CAUTION),
        ("tables that hold more", lambda s: replace(
            s, columns={**s.columns, "notices": s.columns["notices"] | {"ip"}}), What.COLUMNS,
         Effect.CAUTION),
        ("another checker", lambda s: replace(s, gaps=(30.0, 40.0)), What.GAPS, Effect.CAUTION),
    ],
)  # fmt: skip
def test_what_was_done_otherwise_is_marked_and_followed(
    sides: tuple[Side, Side], story: str, change: Callable[[Side], Side], what: What, effect: Effect
) -> None:
    before, after = known_before(sides)

    found = compared(before, change(after))

    assert [(mark.what, mark.effect) for mark in found.marks] == [(what, effect)]
    assert (found.count(Word.IMPROVED) == 0) is (effect is Effect.CHANGE)
    assert (found.may_be_named == ()) is (effect in (Effect.CHANGE, Effect.VERDICTS))
    assert (reasons(found) == {}) is (found.may_be_named != ())


def redefined(side: Side, indicator: str) -> Side:
    indicators = {**side.versions["indicators"], indicator: 99}
    return replace(side, versions={**side.versions, "indicators": indicators})


@pytest.mark.parametrize(
    ("story", "before", "after", "changed"),
    [
        ("the same", (1.0, 3.0), (1.0, 3.0), False),
        ("twice, but minutes", (0.2, 0.5), (0.4, 1.0), False),
        ("hours, but not twice", (10.0, 20.0), (13.0, 30.0), False),
        ("hourly becomes daily", (1.0, 2.0), (24.0, 25.0), True),
        ("daily becomes hourly", (24.0, 25.0), (1.0, 2.0), True),
        ("only the long ones", (1.0, 3.0), (1.0, 6.0), True),
        ("never seen", (None, None), (24.0, 25.0), False),
    ],
)
def test_gaps_change_when_they_double_and_it_is_an_hour_or_more(
    story: str, before: tuple[float, ...], after: tuple[float, ...], changed: bool
) -> None:
    assert gaps_changed(before, after) is changed


# Under these they say nothing about one another.


def test_other_clocks_are_refused(make: Callable[..., Path], sides: tuple[Side, Side]) -> None:
    other = make(SECOND, {"p": (60, 30, 30)}, policy=loader.clock("observed-first-seen"))

    with pytest.raises(Refused, match=r"different clocks.*observed-first-seen"):
        compared(sides[0], read_side(other, "after"))


@pytest.mark.parametrize(
    ("story", "change", "message"),
    [
        ("another version of the clock", {"clock": {"id": "nl-covenant-2018", "version": 2}},
         "different clocks"),
        ("another norm", {"norm_hours": 12.0}, "norms differ"),
        ("a what-if", {"what_if": True}, "what-if"),
    ],
)  # fmt: skip
def test_what_does_not_compare_is_refused(
    sides: tuple[Side, Side], story: str, change: dict[str, object], message: str
) -> None:
    with pytest.raises(Refused, match=message):
        compared(sides[0], with_content(sides[1], **change))


def test_the_later_edition_first_is_refused(sides: tuple[Side, Side]) -> None:
    with pytest.raises(Refused, match="the earlier edition first"):
        compared(sides[1], sides[0])


@pytest.mark.parametrize("days", [0, 1])
def test_periods_that_overlap_are_refused_and_those_that_touch_are_not(
    sides: tuple[Side, Side], days: int
) -> None:
    edition = sides[1].edition
    later = replace(
        sides[1], edition=replace(edition, period_from=edition.period_from - timedelta(days=days))
    )

    if days:
        with pytest.raises(Refused, match="periods overlap"):
            compared(sides[0], later)
    else:
        assert [m.what for m in compared(sides[0], later).marks] == [What.TOO_SOON]


# Editions that are not as they were made.


@pytest.fixture
def copy(after: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(after, tmp_path / "copy"))


def test_a_changed_figure_is_found(before: Path, copy: Path, tmp_path: Path) -> None:
    file = copy / "providers.csv"
    file.write_text(file.read_text().replace("0.8,", "0.9,", 1))

    with pytest.raises(Changed, match=r"after: providers\.csv of copy was changed"):
        compare(before, copy, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("story", "change", "error", "message"),
    [
        ("another period", lambda c: c["period"].update({"from": "2025-08-01"}), Changed,
         "it was changed after"),
        ("another program", lambda c: c.update(code="9"), Changed, "it was changed after"),
        ("no files", lambda c: c.update(files={}), Changed, "names no providers.csv"),
        ("a file elsewhere", lambda c: c["files"].update({"../x": "0"}), Changed, "missing"),
        ("no period", lambda c: c.pop("period"), BadInput, "damaged"),
        ("half a break", lambda c: c.update(breaks=[{"date": "2025-08-01"}]), BadInput,
         "cannot be read by this version"),
        ("no definitions", lambda c: c.pop("definitions"), BadInput, "cannot be read by this"),
        ("an unknown clock", lambda c: c["clock"].update(id="x"), BadInput, "no definition 'x'"),
    ],
)  # fmt: skip
def test_a_description_changed_by_hand_is_refused(
    before: Path, copy: Path, tmp_path: Path, story: str, change: Callable[[dict], object],
    error: type[Exception], message: str,
) -> None:  # fmt: skip
    content = json.loads((copy / "edition.json").read_text())
    change(content)
    (copy / "edition.json").write_text(json.dumps(content))

    with pytest.raises(error, match=message):
        compare(before, copy, tmp_path / "out")


def test_an_edition_of_before_there_were_breaks_has_none(before: Path, copy: Path) -> None:
    content = json.loads((copy / "edition.json").read_text())
    del content["breaks"]
    (copy / "edition.json").write_text(json.dumps(content))

    assert read_side(copy, "after").breaks == ()


def test_a_missing_table_and_a_missing_edition_are_named(
    before: Path, copy: Path, tmp_path: Path
) -> None:
    (copy / "gaps.csv").unlink()

    with pytest.raises(Changed, match=r"after: gaps\.csv is missing"):
        compare(before, copy, tmp_path / "out")
    with pytest.raises(BadInput, match="before: nothing is no edition"):
        compare(tmp_path / "nothing", before, tmp_path / "out")


# All together.


def test_the_parts_of_the_pooled_change_add_up_to_it(sides: tuple[Side, Side]) -> None:
    whole = compared(*sides).together

    assert whole.mix is not None and whole.pooled.change is not None
    parts = whole.mix.behaviour.value + whole.mix.weights + whole.mix.entry
    assert parts == pytest.approx(whole.pooled.change.value, abs=1e-7)


def test_a_mix_that_shifts_does_not_read_as_behaviour(make: Callable[..., Path]) -> None:
    pair = (
        read_side(make(FIRST, {"fast": (400, 380, 80), "slow": (100, 20, 50)}), "before"),
        read_side(make(SECOND, {"fast": (100, 95, 50), "slow": (400, 80, 80)}), "after"),
    )

    whole = compared(*pair).together

    assert whole.pooled.change is not None and whole.mix is not None
    assert whole.pooled.change.value == pytest.approx(-0.45, abs=1e-6)
    assert whole.mix.behaviour.value == pytest.approx(0, abs=1e-6)
    assert whole.mix.weights == pytest.approx(-0.45, abs=1e-6)


def test_how_many_words_chance_would_give_is_told(sides: tuple[Side, Side]) -> None:
    whole = compared(*sides).together

    assert whole.tested == 4  # better, worse, steady, lax_twice
    assert whole.expected_by_chance == pytest.approx(0.2)


def test_those_warned_stand_beside_those_who_were_not(sides: tuple[Side, Side]) -> None:
    found = compared(*sides, warned=frozenset({"better", "newcomer"}))

    whole = found.together.warned
    assert whole is not None
    assert (whole.warned.providers, whole.warned.left_out) == (1, 1)
    assert whole.others.providers == 3
    assert whole.warned.change is not None and whole.others.change is not None
    assert whole.apart is not None
    assert whole.apart.value == pytest.approx(whole.warned.change.value - whole.others.change.value)
    assert [c.provider for c in found.changes if c.warned] == ["better", "newcomer"]


def test_who_was_warned_under_an_old_id_is_found_under_the_new(sides: tuple[Side, Side]) -> None:
    found = compared(*sides, same=[Same("old_id", "new_id")], warned=frozenset({"old_id"}))

    assert [c.provider for c in found.changes if c.warned] == ["new_id"]


def test_a_warned_provider_that_is_nowhere_is_named(sides: tuple[Side, Side]) -> None:
    with pytest.raises(BadInput, match="in neither edition: ghost"):
        compared(*sides, warned=frozenset({"ghost", "better"}))


def test_what_is_usual_is_the_share_that_the_edition_itself_drew_to_the_others(
    sides: tuple[Side, Side], before: Path
) -> None:
    with (before / "figures.csv").open(newline="") as f:
        drawn = {
            row["provider"]: float(row["value"])
            for row in csv.DictReader(f)
            if row["indicator"] == "in_time_shrunken"
        }

    usual = usual_shares(sides[0].units, 50)

    assert len(usual) >= 5
    assert {name: span.value for name, span in usual.items()} == pytest.approx(drawn, abs=1e-5)


def test_of_fewer_than_four_providers_nothing_is_usual(sides: tuple[Side, Side]) -> None:
    three = {name: sides[0].units[name] for name in ("better", "worse", "steady")}

    assert usual_shares(three, 50) == {}


# Files.


def test_two_comparisons_of_the_same_editions_are_the_same_bytes(
    before: Path, after: Path, tmp_path: Path
) -> None:
    for name in ("a", "b"):
        compare(before, after, tmp_path / name, warned=frozenset({"better"}))

    files = ["comparison.csv", "comparison.en.html", "comparison.json", "comparison.nl.html"]
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == files
    for name in files:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
        assert str(tmp_path).encode() not in (tmp_path / "a" / name).read_bytes()


def test_the_table_holds_every_column_and_every_provider(
    sides: tuple[Side, Side], tmp_path: Path
) -> None:
    found = compared(*sides)
    write(found, tmp_path / "out", may_replace=False)

    with (tmp_path / "out" / "comparison.csv").open(newline="") as f:
        header, *rows = csv.reader(f)
    assert header == [column.name for column in COMPARISON]
    assert [row[0] for row in rows] == sorted(STORIES)
    assert {len(row) for row in rows} == {len(COMPARISON)}
    better = dict(zip(header, rows[[row[0] for row in rows].index("better")], strict=True))
    assert (better["word"], better["n_before"], better["surely_change"]) == (
        "improved",
        "300",
        "0.58",
    )


def test_a_comparison_that_says_something_else_is_not_replaced_unasked(
    sides: tuple[Side, Side], tmp_path: Path
) -> None:
    write(compared(*sides), tmp_path / "out", may_replace=False)
    other = compared(*sides, warned=frozenset({"better"}))

    with pytest.raises(Refused, match="says something else"):
        write(other, tmp_path / "out", may_replace=False)
    write(other, tmp_path / "out", may_replace=True)
    (tmp_path / "out" / "notes.txt").write_text("mine")
    with pytest.raises(Refused, match=r"no part of a comparison \(notes\.txt\)"):
        write(other, tmp_path / "out", may_replace=True)


@pytest.mark.parametrize(
    ("story", "one", "other", "words"),
    [
        ("one provider", {"p": (60, 30, 30)}, {"p": (60, 36, 30)}, {"cannot_be_told": 1}),
        ("none in common", {"p": (60, 30, 30)}, {"q": (60, 30, 30)}, {"new": 1, "gone": 1}),
        ("nothing removed", {"p": (60, 0, 30)}, {"p": (60, 0, 30)}, {"cannot_be_told": 1}),
        ("nothing arrived", {"p": (60, -1, 30)}, {"p": (60, -1, 30)}, {"cannot_be_told": 1}),
        ("nothing arrived before", {"p": (60, -1, 30)}, {"p": (60, 9, 30)}, {"cannot_be_told": 1}),
    ],
)
def test_small_and_strange_pairs_make_whole_comparisons(
    make: Callable[..., Path], tmp_path: Path, story: str, one: dict[str, Story],
    other: dict[str, Story], words: dict[str, int],
) -> None:  # fmt: skip
    _, content = compare(make(FIRST, one), make(SECOND, other), tmp_path / "out")

    assert {word: n for word, n in content["counts"].items() if n} == words
    assert len(list((tmp_path / "out").iterdir())) == 4


SAID_BY_THEIR_COLUMN = (Because.EXCLUDES_ZERO, Because.HOLDS_ZERO, Because.ONLY_AFTER,
                        Because.ONLY_BEFORE)  # fmt: skip


def test_the_page_on_comparisons_lists_every_column_and_every_mark() -> None:
    page = (Path(__file__).parents[2] / "docs" / "comparison.md").read_text()

    for column in COMPARISON:
        assert f"| `{column.name}` | {column.type} | {column.says} |\n" in page
    assert page.count("| number |") == sum(column.type == "number" for column in COMPARISON)
    for word in (*What, *Because, *Withheld, *Evidence):
        if word not in SAID_BY_THEIR_COLUMN:
            assert f"`{word.value}`" in page, word
