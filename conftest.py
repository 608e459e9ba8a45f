"""Every test run gets a PostgreSQL: the one of DATABASE_URL, or the wheel's under the data folder."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("WENMAI_SHARED", Path(__file__).parent.parent / "shared"))


def pytest_configure(config: pytest.Config) -> None:
    from django.conf import settings

    _let_tests_empty_tables()
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]  # quick
    settings.STAFF_FACTORS = "none"  # tests of the second factor ask for it
    if settings.EMBEDDED_DATABASE and _only_hands_out(config):
        from tests import clusters

        # while the workers collect; who needs it before it is there waits for it
        threading.Thread(target=clusters.migrated, daemon=True).start()


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One more than cores: journeys wait for processes that others could use the time of."""
    return len(os.sched_getaffinity(0)) + 1


def _only_hands_out(config: pytest.Config) -> bool:
    return config.getoption("dist", "no") != "no" and not hasattr(config, "workerinput")


def pytest_collection_finish(session: pytest.Session) -> None:
    from django.conf import settings

    config = session.config
    if settings.EMBEDDED_DATABASE and not _only_hands_out(config) and not config.getoption("collectonly"):
        config.stash[_started] = _start(worker=hasattr(config, "workerinput"))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Slow files begin, so that no core waits for another's last journey; within a kind it stays shuffled."""
    items.sort(key=lambda item: not item.nodeid.startswith(("tests/journeys/", "tests/browser/")))


def _start(*, worker: bool) -> bool:
    """The server. A worker has one of its own, which a power cut may cost, and begins with what is migrated already;
    without workers it is the one of the data folder, in which there may be a node."""
    from django.conf import settings

    from config import postgres

    if not worker:
        return postgres.start(settings.VAR)
    from tests import clusters

    clusters.give(settings.VAR)
    settings.DATABASES["default"]["TEST"]["TEMPLATE"] = settings.DATABASES["default"]["NAME"]
    return postgres.start(settings.VAR, clusters.HASTY)


def _let_tests_empty_tables() -> None:
    """Append-only tables refuse to be emptied; between tests that commit, and only there, they are emptied even so.

    Only those that hold something: to truncate all takes half a second. Django leaves out tables that it does not
    manage: jobs would wait in the next test.
    """
    from django.apps import apps
    from django.db.backends.postgresql.operations import DatabaseOperations

    def sql_flush(self, style, tables, *, reset_sequences=False, allow_cascade=False):  # type: ignore[no-untyped-def]
        assert not reset_sequences, "a number that a test relies on was never promised"
        others = [model._meta.db_table for model in apps.get_models() if not model._meta.managed]
        asked = " UNION ALL ".join(f"SELECT '{one}' WHERE EXISTS (SELECT FROM \"{one}\")" for one in {*tables, *others})
        with self.connection.cursor() as cursor:
            cursor.execute(asked)
            filled = [row[0] for row in cursor.fetchall()]
        role = "SET session_replication_role = {};".format
        return [role("replica"), *(f'DELETE FROM "{one}";' for one in filled), role("origin")] if filled else []

    DatabaseOperations.sql_flush = sql_flush  # type: ignore[method-assign]


_started: pytest.StashKey[bool] = pytest.StashKey()


def pytest_unconfigure(config: pytest.Config) -> None:
    if config.stash.get(_started, False):
        from django.conf import settings

        from config import postgres

        postgres.stop(settings.VAR)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real samples; missing fails in CI, elsewhere skips and is counted at the end."""
    if not SHARED.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"the samples are missing: {SHARED}")
        pytest.skip("no samples: set WENMAI_SHARED to the folder that holds them")
    return SHARED


@pytest.fixture(autouse=True)
def _first_language() -> None:
    """A page in English leaves its language to the thread: a server's next request chooses again, a test does not."""
    from django.utils import translation

    translation.deactivate()


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """What a process remembers of its database, and of who asked how often, would outlive a test."""
    from wenmai.people.provider import limits
    from wenmai.people.provider.services import keys

    keys.forget_opened()
    limits.forget()


@pytest.fixture(autouse=True)
def _own_folders(settings, tmp_path_factory) -> None:  # type: ignore[no-untyped-def]
    """No test writes into the data folder of the node."""
    folder = tmp_path_factory.mktemp("node")
    settings.FILES_ROOT, settings.SEARCH_ROOT, settings.INTAKE_ROOT = (
        folder / "files",
        folder / "search",
        folder / "intake",
    )
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker) -> Iterator[None]:  # type: ignore[no-untyped-def]
    """At the end nobody else may be connected: threads of a test's server keep their connection a moment longer."""
    yield
    from django.db import connection

    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def pytest_terminal_summary(terminalreporter) -> None:  # type: ignore[no-untyped-def]
    skipped = terminalreporter.stats.get("skipped", [])
    browser = [report for report in skipped if "Chromium" in str(report.longrepr)]
    samples = [report for report in skipped if "no samples" in str(report.longrepr)]
    if browser:
        terminalreporter.write_line(f"!!! {len(browser)} BROWSER TESTS SKIPPED: no Chromium on this machine", red=True)
    if samples:
        terminalreporter.write_line(
            f"!!! {len(samples)} TESTS ON REAL SAMPLES SKIPPED: WENMAI_SHARED is not here", red=True
        )
