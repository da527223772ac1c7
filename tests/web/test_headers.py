"""Every answer says to the browser what it may not do: pages, refusals, errors and style sheets."""

import re

import pytest
from django.test import Client, override_settings
from django.urls import get_resolver
from made_people import entered, signed_in, with_app

from etmaal.accounts.permissions import ALLOWED
from etmaal.accounts.roles import Role
from etmaal.web.headers import WITH_SCRIPT, policy

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
OTHER_ADDRESSES = ["/nothing/", "/static/web/etmaal.css", "/static/nothing.css", "/invitation/x/"]


def addresses() -> list[str]:
    from django.urls import reverse

    examples = {"code": "unknown", "pk": 1, "provider_id": "oidc"}
    known = get_resolver().reverse_dict
    found = []
    for route in sorted(ALLOWED):
        names = known.getlist(route)[0][0][0][1]
        found.append(reverse(route, kwargs={name: examples[name] for name in names}))
    return found


def close_file(answer) -> None:
    """Close a style sheet's file, and not the connection to the database with it."""
    for close in answer._resource_closers:
        close()


def hold(answer, *, who: str) -> None:
    said = answer.headers
    csp = said["Content-Security-Policy"]
    assert csp.startswith("default-src 'none'; "), who
    assert "frame-ancestors 'none'" in csp and "base-uri 'none'" in csp
    assert "unsafe" not in csp and "*" not in csp and "data:" not in csp
    assert said["X-Frame-Options"] == "DENY"
    assert said["X-Content-Type-Options"] == "nosniff"
    assert said["Referrer-Policy"] == "same-origin"
    assert "geolocation=()" in said["Permissions-Policy"]
    assert said["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in said
    if "static/web" not in who:
        assert "no-store" in said["Cache-Control"], who
    for name, cookie in answer.cookies.items():
        kept = cookie["httponly"] and cookie["samesite"] == "Lax"
        assert kept or not cookie.value, (who, name)  # or it is being removed
    close_file(answer)
    if "html" in said.get("Content-Type", ""):
        text = answer.content.decode()
        assert not re.search(r"<script(?![^>]*(src=|application/json))", text), who
        assert not re.search(r"\son\w+=|\sstyle=|javascript:", text), who
        assert not re.search(r"(src|href|action)=.(https?:)?//", text), who


@pytest.mark.parametrize("role", [None, Role.DESK_USER, Role.OPERATOR])
def test_every_answer_has_them(role: Role | None) -> None:
    person = entered(role) if role else None
    if person:
        with_app(person)
    for path in [*addresses(), *OTHER_ADDRESSES]:
        client = signed_in(person) if person else Client()
        hold(client.get(path), who=f"{role} {path}")
        hold(client.post(path), who=f"{role} {path}")
    hold(Client(enforce_csrf_checks=True).post("/account/sign-in/"), who="forged")
    hold(Client().get("/", headers={"host": "evil.example"}), who="another host")


def test_a_failure_of_ours_says_nothing_of_what_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*args: object, **kwargs: object) -> None:
        raise RuntimeError("canary-in-an-error")

    monkeypatch.setattr("etmaal.web.pages.open_invitation", failing)
    client = Client(raise_request_exception=False)

    answer = client.get("/invitation/canary-in-a-path/")

    assert answer.status_code == 500
    hold(answer, who="failure")
    assert "canary" not in answer.content.decode()
    assert "Er ging hier iets mis" in answer.content.decode()


def test_a_script_is_allowed_only_where_a_passkey_is_used() -> None:
    allowed = {route for route in ALLOWED if "script-src" in policy(route)}

    assert allowed == WITH_SCRIPT <= set(ALLOWED)


def test_the_style_sheet_may_be_kept_by_a_browser_and_is_small() -> None:
    answer = Client().get("/static/web/etmaal.css")

    whole = b"".join(answer.streaming_content)
    close_file(answer)
    assert answer.headers["Content-Type"].startswith("text/css")
    assert "no-store" not in answer.headers["Cache-Control"]
    assert 5_000 < len(whole) < 15_000
    assert b"url(" not in whole and b"@import" not in whole


def test_a_form_may_lead_to_the_organisations_sign_in_if_there_is_one() -> None:
    assert "form-action 'self';" in policy("account_login")
    with override_settings(OIDC_ORIGINS=["https://sso.example.org"]):
        assert "form-action 'self' https://sso.example.org" in policy("account_login")
        assert "sso" not in policy("home")


def test_a_stranger_gets_no_cookie_before_a_form() -> None:
    for path in ("/", "/account/organisation/cancelled/", "/invitation/x/", "/nothing/"):
        assert not Client().get(path).cookies, path


@pytest.mark.parametrize(
    ("asked", "leads_to"),
    [
        ("/?language=en", "/"),
        ("/account/sign-in/?next=/home/&language=en", "/account/sign-in/?next=%2Fhome%2F"),
        ("/?language=en&next=%0d%0aSet-Cookie:x", "/?next=%0D%0ASet-Cookie%3Ax"),
    ],
)
def test_the_switch_of_language_leads_to_the_same_page(asked: str, leads_to: str) -> None:
    answer = Client().get(asked)

    assert (answer.status_code, answer.headers["Location"]) == (302, leads_to)
    assert answer.cookies["language"].value == "en"


def test_the_switch_of_language_leads_to_no_other_site() -> None:
    answer = Client().get("/?language=en", PATH_INFO="//evil.example/")

    assert answer.headers["Location"] == "/%2Fevil.example/"


@pytest.mark.parametrize(
    ("story", "cookie", "person", "browser", "spoken"),
    [
        ("nothing is known", "", "", "", "nl"),
        ("the browser asks", "", "", "en-GB,en;q=0.9", "en"),
        ("the browser asks what we do not have", "", "", "fr,de;q=0.5", "nl"),
        ("the person's own goes before", "", "nl", "en", "nl"),
        ("a choice goes before all", "en", "nl", "nl", "en"),
        ("a choice that is none", "xx", "", "en", "en"),
    ],
)
def test_a_page_speaks_the_language_that_is_wanted(
    story: str, cookie: str, person: str, browser: str, spoken: str
) -> None:
    del story
    client = signed_in(entered(Role.DESK_USER, language=person)) if person else Client()
    if cookie:
        client.cookies["language"] = cookie

    page = client.get("/home/" if person else "/", headers={"accept-language": browser})

    assert f'<html lang="{spoken}">' in page.content.decode()
    assert page.headers["Content-Language"] == spoken
