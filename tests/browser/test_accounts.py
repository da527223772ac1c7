"""Signing in, in a real browser: from invitation to home, by keyboard or passkey, for every eye."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from made_organisation import NAME, running
from made_people import PASSWORD, code_of, entered, invited, with_app
from playwright.sync_api import Browser, Page, expect

from etmaal.accounts.models import AuditLine
from etmaal.accounts.roles import Role

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.allow_hosts(["127.0.0.1", "::1"]),
]
TELEPHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
Look = Callable[[str], None]


@pytest.fixture
def faults(page: Page) -> list[str]:
    """What the browser complains of: a script that fails, something that the policy refuses."""
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("console", lambda m: found.append(m.text) if m.type == "error" else None)
    return found


@pytest.fixture
def look(page: Page, live_server, faults: list[str]) -> Look:
    """Hold a page against the rules of accessibility, on a telephone and on a desk."""
    del live_server

    def looking(title: str) -> None:
        expect(page).to_have_title(f"{title} – Etmaal")
        for screen in (TELEPHONE, DESK):
            page.set_viewport_size(screen)  # type: ignore[arg-type]
            found = Axe().run(page).response["violations"]
            assert [(v["id"], v["nodes"][0]["html"]) for v in found] == [], (title, screen)
            assert page.evaluate(TOO_WIDE) <= 0, (title, screen)
        assert faults == [], title

    return looking


def sign_in(page: Page, site: str, email: str, word: str = PASSWORD) -> None:
    page.goto(f"{site}/account/sign-in/")
    page.locator("#id_login").fill(email)
    page.locator("#id_password").fill(word)
    page.locator("main form button").first.click()


WORDS = {
    "en": {
        "welcome": "Welcome", "choose": "Choose a password", "sign in": "Sign in",
        "step": "Your second step", "app": "Set up an app", "codes": "Recovery codes",
        "home": "Home", "hello": "Hello Analyst Jansen", "second": "The second step",
        "password": "Change your password", "sessions": "Where you are signed in",
    },
    "nl": {
        "welcome": "Welkom", "choose": "Kies een wachtwoord", "sign in": "Inloggen",
        "step": "Uw tweede stap", "app": "App instellen", "codes": "Herstelcodes",
        "home": "Start", "hello": "Hallo Analyst Jansen", "second": "De tweede stap",
        "password": "Wachtwoord wijzigen", "sessions": "Waar u bent ingelogd",
    },
}  # fmt: skip


@pytest.mark.parametrize("language", ["nl", "en"])
def test_somebody_comes_in_from_an_invitation_to_home(
    language: str, page: Page, live_server, look: Look
) -> None:
    words, site = WORDS[language], live_server.url
    link = invited(Role.ANALYST, language=language)

    page.goto(f"{site}/?language={language}")
    look(words["welcome"])
    page.goto(f"{site}/invitation/{link.code}/")
    look(words["choose"])
    page.locator("#id_new_password1").fill("kort")
    page.locator("#id_new_password2").fill("anders")
    page.locator("main button").click()
    look({"nl": "Fout", "en": "Error"}[language] + ": " + words["choose"])
    page.locator("#id_new_password1").fill(PASSWORD)
    page.locator("#id_new_password2").fill(PASSWORD)
    page.locator("main button").click()
    look(words["sign in"])

    sign_in(page, site, link.person.email)
    look(words["step"])  # nothing else is reachable before the second step is there
    page.goto(f"{site}/home/")
    expect(page).to_have_title(f"{words['step']} – Etmaal")
    page.locator("main a.button").first.click()
    look(words["app"])
    secret = page.locator("dd.code").inner_text()
    page.locator("#id_code").fill(code_of(secret))
    page.locator("main form button").click()
    look(words["codes"])
    codes = page.locator(".codes li").all_inner_texts()
    page.locator("main a.button").last.click()
    look(words["home"])
    expect(page.locator("h1")).to_have_text(words["hello"])

    for path, title in (
        ("/account/second-step/", "step"), ("/account/password/", "password"),
        ("/account/sessions/", "sessions"),
    ):  # fmt: skip
        page.goto(site + path)
        look(words[title])
    page.locator("header button").click()
    sign_in(page, site, link.person.email)
    look(words["second"])
    page.locator("#id_code").fill(codes[0])  # a recovery code, once
    page.locator("main form button").first.click()
    expect(page).to_have_title(f"{words['home']} – Etmaal")
    verbs = list(AuditLine.objects.order_by("id").values_list("verb", flat=True))
    assert verbs == [
        "person.invited", "person.accepted", "person.signed_in", "second_factor.app_added",
        "person.signed_out", "person.signed_in",
    ]  # fmt: skip


def test_somebody_adds_a_passkey_and_comes_in_with_it_alone(
    page: Page, live_server, look: Look
) -> None:
    person, site = entered(Role.OFFICER), live_server.url
    page.goto(f"{site}/?language=en")
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})

    sign_in(page, site, person.email)
    page.get_by_role("link", name="Add a passkey").click()
    look("Add a passkey")
    page.locator("#id_name").fill("<script>alert(1)</script>")
    page.locator("#id_passwordless").check()
    page.get_by_role("button", name="Add a passkey").click()
    look("Recovery codes")
    page.goto(f"{site}/account/second-step/passkeys/")
    look("Your passkeys")
    expect(page.locator("tbody th")).to_have_text("<script>alert(1)</script>")
    page.get_by_role("link", name="Rename").click()
    look("Rename a passkey")
    page.locator("#id_name").fill("work telephone")
    page.get_by_role("button", name="Save").click()

    page.locator("header button").click()
    page.goto(f"{site}/account/sign-in/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.locator("h1")).to_have_text("Hello Officer Jansen")

    page.locator("header button").click()  # and as the second step after the password
    sign_in(page, site, person.email)
    page.get_by_role("button", name="Use your passkey").click()
    expect(page.locator("h1")).to_have_text("Hello Officer Jansen")

    page.goto(f"{site}/account/second-step/passkeys/")
    page.get_by_role("link", name="Remove").click()
    look("Remove a passkey")
    page.locator("main form button").click()
    expect(page.locator(".message.error, .errorlist").first).to_contain_text("only second step")


def test_all_but_passkeys_works_without_scripts(browser: Browser, live_server) -> None:
    person, site = entered(Role.AUDITOR), live_server.url
    secret = with_app(person)
    context = browser.new_context(java_script_enabled=False, viewport=TELEPHONE)  # type: ignore[arg-type]
    page = context.new_page()

    sign_in(page, site, person.email)
    page.locator("#id_code").fill(code_of(secret))
    page.locator("main form button").first.click()
    page.get_by_role("link", name="Change your password").click()
    page.locator("#id_oldpassword").fill(PASSWORD)
    page.locator("#id_password1").fill(PASSWORD + " anders")
    page.locator("#id_password2").fill(PASSWORD + " anders")
    page.locator("main form button").click()
    expect(page.get_by_role("status")).to_have_text("Your password is changed.")
    page.goto(f"{site}/account/second-step/app/remove/")
    expect(page.locator("main")).to_contain_text("This is your only second step")
    page.goto(f"{site}/account/second-step/codes/new/")
    page.locator("main form button").click()
    expect(page.locator(".codes li")).to_have_count(10)
    page.locator("header button").click()

    expect(page.get_by_role("status")).to_have_text("You are signed out.")
    context.close()


def test_the_language_is_switched_by_a_link_and_no_cookie_is_set_before(
    page: Page, live_server
) -> None:
    page.set_extra_http_headers({"Accept-Language": "nl"})
    page.goto(f"{live_server.url}/")
    expect(page.locator("html")).to_have_attribute("lang", "nl")
    assert page.context.cookies() == []

    page.get_by_role("link", name="English").click()

    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert [cookie["name"] for cookie in page.context.cookies()] == ["language"]
    assert page.url == f"{live_server.url}/"


@pytest.mark.parametrize("language", ["nl", "en"])
def test_pages_for_when_it_goes_wrong_can_be_read(
    language: str, page: Page, live_server, look: Look, faults: list[str]
) -> None:
    for path, title in (
        ("/nothing/here/", {"nl": "Deze pagina bestaat niet", "en": "This page does not exist"}),
        ("/invitation/unknown/", {"nl": "Deze link werkt niet", "en": "This link does not work"}),
        ("/account/ended/", {"nl": "Dit account is beëindigd", "en": "This account has ended"}),
        ("/account/organisation/failed/", {"nl": "Inloggen is niet gelukt", "en": "Signing in did not work"}),
    ):  # fmt: skip
        page.goto(f"{live_server.url}{path}?language={language}")
        faults[:] = [f for f in faults if not re.search(r"status of 40[14]", f)]
        look(title[language])


def test_a_form_that_is_too_old_is_answered_in_words(
    page: Page, live_server, look: Look, faults: list[str]
) -> None:
    page.goto(f"{live_server.url}/account/sign-in/?language=en")
    page.context.clear_cookies(name="csrf")

    page.locator("#id_login").fill("a@example.org")
    page.locator("#id_password").fill("a word")
    page.locator("main form button").first.click()

    expect(page.locator("h1")).to_have_text("Please send the form again")
    faults[:] = [f for f in faults if "status of 403" not in f]
    look("Please send the form again")


def test_somebody_comes_in_through_their_organisation(
    page: Page, live_server, look: Look, settings
) -> None:
    person = entered(Role.DESK_USER)
    with running(settings) as organisation:
        organisation.says.update({"email": person.email, "email_verified": True})
        page.goto(f"{live_server.url}/account/sign-in/?language=en")
        look("Sign in")

        page.get_by_role("button", name=f"Sign in with {NAME}").click()

        expect(page.locator("h1")).to_have_text("Hello Desk_user Jansen")
        look("Home")  # and the browser refused nothing on the way


def test_a_stranger_tabs_to_the_content_first(page: Page, live_server) -> None:
    page.goto(f"{live_server.url}/?language=en")

    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Go to the content")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    expect(page.locator(":focus")).to_have_text("Sign in")
    expect(page.locator("main :focus")).to_have_count(1)
