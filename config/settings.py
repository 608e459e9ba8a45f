"""Every setting of a node. Environment variables are read here only; docs/reference/settings.md lists them."""

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config import env, postgres

ROOT = Path(__file__).resolve().parent.parent
VAR = env.folder("WENMAI_VAR", ROOT / "var")
SHARED = env.folder("WENMAI_SHARED", ROOT.parent / "shared")

DEBUG = env.flag("WENMAI_DEBUG")
DEMO = env.flag("WENMAI_DEMO")
SECRET_KEY = env.secret("WENMAI_SECRET_KEY", VAR / "secret-key")
DATA_KEYS = env.data_keys("WENMAI_DATA_KEYS", VAR / "data-keys")  # the path: wenmai.lib.vault looks at the file

# --- the node -------------------------------------------------------------------------------------------------------
SITE_NAME = env.text("WENMAI_SITE_NAME", "文脉")
SITE_SEAL = env.text("WENMAI_SITE_SEAL", "文脉")
SITE_ORGANISER = env.text("WENMAI_ORGANISER")
SITE_ICP = env.text("WENMAI_ICP")
SITE_POLICE_FILING = env.text("WENMAI_POLICE_FILING")
SITE_BRAND = env.text("WENMAI_BRAND", "#a83228")
PDF_FONT = env.text("WENMAI_PDF_FONT")
SITE_CONTACT = env.mail("WENMAI_CONTACT", "admin@localhost.localdomain")
BASE_URL = env.text("WENMAI_BASE_URL", "http://127.0.0.1:8000").rstrip("/")
OAI_NAMESPACE = env.text("WENMAI_OAI_NAMESPACE", "wenmai.test")
TV_HOSTS = env.words("WENMAI_TV_HOSTS")
KIOSK_HOSTS = env.words("WENMAI_KIOSK_HOSTS")
IDENTIFIER_SCHEME = env.text("WENMAI_IDENTIFIER_SCHEME", "cdoi")
IDENTIFIER_PREFIX = env.text("WENMAI_IDENTIFIER_PREFIX")  # none: the scheme's own for tests
if IDENTIFIER_PREFIX.startswith("108.ndlc") and DEMO:
    raise ImproperlyConfigured("WENMAI_IDENTIFIER_PREFIX is the National Library's: a demonstration uses 99.test.")
INSTITUTION_CODES = env.text("WENMAI_INSTITUTION_CODES")
IDENTIFIER_GRANTED = env.flag("WENMAI_IDENTIFIER_GRANTED")
IDENTIFIER_LEVEL = env.number("WENMAI_IDENTIFIER_LEVEL", 2, 0, 9)
ALLOWED_PRIVATE_HOSTS = env.words("WENMAI_ALLOWED_PRIVATE_HOSTS")
FILES_ROOT = env.folder("WENMAI_FILES", VAR / "files")
SEARCH_ROOT = env.folder("WENMAI_SEARCH", VAR / "search")
INTAKE_ROOT = env.folder("WENMAI_INTAKE", VAR / "intake")
WORKDAYS = env.folder("WENMAI_WORKDAYS", VAR / "workdays.txt")  # days off that were announced lately
WEB_WORKERS = env.number("WENMAI_WEB_WORKERS", 2, 1, 64)
RESERVE_BYTES = env.number("WENMAI_RESERVE_MB", 256, 0, 1_000_000) * 1024 * 1024  # bulk work leaves so much of a disk
REJECTS_DAYS = env.number("WENMAI_REJECTS_DAYS", 180, 0, 36_500)  # how long rejects are kept; 0: for ever
JOURNAL_DAYS = env.number("WENMAI_JOURNAL_DAYS", 1_096, 183, 36_500)  # the law asks for six months at least
JOURNAL_ROOT = env.folder("WENMAI_JOURNAL", VAR / "journal")  # where entries go that are older
JOBS_DAYS = env.number("WENMAI_JOBS_DAYS", 30, 1, 36_500)  # how long jobs that ended are kept
SMS_GATEWAY = env.choice("WENMAI_SMS_GATEWAY", "print" if DEMO else "none", ("none", "http", "print"))
if SMS_GATEWAY == "print" and not DEMO:
    raise ImproperlyConfigured(
        "WENMAI_SMS_GATEWAY is print, which shows codes to everybody: set it to http, or to none."
    )
