"""Django's settings, from the environment alone (`config/environment.py`)."""

from collections.abc import Mapping
from typing import Any

import dj_database_url
from django.utils.functional import lazy

from etmaal.accounts.key_files import key_from
from etmaal.config.environment import env, given, home, origins_of, yes_or_no, zone
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
    "people": (given("ETMAAL_PEOPLE_KEY"), "ETMAAL_PEOPLE_KEY", HOME / "people.key"),
}
HEADS = HOME / "heads"  # signed heads of the audit chain, a file a day, to be kept elsewhere too

METRICS_TOKEN = given("ETMAAL_METRICS_TOKEN")
LOGGING_CONFIG = "etmaal.config.logs.configure"
LOGGING = {"level": "INFO"}

DEBUG = False
ALLOWED_HOSTS = [name.strip() for name in env("ETMAAL_HOSTS").split(",") if name.strip()]

INSTALLED_APPS = [
    "etmaal.web",  # first: its templates and words take the place of those of the libraries
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "etmaal.accounts",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]
AUTH_USER_MODEL = "accounts.Person"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]

WSGI_APPLICATION = "etmaal.config.wsgi.application"
MIDDLEWARE = [
    "etmaal.web.metrics.count_answers",
    "etmaal.web.headers.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "etmaal.web.language.SpokenLanguage",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "etmaal.web.session_limits.SessionLimits",
    "etmaal.web.doors.Doors",
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
WHITENOISE_USE_FINDERS = True  # style sheets come out of the packages: nothing has to be gathered
WHITENOISE_ALLOW_ALL_ORIGINS = False  # they are for our own pages

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_SSL_REDIRECT = False  # the proxy in front does it; behind it every request looks plain
SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # whether other sites under the name have TLS is the organisation's to say
    "security.W008",  # see above
    "security.W021",  # likewise: a list in browsers, from which nobody comes off in a hurry
]
# No page tells another site where one came from. With "no-referrer" browsers would also hide from
# ourselves where a form came from (`Origin: null`), and Django then refuses every form.
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# Signing in: by invitation, with address and password, then a second step (django-allauth).
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
]
LOGIN_URL, LOGIN_REDIRECT_URL, LOGOUT_REDIRECT_URL = "account_login", "home", "front"
ACCOUNT_ADAPTER = "etmaal.web.signing_in.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = "etmaal.web.signing_in.display"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]  # nobody signs up; the library checks it anyway
ACCOUNT_EMAIL_VERIFICATION = "none"  # an invitation was handed to its owner
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = "strict"
MFA_ADAPTER = "etmaal.web.signing_in.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_FORMS = {
    "add_webauthn": "etmaal.web.passkeys.NewPasskey",
    "edit_webauthn": "etmaal.web.passkeys.NamedPasskey",
}
MFA_TOTP_ISSUER = "Etmaal"
MFA_TOTP_TOLERANCE = 1  # a telephone may be half a minute off
SESSION_COOKIE_AGE = 12 * 3600  # the longest session of `web/session_limits.py`
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = (
    ("__Host-session", "__Host-csrf") if HTTPS else ("session", "csrf")
)
LANGUAGE_COOKIE_NAME = "language"
CSRF_FAILURE_VIEW = "etmaal.web.errors.forged"
SITE_ADDRESS = env("ETMAAL_SITE").rstrip("/")  # what links that are handed out begin with

# How often somebody tried a password is counted in the database, so that all processes know it.
# The table holds far more than the default of 300, or an attacker could push the counts out of it.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "accounts_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# The organisation's own sign-in, if there is one: it lets in who was invited, and nobody else.
SOCIALACCOUNT_ADAPTER = "etmaal.web.signing_in.OrganisationAdapter"
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False  # `OrganisationAdapter` does it, for active people only
OIDC_SERVER = env("ETMAAL_OIDC_SERVER")
OIDC_ORIGINS = origins_of(OIDC_SERVER)
OIDC_APP = {
    "provider_id": "oidc",
    "name": env("ETMAAL_OIDC_NAME"),
    "client_id": env("ETMAAL_OIDC_CLIENT"),
    "secret": env("ETMAAL_OIDC_SECRET"),
    "settings": {"server_url": OIDC_SERVER, "oauth_pkce_enabled": True},
}
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [OIDC_APP] if OIDC_SERVER else []}}
