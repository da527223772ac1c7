"""The register as a table of stories: who ran AS 64500, and 198.18.0.0/24, on which day."""

from datetime import date

import pytest

from etmaal.core.errors import BadInput
from etmaal.core.register_rows import COLUMNS, Role, read_entries
from etmaal.core.registry import Circle, Conflict, Registry

TAKEN_OVER = "old asns=64500 before=2020-03-01 successor=new"


def registry(*rows: str) -> Registry:
    """Read rows such as "old asns=64500|64501 before=2020-03-01 successor=new"."""
    cells = []
    for number, row in enumerate(rows, start=2):
        provider, *rest = row.split()
        cells.append((number, {"provider": provider, **dict(part.split("=") for part in rest)}))
    return Registry(read_entries(cells, "registry.csv"))


@pytest.mark.parametrize(
    ("story", "rows", "day", "expected"),
    [
        ("no row at all", [], "2020-01-01", "AS64500"),
        ("one row, always", ["acme asns=64500"], "1990-01-01", "acme"),
        ("the day before it begins", ["acme asns=64500 from=2020-01-01"], "2019-12-31", "AS64500"),
        ("the day it begins", ["acme asns=64500 from=2020-01-01"], "2020-01-01", "acme"),
        ("its last day", ["acme asns=64500 before=2020-01-01"], "2019-12-31", "acme"),
        ("the day it no longer holds", ["acme asns=64500 before=2020-01-01"], "2020-01-01", "AS64500"),
        ("29 February", ["acme asns=64500 from=2020-02-29"], "2020-02-29", "acme"),
        ("another name of it", ["acme", "shop asns=64500 alias_of=acme"], "2020-01-01", "acme"),
        (
            "another name of another name",
            ["acme", "shop alias_of=acme", "mini asns=64500 alias_of=shop"],
            "2020-01-01",
            "acme",
        ),
        ("an alias that has ended", ["shop asns=64500", "shop alias_of=acme before=2020-01-01"], "2020-01-01", "shop"),
        ("the day before the take-over", [TAKEN_OVER], "2020-02-29", "old"),
        ("the day of the take-over", [TAKEN_OVER], "2020-03-01", "new"),
        (
            "the buyer is bought itself",
            [TAKEN_OVER, "new before=2022-01-01 successor=giant"],
            "2022-01-01",
            "giant",
        ),
        (
            "the buyer lists the network too",
            [TAKEN_OVER, "new asns=64500 from=2020-03-01"],
            "2020-03-01",
            "new",
        ),
        (
            "sold on: a row that holds goes before what was inherited",
            [TAKEN_OVER, "third asns=64500 from=2021-01-01"],
            "2021-01-01",
            "third",
        ),
        (
            "sold on and given up: the row that ended last decides",
            [TAKEN_OVER, "third asns=64500 from=2021-01-01 before=2022-01-01"],
            "2022-01-01",
            "AS64500",
        ),
        (
            "one network is sold, the company stays",
            ["old asns=64501", "old asns=64500 before=2020-03-01 successor=new"],
            "2020-03-01",
            "new",
        ),
        (
            "split: each network goes its own way",
            ["old asns=64501 before=2020-03-01 successor=x", TAKEN_OVER],
            "2020-03-01",
            "new",
        ),
        (
            "taken back: the first company is there again",
            [TAKEN_OVER, "new before=2022-01-01 successor=old", "old asns=64500 from=2022-01-01"],
            "2022-01-01",
            "old",
        ),
        ("a network under its own number is an alias", ["AS64500 alias_of=acme"], "2020-01-01", "acme"),
    ],
)  # fmt: skip
def test_who_ran_a_network(story: str, rows: list[str], day: str, expected: str) -> None:
    found = registry(*rows).of_asn(64500, date.fromisoformat(day))

    assert found.provider == expected, story


@pytest.mark.parametrize(
    ("story", "rows", "address", "expected"),
    [
        ("covered", ["acme addresses=198.18.0.0/24"], 0xC6120001, "acme"),
        ("not covered", ["acme addresses=198.18.0.0/24"], 0xC6120100, None),
        (
            "the longest goes first",
            ["land addresses=198.18.0.0/23", "rent addresses=198.18.0.0/24"],
            0xC6120001,
            "rent",
        ),
        ("an address of its own", ["acme addresses=198.18.0.1"], 0xC6120001, "acme"),
        ("given up", ["acme addresses=198.18.0.0/24 before=2020-01-01"], 0xC6120001, None),
        ("digits alone are a size", ["acme addresses=65536"], 0xC6120001, None),
        (
            "taken over with its prefixes",
            ["old addresses=198.18.0.0/24 before=2020-01-01 successor=new"],
            0xC6120001,
            "new",
        ),
    ],
)
def test_whose_an_address_is(
    story: str, rows: list[str], address: int, expected: str | None
) -> None:
    found = registry(*rows).of_address(4, address, date(2020, 6, 1))

    assert (found and found.provider) == expected, story


def test_a_number_of_addresses_is_the_size_of_a_provider() -> None:
    [entry] = registry("acme addresses=65536").entries

    assert (entry.size, entry.networks) == (65536, ())


@pytest.mark.parametrize(
    "written", ["64500 64501", "AS64500|AS64501", "64500;64501", "as64501 | 64500"]
)
def test_as_numbers_may_be_written_in_several_ways(written: str) -> None:
    [entry] = read_entries([(2, {"provider": "acme", "asns": written})], "registry.csv")

    assert entry.asns == (64500, 64501)


