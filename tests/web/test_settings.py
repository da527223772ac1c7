"""What the environment says of signing in is what the site does."""

import json
import os
import subprocess
import sys

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

SHOWN = """
import json, django
from django.conf import settings
django.setup()
from django.core.management import call_command
call_command("check", deploy=True, fail_level="WARNING")
print(json.dumps({n: getattr(settings, n) for n in
    ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME",
     "SECURE_HSTS_SECONDS", "SITE_ADDRESS", "OIDC_ORIGINS")}))
"""


def shown(**environment: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "etmaal.config.settings", **environment}
    env.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)  # the tests' browser needs it, no site does
    return subprocess.run(
        [sys.executable, "-c", SHOWN],
        env=env,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.slow
def test_with_tls_cookies_are_sent_by_it_only() -> None:
    said = shown(
        ETMAAL_HTTPS="yes",
        ETMAAL_SITE="https://record.example.org/",
        ETMAAL_OIDC_SERVER="https://sso.example.org/realms/x",
    )

    assert said.returncode == 0, said.stderr
    found = json.loads(said.stdout.splitlines()[-1])
    assert found["SESSION_COOKIE_SECURE"] and found["CSRF_COOKIE_SECURE"]
    assert found["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert found["CSRF_COOKIE_NAME"].startswith("__Host-")
    assert found["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert found["SITE_ADDRESS"] == "https://record.example.org"
    assert found["OIDC_ORIGINS"] == ["https://sso.example.org"]


@pytest.mark.slow
def test_an_organisation_that_is_no_address_is_refused() -> None:
    said = shown(ETMAAL_OIDC_SERVER="sso.example.org")

    assert said.returncode != 0
    assert "ETMAAL_OIDC_SERVER: an address begins with https://" in said.stderr


@pytest.mark.slow
@pytest.mark.django_db
def test_tries_are_counted_where_every_process_sees_them() -> None:
    cache.clear()

    Client().post("/account/sign-in/", {"login": "a@example.org", "password": "wrong"})

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM accounts_cache WHERE cache_key LIKE '%login_failed%'")
        assert cursor.fetchone()[0] == 2  # for the address, and for where it came from
    cache.clear()
