"""Django's settings: one file, read from the environment. `docs/operate.md` lists the variables."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from pathlib import Path

from django.core.management.utils import get_random_secret_key

from studium.project.env import (
    WrongSetting,
    database,
    env_bool,
    env_choice,
    env_int,
    env_list,
    env_text,
)

PACKAGE = Path(__file__).resolve().parent.parent
TESTING = "pytest" in sys.modules
# Tests never touch the data of the person who runs them.
DATA_DIR = (
    Path(tempfile.mkdtemp(prefix="studium-test-"))
    if TESTING
    else Path(env_text("STUDIUM_DATA_DIR", "var")).resolve()
)
DEMO = env_bool("STUDIUM_DEMO")
DEBUG = env_bool("STUDIUM_DEBUG")


def _secret_key() -> str:
    """The given key, or one made on first start and kept in the data folder."""
    given = env_text("STUDIUM_SECRET_KEY")
    if given:
        if len(given) < 32:
            raise WrongSetting("STUDIUM_SECRET_KEY", "…", "at least 32 characters long")
        return given
    path = DATA_DIR / "secret-key"
    if not path.exists():
        DATA_DIR.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(get_random_secret_key() + get_random_secret_key())
        with contextlib.suppress(FileExistsError):  # two first starts: one key wins for both
            os.link(fresh, path)
        fresh.unlink()
    return path.read_text().strip()


SECRET_KEY = _secret_key()
HTTPS = env_bool("STUDIUM_HTTPS")
SITE_URL = env_text("STUDIUM_URL")
ALLOWED_HOSTS = env_list("STUDIUM_HOSTS") or ["localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SITE_URL else []

DATABASES = {"default": database(env_text("DATABASE_URL"), str(DATA_DIR))}
if "sqlite" in str(DATABASES["default"]["ENGINE"]):
    DATA_DIR.mkdir(parents=True, exist_ok=True)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "studium.lib",
    "studium.identity",
    "studium.content",
    "studium.notes",
    "studium.assessment",
    "studium.analytics",
    "studium.formats",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_q",
    "allauth",
    "allauth.account",
    "allauth.mfa",
]

MIDDLEWARE = [
    "studium.web.middleware.security_headers",
    "studium.web.middleware.answers_first",
    "studium.web.middleware.pulses_first",
    "studium.web.static_files.StaticFiles",
    "studium.web.middleware.SessionMiddleware",
    "studium.web.middleware.CsrfMiddleware",
    "studium.web.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "studium.web.middleware.refusals_as_pages",
]

ROOT_URLCONF = "studium.project.urls"
WSGI_APPLICATION = "studium.project.wsgi.application"

FORM_RENDERER = "studium.web.widgets.Inputs"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        # Each kind of question has its templates in its own folder ("kinds/<kind>/…").
        "DIRS": [PACKAGE / "web" / "templates", PACKAGE / "assessment"],
        "APP_DIRS": False,
        "OPTIONS": {
            "environment": "studium.web.jinja.environment",
            "context_processors": [
                "studium.web.jinja.common",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- people ------------------------------------------------------------------------------------

AUTH_USER_MODEL = "identity.User"
# People are found by `email_canonical`, which is unique; the address as written need not be.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
SESSION_ENGINE = "studium.identity.sessions"
SESSION_COOKIE_NAME = "__Host-studium" if HTTPS else "studium"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrftoken"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "studium.web.errors.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if HTTPS else 0
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# How many proxies in front write X-Forwarded-For; 0 means the address of the connection counts.
TRUSTED_PROXIES = env_int("STUDIUM_TRUSTED_PROXIES", 0, low=0, high=5)

PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("name", "email")},
    },
]
AUTHENTICATION_BACKENDS = ["studium.identity.authentication.EmailBackend"]

REGISTRATION = env_choice("STUDIUM_REGISTRATION", "invitation", ("open", "invitation", "closed"))
STAFF_SECOND_FACTOR = env_bool("STUDIUM_STAFF_SECOND_FACTOR")
# What the page asks for that makes the first administrator; empty closes that page, and `none`
# asks for nothing. `studium serve` sets it by where it listens (cli/_setup_code.py).
SETUP_CODE = env_text("STUDIUM_SETUP_CODE")

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "studium.web.account_adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
# An account is made from a link in a mail (web/register.py), so its address is proved from the
# first day; allauth's own sign-up and address pages are not routed.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_FORMS = {
    "login": "studium.web.account_adapter.LoginForm",
    "reset_password": "studium.web.account_adapter.ResetPasswordForm",
    "reset_password_from_key": "studium.web.account_adapter.NewPasswordForm",
    "change_password": "studium.web.account_adapter.ChangePasswordForm",
}
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105 - the name of a class
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
PASSWORD_RESET_TIMEOUT = 60 * 60 * 24
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
# Wrong passwords are counted by identity (actions/sign_in.py); "login_failed" holds for second
# factors. "login" counts good ones too, and a whole class may share one address.
ACCOUNT_RATE_LIMITS = {"login_failed": "5/5m/key", "login": "300/m/ip"}
ACCOUNT_RATE_LIMITS["signup"] = "20/m/ip,3/10m/key"
ACCOUNT_RATE_LIMITS["first_run"] = "10/m/ip,60/h/ip"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # allauth's table of addresses is not used, see above
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
MFA_TOTP_ISSUER = "Studium"

# --- mail, language, files ---------------------------------------------------------------------

EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if env_text("STUDIUM_MAIL_HOST")
    else "django.core.mail.backends.console.EmailBackend"
)
EMAIL_HOST = env_text("STUDIUM_MAIL_HOST", "localhost")
EMAIL_PORT = env_int("STUDIUM_MAIL_PORT", 587, low=1, high=65535)
EMAIL_HOST_USER = env_text("STUDIUM_MAIL_USER")
EMAIL_HOST_PASSWORD = env_text("STUDIUM_MAIL_PASSWORD")
EMAIL_USE_TLS = env_bool("STUDIUM_MAIL_TLS", True)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env_text("STUDIUM_MAIL_FROM", "studium@localhost")
# News go out by mail where there is a server for them and an address that their links can name.
NEWS_BY_MAIL = bool(env_text("STUDIUM_MAIL_HOST") and SITE_URL)
# Students get a summary of due reviews without asking for it from this age on; 0 asks for none.
REVIEW_MAILS_FROM_AGE = env_int("STUDIUM_REVIEW_MAILS_FROM_AGE", 16, low=0, high=99)

# What people may choose: the language of the source, and those with a catalogue of messages.
# Each bears its own name, so that it is found by those who read no other.
LANGUAGES = [
    ("en", "English"),
    ("de", "Deutsch"),
    ("fr", "Français"),
    ("es", "Español"),
    ("ar", "العربية"),
]
# What a visitor reads whose browser asks for none of them.
LANGUAGE_CODE = env_choice("STUDIUM_LANGUAGE", "en", tuple(code for code, _ in LANGUAGES))
LANGUAGE_COOKIE_NAME = "studium_language"
TIME_ZONE = env_text("STUDIUM_TIMEZONE", "UTC")
USE_TZ = True
USE_I18N = True
LOCALE_PATHS = [PACKAGE / "web" / "locale"]

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [PACKAGE / "web" / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
FILES_DIR = DATA_DIR / "files"
DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# Not the default, whose cookie costs a signature on every page.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# In the database, so that rate limits hold over all processes and restarts; pages do not use it.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache_entries",
    }
}

# --- jobs: only studium.lib.jobs names the library ------------------------------------------------

Q_CLUSTER = {
    "name": "studium",
    "orm": "default",
    "workers": env_int("STUDIUM_JOB_WORKERS", 1, low=1, high=32),
    "timeout": 3600,
    "retry": 3700,
    "poll": 0.2,
    "queue_limit": 1,
    "save_limit": 100,
    "catch_up": False,
    "max_attempts": 3,
    "ack_failures": True,
    "label": "Studium jobs",
}

# A job whose worker was silent this long goes to another worker; renewed at a third of it.
JOB_LEASE_SECONDS = env_int("STUDIUM_JOB_LEASE_SECONDS", 30, low=2, high=3600)

# Model servers of this machine or its network may be asked: an administrator's address can then
# reach what only this network reaches, so the operator says so here.
MODEL_PRIVATE_ADDRESSES = env_bool("STUDIUM_MODEL_PRIVATE_ADDRESSES")
# The same for the record store that statements about learning are sent to.
XAPI_PRIVATE_ADDRESSES = env_bool("STUDIUM_XAPI_PRIVATE_ADDRESSES")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "studium.lib.log.JsonLine"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {
        "handlers": ["stderr"],
        "level": env_choice("STUDIUM_LOG_LEVEL", "WARNING", ("DEBUG", "INFO", "WARNING", "ERROR")),
    },
}
