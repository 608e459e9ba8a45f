"""django-cas-server in a process of its own, with a database of its own: `python cas_server.py <folder> <port>`.

What runs there imports nothing of ours.
"""

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

USER, PASSWORD = "reader7", "their own password"
SERVICE = "http://127.0.0.1:8000"


@contextmanager
def running(folder: Path, port: int) -> Iterator[str]:
    """Its address."""
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO", "WENMAI"))}
    with subprocess.Popen([sys.executable, __file__, str(folder), str(port)], env=environment, **quiet) as process:
        try:
            address = f"http://127.0.0.1:{port}/cas"
            _wait(f"{address}/login", process)
            yield address
        finally:
            process.kill()


def _wait(address: str, process: "subprocess.Popen[bytes]") -> None:
    for _try in range(200):
        try:
            with urllib.request.urlopen(address, timeout=1):
                return
        except OSError:
            assert process.poll() is None, "the CAS server ended"
            time.sleep(0.1)
    raise TimeoutError("the CAS server did not start")


def serve(folder: str, port: str) -> None:
    sys.path = [one for one in sys.path if Path(one or ".").resolve() != Path(__file__).parent]
    import django
    from django.conf import settings

    settings.configure(
        SECRET_KEY="x" * 50,
        DEBUG=False,
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF="cas_urls",
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": f"{folder}/cas.sqlite3"}},
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        STATIC_URL="/static/",
        USE_TZ=True,
        INSTALLED_APPS=[
            "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.messages",
            "django.contrib.staticfiles", "cas_server",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware", "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
        ],
        TEMPLATES=[{
            "BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True,
            "OPTIONS": {"context_processors": [
                "django.template.context_processors.request", "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]},
        }],
        CAS_AUTH_CLASS="cas_server.auth.TestAuthUser",
        CAS_TEST_USER=USER,
        CAS_TEST_PASSWORD=PASSWORD,
        CAS_TEST_ATTRIBUTES={"cardno": "C0007", "displayName": "钱七", "until": "2031-01-01"},
        CAS_NEW_VERSION_HTML_WARNING=False,
        CAS_NEW_VERSION_EMAIL_WARNING=False,
    )  # fmt: skip
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    _allow()
    call_command("runserver", f"127.0.0.1:{port}", use_reloader=False, use_threading=True, verbosity=0)


def _allow() -> None:
    import types

    from cas_server.models import ReplaceAttributName, ServicePattern
    from django.urls import include, path

    pattern = ServicePattern.objects.create(pos=1, name="wenmai", pattern=f"^{SERVICE}/.*$", user_field="")
    for name in ("cardno", "displayName", "until"):
        ReplaceAttributName.objects.create(service_pattern=pattern, name=name)
    urls = types.ModuleType("cas_urls")
    urls.urlpatterns = [path("cas/", include("cas_server.urls", namespace="cas_server"))]  # type: ignore[attr-defined]
    sys.modules["cas_urls"] = urls


if __name__ == "__main__":
    serve(*sys.argv[1:])
