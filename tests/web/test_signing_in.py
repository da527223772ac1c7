"""Nobody guesses a password, learns who has an account, or stays in who should be out."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from made_people import BY, PASSWORD, code_of, entered, invited, signed_in, with_app

from etmaal.accounts import actions
from etmaal.accounts.models import AuditLine, Person
from etmaal.accounts.roles import Role
from etmaal.accounts.second_factor_secrets import AnotherKey
from etmaal.web.clock import now

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SIGN_IN = "/account/sign-in/"
ANOTHER = PASSWORD + ", maar anders"


def tried(email: str, password: str, client: Client | None = None):
    return (client or Client()).post(SIGN_IN, {"login": email, "password": password})


def test_an_invitation_works_once_and_only_its_digest_is_kept() -> None:
    link = invited()
    address = reverse("invitation", args=[link.code])
    words = {"new_password1": PASSWORD, "new_password2": PASSWORD}

    assert Client().get(address).status_code == 200
    assert Client().head(address).status_code == 200  # to look does not use it up
    assert Client().post(address, words).headers["Location"] == SIGN_IN

    assert Client().get(address).status_code == Client().post(address, words).status_code == 404
    assert link.code not in repr(link)
    rows = [
        str(list(t.objects.values()))
        for t in (Person, AuditLine, type(link.person.invitations.get()))
    ]
    assert not any(link.code in row for row in rows)


@pytest.mark.parametrize("weak", ["kort", "1234567890123456", "qwertyuiop123", "Analyst Jansen"])
def test_a_weak_password_is_refused(weak: str) -> None:
    link = invited(language="nl")

    page = Client().post(
        reverse("invitation", args=[link.code]), {"new_password1": weak, "new_password2": weak}
    )

    assert page.status_code == 200
    assert len(page.context["form"].errors) == 1
    assert "This password" not in page.content.decode()  # every word of it is in Dutch
    link.person.refresh_from_db()
    assert not link.person.has_usable_password()


def test_passwords_are_kept_by_argon2() -> None:
    assert entered().password.startswith("argon2$argon2id$")


def test_who_has_no_account_and_who_has_another_password_are_told_the_same() -> None:
    person = entered()

    wrong, unknown = tried(person.email, "a wrong one"), tried("nobody@example.org", "a wrong one")

    told = [
        r.content.replace(person.email.encode(), b"x").replace(b"nobody@example.org", b"x")
        .replace(r.context["csrf_token"].encode(), b"")
        for r in (wrong, unknown)
    ]  # fmt: skip
    assert wrong.status_code == unknown.status_code == 200
    assert told[0] == told[1]
    lines = AuditLine.objects.filter(verb="sign_in.failed").values_list("who", "subject")
    assert list(lines) == [("public", f"person:{person.pk}")]


def test_wrong_passwords_are_throttled_and_then_even_the_right_one_waits() -> None:
    person = entered(Role.DESK_USER)
    for k in range(5):
        assert tried(person.email, f"wrong {k}").status_code == 200

    late = tried(person.email, PASSWORD)

    assert "Er is te vaak verkeerd ingelogd." in late.content.decode()
    assert tried(person.email, PASSWORD).wsgi_request.user.is_anonymous
    other = entered(Role.DESK_USER)  # somebody else, from the same place, still comes in
    assert tried(other.email, PASSWORD).headers["Location"] == "/home/"
    cache.clear()
    assert tried(person.email, PASSWORD).headers["Location"] == "/home/"


def test_codes_of_the_second_step_are_throttled_too() -> None:
    person, client = entered(), Client()
    secret = with_app(person)
    tried(person.email, PASSWORD, client)
    step = "/account/second-step/sign-in/"
    for _ in range(5):
        client.post(step, {"code": "000000"})

    page = client.post(step, {"code": code_of(secret)})

    assert page.status_code == 200
    assert client.get("/home/").status_code == 302


def test_a_code_works_once() -> None:
    person, first, second = entered(), Client(), Client()
    code = code_of(with_app(person))
    for client in (first, second):
        tried(person.email, PASSWORD, client)
        client.post("/account/second-step/sign-in/", {"code": code})

    assert (first.get("/home/").status_code, second.get("/home/").status_code) == (200, 302)


def test_the_password_alone_opens_nothing_where_a_second_step_is_set_up() -> None:
    person, client = entered(), Client()
    with_app(person)

    answer = tried(person.email, PASSWORD, client)

    assert answer.headers["Location"] == "/account/second-step/sign-in/"
    assert client.get("/home/").headers["Location"].startswith(SIGN_IN)


@pytest.mark.parametrize("role", [*Role, None])
def test_only_a_desk_user_comes_in_without_a_second_step(role: Role | None) -> None:
    client = signed_in(entered(role))

    page = client.get("/home/")

    free = role is Role.DESK_USER
    assert page.status_code == (200 if free else 302)
    assert free or page.headers["Location"] == "/account/second-step/"
    assert client.get("/account/password/").status_code == page.status_code
    assert client.get("/account/second-step/app/add/").status_code == 200


def test_a_desk_user_who_becomes_staff_needs_a_second_step_from_the_next_click_on() -> None:
    person = entered(Role.DESK_USER)
    client = signed_in(person)
    assert client.get("/home/").status_code == 200

    actions.end_role(person=person, role=Role.DESK_USER, by=BY, at=now())
    actions.grant(person=person, role=Role.ANALYST, by=BY, at=now())

    assert client.get("/home/").headers["Location"] == "/account/second-step/"


def test_a_role_that_ended_is_gone_from_the_next_click_on() -> None:
    person = entered(Role.ANALYST)
    with_app(person)
    client = signed_in(person)
    assert "Analyst</dt>" in client.get("/home/").content.decode()

    actions.end_role(person=person, role=Role.ANALYST, by=BY, at=now())

    assert "You have no role" in client.get("/home/").content.decode()


@pytest.mark.parametrize("how", ["deactivated", "reset"])
def test_an_account_that_is_ended_or_reset_is_out_at_once(how: str) -> None:
    person = entered(Role.DESK_USER)
    client = signed_in(person)
    assert client.get("/home/").status_code == 200

    if how == "deactivated":
        actions.deactivate(person=person, by=BY, at=now())
    else:
        actions.reset(person=person, by=BY, at=now())

    assert client.get("/home/").headers["Location"].startswith(SIGN_IN)
    assert tried(person.email, PASSWORD).wsgi_request.user.is_anonymous


def test_a_stolen_session_is_out_when_the_password_is_changed() -> None:
    person = entered(Role.DESK_USER)
    owner, thief = signed_in(person), signed_in(person)
    assert thief.get("/home/").status_code == 200

    words = {"oldpassword": PASSWORD, "password1": ANOTHER, "password2": ANOTHER}
    assert owner.post("/account/password/", words).status_code == 302

    assert owner.get("/home/").status_code == 200
    assert thief.get("/home/").headers["Location"].startswith(SIGN_IN)


def test_a_thief_needs_the_password_for_an_important_change() -> None:
    person = entered(Role.ANALYST)
    with_app(person)
    thief = signed_in(person)
    thief.get("/home/")
    session = thief.session
    session["began_at"] = (now() - timedelta(minutes=6)).isoformat()
    session.save()

    for path in ("app/remove/", "passkeys/add/", "codes/new/"):
        page = thief.get(f"/account/second-step/{path}")
        assert page.headers["Location"].startswith("/account/confirm/"), path


def test_the_last_second_step_of_staff_stays() -> None:
    person = entered(Role.ANALYST)
    with_app(person)
    client = signed_in(person)
    client.get("/home/")

    page = client.post("/account/second-step/app/remove/")

    assert "This is your only second step" in page.content.decode()
    assert Authenticator.objects.filter(user=person).exists()


def test_secrets_of_second_steps_do_not_lie_open_in_the_database() -> None:
    person = entered()
    secret = with_app(person)

    kept = str(list(Authenticator.objects.values_list("data", flat=True)))

    assert secret not in kept


def test_sessions_elsewhere_can_be_ended() -> None:
    person = entered(Role.DESK_USER)
    here, there = Client(), Client()
    for client in (here, there):
        tried(person.email, PASSWORD, client)
    assert here.get("/account/sessions/").context["session_count"] == 2

    here.post("/account/sessions/")

    assert (here.get("/home/").status_code, there.get("/home/").status_code) == (200, 302)


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "javascript:alert(1)",
        "/home/\r\nSet-Cookie: stolen=1",
        "https:evil.example",
    ],
)
def test_after_signing_in_nobody_is_led_elsewhere(target: str) -> None:
    person, client = entered(Role.DESK_USER), Client()

    page = client.post(SIGN_IN, {"login": person.email, "password": PASSWORD, "next": target})

    assert page.status_code == 302
    assert page.headers["Location"].startswith("/home/")
    assert not {"\r", "\n"} & set(page.headers["Location"])
    assert "stolen" not in page.cookies


def test_a_stranger_comes_back_to_the_page_that_was_asked_for() -> None:
    person, client = entered(Role.DESK_USER), Client()
    asked = client.get("/account/sessions/")

    there = client.post(asked.headers["Location"], {
        "login": person.email, "password": PASSWORD, "next": "/account/sessions/",
    })  # fmt: skip

    assert there.headers["Location"] == "/account/sessions/"


def test_passkeys_of_somebody_else_are_not_there() -> None:
    owner, other = entered(), entered()
    for person in (owner, other):
        with_app(person)
    key = Authenticator.objects.create(
        user=owner, type=Authenticator.Type.WEBAUTHN, data={"name": "of another", "credential": {}}
    )
    client = signed_in(other)
    client.get("/home/")

    for address in ("mfa_remove_webauthn", "mfa_edit_webauthn"):
        for pk in (key.pk, key.pk + 1, 2**63):
            assert client.get(reverse(address, args=[pk])).status_code == 404
            assert client.post(reverse(address, args=[pk])).status_code == 404
    assert Authenticator.objects.filter(pk=key.pk).exists()


def test_a_name_is_shown_as_text() -> None:
    person = entered(Role.DESK_USER, name="<script>alert(1)</script>")

    page = signed_in(person).get("/home/").content.decode()

    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_forms_from_elsewhere_are_refused_in_words() -> None:
    person = entered(Role.DESK_USER)
    client = Client(enforce_csrf_checks=True)

    page = client.post(SIGN_IN, {"login": person.email, "password": PASSWORD})

    assert page.status_code == 403
    assert "Verstuur het formulier nog eens" in page.content.decode()


def test_nobody_signs_up() -> None:
    for path in ("/account/signup/", "/accounts/signup/", "/signup/", "/account/sign-up/"):
        assert Client().get(path).status_code == Client().post(path).status_code == 404


def test_a_lost_key_of_second_steps_lets_nobody_in_and_says_what_to_do(settings, tmp_path) -> None:
    person = entered()
    secret = with_app(person)
    settings.KEYS = {**settings.KEYS, "people": (None, "", tmp_path / "people.key")}
    client = Client()
    tried(person.email, PASSWORD, client)

    with pytest.raises(AnotherKey, match="reset EMAIL --second-factor"):
        client.post("/account/second-step/sign-in/", {"code": code_of(secret)})

    assert client.get("/home/").status_code == 302
