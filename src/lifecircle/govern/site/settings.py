"""Settings: everything an office may set comes from the environment; `serve` fills it in."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import dj_database_url

import lifecircle.publish
from lifecircle.govern.site.logs import LOGGING as LOGGING  # noqa: PLC0414 - a setting

HOME = Path(os.environ.get("LIFECIRCLE_HOME", "lifecircle-data")).absolute()
"""Where the platform keeps its database, files, key and backups."""

DEMO = os.environ.get("LIFECIRCLE_DEMO") == "1"
"""The demo runs without the second factor and says so on every page."""

PACKS = os.environ.get("LIFECIRCLE_PACKS", "").split()
"""The policy packs that the city works under, by name or folder."""

TLS = os.environ.get("LIFECIRCLE_TLS") == "1"
BEHIND_PROXY = os.environ.get("LIFECIRCLE_BEHIND_PROXY") == "1"
"""A proxy adds to X-Forwarded-For where a request comes from; without one nobody is believed."""


def kept_secret(home: Path) -> str:
    """Return the key kept in the home, or one for this process alone where there is no home."""
    try:
        return (home / "secret").read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return secrets.token_urlsafe(50)


SECRET_KEY = kept_secret(HOME)
DEBUG = False
ALLOWED_HOSTS = os.environ.get("LIFECIRCLE_HOSTS", "127.0.0.1,localhost").split(",")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if TLS and host != "*"]

INSTALLED_APPS = [
    "lifecircle.govern.pages",
    "lifecircle.govern.audit",
    "lifecircle.govern.workdays",
    "lifecircle.govern.areas",
    "lifecircle.govern.accounts",
    "lifecircle.govern.records",
    "lifecircle.govern.files",
    "lifecircle.govern.jobs",
    "lifecircle.govern.personal",
    "lifecircle.govern.imports",
    "lifecircle.govern.inventory",
    "lifecircle.govern.assessments",
    "lifecircle.govern.surveys",
    "lifecircle.govern.needs",
    "lifecircle.govern.plans",
    "lifecircle.govern.publications",
    "lifecircle.govern.openrosa",
    "lifecircle.govern.features",
    "lifecircle.govern.public",
    "lifecircle.govern.api",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "lifecircle.govern.site.headers.ContentSecurity",
    "lifecircle.govern.features.slash.Slash",
    "lifecircle.govern.site.readable.Readable",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "lifecircle.govern.public.cached.Cached",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "lifecircle.govern.site.gate.Gate",
    "lifecircle.govern.api.once.Once",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "lifecircle.govern.site.urls"
WSGI_APPLICATION = "lifecircle.govern.site.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lifecircle.govern.pages.context.frame",
            ],
        },
    }
]

_DURABLE = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL") or f"sqlite:///{HOME / 'platform.sqlite3'}",
        conn_max_age=600,
        conn_health_checks=True,
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": _DURABLE,
    }

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": 10}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "lifecircle.govern.accounts.second_factor.AccountAdapter"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {
    "login_failed": "20/m/ip,5/15m/key",  # codes of the second factor
    "password_failed": "20/m/ip,30/15m/key",
}
ALLAUTH_TRUSTED_PROXY_COUNT = int(BEHIND_PROXY)
ACCOUNT_FORMS = {
    "login": "lifecircle.govern.accounts.second_factor.SignIn",
    "reauthenticate": "lifecircle.govern.accounts.second_factor.Reauthenticate",
    "change_password": "lifecircle.govern.accounts.second_factor.ChangePassword",
}
MFA_ADAPTER = "lifecircle.govern.accounts.second_factor.FactorAdapter"
MFA_FORMS = {"activate_totp": "lifecircle.govern.accounts.second_factor.ActivateForm"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "lifecircle 生活圈"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_TEMPLATE = "accounts/locked.html"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "lifecircle.govern.accounts.doors.called"
AXES_CLIENT_IP_CALLABLE = "lifecircle.govern.accounts.doors.address"

SESSION_COOKIE_AGE = 30 * 60
SESSION_SAVE_EVERY_REQUEST = False
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = TLS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CSRF_FAILURE_VIEW = "lifecircle.govern.pages.views.forged"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("zh-hant", "繁體中文"), ("en", "English")]
LOCALE_PATHS = [Path(__file__).parent.parent / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
_VENDOR = Path(lifecircle.publish.__file__).parent / "assets" / "vendor"
STATICFILES_DIRS = [("maplibre", _VENDOR)]
STATICFILES_FINDERS = [
    "lifecircle.govern.pages.finders.MapLibrary",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
"""The map library of the public map serves the platform too; htmx comes with django-htmx."""
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = HOME / "files"
DATA_UPLOAD_MAX_NUMBER_FILES = 110  # ODK Collect sends up to 102 at once
CITY = HOME / "city"
"""The office's own files that no record replaces: streets, boundaries, people, lifecircle.toml."""

RUNS = HOME / "runs"
PLANS = HOME / "plans"
PUBLICATIONS = HOME / "publications"
PUBLIC_URL = os.environ.get("LIFECIRCLE_PUBLIC_URL", "").rstrip("/")
"""Where everybody reaches the platform, such as https://life.example.cn: for printed codes."""

EMBED_HOSTS = os.environ.get("LIFECIRCLE_EMBED_HOSTS", "").split()
"""Whose pages may hold /public/embed/ in a frame, such as https://app.example.cn."""

NETWORKS = HOME / "networks"
"""Street networks made ready, by hash: can be made again at any time."""

PERSONAL_KEYS = HOME / "personal-keys"
