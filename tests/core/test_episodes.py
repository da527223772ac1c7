"""The episode rule as a table of stories. Hours count from the notice, the norm is 24 hours."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from etmaal.core.episodes import Episode, State, episodes
from etmaal.core.history import (
    By,
    Delivery,
    Event,
    EventKind,
    History,
    Look,
    LookBasis,
    LookedAt,
    Notice,
    Outage,
    Role,
    Seen,
)
from etmaal.core.outcomes import Outcome
from etmaal.core.policy import Basis, ClockPolicy, Kind, MissRule

NIGHTS_THE_CLOCKS_CHANGE = [
    datetime(2026, 3, 28, 12, tzinfo=UTC),
    datetime(2026, 10, 24, 12, tzinfo=UTC),
]
NOTICED_AT = NIGHTS_THE_CLOCKS_CHANGE[0]
COVENANT = ClockPolicy(
    id="covenant",
    version=1,
    start=Basis.SENT,
    norm=timedelta(hours=24),
    quiet_spell=timedelta(days=7),
    miss_rule=MissRule(misses=3, apart=timedelta(minutes=15)),
    kinds=frozenset({Kind.NOTICE, Kind.REPEAT}),
    stand_ins=frozenset({Basis.ACCEPTED, Basis.ACKNOWLEDGED, Basis.READ}),
    zone="Europe/Amsterdam",
    verdicts=True,
    pauses=False,
)


ROLES = {"copy": Role.SITE_OWNER, "fronted": Role.FRONT}


def hour(h: float) -> timedelta:
    return timedelta(hours=h)


def history(story: str, noticed_at: datetime = NOTICED_AT) -> History:
    """Read a story such as "-1 notice p, 10 online, 11 gone, 12 miss@q, 20-24 outage"."""
    notices, looks, events, outages = [], [], [], []
    for number, part in enumerate(p.strip() for p in story.split(",") if p.strip()):
        when, what, *who = part.split()
        if what == "outage":
            start, before = (noticed_at + hour(float(h)) for h in when.split("-", 1))
            outages.append(Outage(None, start, before))
            continue
        at = noticed_at + hour(float(when))
        provider = who[0] if who else "p"
        word, _, address = what.partition("@")
        if word in ("notice", "bounced", "refused", "copy", "fronted", "order", "repeat"):
            notices.append(
                Notice(
                    f"n{number}",
                    provider,
                    at,
                    delivery=Delivery(word) if word in ("bounced", "refused") else Delivery.UNKNOWN,
                    role=ROLES.get(word, Role.HOSTER),
                    kind=Kind(word) if word in ("order", "repeat") else Kind.NOTICE,
                )
            )
        elif word in ("online", "gone", "unknown"):
            doubtful = address == "?"
            looks.append(
                Look(
                    at, Seen(word), By.HOTLINE, doubtful=doubtful,
                    provider=None if doubtful else address or None,
                )
            )  # fmt: skip
        elif word == "miss":
            looks.append(Look(at, Seen.GONE, By.PROBE, provider=address or None))
        elif word == "claims":
            looks.append(Look(at, Seen.GONE, By.PROVIDER, LookBasis.CONCLUDED))
        else:
            events.append(Event(at, EventKind(word)))
    return History(tuple(notices), tuple(looks), tuple(events), tuple(outages))


def told(story: str, policy: ClockPolicy = COVENANT, **kept: object) -> tuple[Episode, ...]:
    as_of = NOTICED_AT + timedelta(days=400)
    return episodes(history(story), policy, kept.get("as_of", as_of))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("story", "after", "by", "expected"),
    [
        # The table of the design
        ("0 notice, 10 online, 11 gone", 10, 11, Outcome.IN_TIME),
        ("0 notice, 3 gone", 0, 3, Outcome.IN_TIME),
        ("0 notice", 0, None, Outcome.UNDECIDED),
        ("0 notice, 30 online", 30, None, Outcome.LATE),
        ("0 notice, 20 online, 23 gone, 22-24 outage, 26 gone", 20, 26, Outcome.UNDECIDED),
        ("0 notice, 5 gone, 20 online, 30 gone", 20, 30, Outcome.UNDECIDED),
        ("0 notice, 24 gone", 0, 24, Outcome.IN_TIME),
        ("0 notice, 24 online", 24, None, Outcome.LATE),
        ("0 notice, 24 online, 25 gone", 24, 25, Outcome.LATE),
        ("0 notice, 5 online, 9 moved_host", 5, 9, Outcome.ENDED),
        ("0 notice, 5 online, 30 moved_abroad", 5, 30, Outcome.ENDED),
        ("0 notice, 25 online, 30 moved_abroad", 25, 30, Outcome.LATE),
        ("0 notice, 5 online, 9 reassigned", 5, 9, Outcome.ENDED),
        ("0 notice, 25 online, 30 reassigned", 25, 30, Outcome.LATE),
        ("0 notice, 10 online", 10, None, Outcome.PENDING),
        # What changes nothing
        ("0 notice, 6 gone, 25 unknown", 0, 6, Outcome.IN_TIME),
        ("0 notice, 8 notice, 10 online, 11 gone", 10, 11, Outcome.IN_TIME),
        ("0 notice, 24 repeat, 30 online", 30, None, Outcome.LATE),
        ("0 notice, 5 claims, 30 online", 30, None, Outcome.LATE),
        ("0 notice, 5 provider_says_gone, 10 online", 10, None, Outcome.PENDING),
        ("0 notice, -5 copy, -3 copy, 10 online, 11 gone", 10, 11, Outcome.IN_TIME),
        ("11 gone, 10 online, 0 notice, 10 online, 11 gone", 10, 11, Outcome.IN_TIME),
        # The first one that arrived starts the clock
        ("-30 bounced, 0 notice, 10 online, 11 gone", 10, 11, Outcome.IN_TIME),
        ("-30 refused, -2 bounced, 0 repeat, 30 online", 30, None, Outcome.LATE),
        # Bare looks need three misses, a quarter of an hour apart
        ("0 notice, 10 online, 11 miss", 10, None, Outcome.PENDING),
        ("0 notice, 11 miss", 0, None, Outcome.PENDING),
        ("0 notice, 10 online, 11 miss, 11.25 miss, 11.5 miss", 10, 11, Outcome.IN_TIME),
        ("0 notice, 10 online, 11 miss, 11.1 miss, 11.2 miss", 10, None, Outcome.PENDING),
        ("0 notice, 10 online, 11 miss, 11.1 miss, 11.3 miss, 11.6 miss", 10, 11, Outcome.IN_TIME),
        ("0 notice, 10 online, 11 miss, 12 unknown, 13 miss, 14 miss", 10, 11, Outcome.IN_TIME),
        ("0 notice, 10 online, 11 miss, 12 miss, 13 online, 14 miss", 13, None, Outcome.PENDING),
        ("0 notice, 10 online, 11 miss, 12 gone", 10, 12, Outcome.IN_TIME),
        ("0 notice, 23 online, 23.9 miss, 24.5 miss, 25 miss", 23, 23.9, Outcome.IN_TIME),
        # A whole domain or network that disappears is not a removal; seen again it is nothing
        ("0 notice, 5 online, 9 domain_gone, 10 gone", 5, 9, Outcome.ENDED),
        ("0 notice, 5 online, 8 gone, 9 domain_gone", 5, 8, Outcome.IN_TIME),
        ("0 notice, 5 online, 9 network_gone, 10 online", 10, None, Outcome.PENDING),
        # Online at an address nobody surely knows the holder of proves nothing; gone is gone
        ("0 notice, 10 online, 30 online@?", 10, None, Outcome.PENDING),
        ("0 notice, 10 online, 12 gone@?", 10, 12, Outcome.IN_TIME),
        # Looks before the notice set no clock
        ("-5 online, 0 notice", 0, None, Outcome.UNDECIDED),
        ("-5 gone, -2 online, 0 notice, 4 gone", 0, 4, Outcome.IN_TIME),
        # Seen both ways at once it is there
        ("0 notice, 10 gone, 10 online, 12 gone", 10, 12, Outcome.IN_TIME),
        # At the very moment of the notice
        ("0 notice, 0 online, 4 gone", 0, 4, Outcome.IN_TIME),
        # The end of the quiet spell still belongs to it
        ("0 notice, 5 gone, 173 online", 173, None, Outcome.LATE),
    ],
)
def test_one_episode_says_what_was_seen(
    story: str, after: float, by: float | None, expected: Outcome
) -> None:
    (episode,) = told(story)

    assert episode.window is not None
    assert episode.window.after == hour(after)
    assert episode.window.by == (None if by is None else hour(by))
    assert episode.outcome is expected
    assert episode.state is State.COUNTED


@pytest.mark.parametrize("noticed_at", NIGHTS_THE_CLOCKS_CHANGE)
def test_the_norm_is_24_hours_on_the_nights_the_clocks_change(noticed_at: datetime) -> None:
    in_time, late = (
        history("0 notice, 24 gone", noticed_at),
        history("0 notice, 24 online", noticed_at),
    )
    as_of = noticed_at + timedelta(days=9)

    assert episodes(in_time, COVENANT, as_of)[0].outcome is Outcome.IN_TIME
    assert episodes(late, COVENANT, as_of)[0].outcome is Outcome.LATE


@pytest.mark.parametrize(
    ("story", "state"),
    [
        ("0 notice, -2 gone", State.GONE_BEFORE_START),
        ("0 notice, -2 gone, 5 gone", State.GONE_BEFORE_START),
        ("0 notice, 0 gone", State.GONE_BEFORE_START),
        ("0 notice, -2 domain_gone", State.GONE_BEFORE_START),
        ("0 notice, -0.2 miss, 0.2 miss, 0.6 miss", State.GONE_BEFORE_START),
        ("0 bounced, 30 online", State.UNDELIVERABLE),
        ("0 refused, 3 bounced, 30 online", State.UNDELIVERABLE),
        ("0 notice, 30 online, 40 withdrawn", State.WITHDRAWN),
        ("0 notice, 30 online, 40 wrong_addressee", State.WRONG_ADDRESSEE),
        ("0 order, 30 online", State.NOT_NOTICED),
        ("0 notice, -1 withdrawn, 30 online", State.COUNTED),
        ("0 notice, 30 online, 40 disputed", State.COUNTED),
    ],
)
def test_what_lies_outside_n_has_its_own_state(story: str, state: State) -> None:
    (episode,) = told(story)

    assert episode.state is state
    assert (episode.outcome is None) == (state is not State.COUNTED)


def test_an_item_that_returns_after_the_quiet_spell_has_no_clock_until_it_is_noticed_again() -> (
    None
):
    first, second = told("0 notice, 5 gone, 200 online, 230 online")

    assert (first.outcome, first.returned) == (Outcome.IN_TIME, True)
    assert (second.state, second.belongs_at) == (State.NOT_NOTICED, NOTICED_AT + hour(200))


def test_a_notice_after_the_return_starts_a_new_clock() -> None:
    first, second = told("0 notice, 5 gone, 200 online, 210 repeat, 214 gone")

    assert first.window is not None and first.window.by == hour(5)
    assert second.window is not None and second.window.by == hour(4)
    assert second.started_at == NOTICED_AT + hour(210)


def test_a_notice_before_the_return_was_seen_starts_nothing() -> None:
    _, second = told("0 notice, 5 gone, 190 repeat, 200 online, 230 online")

    assert second.state is State.NOT_NOTICED


def test_a_move_ends_one_providers_episode_and_the_next_has_no_clock_until_noticed() -> None:
    at_p, at_q = told("0 notice p, 5 online@p, 9 online@q, 12 online@q")

    assert (at_p.provider, at_p.outcome, at_p.end) == ("p", Outcome.ENDED, EventKind.MOVED_HOST)
    assert at_p.window is not None and (at_p.window.after, at_p.window.by) == (hour(5), hour(9))
    assert (at_q.provider, at_q.state) == ("q", State.NOT_NOTICED)


def test_after_a_recorded_move_the_next_provider_answers_from_its_own_notice() -> None:
    at_p, at_q = told("0 notice p, 5 online, 9 moved_host, 12 notice q, 20 online, 40 online")

    assert at_p.outcome is Outcome.ENDED
    assert at_q.window is not None and at_q.window.after == hour(28)
    assert at_q.outcome is Outcome.LATE
    assert not at_p.shared and not at_q.shared


def test_a_look_that_cannot_tell_two_providers_apart_proves_nothing_against_either() -> None:
    at_p, at_q = told("0 notice p, 0 notice q, 30 online")

    assert (at_p.outcome, at_q.outcome) == (Outcome.UNDECIDED, Outcome.UNDECIDED)
    assert at_p.shared and at_q.shared


def test_what_is_gone_everywhere_is_gone_from_both() -> None:
    at_p, at_q = told("0 notice p, 1 notice q, 12 gone")

    assert (at_p.outcome, at_q.outcome) == (Outcome.IN_TIME, Outcome.IN_TIME)


def test_a_look_at_one_providers_address_says_nothing_of_the_other() -> None:
    at_p, at_q = told("0 notice p, 0 notice q, 12 gone@p, 30 online@q, 31 online@p, 40 online@q")

    assert at_p.window is not None and at_p.window.after == hour(31)
    assert at_q.window is not None and at_q.window.after == hour(40)


def test_our_own_attribution_alone_is_no_move() -> None:
    (only,) = told("-2 online@q, 0 notice p, 12 gone")

    assert (only.provider, only.outcome) == ("p", Outcome.IN_TIME)


@pytest.mark.parametrize(
    ("policy_start", "basis", "accepted", "starts"),
    [
        (Basis.SENT, Basis.SENT, None, 0),
        (Basis.SENT, Basis.ACCEPTED, None, 0),  # later than the sending: may stand in
        (Basis.SENT, Basis.UNKNOWN, None, None),
        (Basis.SENT, Basis.OBSERVED, None, None),
        (Basis.SENT, Basis.UNKNOWN, 2, 2),
        (Basis.ACCEPTED, Basis.SENT, None, None),  # never replaced by an earlier event
        (Basis.ACCEPTED, Basis.SENT, 2, 2),
        (Basis.SERVED, Basis.SENT, 2, None),
        (Basis.OBSERVED, Basis.UNKNOWN, None, 0),
    ],
)
def test_a_clock_is_never_started_by_an_earlier_event(
    policy_start: Basis, basis: Basis, accepted: float | None, starts: float | None
) -> None:
    stand_ins = COVENANT.stand_ins if policy_start is Basis.SENT else frozenset[Basis]()
    policy = ClockPolicy(
        "x", 1, policy_start, COVENANT.norm, COVENANT.quiet_spell, COVENANT.miss_rule,
        COVENANT.kinds, stand_ins, "UTC", True, False,
    )  # fmt: skip
    accepted_at = None if accepted is None else NOTICED_AT + hour(accepted)
    notice = Notice("n", "p", NOTICED_AT, clock_basis=basis, accepted_at=accepted_at)

    (episode,) = episodes(History((notice,)), policy, NOTICED_AT + hour(99))

    expected = None if starts is None else NOTICED_AT + hour(starts)
    assert episode.started_at == expected
    assert (episode.state is State.START_UNKNOWN) == (starts is None)


def test_a_row_that_exists_only_because_the_item_was_online_is_known_online_until_then() -> None:
    notice = Notice("n", "p", NOTICED_AT, entered_at=NOTICED_AT + hour(6))
    looks = (Look(NOTICED_AT + hour(9), Seen.GONE, By.HOTLINE),)

    (episode,) = episodes(History((notice,), looks), COVENANT, NOTICED_AT + hour(99))

    assert episode.window is not None and episode.window.after == hour(6)
    assert episode.entry == hour(6)


def test_what_happens_after_the_as_of_moment_is_not_known() -> None:
    (episode,) = told("0 notice, 10 online, 11 gone, 12 withdrawn", as_of=NOTICED_AT + hour(10.5))

    assert episode.outcome is Outcome.PENDING


def test_an_item_noticed_only_to_others_has_no_episode() -> None:
    assert told("0 copy, 10 online") == ()


def test_a_flap_keeps_the_window_of_its_first_removal_for_the_sensitivity() -> None:
    (episode,) = told("0 notice, 5 gone, 20 online, 30 gone")

    assert episode.first_window is not None
    assert (episode.first_window.after, episode.first_window.by) == (hour(0), hour(5))


def test_a_record_of_a_move_that_looks_had_shown_is_the_same_move() -> None:
    at_p, at_q = told("0 notice p, 5 online@p, 9 online@q, 10 moved_host, 11 notice q, 13 online@q")

    assert (at_p.outcome, at_p.end) == (Outcome.ENDED, EventKind.MOVED_HOST)
    assert at_p.window is not None and at_p.window.by == hour(9)
    assert (at_q.started_at, at_q.outcome) == (NOTICED_AT + hour(11), Outcome.PENDING)
    assert not at_p.shared and not at_q.shared


def test_a_move_recorded_after_the_next_notice_does_not_end_the_next_providers_clock() -> None:
    at_p, at_q = told("0 notice p, 5 online@p, 9 notice q, 10 moved_host, 40 online@q")

    assert at_q.outcome is Outcome.LATE
    assert at_p.window is not None and at_p.window.after == hour(5)


def test_an_acknowledgement_starts_the_clock_where_the_policy_says_so() -> None:
    policy = replace(COVENANT, start=Basis.ACKNOWLEDGED, stand_ins=frozenset())

    (late,) = told("0 notice, 6 acknowledged, 40 online", policy)
    (unknown,) = told("0 notice, -3 acknowledged, 40 online", policy)

    assert late.started_at == NOTICED_AT + hour(6)
    assert unknown.state is State.START_UNKNOWN


def test_a_front_has_a_class_of_its_own_and_is_never_the_host() -> None:
    (fronted,) = told("0 fronted p, 12 gone")

    assert (fronted.provider, fronted.outcome) == ("front", Outcome.IN_TIME)


def test_an_item_back_long_after_its_network_went_is_a_new_episode() -> None:
    first, second = told("0 notice, 5 online, 9 network_gone, 400 online")

    assert (first.outcome, first.end) == (Outcome.ENDED, EventKind.NETWORK_GONE)
    assert second.state is State.NOT_NOTICED


def test_what_the_next_provider_does_is_not_held_against_the_one_before() -> None:
    at_p, at_q = told("0 notice p, 5 online@p, 9 online@q, 10 notice q, 20 obstructed")

    assert (at_p.obstructed, at_q.obstructed) == (False, True)


def test_conduct_on_an_item_of_several_providers_is_nobodys() -> None:
    at_p, at_q = told("0 notice p, 0 notice q, 20 obstructed")

    assert (at_p.obstructed, at_q.obstructed) == (False, False)


def test_a_move_within_one_provider_ends_nothing() -> None:
    (only,) = told("0 notice p, 5 online@p, 9 moved_host, 12 online@p, 40 online@p")

    assert only.outcome is Outcome.LATE


def test_a_row_that_came_to_exist_after_the_spell_is_no_late_entry_of_it() -> None:
    notice = Notice("n", "p", NOTICED_AT, entered_at=NOTICED_AT + hour(300))
    looks = (Look(NOTICED_AT + hour(5), Seen.GONE, By.HOTLINE),)

    first, _ = episodes(History((notice,), looks), COVENANT, NOTICED_AT + hour(999))

    assert (first.outcome, first.entry) == (Outcome.IN_TIME, hour(0))


@pytest.mark.parametrize(
    ("story", "end", "reassigned"),
    [
        ("0 notice, 30 online, 40 reassigned", EventKind.REASSIGNED, True),
        ("0 notice, 30 online, 40 moved_host", EventKind.MOVED_HOST, False),
        # Gone by then or not: the item may never have been at this provider
        ("0 notice, 30 online, 31 gone, 40 reassigned", None, True),
        # The new company is abroad, or the same change was read once more with a poorer word
        ("0 notice, 30 online, 40 moved_abroad, 40 reassigned", EventKind.MOVED_ABROAD, True),
        ("0 notice, 30 online, 40 reassigned, 40 moved_host", EventKind.MOVED_HOST, True),
        # A notice that was on its way still went to the first company, and to no other
        ("0 notice, 30 online, 40 reassigned, 41 repeat", None, True),
        # A later hand says nothing of a move that was on record before it
        ("0 notice, 30 online, 40 moved_host, 50 reassigned", EventKind.MOVED_HOST, False),
    ],
)
def test_an_item_put_at_another_company_by_hand_ends_as_a_move_and_is_marked(
    story: str, end: EventKind | None, reassigned: bool
) -> None:
    (episode,) = told(story)

    assert (episode.outcome, episode.end) == (Outcome.LATE, end)
    assert episode.reassigned is reassigned


def test_the_company_that_got_the_item_by_hand_answers_from_its_own_notice() -> None:
    at_p, at_q = told("0 notice p, 5 online, 9 reassigned, 12 notice q, 40 online")

    assert (at_p.outcome, at_p.reassigned) == (Outcome.ENDED, True)
    assert (at_q.outcome, at_q.reassigned) == (Outcome.LATE, False)


def test_only_the_last_spell_before_the_hand_is_in_doubt() -> None:
    first, second = told("0 notice, 30 gone, 300 online, 301 repeat, 330 online, 340 reassigned")

    assert (first.returned, first.reassigned) == (True, False)
    assert (second.outcome, second.reassigned) == (Outcome.LATE, True)


def test_an_item_of_which_one_message_says_page_is_a_page() -> None:
    def noticed(number: int, looked_at: LookedAt | None, role: Role = Role.HOSTER) -> Notice:
        at = NOTICED_AT + hour(number)
        return Notice(f"n{number}", "p", at, role=role, looked_at=looked_at)

    item, unsaid = noticed(0, LookedAt.ITEM), noticed(1, None)
    copy, later = noticed(2, LookedAt.PAGE, Role.POLICE), noticed(99, LookedAt.PAGE)
    as_of = NOTICED_AT + hour(50)

    for notices, page in (((item, unsaid), False), ((item, later), False), ((item, copy), True)):
        (episode,) = episodes(History(notices), COVENANT, as_of)
        assert episode.page is page
