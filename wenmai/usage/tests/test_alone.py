"""Outside any transaction, as pages note."""

import logging

import pytest
from django.db import connection

from wenmai.usage import queries, services
from wenmai.usage.testing import NOW, make_uses

pytestmark = pytest.mark.django_db(transaction=True)


def setting() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        return str(cursor.fetchone()[0])


def test_only_the_statement_itself_does_not_wait_for_the_disk() -> None:
    before = setting()
    make_uses(1)
    assert setting() == before
    assert queries.counts("record", ["1"])["1"] == {"record.open": 1}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('synchronous_commit') FROM set_config('synchronous_commit', 'off', true)"
        )
        assert cursor.fetchone() == ("off",)
    assert setting() == before


def test_a_use_that_cannot_be_noted_does_not_cost_the_page(caplog) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE usage_entry ADD CONSTRAINT full_disk CHECK (subject_key <> '1')")
    try:
        with caplog.at_level(logging.WARNING):
            make_uses(1)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE usage_entry DROP CONSTRAINT full_disk")
    assert "was not noted" in caplog.text
    assert queries.counts("record", ["1"]) == {"1": {}}


def test_mending_alone() -> None:
    make_uses(2)
    services.advance(now=NOW)
    services.advance(now=NOW.replace(day=12))
    make_uses(1)
    assert list(services.mend()) == ["1 daily counts made again, 2026-03-10 to 2026-03-10"]
