"""A coded bulletin holds no name, and what is planted in any file is found."""

import importlib.util
import re
import zlib
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import typst
from hypothesis import given
from hypothesis import strategies as st

from etmaal.core.breaks import Break, BreakKind
from etmaal.engine.coarsening import coarse, lower_bound, two_digits, upper_bound, whole_percent
from etmaal.engine.coding import NotCodable, coded, leaks, letters, values_as_text
from etmaal.letters.bulletin import render_html
from etmaal.letters.values import (
    OTHER_COUNTRY,
    Bulletin,
    Caveat,
    CaveatCode,
    Section,
    TransitRow,
)
from etmaal.letters.words import words

SAMPLES = Path(__file__).parents[1] / "letters" / "samples.py"


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bulletin_samples_for_coding", SAMPLES)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


samples = _load()
NAMES = ["Noordkade Host", "Zuidkade Host", "Westkade <i>Host</i> & Zn.", "شركة استضافة مثال"]


def named(names: list[str] = NAMES) -> Bulletin:
    """A bulletin of providers with names that no code could have."""
    rows = [
        samples.row(f"p{i}", 400 - 40 * i, name=name, verdict="lax" if i % 2 else "meets")
        for i, name in enumerate(names)
    ]
    found: Bulletin = samples.bulletin_of(rows)
    whose = Caveat(CaveatCode.DOMINANT_SITE, Section.INTERVALS, share=0.6, of=90, name=names[-1])
    return replace(found, caveats=(whose,), transit=())


def rng(seed: int = 5) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_codes_go_from_a_to_z_and_on_with_two_letters() -> None:
    assert letters(28)[:2] == ["A", "B"]
    assert letters(28)[25:] == ["Z", "AA", "AB"]
    assert len(set(letters(1000))) == 1000


def test_every_provider_gets_one_code_and_the_key_leads_back() -> None:
    found, key = coded(named(), rng())

    assert list(key) == ["A", "B", "C", "D"]
    assert sorted(key.values()) == ["p0", "p1", "p2", "p3"]
    sizes = {row.provider: row.n for row in named().providers}
    assert {row.provider: row.n for row in found.providers} == {
        code: sizes[provider] for code, provider in key.items()
    }


def test_rows_stand_in_the_order_of_their_codes_wherever_they_stand() -> None:
    found, _ = coded(replace(samples.bulletin_of(samples.ordinary_rows(40)), caveats=()), rng())

    codes = [row.provider for row in found.providers]
    assert codes == [*letters(40), "front", "unresolved"]
    for rows in (found.delivery.rows, found.provider_curves, found.sensitivity[2].overturned):
        places = [codes.index(row.provider) for row in rows]
        assert places == sorted(places)


def test_the_order_is_drawn_by_the_generator_and_by_nothing_else() -> None:
    one, again, other = (coded(named(), rng(seed))[1] for seed in (5, 5, 6))
    backwards = replace(named(), providers=named().providers[::-1])

    assert one == again == coded(backwards, rng(5))[1]
    assert one != other


def test_every_code_is_as_likely_for_every_provider() -> None:
    drawn = rng()
    first = [coded(named(), drawn)[1]["A"] for _ in range(400)]

    assert min(first.count(f"p{i}") for i in range(4)) > 60  # 100 expected, 8.7 the deviation


def test_what_is_said_of_all_together_is_not_touched() -> None:
    before, after = named(), coded(named(), rng())[0]

    assert after.headline == before.headline
    assert after.months == before.months
    assert after.curve == before.curve


@pytest.mark.parametrize(
    ("count", "told"), [(0, 0), (7, 7), (99, 99), (100, 100), (104, 100), (105, 110), (1249, 1200),
                        (99_499, 99_000), (99_500, 100_000), (174_652, 170_000)],
)  # fmt: skip
def test_a_count_keeps_two_digits(count: int, told: int) -> None:
    assert two_digits(count) == told


@pytest.mark.parametrize(
    ("share", "written"),
    [(0.0, "0%"), (0.0001, "<1%"), (0.0149, "1%"), (0.125, "13%"), (0.842, "84%"), (0.994, "99%"),
     (0.9999, ">99%"), (1.0, "100%")],
)  # fmt: skip
def test_a_share_is_told_in_whole_percents_and_all_and_nothing_only_where_exact(
    share: float, written: str
) -> None:
    assert words("en").locale.percent(whole_percent(share)) == written


