"""One page of settings, read from the environment; `NAME_FILE` reads a secret from a file."""

import os
from pathlib import Path

from django.conf.locale import LANG_INFO
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent


def env(name: str, default: str = "") -> str:
    """The environment's `name`, or the content of the file `name_FILE` names, or `default`."""
    path = os.environ.get(f"{name}_FILE")
    return Path(path).read_text(encoding="utf-8").strip() if path else os.environ.get(name, default)


def flag(name: str, default: bool) -> bool:
    """A yes/no setting: 1, true, yes, on are yes."""
    return env(name, "1" if default else "0").lower() in {"1", "true", "yes", "on"}


VAR_DIR = Path(env("TONGBAN_VAR", str(BASE_DIR / "var"))).resolve()  # data, keys, uploads: never in git
DEBUG = flag("TONGBAN_DEBUG", False)
DEMO = flag("TONGBAN_DEMO", True)  # synthetic city, shown as 演示数据 on every page
HTTPS = flag("TONGBAN_HTTPS", False)


def kept_secret(name: str) -> str:
    """A secret of this installation: from the environment, else made once and kept under VAR_DIR."""
    if given := env(f"TONGBAN_{name.upper()}"):
        return given
    path = VAR_DIR / "keys" / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_suffix(f".{os.getpid()}")
        draft.write_text(os.urandom(32).hex(), encoding="ascii")
        draft.chmod(0o600)
        try:
            os.link(draft, path)  # the first process to arrive wins; all read the same secret
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii")


SECRET_KEY = kept_secret("secret_key")
FIELD_KEY = bytes.fromhex(kept_secret("field_key"))  # encrypts ID numbers and phones
LOOKUP_KEY = bytes.fromhex(kept_secret("lookup_key"))  # keyed hash for exact look-up of the same
RECORD_KEY = bytes.fromhex(kept_secret("record_key"))  # Ed25519 seed that signs checkpoints
LICENCE_KEY = bytes.fromhex(
    kept_secret("licence_key")
)  # seed of the key that signs licences' QR codes and status lists
CONNECTOR_KEY = bytes.fromhex(
    kept_secret("connector_key")
)  # Ed25519 seed that signs messages to organs outside
CONNECTOR_NAME = env("TONGBAN_CONNECTOR_NAME", "tongban")  # how those organs know this house
CONNECTORS = env("TONGBAN_CONNECTORS", str(VAR_DIR / "connectors.json"))  # who they are: docs/connectors.md
CONNECTOR_TIMEOUT = float(env("TONGBAN_CONNECTOR_TIMEOUT", "10"))  # seconds
CONNECTOR_HANDLERS = "config.reactions.HANDLERS"
RECORD_HASH = env("TONGBAN_RECORD_HASH", "sm3")  # sm3 | sha256
RECORD_REACTIONS = "config.reactions.REACTIONS"
RECEIPTS = "config.reactions.RECEIPTS"
REFUSAL_WORDS = "config.words.problem"  # a refusal → what was wrong (title), what to do (detail), status
RECORD_WORDS = "config.words.EVENTS"  # event kind → words for readers of the record
RECORD_ORIGIN = env("TONGBAN_RECORD_ORIGIN", "tongban.example/yaan")
RECORD_WITNESSES = dict(  # organs that cosign checkpoints: name=Ed25519 key in hex, separated by commas
    pair.split("=") for pair in env("TONGBAN_RECORD_WITNESSES").split(",") if pair
)
FIELD_CIPHER = env("TONGBAN_FIELD_CIPHER", "sm4")  # sm4 | aes

ALLOWED_HOSTS = env("TONGBAN_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
PUBLIC_URL = env("TONGBAN_PUBLIC_URL", "http://127.0.0.1:8000")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if HTTPS else []

INSTALLED_APPS = [
    "tongban.kit",
    "tongban.record",
    "tongban.people",
    "tongban.bilingual",
    "tongban.connectors",
    "tongban.catalogue",
    "tongban.licences",
    "tongban.townships",
    "tongban.cases",
    "tongban.construction",
    "tongban.simulated",
    "tongban.enterprise",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_cotton.apps.SimpleAppConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "ninja",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "tongban.kit.middleware.ChosenLanguage",
    "tongban.kit.middleware.ReadableAddress",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tongban.people.middleware.NothingKept",
    "tongban.people.middleware.Renewal",
    "tongban.people.middleware.StaffGate",
    "axes.middleware.AxesMiddleware",
]

CSRF_FAILURE_VIEW = "tongban.kit.views.csrf_failure"
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": ["django_cotton.templatetags.cotton", "django.templatetags.i18n"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "tongban.kit.context.page",
            ],
        },
    }
]

from tongban.kit.database import from_url  # noqa: E402  (needs BASE_DIR only)

DATABASE_URL = env("DATABASE_URL")  # empty: the embedded server under VAR_DIR
DATABASES = {"default": from_url(DATABASE_URL or f"postgresql://postgres@/tongban?host={VAR_DIR / 'pg'}")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "tongban.people.backends.AccountBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "display_name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = reverse_lazy("account_login")
LOGIN_REDIRECT_URL = reverse_lazy("people:home")
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_SESSION_REMEMBER = False  # the cookie ends with the browser: halls have shared machines
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "tongban.people.adapters.AccountAdapter"
ACCOUNT_RATE_LIMITS = {"login_failed": None, "login": None}  # django-axes counts, in the database
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Tongban"
MFA_ADAPTER = "tongban.people.adapters.SecondFactorAdapter"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.5  # hours
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_LOCKOUT_CALLABLE = "tongban.people.views.signin.locked"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # the half hour runs from the fifth failure
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
SESSION_ENGINE = "tongban.people.sessions"
SESSION_COOKIE_AGE = 30 * 60  # idle timeout; people.middleware.Renewal renews it
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

LANGUAGE_CODE = "zh-hans"  # the interface's source language
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English"), ("bo", "བོད་སྐད་"), ("ii", "ꆈꌠꉙ")]
LANG_INFO |= {  # the languages of the ethnic counties; what is not approved in them is shown in Chinese
    code: {"bidi": False, "code": code, "name": name, "name_local": local}
    for code, name, local in (("bo", "Tibetan", "བོད་སྐད་"), ("ii", "Nuosu Yi", "ꆈꌠꉙ"))
}
LANGUAGE_COOKIE_NAME = "language"
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
LETTER_FONTS = env("TONGBAN_FONTS", str(BASE_DIR / "frontend" / "fonts"))
MEDIA_ROOT = VAR_DIR / "uploads"
FILE_UPLOAD_HANDLERS = ["tongban.kit.files.LimitedUploadHandler"]
UPLOAD_LIMIT_MB = int(env("TONGBAN_UPLOAD_LIMIT_MB", "20"))
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

CITY = _("雅安市")
CITY_CODE = "511800"
CITY_SEAT = ("雨城区", "Yucheng District")  # where the city's organs sit: the court against them is there
HOTLINE = "0835-12345"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env("TONGBAN_LOG_LEVEL", "WARNING")},
    "loggers": {"django.request": {"level": "ERROR"}},
}
