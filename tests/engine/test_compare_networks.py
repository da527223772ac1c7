"""A lax network that changes hands: what shows it withholds the word, and the rest is told."""

import csv
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from etmaal.core.comparison import (
    Because,
    Comparison,
    Effect,
    Evidence,
    Unit,
    What,
    Withheld,
    Word,
)
from etmaal.engine.compare.compare import compare, compared
from etmaal.engine.compare.holdings import Holdings
from etmaal.engine.compare.networks import changed_networks, jumped
from etmaal.engine.compare.renaming import Same
from etmaal.engine.compare.sides import Changed, read_side
from etmaal.engine.edition import monitor
from etmaal.engine.question import Question

NOW = datetime(2026, 6, 1, tzinfo=UTC)
ROUTES_COLUMNS = ("ip", "day", "provider", "origins", "prefix", "table_date", "days_off", "state")

Rows = dict[str, tuple[int, int, str]]
"""Of each provider: items, how many in time, its AS numbers."""


def tables(folder: Path, start: datetime, rows: Rows, register: bool, ips: dict[str, str]) -> Path:
    folder.mkdir(parents=True)
    notices, looks = ["notice,item,site,provider,ip,noticed_at"], ["item,at,seen,by"]
    for provider, (n, in_time, _) in rows.items():
        for k in range(n):
            item, at = f"{provider}{k}", start + timedelta(minutes=20 * k)
            ip = ips.get(provider, "")
            notices.append(f"n{item},{item},s{item},{provider},{ip},{at:%Y-%m-%dT%H:%MZ}")
            for hours, seen in ((3, "online"), (5, "gone")) if k < in_time else ((40, "online"),):
                looks.append(f"{item},{at + timedelta(hours=hours):%Y-%m-%dT%H:%MZ},{seen},hotline")
    (folder / "notices.csv").write_text("\n".join(notices) + "\n")
    (folder / "sightings.csv").write_text("\n".join(looks) + "\n")
    if register:
        listed = [f"{p},{p},{asns}" for p, (_, _, asns) in rows.items()]
        (folder / "providers.csv").write_text("\n".join(["provider,name,asns", *listed]) + "\n")
    return folder


def attributed(folder: Path, days: list[date], found: dict[str, tuple[str, str]]) -> None:
    """Write what `etmaal attribute` would: of each address its provider and its origins."""
    rows = [
        (ip, day, provider, origins, f"{ip}/32", day, 0, "resolved")
        for ip, (provider, origins) in found.items()
        for day in days
    ]
    types = [pa.string(), pa.date32(), pa.string(), pa.string(), pa.string(), pa.date32(),
             pa.int32(), pa.string()]  # fmt: skip
    columns = [pa.array(c, t) for c, t in zip(zip(*rows, strict=True), types, strict=True)]
    pq.write_table(
        pa.table(dict(zip(ROUTES_COLUMNS, columns, strict=True))),
        folder / "attributions.parquet",
    )


@pytest.fixture
def make(tmp_path: Path, question: Question) -> Callable[..., Path]:
    """Make an edition of one month."""

    def making(
        month: date,
        rows: Rows,
        *,
        register: bool = True,
        routes: dict[str, tuple[str, str, str]] | None = None,
    ) -> Path:
        place = tmp_path / f"{month}"
        start = datetime(month.year, month.month, 2, tzinfo=UTC)
        ips = {provider: ip for provider, (ip, _, _) in (routes or {}).items()}
        folder = tables(place / "tables", start, rows, register, ips)
        if routes:
            days = [month + timedelta(days=k) for k in range(60)]
            attributed(folder, days, {ip: (who, asn) for ip, who, asn in routes.values()})
        end = date(month.year, month.month + 1, 1)
        asked = replace(
            question,
            from_date=month,
            before_date=end,
            as_of=datetime(end.year, end.month, 20, tzinfo=UTC),
        )
        monitor(folder, place / "edition", asked, now=NOW)
        return place / "edition"

    return making


FIRST, SECOND = date(2025, 1, 1), date(2025, 3, 1)
# The buyer clears 9 of 10 in time and the lax network 1 of 10; once bought, they are one.
BEFORE: Rows = {
    "buyer": (200, 180, "64500"),
    "lax": (200, 20, "64501"),
    "other": (200, 100, "64502"),
}
STAYED: Rows = {**BEFORE, "buyer": (200, 100, "64500"), "lax": (200, 20, "64501")}
BOUGHT: Rows = {"buyer": (400, 200, "64500 64501"), "other": (200, 100, "64502")}


def said(found: Comparison) -> dict[str, tuple[Word, Because, tuple[Evidence, ...]]]:
    return {c.provider: (c.word, c.because, c.networks) for c in found.changes}