SMS_URL = env.web_address("WENMAI_SMS_URL", ALLOWED_PRIVATE_HOSTS)
SMS_KEY_ID = env.text("WENMAI_SMS_KEY_ID")
SMS_SECRET = env.text("WENMAI_SMS_SECRET")
SMS_TEMPLATES = env.pairs("WENMAI_SMS_TEMPLATES")
if SMS_GATEWAY == "http" and not (SMS_URL and SMS_KEY_ID and len(SMS_SECRET) >= 32):
    raise ImproperlyConfigured(
        "WENMAI_SMS_GATEWAY is http: give WENMAI_SMS_URL, WENMAI_SMS_KEY_ID and WENMAI_SMS_SECRET (32 characters)."
    )
SMS_PER_HOUR = env.number("WENMAI_SMS_PER_HOUR", 2_000, 1, 10_000_000)  # of the whole node
SMS_PER_PHONE = env.number("WENMAI_SMS_PER_PHONE", 25, 1, 10_000)  # in 24 hours
CLOSING_DAYS = env.number("WENMAI_CLOSING_DAYS", 7, 1, 60)  # from the wish to close an account to its end
MESSAGES_DAYS = env.number("WENMAI_MESSAGES_DAYS", 30, 1, 36_500)  # how long messages that ended are kept
THREE_ADMINISTRATORS = env.flag("WENMAI_THREE_ADMINISTRATORS")  # 三员分立
STAFF_FACTORS = env.choice(
    "WENMAI_STAFF_FACTORS", "none" if DEMO else "administrators", ("none", "administrators", "all")
)  # which staff has to show two factors
IDENTITY_CHECKER = env.choice("WENMAI_IDENTITY_CHECKER", "demo" if DEMO else "none", ("none", "http", "demo"))
if (IDENTITY_CHECKER == "demo") != DEMO and IDENTITY_CHECKER != "none":
    raise ImproperlyConfigured(
        "WENMAI_IDENTITY_CHECKER: demo confirms invented people and is for demonstrations only, http for others only."
    )
IDENTITY_NAME = env.text("WENMAI_IDENTITY_NAME")
IDENTITY_URL = env.web_address("WENMAI_IDENTITY_URL", ALLOWED_PRIVATE_HOSTS)
IDENTITY_KEY_ID = env.text("WENMAI_IDENTITY_KEY_ID")
IDENTITY_SECRET = env.text("WENMAI_IDENTITY_SECRET")
if IDENTITY_CHECKER == "http" and not (
    IDENTITY_NAME and IDENTITY_URL and IDENTITY_KEY_ID and len(IDENTITY_SECRET) >= 32
):
    raise ImproperlyConfigured(
        "WENMAI_IDENTITY_CHECKER is http: give WENMAI_IDENTITY_NAME (who checks, as readers see it), "
        "WENMAI_IDENTITY_URL, WENMAI_IDENTITY_KEY_ID and WENMAI_IDENTITY_SECRET (32 characters)."
    )
FILE_STREAMS = env.number("WENMAI_FILE_STREAMS", 16, 1, 256)  # long downloads at once, per web process

