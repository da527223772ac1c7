"""The format is what `docs/audit.md` says: held against a verifier written from that page alone.

Nothing of ours is used in it: not the JSON, not the order, not the walk. It is slow and asks one
question at a time.
"""

import hashlib
import json
import random
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from hypothesis import given
from hypothesis import strategies as st

from etmaal.accounts.chain_files import first_line, last_line, line_of, verify_file
from etmaal.accounts.chain_findings import Wrong
from etmaal.accounts.chain_lines import (
    NOTHING_BEFORE,
    Line,
    NotALine,
    canonical,
    details_of,
    digest,
    linked,
)
from etmaal.accounts.chain_walk import Link, Walk
from etmaal.accounts.head_files import Head, public_text, signed

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "audit.md").read_text(encoding="utf-8")
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
AT = datetime(2026, 3, 29, 1, tzinfo=UTC)


# --- the verifier, from the page


def spelled(value: object) -> str:
    """Spell a JSON value as the page says RFC 8785 does."""
    if value is None or value is True or value is False:
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        short = {8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r", 34: '\\"', 92: "\\\\"}
        return '"' + "".join(
            short.get(ord(c), c if ord(c) >= 32 else f"\\u{ord(c):04x}") for c in value
        ) + '"'  # fmt: skip
    assert isinstance(value, dict)
    names = sorted(value, key=lambda name: name.encode("utf-16-be"))
    return "{" + ",".join(f"{spelled(name)}:{spelled(value[name])}" for name in names) + "}"


def is_right(export: str, pem: str) -> bool:
    """Say whether an export is what the page says one is."""
    first, *middle, last = (json.loads(line) for line in export.removesuffix("\n").split("\n"))
    place, previous = first["after_place"], first["after_digest"]
    assert first["format"] == "etmaal-audit-export-1"
    for row in middle:
        place += 1
        over = {name: row[name] for name in row if name != "digest"} | {"previous": previous}
        if row["format"] != "etmaal-audit-1" or row["place"] != place or len(over) != 13:
            return False
        previous = hashlib.sha256(spelled(over).encode()).hexdigest()
        if row["digest"] != previous:
            return False
    if (last["place"], last["lines"], last["digest"]) != (place, place, previous):
        return False
    over = {name: last[name] for name in last if name != "signature"}
    try:
        load_pem_public_key(pem.encode()).verify(  # type: ignore[union-attr,call-arg]
            bytes.fromhex(last["signature"]), spelled(over).encode()
        )
    except InvalidSignature:
        return False
    return True


# --- the page's own example


def example(about: str) -> str:
    found = re.search(rf"^```\w+ {about}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


def test_the_worked_example_is_right_by_the_page_and_by_the_command(tmp_path: Path) -> None:
    file = tmp_path / "chain.jsonl"
    file.write_text(example("export"), encoding="utf-8")

    checked = verify_file(file, keys=[KEY.public_key()])

    assert is_right(example("export"), example("key"))
    assert (checked.findings, checked.links, checked.heads_passed) == ((), 2, 1)
    assert example("key") == public_text(KEY.public_key())


def test_the_bytes_that_the_page_shows_are_those_that_are_digested_and_signed() -> None:
    _, first, _, last = map(json.loads, example("export").splitlines())
    over = example("first").removesuffix("\n").encode()

    assert hashlib.sha256(over).hexdigest() == first["digest"]
    assert json.loads(over) | {"digest": first["digest"]} == {**first, "previous": NOTHING_BEFORE}
    assert KEY.sign(example("head").removesuffix("\n").encode()).hex() == last["signature"]


# --- any chain

texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
names = st.text(st.sampled_from("ab:.7é\u202e\U0001f600"), min_size=1, max_size=5)
whole = st.integers(-(2**53) + 1, 2**53 - 1)
details = st.dictionaries(st.from_regex(r"[a-z][a-z0-9_]{0,4}", fullmatch=True), texts | whole | st.booleans(), max_size=3)  # fmt: skip
moments = st.datetimes(datetime(1970, 1, 1), datetime(9999, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the zone is given beside them
lines = st.builds(
    Line, id=st.integers(0, 2**53 - 1), at=moments, who=names, verb=names, subject=names,
    why=texts, details=details, rows=st.none() | st.integers(0, 2**53 - 1), root=st.just(""),
)  # fmt: skip


def chained(told: list[Line]) -> list[Link]:
    previous, links = NOTHING_BEFORE, []
    for place, line in enumerate(told, start=1):
        at = AT + timedelta(seconds=place)
        previous = digest(line, place=place, linked_at=at, previous=previous)
        links.append(Link(place, at, previous, line.id, line))
    return links


def exported(links: list[Link]) -> str:
    last = links[-1]
    head = signed(Head(last.place, last.place, last.digest, AT), KEY)
    return "".join([first_line(0, NOTHING_BEFORE), *map(line_of, links), last_line(head)])


@pytest.mark.slow
@given(st.lists(lines, min_size=1, max_size=6))
def test_what_we_link_is_right_by_the_page(told: list[Line]) -> None:
    assert is_right(exported(chained(told)), public_text(KEY.public_key()))


@pytest.mark.slow
@given(lines, lines)
def test_two_lines_that_differ_have_two_digests(one: Line, other: Line) -> None:
    at = {"place": 1, "linked_at": AT, "previous": NOTHING_BEFORE}

    assert (canonical(linked(one, **at)) == canonical(linked(other, **at))) == (one == other)


def test_one_moment_has_one_spelling_whatever_its_zone() -> None:
    summer = timezone(timedelta(hours=2))
    told = Line(1, datetime(2026, 3, 29, 3, tzinfo=summer), "a", "b", "c", "", {}, None, "")
    same = replace(told, at=datetime(2026, 3, 29, 1, tzinfo=UTC))
    at = {"place": 1, "previous": NOTHING_BEFORE}

    first = digest(told, linked_at=AT, **at)
    assert first == digest(same, linked_at=AT.astimezone(summer), **at)
    assert first != digest(same, linked_at=AT + timedelta(microseconds=1), **at)


def changed(links: list[Link], rng: random.Random) -> list[Link]:
    """Do one thing to a chain that leaves its end as it was: forged digests do not follow."""
    links = list(links)
    k = rng.choice([k for k, link in enumerate(links[:-1]) if link.line])
    link = links[k]
    assert link.line is not None
    deeds: list[Callable[[], object]] = [
        lambda: links.__setitem__(k, replace(link, line=replace(link.line, why=link.line.why + "x"))),
        lambda: links.__setitem__(k, replace(link, linked_at=link.linked_at + timedelta(seconds=1))),
        lambda: links.__setitem__(k, replace(link, digest="0" * 64)),
        lambda: links.__setitem__(k, replace(link, line=None, is_there=False)),
        lambda: links.pop(k),
        lambda: links.insert(k, replace(link, digest="1" * 64)),
        lambda: links.__setitem__(slice(k, k + 2), [links[k + 1], links[k]]),
    ]  # fmt: skip
    rng.choice(deeds)()
    if rng.random() < 0.5:
        links = [replace(link, place=place) for place, link in enumerate(links, start=1)]
    return sorted(links, key=lambda link: link.place)


@pytest.mark.slow
@given(st.lists(lines, min_size=4, max_size=9), st.randoms(use_true_random=False))
def test_the_walk_finds_fault_when_the_page_does_and_only_then(
    told: list[Line], rng: random.Random
) -> None:
    links = chained(told)
    for _ in range(rng.choice((0, 1, 1, 2))):
        links = changed(links, rng)
    walk = Walk()
    for link in links:
        walk.take(link)
    walk.end()
    by_the_page = all(link.line for link in links) and is_right(
        exported(links), public_text(KEY.public_key())
    )

    assert (walk.findings.kept == []) == by_the_page


@pytest.mark.slow
@given(st.lists(lines, min_size=6, max_size=9), st.randoms(use_true_random=False))
def test_one_deed_is_located_within_one_place_of_where_it_was_done(
    told: list[Line], rng: random.Random
) -> None:
    links = chained(told)
    after = changed(links, rng)
    walk = Walk()
    for link in after:
        walk.take(link)
    walk.end()
    if after == links:
        return
    pairs = zip(after, links, strict=False)
    first = next((k for k, (a, b) in enumerate(pairs, start=1) if a != b), len(links))

    found = walk.findings.kept[0]
    assert found.first is not None
    assert abs(found.first - first) <= 1, walk.findings


@pytest.mark.slow
def test_a_chain_that_is_a_ruin_is_walked_in_seconds_and_told_of_in_short() -> None:
    line = Line(1, AT, "a", "b", "c", "", {}, None, "")
    walk = Walk()
    for place in range(1, 2_001):
        walk.take(Link(place, AT, f"{place:064x}", place, line))
    walk.end()

    assert [(f.wrong, f.first, f.last) for f in walk.findings.kept] == [
        (Wrong.DOES_NOT_FOLLOW, 1, 2_000)
    ]


@pytest.mark.slow
def test_findings_without_end_are_counted_and_not_kept() -> None:
    links = chained([Line(k, AT, "a", "b", "c", "", {}, None, "") for k in range(2_500)])
    walk = Walk()
    for link in links:
        walk.take(link if link.place % 2 else replace(link, digest="0" * 64))
    walk.end()

    assert (len(walk.findings.kept), walk.findings.more) == (1_000, 250)


@pytest.mark.parametrize("value", ["[]", "1", '{"a": 1', '{"a": 1, "a": 1}', "[" * 5_000])
def test_details_that_are_no_object_are_refused(value: str) -> None:
    with pytest.raises(NotALine):
        details_of(value)