@pytest.mark.slow
def test_a_company_that_bought_a_lax_network_is_not_said_to_have_worsened(
    make: Callable[..., Path], tmp_path: Path
) -> None:
    before, after = make(FIRST, BEFORE), make(SECOND, BOUGHT)

    found, content = compare(before, after, tmp_path / "out")

    by = said(found)
    assert by["buyer"] == (
        Word.CANNOT_BE_TOLD, Because.NETWORKS, (Evidence.REGISTER, Evidence.VOLUME),
    )  # fmt: skip
    assert by["other"] == (Word.CANNOT_BE_TOLD, Because.HOLDS_ZERO, ())
    marks = {mark["what"]: mark for mark in content["marks"]}
    assert marks["networks"]["detail"] == marks["volume"]["detail"] == "buyer"
    with (tmp_path / "out" / "comparison.csv").open(newline="") as f:
        rows = {row["provider"]: row for row in csv.DictReader(f)}
    assert rows["buyer"]["networks"] == "register volume"
    assert rows["buyer"]["because"] == "networks_changed"
    for language, told in (("en", "Other networks in the register"),
                           ("nl", "Andere netwerken in het register")):  # fmt: skip
        assert told in (tmp_path / "out" / f"comparison.{language}.html").read_text()


@pytest.mark.slow
def test_one_that_worsened_with_the_networks_it_had_is_said_to_have(
    make: Callable[..., Path],
) -> None:
    found = compared(
        read_side(make(FIRST, BEFORE), "before"), read_side(make(SECOND, STAYED), "after")
    )

    assert said(found)["buyer"] == (Word.WORSENED, Because.EXCLUDES_ZERO, ())
    assert [m.what for m in found.marks if m.effect is Effect.SOME] == []


@pytest.mark.slow
def test_one_that_sold_its_lax_network_is_not_said_to_have_improved(
    make: Callable[..., Path],
) -> None:
    before: Rows = {"seller": (200, 100, "64500 64501"), "other": (200, 100, "64502")}
    after: Rows = {"seller": (200, 180, "64500"), "other": (200, 100, "64502 64501")}
    found = compared(
        read_side(make(FIRST, before), "before"), read_side(make(SECOND, after), "after")
    )

    assert said(found)["seller"] == (
        Word.CANNOT_BE_TOLD, Because.NETWORKS, (Evidence.REGISTER,),
    )  # fmt: skip


@pytest.mark.slow
def test_an_address_that_is_anothers_since_is_seen_where_no_register_says_so(
    make: Callable[..., Path],
) -> None:
    one = {"buyer": ("192.0.2.1", "buyer", "64500"), "lax": ("192.0.2.2", "lax", "64501"),
           "other": ("192.0.2.3", "other", "64502")}  # fmt: skip
    two = {**one, "lax": ("192.0.2.2", "buyer", "64501")}
    sides = (
        read_side(make(FIRST, BEFORE, register=False, routes=one), "before"),
        read_side(make(SECOND, STAYED, register=False, routes=two), "after"),
    )

    found = compared(*sides)

    assert said(found)["buyer"] == (Word.CANNOT_BE_TOLD, Because.NETWORKS, (Evidence.ROUTES,))
    assert said(found)["other"][2] == ()
    [routes] = [mark for mark in found.marks if mark.what is What.ROUTES]
    assert (routes.before, routes.after) == ("2025-01-01 / 2025-03-01", "2025-03-01 / 2025-04-29")


@pytest.mark.slow
@pytest.mark.parametrize("story", ["no register", "frozen rows left out", "the same, left out"])
def test_where_it_cannot_be_seen_whose_networks_changed_that_is_told(
    make: Callable[..., Path], story: str
) -> None:
    after = {"no register": STAYED, "frozen rows left out": BOUGHT}.get(story, STAYED)
    register = story != "no register"
    editions = make(FIRST, BEFORE, register=register), make(SECOND, after, register=register)
    if register:
        shutil.rmtree(editions[1] / "snapshot")

    found = compared(read_side(editions[0], "before"), read_side(editions[1], "after"))

    unseen = [mark.effect for mark in found.marks if mark.what is What.NETWORKS_UNSEEN]
    assert unseen == {"no register": [Effect.CAUTION], "frozen rows left out": [Effect.NAMING]}.get(
        story, []
    )
    if story == "frozen rows left out":
        assert found.may_be_named == ()
        assert {reason for c in found.withheld for reason in c.withheld} == {
            Withheld.NETWORKS_UNSEEN
        }


@pytest.mark.slow
def test_a_register_changed_after_the_edition_was_made_is_found(
    make: Callable[..., Path], tmp_path: Path
) -> None:
    before, after = make(FIRST, BEFORE), make(SECOND, STAYED)
    shutil.copyfile(before / "snapshot" / "outages.parquet", after / "snapshot/providers.parquet")

    with pytest.raises(Changed, match=r"after: snapshot/providers\.parquet was changed"):
        compare(before, after, tmp_path / "out")