# --- Django ---------------------------------------------------------------------------------------------------------
ALLOWED_HOSTS = env.words("WENMAI_HOSTS", ("127.0.0.1", "localhost", "[::1]", "testserver"))
CSRF_TRUSTED_ORIGINS = [BASE_URL]
TRUSTED_PROXIES = env.networks("WENMAI_TRUSTED_PROXIES")
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.idp.oidc",  # its tables stay empty: docs/adr/0016
    "config",
    "wenmai.lib",
    "wenmai.journal",
    "wenmai.usage",
    "wenmai.standards",
    "wenmai.institutions",
    "wenmai.messages",
    "wenmai.people",
    "wenmai.files",
    "wenmai.identifiers",
    "wenmai.search",
    "wenmai.review",
    "wenmai.catalogue",
    "wenmai.harvest",
    "wenmai.booking",
    "wenmai.voices",
    "wenmai.activities",
    "wenmai.orders",
    "wenmai.gateway",
    "wenmai.desk",
    "wenmai.portal",
    "demo",
]
# A module joins when its folder is made.
INSTALLED_APPS = [
    app
    for app in INSTALLED_APPS
    if not app.startswith(("wenmai.", "demo")) or (ROOT / app.replace(".", "/") / "apps.py").exists()
]
MIDDLEWARE = [
    "wenmai.lib.proxies.reveal",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "wenmai.people.middleware.actor",
    "wenmai.people.families.middleware.minors",
    "wenmai.lib.faces.choose",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "wenmai.lib.faces.site",
                "wenmai.portal.region.region",
            ],
        },
    }
]

_url = env.text("DATABASE_URL")
EMBEDDED_DATABASE = not _url
DATABASES = {
    "default": {
        "ENGINE": "config.database",
        "OPTIONS": {"application_name": "wenmai"},
        **(env.database(_url) if _url else postgres.address(VAR)),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "TEST": {"NAME": "wenmai_test_" + env.text("WENMAI_TEST_DB", "main")},
    }
}
# what all processes of the node have to know together: tries of second factors, codes of apps that were used
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "people_cache"},
    "memory": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "account_home"
STEP_UP_URL = "account_level"
ACCOUNT_ADAPTER = "wenmai.people.adapters.Accounts"
ACCOUNT_LOGIN_METHODS = {"username"}  # how telephones lead in is ours
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_REAUTHENTICATION_REQUIRED = MFA_REAUTHENTICATION_REQUIRED = False  # people.views.steps.shown_lately asks
MFA_ADAPTER = "wenmai.people.adapters.Factors"
MFA_FORMS = {
    "add_webauthn": "wenmai.people.forms.passkeys.AddForm",
    "authenticate_webauthn": "wenmai.people.forms.passkeys.AuthenticateForm",
    "login_webauthn": "wenmai.people.forms.passkeys.LoginForm",
    "reauthenticate_webauthn": "wenmai.people.forms.passkeys.ReauthenticateForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"  # a passkey that leads in alone is two factors: the key and what opens it
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = BASE_URL.startswith("http://")  # browsers allow that on localhost only
MFA_TOTP_TOLERANCE = 1
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文")), ("en", _("英语"))]
LOCALE_PATHS = [ROOT / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [ROOT / "static"]
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder", "config.assets.Packages"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage" if DEBUG else "config.assets.Packed"
    },
}

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_NAME = env.text("WENMAI_COOKIE", "wenmai") + "_session"
CSRF_COOKIE_NAME = env.text("WENMAI_COOKIE", "wenmai") + "_csrf"
DEVICE_COOKIE_NAME = env.text("WENMAI_COOKIE", "wenmai") + "_device"
KIOSK_COOKIE_NAME = env.text("WENMAI_COOKIE", "wenmai") + "_kiosk"
MINORS_COOKIE_NAME = env.text("WENMAI_COOKIE", "wenmai") + "_minors"
CHILD_COOKIE_NAME = env.text("WENMAI_COOKIE", "wenmai") + "_child"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BASE_URL.startswith("https://")
SESSION_COOKIE_AGE = 60 * 60 * 12
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
FILE_UPLOAD_TEMP_DIR = None
FILE_UPLOAD_HANDLERS = [
    "wenmai.lib.uploads.OnlyFromPeople",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "wenmai.lib.logs.Line", "format": "{asctime} {levelname} {name} {message}", "style": "{"}
    },
    "filters": {"outages": {"()": "wenmai.lib.outages.Shorten"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["outages"]}},
    # the pool of the worker repeats every second what the worker says once
    "loggers": {"psycopg.pool": {"level": "ERROR"}},
    "root": {"handlers": ["console"], "level": env.text("WENMAI_LOG_LEVEL", "WARNING").upper()},
}
