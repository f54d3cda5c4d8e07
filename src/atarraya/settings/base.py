"""What every deployment shares. Nothing here depends on who is served; permissions are never settings."""

from __future__ import annotations

import os
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from atarraya.settings import env

PACKAGE = Path(__file__).resolve().parent.parent
DATA = env.data_dir()

SECRET_KEY = env.secret(DATA, "django").hex()
# Keys of the slow-hash lookups of receipts. Apart from the database and its backups on purpose.
RECEIPT_PEPPER = env.secret(DATA, "receipts")
# A card's short code has 50 bits: each guess of whoever holds disk and pepper costs this many hashes (about 40 ms).
SHORT_CODE_ROUNDS = 100_000

# How many reports one point may send in an hour: a flood's limit, far above an assembly's.
POINT_ENTRIES_AN_HOUR = env.number("ATARRAYA_POINT_ENTRIES_AN_HOUR", 600)
# With less than this left on the disk, voice and photos are refused and text is still taken.
MEDIA_RESERVE_BYTES = env.number("ATARRAYA_MEDIA_RESERVE_MB", 256) * 1024 * 1024

DEBUG = False
ALLOWED_HOSTS = [host for host in os.environ.get("ATARRAYA_HOSTS", "127.0.0.1,localhost,[::1]").split(",") if host]

INSTALLED_APPS = [
    "atarraya.web",
    "atarraya.trail",
    "atarraya.sealing",
    "atarraya.territory",
    "atarraya.network",
    "atarraya.alerts",
    "atarraya.notices",
    "atarraya.channels",
    "atarraya.channels.live",
    "atarraya.channels.feeds",
    "atarraya.channels.push",
    "atarraya.channels.sms",
    "atarraya.channels.calls",
    "atarraya.channels.odk",
    "atarraya.desk",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
]

MIDDLEWARE = [
    "atarraya.web.middleware.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "atarraya.web.policy.ContentPolicy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "atarraya.web.middleware.DeclaredVerbs",
    "atarraya.web.middleware.Refusals",
]

ROOT_URLCONF = "atarraya.urls"
WSGI_APPLICATION = "atarraya.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": True,
        "OPTIONS": {
            "environment": "atarraya.web.jinja.environment",
            "extensions": ["jinja2.ext.i18n"],
            "context_processors": [
                "django.contrib.messages.context_processors.messages",
                "atarraya.web.context.page",
            ],
        },
    },
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
    },
]

DATABASES = {"default": env.database(DATA)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "network.Member"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["atarraya.kernel.passwords.SmallArgon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LANGUAGE_CODE = "es"
LANGUAGES = [("es", _("Spanish")), ("en", _("English"))]
TIME_ZONE = env.zone("ATARRAYA_TIME_ZONE", "America/Bogota")
USE_I18N = True
# Rooms that are apps are found by Django; these two are not apps.
LOCALE_PATHS = [PACKAGE / "kernel" / "locale", PACKAGE / "command" / "locale"]
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = os.environ.get("ATARRAYA_STATIC", str(DATA / "static"))
WHITENOISE_ALLOW_ALL_ORIGINS = False  # another site has no business reading our scripts
STORAGES = {"staticfiles": {"BACKEND": "atarraya.web.storage.HashedStaticFiles"}}

# A session row is administration, and ends with the browser. The board needs none.
SESSION_ENGINE = "atarraya.network.sessions"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_NAME = "s"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_NAME = "c"
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_AGE = None  # ends with the browser: a year-old cookie would say that somebody was here
CSRF_FAILURE_VIEW = "atarraya.web.views.csrf_failure"
# A cookie of its own would cost every request two signers, and leave words on a phone.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
LANGUAGE_COOKIE_NAME = "l"
LANGUAGE_COOKIE_SAMESITE = "Strict"

X_FRAME_OPTIONS = "DENY"
# Not "no-referrer": with it a browser sends forms with "Origin: null", which the check against forged forms refuses.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "blob:"],
        "media-src": [SELF, "blob:"],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "require-trusted-types-for": ["'script'"],
        "trusted-types": ["atarraya"],
    }
}

# allauth: a login name and a password or passkey; e-mail is optional and says nothing.
ACCOUNT_ADAPTER = "atarraya.network.signin.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "login"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
# Only limits by login name: none by address, so that one router never delays a village.
ACCOUNT_RATE_LIMITS = {"login_failed": "6/5m/key", "login": False, "signup": False, "reauthenticate": "10/m/user"}
MFA_ADAPTER = "atarraya.network.signin.SecondFactors"
# By address it would be one limit for everybody; a passkey has nothing to guess.
MFA_RATE_LIMITS = {"webauthn_login": False}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Cuaderno"
LOGIN_URL = "/entrar/"
LOGIN_REDIRECT_URL = "/equipo/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/entrar/"

# Whether `serve` started the process of live streams beside this one.
LIVE = env.flag("ATARRAYA_LIVE")

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# Requests are never logged: a log line with a path or an address is a list of who warned.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"bare": {"()": "atarraya.web.logs.WithoutRequest"}},
    "formatters": {"plain": {"format": "%(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["bare"]}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"django": {"handlers": ["stderr"], "level": "ERROR", "propagate": False}},
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
# Doors that take more from whoever shows a password: ODK sends a photo whole.
LARGER_BODIES = {"/odk/submission": 2 * 1024 * 1024}
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
SILENCED_SYSTEM_CHECKS: list[str] = []