@pytest.mark.slow
def test_the_frozen_rows_of_no_edition_are_touched(make: Callable[..., Path]) -> None:
    edition = make(FIRST, BEFORE)
    there = sorted(path for path in edition.parent.rglob("*"))

    read_side(edition, "before")

    assert sorted(path for path in edition.parent.rglob("*")) == there
    assert json.loads((edition / "edition.json").read_text())["snapshot"]["files"]


# The rule itself.

HELD = {"a": frozenset({"64500"}), "b": frozenset({"64501"})}


@pytest.mark.parametrize(
    ("story", "after", "same", "changed"),
    [
        ("the same", HELD, [], set()),
        ("one more AS", {**HELD, "a": frozenset({"64500", "64510"})}, [], {"a"}),
        ("none any more", {"a": HELD["a"]}, [], {"b"}),
        ("one took the other over", {"a": frozenset({"64500", "64501"})}, [], {"a", "b"}),
        ("and that is said", {"a": frozenset({"64500", "64501"})}, [Same("b", "a")], set()),
        ("renamed, and that is said", {"a": HELD["a"], "c": HELD["b"]}, [Same("b", "c")], set()),
    ],
)
def test_networks_changed_where_the_register_gives_others(
    story: str, after: dict[str, frozenset[str]], same: list[Same], changed: set[str]
) -> None:
    found = changed_networks(Holdings(register=HELD), Holdings(register=after), same)

    assert found[Evidence.REGISTER] == changed


@pytest.mark.parametrize(
    ("story", "after", "same", "changed"),
    [
        ("not seen again", {}, [], set()),
        ("still one's own", {"64500": frozenset({"a"})}, [], set()),
        ("another's since", {"64500": frozenset({"b"})}, [], {"a", "b"}),
        ("a tenant's addresses in it too", {"64500": frozenset({"a", "t"})}, [], set()),
        (
            "under another id, and that is said",
            {"64500": frozenset({"c"})},
            [Same("a", "c")],
            set(),
        ),
    ],
)
def test_a_network_changed_hands_where_all_of_it_is_anothers(
    story: str, after: dict[str, frozenset[str]], same: list[Same], changed: set[str]
) -> None:
    before = Holdings(seen={"64500": frozenset({"a"})})

    assert changed_networks(before, Holdings(seen=after), same)[Evidence.ROUTES] == changed


def units(**episodes: int) -> dict[str, Unit]:
    return {p: Unit(p, p, n, n, 0.5, 0.5, None, 10.0) for p, n in episodes.items()}


@pytest.mark.parametrize(
    ("story", "before", "after", "days", "found"),
    [
        ("doubled, and another is gone", {"a": 100, "b": 100}, {"a": 200}, (30, 30), {"a"}),
        ("doubled, and another halved", {"a": 100, "b": 200}, {"a": 200, "b": 90}, (30, 30), {"a"}),
        ("not quite doubled", {"a": 100, "b": 100}, {"a": 199}, (30, 30), set()),
        ("doubled, and nobody lost any", {"a": 100, "b": 90}, {"a": 300, "b": 90}, (30, 30), set()),
        ("doubled, and another lost less than half", {"a": 100, "b": 200}, {"a": 200, "b": 101},
         (30, 30), set()),
        ("doubled by chance alone", {"a": 3, "b": 100}, {"a": 6}, (30, 30), set()),
        ("what was lost is too little to matter", {"a": 1000, "b": 200}, {"a": 2200}, (30, 30),
         set()),
        ("a period twice as long", {"a": 100, "b": 100}, {"a": 200}, (30, 60), set()),
        ("a period half as long", {"a": 100, "b": 100}, {"a": 100}, (60, 30), {"a"}),
        ("nobody knew before whose it was", {"a": 100, "unresolved": 300},
         {"a": 380, "unresolved": 20}, (30, 30), {"a"}),
        ("new: it has no volume before", {"b": 100}, {"a": 200}, (30, 30), set()),
        ("several small ones are gone", {"a": 100, "b": 20, "c": 20}, {"a": 220}, (30, 30), {"a"}),
        ("none there at all before", {"a": 0, "b": 100}, {"a": 90}, (30, 30), {"a"}),
    ],
)  # fmt: skip
def test_a_volume_jumped_where_it_doubled_while_that_of_others_was_lost(
    story: str, before: dict[str, int], after: dict[str, int], days: tuple[int, int],
    found: set[str],
) -> None:  # fmt: skip
    assert jumped(units(**before), units(**after), days) == found
