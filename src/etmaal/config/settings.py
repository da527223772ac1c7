"""Django's settings, from the environment alone (`config/environment.py`)."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import dj_database_url
from django.utils.functional import lazy

from etmaal.accounts.key_files import key_from
from etmaal.config.environment import env, given, home, yes_or_no, zone
from etmaal.core.errors import BadInput

HOME = home().resolve()
HTTPS = yes_or_no("ETMAAL_HTTPS")


SESSION_KEY = (given("ETMAAL_SECRET"), "ETMAAL_SECRET", HOME / "secret.key")


def _secret() -> str:
    return key_from(*SESSION_KEY)[0].hex()


SECRET_KEY = lazy(_secret, str)()  # made when it is first needed, not whenever this is imported
KEYS = {  # where `accounts.keys` finds them: what the environment says, and the file otherwise
    "lookup": (given("ETMAAL_KEY"), "ETMAAL_KEY", HOME / "sealing.key"),
    "master": (given("ETMAAL_MASTER_KEY"), "ETMAAL_MASTER_KEY", HOME / "master.key"),
    "head": (None, "", HOME / "head.key"),
}
HEADS = HOME / "heads"  # signed heads of the audit chain, a file a day, to be kept elsewhere too

METRICS_TOKEN = given("ETMAAL_METRICS_TOKEN")
LOGGING_CONFIG = "etmaal.config.logs.configure"
LOGGING = {"level": "INFO"}

DEBUG = False
ALLOWED_HOSTS = [name.strip() for name in env("ETMAAL_HOSTS").split(",") if name.strip()]

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "etmaal.accounts",
]
AUTH_USER_MODEL = "accounts.Person"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]

WSGI_APPLICATION = "etmaal.config.wsgi.application"
MIDDLEWARE = [
    "etmaal.web.metrics.count_answers",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "etmaal.config.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

_SQLITE = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": HOME / "record.sqlite3",
    "OPTIONS": {
        # Writers wait for one another from their first statement on, instead of failing halfway.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
        "PRAGMA foreign_keys=ON;",
    },
}


def _database(url: str) -> Mapping[str, Any]:
    """Read the address of a PostgreSQL; what is wrong with one is not quoted: it has a password."""
    try:
        found = dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True)
    except ValueError:
        found = None
    if found is None or found["ENGINE"] != "django.db.backends.postgresql":
        raise BadInput("DATABASE_URL: give postgresql://user:password@host:5432/name, or nothing")
    return found


DATABASES = {"default": _database(env("DATABASE_URL")) if env("DATABASE_URL") else _SQLITE}

LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", "Nederlands"), ("en", "English")]
USE_TZ = True
TIME_ZONE = zone("ETMAAL_ZONE")

STATIC_URL = "static/"
STATIC_ROOT = Path(sys.prefix) / "share" / "etmaal" / "static"

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_SSL_REDIRECT = False  # the proxy in front does it; behind it every request looks plain
SECURE_REFERRER_POLICY = "no-referrer"  # a page of an item must not tell where one came from
X_FRAME_OPTIONS = "DENY"
