"""Django's settings: which rooms are open, which doors are guarded."""

from __future__ import annotations

import os

from .postgres import database_settings
from .secrets import secret

SECRET_KEY = secret("django")
ACCESS_CHAIN_KEY = secret("access-chain")
INDIVIDUAL_NUMBER_KEY = secret("individual-number")
DEBUG = os.environ.get("YAKUBA_DEBUG") == "1"
ALLOWED_HOSTS = os.environ.get("YAKUBA_HOSTS", "127.0.0.1 localhost").split()

MUNICIPALITY_CODE = os.environ.get("YAKUBA_MUNICIPALITY", "990019")

# The town's own choices, which no source fixes: how long a release of an output may be used, how long a suspended
# restriction stays away, in how many days a notice from another municipality is answered, how many free 住民票コード are
# to be in stock.
PROTECTION_RELEASE_MINUTES = int(os.environ.get("YAKUBA_RELEASE_MINUTES", "30"))
RESTRICTION_SUSPENSION_MINUTES = int(os.environ.get("YAKUBA_SUSPENSION_MINUTES", "30"))
PROTECTION_NOTICE_DAYS = int(os.environ.get("YAKUBA_NOTICE_DAYS", "7"))
RESIDENT_CODE_STOCK_LEAST = int(os.environ.get("YAKUBA_CODE_STOCK_LEAST", "50"))

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "axes",
    "django_htmx",
    "csp",
    "procrastinate.contrib.django",
    "yakuba.registers.staff",
    "yakuba.registers.access",
    "yakuba.registers.jobs",
    "yakuba.registers.residents",
    "yakuba.registers.individual_numbers",
    "yakuba.registers.protections",
    "yakuba.registers.documents",
    "yakuba.registers.income_reports",
    "yakuba.registers.decisions",
    "yakuba.registers.decision_runs",
    "yakuba.registers.ledger",
    "yakuba.registers.accounts",
    "yakuba.desks.counter",
]

# Where the services say what they do as a job (`registers/jobs/handlers.py`). The queue looks for nothing by itself.
JOB_HANDLERS: list[str] = ["yakuba.services.resident_tax.jobs"]
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_USER_MODEL = "staff.StaffAccount"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.5
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_LOCKOUT_TEMPLATE = "counter/locked.html"

ROOT_URLCONF = "yakuba.settings.urls"
WSGI_APPLICATION = "yakuba.settings.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

DATABASES = {"default": database_settings("runtime"), "owner": database_settings("owner")}
DATABASE_ROUTERS: list[str] = []
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "ja"
TIME_ZONE = "Asia/Tokyo"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True

# 1 where a proxy in front ends TLS and says so: cookies then leave by TLS alone, and what comes without it is sent there.
BEHIND_TLS = os.environ.get("YAKUBA_TLS") == "1"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = BEHIND_TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_AGE = 60 * 60 * 10
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "SAMEORIGIN"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "style-src": ["'self'"],
        "script-src": ["'self'"],
        "frame-ancestors": ["'self'"],
        "form-action": ["'self'"],
    }
}

LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
SILENCED_SYSTEM_CHECKS: list[str] = []
