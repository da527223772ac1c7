"""What SCART knows of a case, and what it does not: closings, reopenings, moves and messages."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etmaal.world.checker import GONE, ONLINE, UNKNOWN
from etmaal.world.civil import HOUR, MINUTE, NEVER, seconds
from etmaal.world.fates import End
from etmaal.world.make import World
from etmaal.world.networks import V6_HOSTS
from etmaal.world.scart.cases import Kind
from etmaal.world.scart.comments import COMMENTS, STATUSES, TAGS, Said, Status, Tag
from etmaal.world.scart.lines import guarded, quoted, slashed
from etmaal.world.scart.looked import LookedAt
from etmaal.world.scart.moments import local_time
from etmaal.world.scart.record import NOT_ILLEGAL, Record, record_of
from etmaal.world.scart.sending import FAILED, HOSTER, POLICE, QUEUED, SENT, SENT_API, STATES
from etmaal.world.scart.spells import CLOSED_OFFLINE, Why
from etmaal.world.stays import Outside


@pytest.fixture(scope="session")
def record(small: World) -> Record:
    return record_of(small, np.random.default_rng(2))


@dataclass
class Turn:
    at: int
    tag: Tag
    old: int
    new: int
    said: Said


@pytest.fixture(scope="session")
def turns(record: Record) -> dict[int, list[Turn]]:
    found: dict[int, list[Turn]] = defaultdict(list)
    h = record.history
    for case, at, tag, old, new, said in zip(
        h.case, h.at, h.tag, h.old, h.new, h.comment, strict=True
    ):
        found[int(case)].append(Turn(int(at), TAGS[tag], int(old), int(new), COMMENTS[said]))
    return found


def states(turns: list[Turn]) -> list[Turn]:
    return [turn for turn in turns if turn.tag is Tag.STATUS]


# --- three misses


def slow_third_miss(looks: list[tuple[int, int]], from_at: int, before: int) -> int:
    misses = 0
    for at, seen in looks:
        if from_at <= at < before:
            misses = 0 if seen == ONLINE else misses + 1
            if misses == 3:
                return at
    return NEVER


LOOKS = st.lists(
    st.tuples(st.integers(0, 60), st.sampled_from([ONLINE, GONE, UNKNOWN])),
    max_size=25,
    unique_by=lambda look: look[0],
)


@pytest.mark.slow
@given(st.lists(LOOKS, min_size=1, max_size=4), st.integers(0, 30), st.integers(10, 60))
def test_three_misses_in_a_row_close_a_case_whatever_made_them(
    cases: list[list[tuple[int, int]]], from_at: int, before: int
) -> None:
    cases = [sorted(looks) for looks in cases]
    flat = [
        (case << 32 | at, seen == ONLINE) for case, looks in enumerate(cases) for at, seen in looks
    ]
    keys = np.array([k for k, _ in flat], np.int64)
    online = np.array([o for _, o in flat], np.bool_)
    looked = LookedAt(keys, online, keys[online])
    case = np.arange(len(cases))
    begins, ends = np.full(case.size, from_at), np.full(case.size, before)

    third = looked.third_miss(case, begins, ends)
    last = looked.last_online(case, begins, ends)
    times = looked.times_online(case, begins, ends)

    for k, looks in enumerate(cases):
        seen = [at for at, what in looks if what == ONLINE and from_at <= at < before]
        assert third[k] == slow_third_miss(looks, from_at, before)
        assert last[k] == max(seen, default=NEVER)
        assert times[k] == len(seen)


@pytest.mark.slow
def test_what_the_machine_closed_was_last_seen_at_least_half_an_hour_before(record: Record) -> None:
    spells = record.spells
    machine = (spells.why == Why.OFFLINE) & (spells.last_seen_at < NEVER)

    waited = (spells.closed_at - spells.last_seen_at)[machine]

    assert machine.sum() > 8_000
    assert waited.min() >= 30 * MINUTE


@pytest.mark.slow
def test_most_closings_are_true_and_most_false_ones_fall_in_the_checker_s_outages(
    small: World, record: Record
) -> None:
    n = small.items.size
    stays, spells, outages = small.stays, record.spells, small.outages
    closed = spells.closed_at[:n]
    machine = spells.why[:n] == Why.OFFLINE
    false = machine & (closed < stays.until[:n])
    flapping = (stays.flap_from[:n] < closed) & (closed < stays.flap_until[:n] + MINUTE)
    ill = np.zeros(n, np.bool_)
    for begun, ended in zip(outages.from_at, outages.before_at, strict=True):
        ill |= (begun <= closed) & (closed < ended + HOUR)

    assert false.sum() < 0.03 * machine.sum()
    assert (false & ~flapping & ill).sum() > 20
    assert (false & ~flapping & ~ill).sum() <= 5


# --- the course of a case


@pytest.mark.slow
def test_the_states_of_a_case_follow_each_other_and_end_in_the_one_its_row_has(
    record: Record, turns: dict[int, list[Turn]]
) -> None:
    for case in range(record.cases.size):
        course = states(turns[case])
        assert course[0].old == STATUSES.index(Status.NONE)
        assert all(a.new == b.old and a.at <= b.at for a, b in pairwise(course))
        assert course[-1].new == record.state.status[case]
        assert course[0].at == record.cases.created_at[case]


@pytest.mark.slow
def test_nothing_is_on_record_from_after_the_world_s_end(small: World, record: Record) -> None:
    end = seconds(small.preset.followed)
    messages = record.messages

    for at in (
        record.history.at, record.cases.created_at, record.state.updated_at,
        *(a[a < NEVER] for a in (record.state.last_seen_at, messages.sent_at, messages.state_at)),
    ):  # fmt: skip
        assert at.max() < end


@pytest.mark.slow
def test_every_state_of_a_case_and_of_a_message_occurs(record: Record) -> None:
    assert {STATUSES[s] for s in record.state.status} == set(STATUSES) - {
        Status.NONE,
        Status.SCRAPE,
        Status.WORK,
    }
    assert {STATES[s] for s in record.messages.state} >= {
        *("grouping", "queued", "sent_succes", "sent_failed", "sent_api_succes"),
    }
    assert {COMMENTS[c] for c in record.history.comment} == set(Said)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("story", "end", "why", "last"),
    [
        ("it moved to another host", End.MOVED_HOST, Why.CHANGED, Said.CHANGED),
        ("the host behind a front was found", End.HOST_FOUND, Why.CHANGED, Said.CHANGED),
        ("its domain went", End.DOMAIN_GONE, Why.NO_WHOIS, Said.NO_WHOIS),
        ("it went abroad", End.MOVED_ABROAD, Why.ABROAD, Said.CHANGED),
    ],
)
def test_an_item_that_left_waits_for_an_analyst(
    small: World,
    record: Record,
    turns: dict[int, list[Turn]],
    story: str,
    end: End,
    why: Why,
    last: Said,
) -> None:
    n = small.items.size
    left = np.flatnonzero((small.stays.end[:n] == end) & (record.spells.why[:n] == why))

    assert left.size >= 5
    for case in left:
        at = record.spells.closed_at[case]
        found = [t for t in states(turns[case]) if at <= t.at <= at + 1]
        assert [t.said for t in found] == [last]
        assert STATUSES[found[0].new] is Status.CHANGED


@pytest.mark.slow
def test_what_went_abroad_ends_closed_with_a_contact_of_another_country(
    record: Record, turns: dict[int, list[Turn]]
) -> None:
    gone = record.spells.case[record.spells.why == Why.ABROAD]

    closed = [c for c in gone if STATUSES[record.state.status[c]] is Status.CLOSE]

    assert len(closed) > 20
    assert {record.contacts.rows[record.places.contact[c]].country for c in closed} == {"XC"}
    assert {states(turns[c])[-1].said for c in closed} == {Said.NOT_LOCAL, Said.APPROVED}


@pytest.mark.slow
def test_a_picture_that_came_back_is_taken_up_again_and_a_page_never_is(
    small: World, record: Record, turns: dict[int, list[Turn]]
) -> None:
    again = record.spells.case[record.spells.again]

    assert again.size > 50
    assert not record.cases.page[again].any()
    for case in again:
        said = [t.said for t in states(turns[case])]
        assert Said.FOUND_AGAIN in said
        assert record.state.first_seen_at[case] > record.cases.graded_at[case]
    stays = small.stays
    back = stays.item[(stays.before >= 0) & (stays.verdict_at < NEVER)]
    pages = back[record.cases.page[back] & np.isin(record.spells.why[back], CLOSED_OFFLINE)]
    assert pages.size > 5
    assert all(Said.FOUND_AGAIN not in [t.said for t in turns[case]] for case in pages)


@pytest.mark.slow
def test_a_notice_taken_back_leaves_a_case_that_is_not_illegal(
    small: World, record: Record
) -> None:
    n = small.items.size
    taken_back = small.stays.outside[:n] == Outside.WITHDRAWN
    taken_back &= small.stays.found_at[:n] < seconds(small.preset.followed)

    assert (record.state.grade[:n][taken_back] == NOT_ILLEGAL).all()
    assert (record.state.grade[:n] == NOT_ILLEGAL).sum() == taken_back.sum()


@pytest.mark.slow
def test_two_contacts_made_one_are_no_move(record: Record, turns: dict[int, list[Turn]]) -> None:
    contacts = record.contacts
    assert contacts.doubled is not None
    merged = record.places.doubled

    for case in merged:
        hosts = [t for t in turns[case] if t.tag is Tag.HOSTER]
        assert [t.said for t in hosts][:2] == [Said.HOST_SET, Said.MERGED]
    assert merged.size > 20
    assert (record.places.contact[merged] == contacts.doubled).all()
    assert contacts.rows[contacts.double].owner in contacts.rows[contacts.doubled].aliases


@pytest.mark.slow
def test_where_people_look_the_last_look_is_no_look(record: Record) -> None:
    spells = record.spells
    by_hand = spells.why == Why.MANUAL

    assert by_hand.sum() > 20
    assert (spells.closed_at - spells.last_seen_at)[by_hand].max() < HOUR
    assert record.cases.manual[spells.case[by_hand]].all()


@pytest.mark.slow
def test_every_case_stands_at_an_ipv4_address(record: Record) -> None:
    addresses = np.array(record.world.networks.addresses)
    placed = record.places.address[record.places.address >= 0]

    assert not any(":" in address for address in addresses[placed])
    assert V6_HOSTS > 0 and any(":" in address for address in addresses)


# --- messages


@pytest.mark.slow
def test_a_message_is_sent_only_about_what_is_still_being_checked(record: Record) -> None:
    of, messages, spells = record.mentions, record.messages, record.spells
    gone = np.isin(messages.to[of.message], (POLICE,))
    sent = np.where(messages.sent_at < NEVER, messages.sent_at, messages.state_at)[of.message]
    open_ = np.zeros(of.size, np.bool_)
    by_case: dict[int, list[int]] = defaultdict(list)
    for row, case in enumerate(spells.case):
        by_case[int(case)].append(row)
    for k in np.flatnonzero(~gone & (sent < NEVER)):
        rows = by_case[int(of.case[k])]
        open_[k] = any(spells.opened_at[r] <= sent[k] < spells.closed_at[r] for r in rows)

    assert open_[~gone & (sent < NEVER)].all()


@pytest.mark.slow
def test_a_bounced_notice_failed_and_one_of_unknown_start_waits_for_ever(
    small: World, record: Record
) -> None:
    stays, n = small.stays, small.items.size
    of, messages = record.mentions, record.messages
    to_host = (messages.to[of.message] == HOSTER) & (of.case < n)
    state = messages.state[of.message]

    for outside, expected in (
        (Outside.UNDELIVERABLE, {FAILED}),
        (Outside.START_UNKNOWN, {QUEUED, SENT_API}),
    ):
        case = np.flatnonzero(stays.outside[:n] == outside)
        rows = to_host & np.isin(of.case, case) & (messages.sent_at[of.message] < NEVER)
        assert rows.sum() > 10
        assert set(state[rows].tolist()) <= expected


@pytest.mark.slow
def test_one_company_is_told_by_api_and_no_first_notice_by_mail_is_known_of_it(
    record: Record,
) -> None:
    api = np.flatnonzero(record.contacts.by_api)
    messages = record.messages
    told = np.isin(messages.contact, api) & (messages.to == HOSTER) & messages.api

    assert api.size == 1 and told.sum() > 100
    assert (messages.sent_at[told] == NEVER).all()
    assert (messages.state_at[told] < NEVER).mean() > 0.95
    hosted = record.places.contact == api[0]
    assert (record.state.host_notice_at[hosted] == NEVER).all()


@pytest.mark.slow
def test_what_went_to_the_police_first_has_a_first_notice_that_is_no_host_s(record: Record) -> None:
    cases, state = record.cases, record.state
    told = (cases.police_at < NEVER) & (cases.kind == Kind.ITEM)

    assert told.sum() > 20
    assert state.police[told].all()
    known = told & (state.host_notice_at < NEVER)
    assert (state.first_notice_at[known] < state.host_notice_at[known]).all()


@pytest.mark.slow
def test_what_was_found_a_message_s_moments_stand_in_order(record: Record) -> None:
    of, messages = record.mentions, record.messages
    mailed = messages.sent_at < NEVER
    arrived = mailed & (messages.state == SENT)

    assert (messages.begun_at[mailed] < messages.sent_at[mailed]).all()
    waited = (messages.state_at - messages.sent_at)[arrived]
    assert 2 * MINUTE <= waited.min() and waited.max() < 4 * MINUTE
    seen = of.last_seen_at < NEVER
    sent = np.where(mailed, messages.sent_at, messages.state_at)[of.message]
    assert (of.last_seen_at[seen] <= sent[seen]).all()
    assert np.array_equal(np.bincount(of.message), messages.urls)


# --- fields and moments


@pytest.mark.parametrize(
    ("story", "field", "expected"),
    [
        ("plain", "a b", ("a b", "a b", '"a b"')),
        ("a comma", "a,b", ('"a,b"', "a,b", "a,b")),
        ("a quote", 'a"b', ('"a""b"', 'a\\"b', '"a""b"')),
        ("an apostrophe", "it's", ("it's", "it\\'s", "it's")),
        ("a backslash", "a\\b", ("a\\b", "a\\\\b", '"a\\b"')),
        ("a line break", "a\nb", ('"a\nb"', "a\nb", '"a\nb"')),
        ("a semicolon", "a;b", ("a;b", "a;b", '"a;b"')),
        ("a formula", "=1+1", ("=1+1", "=1+1", '"\t=1+1"')),
        ("a minus", "-1", ("-1", "-1", '"\t-1"')),
    ],
)
def test_each_format_has_its_own_way_with_a_field(
    story: str, field: str, expected: tuple[str, str, str]
) -> None:
    column = pa.array([field, None])

    assert [f(column).to_pylist() for f in (quoted, slashed, guarded)] == [
        [e, None] for e in expected
    ]


BEGINS, ENDS = date(2025, 1, 1), date(2025, 12, 1)
zone_of = cache(lambda zone: local_time(zone, BEGINS, ENDS))


@pytest.mark.slow
@given(
    st.lists(st.integers(seconds(BEGINS), seconds(ENDS))),
    st.sampled_from(["UTC", "Europe/Amsterdam", "Pacific/Auckland"]),
)
def test_moments_are_written_as_the_zone_s_clocks_show_them(moments: list[int], zone: str) -> None:
    texts = zone_of(zone).texts(np.array([*moments, NEVER], np.int64)).to_pylist()

    shown = [datetime.fromtimestamp(at, UTC).astimezone(ZoneInfo(zone)) for at in moments]
    assert texts == [*(f"{at:%Y-%m-%d %H:%M:%S}" for at in shown), None]


@pytest.mark.slow
def test_a_wrong_company_is_put_right_by_a_person_and_a_move_is_found_by_the_machine(
    small: World, record: Record, turns: dict[int, list[Turn]]
) -> None:
    n, stays = small.items.size, small.stays
    wrong = np.flatnonzero(stays.outside[:n] == Outside.WRONG_ADDRESSEE)
    moved = np.flatnonzero(stays.end[:n] == End.MOVED_HOST)

    def comments(cases: np.ndarray) -> set[Said]:
        hosts = (t for case in cases for t in turns[case] if t.tag is Tag.HOSTER)
        return {t.said for t in hosts} - {Said.HOST_SET, Said.MERGED}

    assert comments(wrong) == {Said.BY_ANALYST}
    assert comments(np.setdiff1d(moved, wrong)) == {Said.HOST_CHANGED}
