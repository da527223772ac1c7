"""People come in by invitation, take on roles, leave them, and leave; each time a line says so."""

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, connection, transaction
from made_people import PASSWORD, with_app

from etmaal.accounts import actions, queries
from etmaal.accounts.models import AuditLine, Grant, Invitation, Person
from etmaal.accounts.roles import Role
from etmaal.core.errors import EtmaalError

AT = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)  # the night the clocks go forward
BY = "command:test"
pytestmark = pytest.mark.django_db


def invite(email: str = "a@example.org", *roles: Role, at: datetime = AT) -> actions.Link:
    return actions.invite(
        email=email, name="A", roles=roles or [Role.ANALYST], language="nl", by=BY, at=at
    )


def lines() -> list[tuple[str, str, str]]:
    return list(AuditLine.objects.order_by("id").values_list("verb", "who", "subject"))


def test_an_invitation_makes_a_person_who_cannot_come_in_yet() -> None:
    link = invite("A@Example.ORG ", Role.ANALYST, Role.MANAGER)

    person = Person.objects.get()
    assert (person.email, person.is_active) == ("a@example.org", True)
    assert not person.has_usable_password()
    assert queries.roles_of(person) == {Role.ANALYST, Role.MANAGER}
    assert link.expires_at == AT + timedelta(days=7)
    assert lines() == [("person.invited", BY, f"person:{person.pk}")]
    assert AuditLine.objects.get().details == {"roles": "analyst, manager", "language": "nl"}


@pytest.mark.parametrize(
    ("story", "after", "works"),
    [
        ("at once", timedelta(0), True),
        ("a moment before the end", timedelta(days=7, microseconds=-1), True),
        ("at the end", timedelta(days=7), False),
        ("long after", timedelta(days=400), False),
    ],
)
def test_a_link_works_for_seven_days(story: str, after: timedelta, works: bool) -> None:
    del story
    link = invite()

    if not works:
        with pytest.raises(actions.LinkEnded):
            actions.accept(code=link.code, password=PASSWORD, at=AT + after)
        return
    person = actions.accept(code=link.code, password=PASSWORD, at=AT + after)

    assert person.check_password(PASSWORD)
    assert lines()[-1] == ("person.accepted", f"person:{person.pk}", f"person:{person.pk}")


def used(link: actions.Link) -> str:
    actions.accept(code=link.code, password=PASSWORD, at=AT)
    return link.code


def replaced(link: actions.Link) -> str:
    actions.reset(person=link.person, by=BY, at=AT)
    return link.code


def ended(link: actions.Link) -> str:
    actions.deactivate(person=link.person, by=BY, at=AT)
    return link.code


@pytest.mark.parametrize("how", [used, replaced, ended, lambda _: "unknown", lambda _: ""])
def test_a_link_that_has_ended_does_not_work_and_does_not_say_why(how) -> None:
    code = how(invite())

    with pytest.raises(actions.LinkEnded, match=r"^this link does not work any more$"):
        actions.accept(code=code, password=PASSWORD, at=AT)


@pytest.mark.parametrize("address", ["", "a", "a@", "@example.org", "a b@example.org", "a@example"])
def test_what_is_no_address_is_not_invited(address: str) -> None:
    with pytest.raises(actions.NotAnAddress):
        invite(address)

    assert not Person.objects.exists()


def test_one_mailbox_is_one_person() -> None:
    invite("a@example.org")

    with pytest.raises(actions.AlreadyHere):
        invite("A@EXAMPLE.org")

    assert Person.objects.count() == 1


@pytest.mark.parametrize("first", [Role.DESK_USER, Role.OFFICER])
def test_who_answers_for_a_provider_has_no_part_in_judging_it(first: Role) -> None:
    second = Role.OFFICER if first is Role.DESK_USER else Role.DESK_USER
    person = invite("a@example.org", first).person

    with pytest.raises(actions.RolesExclude):
        actions.grant(person=person, role=second, by=BY, at=AT)
    with pytest.raises(actions.RolesExclude), transaction.atomic():
        invite("b@example.org", first, second)

    assert queries.roles_of(person) == {first}
    assert not Person.objects.filter(email="b@example.org").exists()