@pytest.mark.parametrize(
    ("story", "rows", "expected"),
    [
        ("as the row says", ["acme asns=64500 role=front"], Role.FRONT),
        ("an alias has that of what it stands for", ["acme role=front", "shop asns=64500 alias_of=acme"], Role.FRONT),
        ("each network its own", ["acme asns=64501 role=front", "acme asns=64500 role=hoster"], Role.HOSTER),
        ("not said", ["acme asns=64500"], None),
        ("nobody's", [], None),
    ],
)  # fmt: skip
def test_in_which_role(story: str, rows: list[str], expected: Role | None) -> None:
    assert registry(*rows).of_asn(64500, date(2020, 1, 1)).role is expected, story


@pytest.mark.parametrize(
    ("story", "rows"),
    [
        ("two rows, always", ["acme asns=64500", "other asns=64500"]),
        ("for one day", ["acme asns=64500 before=2020-01-02", "other asns=64500 from=2020-01-01"]),
        ("the same prefix", ["acme addresses=198.18.0.0/24", "other addresses=198.18.0.0/24"]),
        ("a host and a front", ["acme asns=64500 role=hoster", "acme asns=64500 role=front"]),
        (
            "two heirs",
            ["a asns=64500 before=2020-01-01 successor=b", "a asns=64500 before=2020-01-01 successor=c"],
        ),
        ("an alias that ends", ["acme asns=64500", "shop asns=64500", "shop alias_of=acme before=2020-01-01"]),
    ],
)  # fmt: skip
def test_two_providers_of_one_network_on_one_day_are_refused(story: str, rows: list[str]) -> None:
    with pytest.raises(Conflict) as caught:
        registry(*rows)

    message = str(caught.value)
    assert "line 2" in message, story
    assert "line 3" in message, story


@pytest.mark.parametrize(
    ("story", "rows"),
    [
        ("one after the other", ["acme asns=64500 before=2020-01-01", "other asns=64500 from=2020-01-01"]),
        ("one is another name of the other", ["acme asns=64500", "shop asns=64500 alias_of=acme"]),
        ("one lies in the other", ["acme addresses=198.18.0.0/23", "other addresses=198.18.0.0/24"]),
        ("said twice", ["acme asns=64500", "acme asns=64500"]),
        ("an alias said twice", ["shop asns=64500 alias_of=acme", "shop alias_of=acme"]),
    ],
)  # fmt: skip
def test_what_does_not_contradict_is_taken(story: str, rows: list[str]) -> None:
    assert len(registry(*rows).entries) == 2, story


@pytest.mark.parametrize(
    ("story", "rows", "lines"),
    [
        ("itself", ["acme alias_of=acme"], ["line 2"]),
        ("each other", ["acme alias_of=shop", "shop alias_of=acme"], ["line 2", "line 3"]),
        (
            "through a third",
            ["a alias_of=b", "b alias_of=c", "c alias_of=a"],
            ["line 2", "line 3", "line 4"],
        ),
        (
            "sold to each other",
            ["a before=2020-01-01 successor=b", "b before=2021-01-01 successor=a"],
            ["line 2", "line 3"],
        ),
    ],
)
def test_a_circle_is_refused_with_its_rows(story: str, rows: list[str], lines: list[str]) -> None:
    with pytest.raises(Circle) as caught:
        registry(*rows)

    assert all(line in str(caught.value) for line in lines), story


def test_two_aliases_on_one_day_are_refused() -> None:
    with pytest.raises(BadInput, match=r"line 3.*line 2"):
        registry("shop alias_of=acme", "shop alias_of=other")


@pytest.mark.parametrize(
    ("cells", "remedy"),
    [
        ({"provider": " "}, "names one"),
        ({"provider": "unresolved"}, "name the provider otherwise"),
        ({"provider": "acme", "asns": "64500,64501"}, "several with a space"),
        ({"provider": "acme", "asns": "0"}, "AS64500"),
        ({"provider": "acme", "asns": f"{2**32}"}, "AS64500"),
        ({"provider": "acme", "asns": "٦٤٥٠٠"}, "AS64500"),
        ({"provider": "acme", "addresses": "198.18.0.1/24"}, "write prefixes"),
        ({"provider": "acme", "addresses": "many"}, "write prefixes"),
        ({"provider": "acme", "from": "1 June 2019"}, "2019-06-01"),
        ({"provider": "acme", "from": "2019-02-29"}, "2019-06-01"),
        ({"provider": "acme", "from": "20190601"}, "2019-06-01"),
        ({"provider": "acme", "from": "2019-06-01", "before": "2019-06-01"}, "first day"),
        ({"provider": "acme", "successor": "other"}, "day of the take-over"),
        ({"provider": "acme", "role": "cdn"}, "hoster, reseller, carrier, front"),
    ],
)
def test_a_row_that_cannot_be_read_is_named_with_its_remedy(
    cells: dict[str, str], remedy: str
) -> None:
    with pytest.raises(BadInput) as caught:
        read_entries([(7, cells)], "registry.csv")

    assert str(caught.value).startswith("registry.csv, line 7: ")
    assert remedy in str(caught.value)


def test_all_columns_are_kept() -> None:
    cells = dict.fromkeys(COLUMNS, "") | {
        "provider": "acme",
        "name": "Acme",
        "seat_country": "NL",
        "reason": "register of companies",
    }

    [entry] = read_entries([(2, cells)], "registry.csv")

    assert (entry.name, entry.seat_country, entry.reason) == ("Acme", "NL", "register of companies")


def test_answers_change_on_turning_days_only() -> None:
    rows = registry(TAKEN_OVER, "other asns=64501 from=2019-05-01")

    assert rows.turning_days() == (date.min, date(2019, 5, 1), date(2020, 3, 1))


def test_a_company_that_was_split_leads_to_no_single_heir() -> None:
    rows = registry("old before=2020-03-01 successor=x", "old before=2020-03-01 successor=y")

    assert rows.canonical("old", date(2020, 3, 1)) == "old"