def test_whoever_knows_a_companys_exact_count_does_not_find_it() -> None:
    exact = (1_234, 3_457, 568)
    rows = [
        samples.row(f"p{i}", n, name=f"Kade {i} Host", verdict="lax") for i, n in enumerate(exact)
    ]
    told = replace(samples.bulletin_of(rows), caveats=(), transit=())

    found, _ = coded(told, rng())
    page = render_html(found, "en")

    assert sorted(row.n for row in found.providers) == [570, 1_200, 3_500]
    for row in found.providers:
        outcomes = (row.in_time_n, row.late_n, row.ended_n, row.undecided_n, row.pending_n)
        assert sum(outcomes) == row.n
    for count in exact:
        assert f"{count:,}" not in page
    for row in told.providers:
        assert f"{row.episodes:,}" not in page
    assert "rounded to two digits" in page


@given(st.lists(st.integers(0, 100_000), min_size=5, max_size=5).filter(any))
def test_outcomes_in_whole_percents_add_up_to_the_rounded_count(counts: list[int]) -> None:
    row = replace(
        samples.row("p", 1, name="P"), n=sum(counts),
        **dict(zip(("in_time_n", "late_n", "ended_n", "undecided_n", "pending_n"), counts,
                   strict=True)),
    )  # fmt: skip
    told = coarse(replace(named(), providers=(row,))).providers[0]
    parts = [told.in_time_n, told.late_n, told.ended_n, told.undecided_n, told.pending_n]

    assert sum(parts) == told.n
    for part, count in zip(parts, counts, strict=True):
        assert abs(part / told.n - count / row.n) <= 0.01 + 1 / told.n


def test_what_leads_to_the_edition_is_left_out() -> None:
    told = replace(
        named(), breaks=(Break(samples.date(2025, 3, 1), BreakKind.RULE, "Noordkade moved"),)
    )

    found, _ = coded(told, rng())

    assert (found.versions.snapshot, found.versions.seed, found.versions.inputs) == (None, None, ())
    assert found.breaks == (Break(samples.date(2025, 3, 1), BreakKind.RULE, ""),)


def test_classes_of_the_unknown_keep_their_names() -> None:
    found, key = coded(replace(samples.bulletin_of(samples.ordinary_rows(3)), caveats=()), rng())

    assert {row.provider for row in found.providers} >= {"unresolved", "front"}
    assert not {"unresolved", "front"} & set(key.values())


def test_two_providers_of_one_name_are_told_apart_by_id_or_not_coded_at_all() -> None:
    twins = named(["Twin Host", "Twin Host"])
    with pytest.raises(NotCodable):
        coded(twins, rng())

    told = replace(
        twins,
        caveats=(),
        delivery=replace(twins.delivery, rows=()),
        provider_curves=tuple(
            replace(line, provider=f"p{i}") for i, line in enumerate(twins.provider_curves)
        ),
        sensitivity=(),
    )
    assert len(coded(told, rng())[1]) == 2


@pytest.mark.parametrize(
    ("story", "rows", "expected"),
    [
        (
            "many have their seat there",
            [("NL", "NL", 5, 90), ("DE", "NL", 5, 10)],
            [("NL", "NL", 90), (OTHER_COUNTRY, "NL", 10)],
        ),
        (
            "the rare ones become one class",
            [("NL", "NL", 5, 90), ("NL", "XB", 2, 7), ("NL", "XC", 1, 3)],
            [("NL", "NL", 90), ("NL", OTHER_COUNTRY, 10)],
        ),
        (
            "a class of one takes the smallest of the others with it",
            [("NL", "NL", 5, 90), ("NL", "XB", 3, 7), ("NL", "XC", 1, 3)],
            [("NL", "NL", 90), ("NL", OTHER_COUNTRY, 10)],
        ),
        (
            "all are rare",
            [("NL", "NL", 1, 90), ("NL", "XB", 1, 7)],
            [(OTHER_COUNTRY, OTHER_COUNTRY, 97)],
        ),
        ("the unknown stays unknown", [(None, None, None, 4)], [(None, None, 4)]),
    ],
)
def test_a_country_is_told_only_where_it_gives_nobody_away(
    story: str,
    rows: list[tuple[str | None, str | None, int | None, int]],
    expected: list[tuple[str | None, str | None, int]],
) -> None:
    transit = tuple(TransitRow(server, seat, n, seats) for server, seat, seats, n in rows)

    found = coded(replace(named(), transit=transit), rng())[0].transit

    assert [(r.server_country, r.seat_country, r.episodes) for r in found] == expected, story


