"""Deployment settings of Fixlore: one file, every environment value read at its top.

What a community may change while the site runs (points, limits, the constants of the ranking) is not here: those are
community rules, rows in the database with defaults in code.
"""

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from csp.constants import NONCE, NONE, SELF, STRICT_DYNAMIC
from django.core.exceptions import ImproperlyConfigured

from config.secrets import secret_from_file

BASE_DIR = Path(__file__).resolve().parent.parent

# --- the environment: everything that a deployment can say, see .env.example ------------------------------------------
ENV = os.environ.get("FIXLORE_ENV", "development")
DATA_DIR = Path(os.environ.get("FIXLORE_DATA", BASE_DIR / "data")).resolve()
DEBUG = os.environ.get("FIXLORE_DEBUG", "0") == "1"
_secret_key = os.environ.get("FIXLORE_SECRET_KEY", "")
_field_key = os.environ.get("FIXLORE_FIELD_KEY", "")
_allowed_hosts = os.environ.get("FIXLORE_ALLOWED_HOSTS", "")
SITE_URL = os.environ.get("FIXLORE_SITE_URL", "http://127.0.0.1:8000").rstrip("/")
_database_url = os.environ.get("FIXLORE_DATABASE_URL", "")
_mail_url = os.environ.get("FIXLORE_MAIL_URL", "")
DEFAULT_FROM_EMAIL = os.environ.get("FIXLORE_MAIL_FROM", "Fixlore <no-reply@localhost>")
CONTENT_LANGUAGE = os.environ.get("FIXLORE_LANGUAGE", "en")
SEARCH_ENGINE = os.environ.get("FIXLORE_SEARCH_ENGINE", "whoosh")
SEARCH_INDEXER = os.environ.get("FIXLORE_INDEXER", "embedded")
_dns_servers = os.environ.get("FIXLORE_DNS", "")
WEBHOOK_WORKER = os.environ.get("FIXLORE_WEBHOOKS", "embedded")
WEBHOOKS_LOCAL = os.environ.get("FIXLORE_WEBHOOKS_LOCAL", "0") == "1"
TRUSTED_PROXY = os.environ.get("FIXLORE_TRUSTED_PROXY", "0") == "1"
LOG_LEVEL = os.environ.get("FIXLORE_LOG_LEVEL", "INFO")
DUMPS_KEPT = int(os.environ.get("FIXLORE_DUMPS_KEPT", "7"))

# --- what follows from it ---------------------------------------------------------------------------------------------
PRODUCTION = ENV == "production"

if ENV not in {"development", "production"}:
    raise ImproperlyConfigured(f"FIXLORE_ENV is {ENV!r}; it can be development or production.")
if SEARCH_INDEXER not in {"embedded", "process"}:
    raise ImproperlyConfigured(f"FIXLORE_INDEXER is {SEARCH_INDEXER!r}; it can be embedded or process.")
if WEBHOOK_WORKER not in {"embedded", "process"}:
    raise ImproperlyConfigured(f"FIXLORE_WEBHOOKS is {WEBHOOK_WORKER!r}; it can be embedded or process.")
if CONTENT_LANGUAGE not in {"en", "de"}:
    raise ImproperlyConfigured(f"FIXLORE_LANGUAGE is {CONTENT_LANGUAGE!r}; it can be en or de.")
if SEARCH_ENGINE not in {"whoosh", "tantivy"}:
    raise ImproperlyConfigured(f"FIXLORE_SEARCH_ENGINE is {SEARCH_ENGINE!r}; it can be whoosh or tantivy.")
if PRODUCTION:
    if DEBUG:
        raise ImproperlyConfigured("FIXLORE_DEBUG=1 shows the site's insides to everybody: production refuses it.")
    if WEBHOOKS_LOCAL:
        raise ImproperlyConfigured("FIXLORE_WEBHOOKS_LOCAL=1 lets webhooks reach this machine: production refuses it.")
    if len(_secret_key) < 50:
        raise ImproperlyConfigured("Production needs FIXLORE_SECRET_KEY, at least 50 random characters of your own.")
    if len(_field_key) < 32:
        raise ImproperlyConfigured(
            "Production needs FIXLORE_FIELD_KEY, at least 32 random characters: serial numbers are encrypted with it."
        )
    if not _allowed_hosts:
        raise ImproperlyConfigured("Production needs FIXLORE_ALLOWED_HOSTS, the site's names separated by commas.")
    if not SITE_URL.startswith("https://"):
        raise ImproperlyConfigured("Production needs FIXLORE_SITE_URL, the site's address beginning with https://.")

SECRET_KEY = _secret_key or secret_from_file(DATA_DIR, "secret_key")
FIELD_KEY = _field_key or secret_from_file(DATA_DIR, "field_key")
ALLOWED_HOSTS = [host.strip() for host in _allowed_hosts.split(",") if host.strip()] or ["*"]

INSTALLED_APPS = [
    "products",
    "accounts",
    "wiki",
    "mptt",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "ninja",
    "config.apps.FixloreAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.middleware.BrowserPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.AnonymousLimitMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
            ],
        },
    },
]


def _database(url: str) -> dict[str, object]:
    """Read a database address; SQLite in the data folder without one. The only SQLite settings of the project."""
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA_DIR / "fixlore.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
                    "PRAGMA cache_size=-32000; PRAGMA temp_store=MEMORY;"
                ),
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("FIXLORE_DATABASE_URL must begin with postgres:// (leave it out for SQLite).")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": {
            "options": "-c statement_timeout=5000 -c lock_timeout=2000 -c idle_in_transaction_session_timeout=10000",
        },
    }


DATABASES = {"default": _database(_database_url)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# --- who takes part ---------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.ProductRoleBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_REDIRECT_URL = "/"
LOGIN_URL = "account_login"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if PRODUCTION else "http"
ACCOUNT_RATE_LIMITS = {"login_failed": "5/30m/key,25/5m/ip"}
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "signup": "accounts.forms.SignUpForm",
    "login": "accounts.forms.SignInForm",
    "add_email": "accounts.forms.AddAddressForm",
}
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if TRUSTED_PROXY else 0
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Fixlore"
ACCOUNT_USERNAME_BLACKLIST = ["admin", "moderator", "fixlore", "support", "root"]
ACCOUNT_USERNAME_MIN_LENGTH = 3

# --- mail, files, pages -----------------------------------------------------------------------------------------------
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
if _mail_url:
    _mail = urlsplit(_mail_url)
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST = _mail.hostname or "localhost"
    EMAIL_PORT = _mail.port or 587
    EMAIL_HOST_USER = unquote(_mail.username or "")
    EMAIL_HOST_PASSWORD = unquote(_mail.password or "")
    EMAIL_USE_TLS = _mail.scheme == "smtp+tls"
EMAIL_TIMEOUT = 10
# As 192.0.2.53 or 127.0.0.1:5353; without any, those of the machine are asked.
DNS_SERVERS = [server.strip() for server in _dns_servers.split(",") if server.strip()]

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA_DIR / "static"
MEDIA_URL = "/media/"
API_URL = "/api/v1/"
EMBED_URL = "/embed/v1/"
MEDIA_ROOT = DATA_DIR / "media"
SEARCH_INDEX_DIR = DATA_DIR / "search"
DUMP_DIR = DATA_DIR / "open_data"
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 400

# --- the browser's rules ----------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [NONCE, STRICT_DYNAMIC],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = [SITE_URL]
if PRODUCTION:
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_SECURE = True
    CSRF_COOKIE_NAME = "__Host-csrf"
if TRUSTED_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
}
