"""A kept connection that still stands is not asked about; one whose server ended is noticed before a page uses it."""

import contextlib
from collections.abc import Iterator

import pytest
from django.db import connection
from django.db.backends.postgresql import base

from config.database.base import QUIET_SECONDS, DatabaseWrapper

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def kept() -> Iterator[DatabaseWrapper]:
    own = connection.copy()
    assert isinstance(own, DatabaseWrapper)
    own.ensure_connection()
    assert own.is_usable()
    yield own
    own.close()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    trips: list[int] = []
    real = base.DatabaseWrapper.is_usable

    def counted(self: base.DatabaseWrapper) -> bool:
        trips.append(1)
        return real(self)

    monkeypatch.setattr(base.DatabaseWrapper, "is_usable", counted)
    return trips


def test_a_busy_connection_is_usable_without_a_trip(kept: DatabaseWrapper, asked: list[int]) -> None:
    assert kept.is_usable()
    assert asked == []


def test_the_server_is_asked_after_an_error_and_after_a_pause(kept: DatabaseWrapper, asked: list[int]) -> None:
    kept.errors_occurred = True
    assert kept.is_usable()
    kept.errors_occurred = False
    kept.asked_at -= QUIET_SECONDS + 1
    assert kept.is_usable()
    assert len(asked) == 2


def test_a_connection_whose_server_ended_is_not_usable(kept: DatabaseWrapper, asked: list[int]) -> None:
    number = kept.connection.info.backend_pid
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [number])
        assert cursor.fetchone() == (True,)
    assert not kept.is_usable()
    assert asked == [1]
    kept.close()
    kept.ensure_connection()
    assert kept.is_usable()


def test_a_connection_that_was_closed_is_not_usable(kept: DatabaseWrapper) -> None:
    with contextlib.closing(kept.connection):
        pass
    assert not kept.is_usable()
