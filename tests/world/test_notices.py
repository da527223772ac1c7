"""What the hotline sends: windows, batches, repeats, copies, and what does not arrive."""

from collections import defaultdict
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from etmaal.core.delays import SendingWindows
from etmaal.world.make import World

pytestmark = pytest.mark.slow
ZONE = ZoneInfo("Europe/Amsterdam")
HOST = ("hoster", "front")


@pytest.fixture(scope="module")
def rows(small: World) -> list[dict[str, Any]]:
    return small.tables["notices"].to_pylist()


@pytest.fixture(scope="module")
def to_host(rows: list[dict[str, Any]]) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """All notices to one item's host, oldest first, the second desk's left out."""
    found = defaultdict(list)
    for row in rows:
        if row["addressee_role"] in HOST and row["desk"].endswith("abuse"):
            found[row["item"], row["provider"]].append(row)
    return found


def test_nothing_leaves_outside_the_sending_windows(rows: list[dict[str, Any]]) -> None:
    windows = SendingWindows(ZONE)
    for at in {row["noticed_at"] for row in rows}:
        # A batch takes the mailer some minutes, and the second desk comes after the first.
        slot = at.replace(minute=0, second=0)
        assert windows.earliest_sending(slot) == slot, at


def test_every_notice_waits_an_hour_after_its_verdict(rows: list[dict[str, Any]]) -> None:
    waits = [r["noticed_at"] - r["verdict_at"] for r in rows if r["kind"] == "notice"]

    assert min(waits) >= timedelta(hours=1)


def test_a_batch_goes_to_one_provider_within_one_hour(rows: list[dict[str, Any]]) -> None:
    batches = defaultdict(set)
    for row in rows:
        batches[row["batch"]].add((row["provider"], f"{row['noticed_at']:%Y-%m-%dT%H}"))

    assert {len(spread) for spread in batches.values()} == {1}


def test_verdicts_are_reached_in_office_hours(rows: list[dict[str, Any]]) -> None:
    judged = [r["verdict_at"].astimezone(ZONE) for r in rows if r["kind"] == "notice"]
    office = [v.weekday() < 5 and 9 <= v.hour < 18 for v in judged]

    # A front's answer comes when it comes; the last items of a long find run past five.
    assert sum(office) / len(office) > 0.98


def test_repeats_come_a_day_apart_or_as_soon_as_the_window_allows(
    to_host: dict[tuple[str, str], list[dict[str, Any]]],
) -> None:
    windows = SendingWindows(ZONE)
    repeated = 0
    for sent in to_host.values():
        for earlier, later in pairwise(sent):
            if later["kind"] != "repeat" or earlier["delivery"] == "bounced":
                continue
            slot = earlier["noticed_at"].replace(minute=0, second=0)
            due = windows.earliest_sending(slot + timedelta(days=1))
            assert later["noticed_at"].replace(minute=0, second=0) == due
            repeated += 1

    assert repeated > 3_000


def test_a_bounced_notice_is_sent_again_the_same_or_the_next_working_day(
    to_host: dict[tuple[str, str], list[dict[str, Any]]],
) -> None:
    bounced = [s for (_, p), s in to_host.items() if s[0]["delivery"] == "bounced" and p != "p11"]

    assert len(bounced) > 20
    for sent in bounced:
        assert sent[1]["delivery"] in ("accepted", "unknown")
        assert sent[1]["noticed_at"] - sent[0]["noticed_at"] < timedelta(days=4)


def test_who_refuses_gets_no_effective_notice_and_the_police_a_copy(
    rows: list[dict[str, Any]], to_host: dict[tuple[str, str], list[dict[str, Any]]], small: World
) -> None:
    refused = {
        item
        for (item, provider), sent in to_host.items()
        if provider == "p11" and all(r["delivery"] in ("bounced", "refused") for r in sent)
    }
    obstructed = {
        r["item"] for r in small.tables["events"].to_pylist() if r["event"] == "obstructed"
    }
    police = {r["item"] for r in rows if r["addressee_role"] == "police"}

    assert len(refused) > 0.5 * sum(provider == "p11" for _, provider in to_host)
    assert obstructed == refused
    assert police and police <= refused


def test_copies_go_with_the_third_and_sixth_repeat(
    rows: list[dict[str, Any]], to_host: dict[tuple[str, str], list[dict[str, Any]]]
) -> None:
    copies = defaultdict(list)
    for row in rows:
        copies[row["item"], row["provider"], row["addressee_role"]].append(row["noticed_at"])
    seen = 0
    for (item, provider), sent in to_host.items():
        if sum(r["kind"] == "notice" for r in sent) > 1:  # noticed again after a return
            continue
        for nth, role in ((3, "site_owner"), (6, "registrar")):
            due = [sent[nth]["noticed_at"]] if len(sent) > nth else []
            assert copies[item, provider, role] == due
            seen += len(due)

    assert seen > 500


def test_notices_name_whoever_had_the_network_at_that_moment(rows: list[dict[str, Any]]) -> None:
    takeover = datetime(2025, 9, 16, tzinfo=ZONE)
    first = {r["item"]: r for r in reversed(rows) if r["kind"] == "notice"}.values()
    old = [r["noticed_at"] for r in first if r["provider"] == "p09"]

    assert old and max(old) < takeover