@pytest.mark.slow
@pytest.mark.parametrize(("language", "word"), [("en", "Provider"), ("nl", "Aanbieder")])
def test_a_coded_page_names_nobody_and_every_language_has_its_word(
    language: str, word: str
) -> None:
    found, key = coded(named(), rng())

    page = render_html(found, language)

    contents = {f"bulletin.{language}.html": page.encode(), "values": values_as_text(found)}
    assert leaks(contents, [*NAMES, *key.values()]) == []
    for code in key:
        assert f"{word} {code}" in page


@pytest.mark.slow
def test_a_page_with_names_is_found_to_name_everybody() -> None:
    page = render_html(named(), "en").encode()

    found = leaks({"bulletin.html": page, "values": values_as_text(named())}, NAMES)

    for name in NAMES:
        shown = " ".join(name.casefold().split())
        assert [line for line in found if repr(shown) in line and "bulletin.html" in line], name
        assert [line for line in found if repr(shown) in line and "values" in line], name


PLANTED = [
    ("in text", "<p>by Noordkade Host today</p>"),
    ("in another case and width", "<p>ＮＯＯＲＤＫＡＤＥ  host</p>"),
    ("over two lines", "<p>Noordkade\n  Host</p>"),
    ("cut by a tag", "<p>Noord<b>kade</b> Host</p>"),
    ("with an invisible character", "<p>Noord&shy;kade Host</p>"),
    ("escaped", "<p>&#78;oordkade Host</p>"),
    ("in an attribute", '<p title="Noordkade Host">x</p>'),
    ("in the title of a drawing", "<svg><title>Noordkade Host</title></svg>"),
    ("in a comment", "<!-- Noordkade Host --><p>x</p>"),
    ("in the style", "<style>/* Noordkade Host */</style>"),
    ("as an id", "<p>to p17, again</p>"),
    ("as an id in an address", '<a href="#x/p17/y">x</a>'),
    ("a short name alone", "<td>Abc</td>"),
    ("a number that was given", "<p>network 64500</p>"),
    ("an AS number nobody gave", "<p>at AS64511</p>"),
    ("an AS number in small letters", '<p class="as64511">x</p>'),
    ("an IPv4 address nobody gave", "<p>at 198.51.100.7.</p>"),
    ("an IPv6 address nobody gave", "<p>at 2001:db8::7</p>"),
    ("an IPv6 prefix", "<p>at 2001:db8::/32</p>"),
    ("JSON", '{"a": ["x", {"Noordkade Host": 1}]}'),
    ("a table", "a,b\n1,p17\n"),
]
SECRETS = ["Noordkade Host", "p17", "Abc", "64500"]


@pytest.mark.parametrize(("story", "content"), PLANTED)
def test_what_is_planted_is_found(story: str, content: str) -> None:
    [first, *_] = leaks({"file": content.encode()}, SECRETS)

    assert first.startswith("file: "), story


@pytest.mark.parametrize(
    ("story", "content"),
    [
        ("an id within other words", "<p>top17 chap1 p170 map17ped _p17</p>"),
        ("a short name within a sentence", "<p>from Abc to xyz</p>"),
        ("a drawing's own numbers", '<path d="M0.5,64500h10.20.30.40Z" style="x:p17"/>'),
        ("a time and a date", "<p>on 2025-01-02 at 06:30:00 UTC, 12:45</p>"),
        ("a version and shares", "<p>0.1.0, 12.5% and 1.234.567 of 64,500</p>"),
        ("style's own signs", "<style>a::before{top:1p17x} *::after{}</style>"),
        ("as a word", "<p>as 24 hours, AS such, has64500x</p>"),
        ("nothing", ""),
    ],
)
def test_what_is_no_leak_is_left_in_peace(story: str, content: str) -> None:
    assert leaks({"file": content.encode()}, SECRETS) == [], story


def test_a_word_of_the_bulletin_itself_is_a_secret_only_where_it_stands_alone() -> None:
    assert leaks({"a": b"<p>The provider is sure.</p>"}, ["Provider"]) == []
    assert leaks({"a": b"<td>Provider</td>"}, ["Provider"]) != []