def test_a_role_is_given_once_at_a_time_and_its_history_stays() -> None:
    person = invite().person
    with pytest.raises(actions.AlreadyHere):
        actions.grant(person=person, role=Role.ANALYST, by=BY, at=AT)

    actions.end_role(person=person, role=Role.ANALYST, by=BY, at=AT, why="moved on")
    with pytest.raises(actions.NoSuchGrant):
        actions.end_role(person=person, role=Role.ANALYST, by=BY, at=AT)
    actions.grant(person=person, role=Role.ANALYST, by=BY, at=AT)

    assert Grant.objects.filter(person=person).count() == 2
    assert [verb for verb, *_ in lines()] == ["person.invited", "role.ended", "role.granted"]
    assert AuditLine.objects.get(verb="role.ended").why == "moved on"


def test_who_left_has_nothing_left_and_can_be_invited_again_under_the_same_number() -> None:
    person = invite().person
    with_app(person)

    actions.deactivate(person=person, by=BY, at=AT, why="left")

    person.refresh_from_db()
    assert not person.is_active and not person.has_usable_password()
    assert queries.roles_of(person) == frozenset()
    assert not Authenticator.objects.exists()
    for refused in (
        lambda: actions.grant(person=person, role=Role.ANALYST, by=BY, at=AT),
        lambda: actions.reset(person=person, by=BY, at=AT),
        lambda: actions.deactivate(person=person, by=BY, at=AT),
    ):
        with pytest.raises(actions.NotActive):
            refused()
    again = invite("a@example.org", Role.AUDITOR, at=AT + timedelta(days=30))
    assert again.person.pk == person.pk
    assert queries.roles_of(again.person) == {Role.AUDITOR}


@pytest.mark.parametrize("second_factor", [True, False])
def test_a_reset_makes_the_password_useless_at_once(second_factor: bool) -> None:
    link = invite()
    person = actions.accept(code=link.code, password=PASSWORD, at=AT)
    with_app(person)

    new = actions.reset(person=person, by=BY, at=AT, second_factor=second_factor)

    person.refresh_from_db()
    assert not person.check_password(PASSWORD)
    assert queries.has_second_factor(person) is not second_factor
    assert actions.accept(code=new.code, password=PASSWORD, at=AT).pk == person.pk


def test_what_fails_leaves_no_line() -> None:
    invite()
    before = lines()

    for story in ("a@example.org", "no address"):
        with pytest.raises(EtmaalError):
            invite(story)

    assert lines() == before


def test_the_database_keeps_one_open_link_a_person() -> None:
    person = invite().person

    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.create(
            person=person, digest="0" * 64, made_at=AT, expires_at=AT + timedelta(days=1)
        )


def test_the_list_says_who_is_here_in_four_queries_for_any_number(
    django_assert_num_queries,
) -> None:
    for k in range(7):
        link = invite(f"p{k}@example.org", Role.AUDITOR, Role.ANALYST)
    actions.accept(code=link.code, password=PASSWORD, at=AT)
    with_app(link.person)

    with django_assert_num_queries(4):
        listed = list(queries.people(at=AT))

    assert [p.email for p in listed] == [f"p{k}@example.org" for k in range(7)]
    assert [(p.invited, p.second_factor) for p in listed] == [(True, False)] * 6 + [(False, True)]
    assert listed[0].roles == (Role.ANALYST, Role.AUDITOR)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_of_two_who_use_a_link_at_the_same_moment_one_comes_in() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("the tests' SQLite is in memory, where connections lock each other out")
    link = invite()
    ready, outcomes = Barrier(8), []

    def using(number: int) -> None:
        ready.wait(timeout=20)
        try:
            actions.accept(code=link.code, password=f"{PASSWORD} {number}", at=AT)
            outcomes.append(number)
        except actions.LinkEnded:
            outcomes.append(None)
        finally:
            connection.close()

    threads = [Thread(target=using, args=(k,)) for k in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    [winner] = [k for k in outcomes if k is not None]
    assert len(outcomes) == 8
    person = Person.objects.get()
    assert person.check_password(f"{PASSWORD} {winner}")
    assert [verb for verb, *_ in lines()] == ["person.invited", "person.accepted"]