def test_the_name_of_a_file_is_looked_at_too() -> None:
    assert leaks({"Noordkade Host.html": b""}, SECRETS) == [
        "Noordkade Host.html: the file's name holds 'noordkade host'"
    ]


def test_what_cannot_be_read_is_said_and_never_passed_over() -> None:
    assert leaks({"a.bin": b"\xff\xfe\x00\x80"}, []) == [
        "a.bin: is neither text nor PDF, and cannot be looked into"
    ]
    locked = b"%PDF-1.7\n1 0 obj\n<</Encrypt 2 0 R>>\nendobj"
    assert "encrypted" in leaks({"a.pdf": locked}, [])[0]
    odd = b"%PDF-1.7\n1 0 obj\n<</Filter/LZWDecode>>\nstream\nxx\nendstream\nendobj"
    assert "part 1 cannot be read" in leaks({"a.pdf": odd}, [])[0]


@given(st.text(alphabet="ab 1.:-_/<>&", max_size=40))
def test_no_text_is_too_odd_to_be_looked_at(text: str) -> None:
    leaks({"file": text.encode(), "page": f"<p>{text}".encode()}, ["ab1", "b"])


def written(source: str, tmp_path: Path) -> bytes:
    file = tmp_path / "page.typ"
    file.write_text(source, encoding="utf-8")
    made: bytes = typst.compile(str(file), format="pdf")
    return made


@pytest.mark.slow
@pytest.mark.parametrize(
    ("story", "source"),
    [
        ("in the text", "A note on Noordkade Host, and more."),
        ("in bold, kerned", "*Noordkade Host* AVAWA"),
        ("over a line's end", "#box(width: 60pt)[A note on Noordkade Host]"),
        ("in a heading", "= Noordkade Host"),
        ("as the title", '#set document(title: "Noordkade Host")\nx'),
        ("as the title, in wide letters", '#set document(title: "Noordkade Host – é")\nx'),
        ("as a picture's words", '#figure(alt: "Noordkade Host", rect())'),
        ("in Arabic", "#text(dir: rtl)[شركة استضافة مثال]"),
        ("an id", "It went to p17 today."),
        ("an AS number nobody gave", "It is at AS64511."),
        ("an address nobody gave", "It is at 198.51.100.7 now."),
        ("an IPv6 address nobody gave", "It is at 2001:db8::7 now."),
    ],
)
def test_what_is_planted_in_a_pdf_is_found(story: str, source: str, tmp_path: Path) -> None:
    made = written(source, tmp_path)

    assert leaks({"a.pdf": made}, [*SECRETS, "شركة استضافة مثال"]) != [], story


@pytest.mark.slow
def test_a_pdf_without_secrets_is_left_in_peace(tmp_path: Path) -> None:
    source = '#set document(title: "Bulletin")\n= Provider A\nOf 9,552 episodes *82.3%*, (n = 12).'

    assert leaks({"a.pdf": written(source, tmp_path)}, [*SECRETS, "شركة استضافة مثال"]) == []


def test_text_in_packed_objects_is_found() -> None:
    packed = zlib.compress(b"1 0 <</Title(Noordkade \\(Host\\))/Alt<FEFF0070003100370020>>>")
    content = (
        b"%PDF-1.7\n5 0 obj\n<</Type/ObjStm/Filter/FlateDecode/Length "
        + str(len(packed)).encode()
        + b">>\nstream\n"
        + packed
        + b"\nendstream\nendobj"
    )

    found = leaks({"a.pdf": content}, ["Noordkade (Host)", "p17"])

    assert [re.search(r"'(.*)'", line)[1] for line in found] == ["noordkade (host)", "p17"]  # type: ignore[index]


@pytest.mark.parametrize(
    ("story", "share", "lower", "upper"),
    [
        ("nothing", 0, 0, 0),
        ("hardly any", 0.006, 0.005, 0.01),  # written as less than 1 %
        ("just below the floor", 0.896, 0.89, 0.9),
        ("a whole percent", 0.29, 0.29, 0.29),
        ("nearly all", 0.996, 0.99, 0.995),  # written as more than 99 %
        ("all", 1, 1, 1),
    ],
)
def test_a_rounded_bound_is_still_a_bound(
    story: str, share: float, lower: float, upper: float
) -> None:
    assert (lower_bound(share), upper_bound(share)) == (lower, upper), story
