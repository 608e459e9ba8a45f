import errno
import logging
from pathlib import Path

import psycopg
import pytest
from django.conf import LazySettings
from django.db import OperationalError, connection

from wenmai.lib.outages import Outage, Shorten, outage, require_room, sentence


def raised(outer: Exception, inner: Exception) -> Exception:
    """As it arrives when one is raised from the other."""
    outer.__cause__ = inner
    return outer


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), Outage.DISK_FULL),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), Outage.DISK_FULL),
        (OSError(errno.ENOENT, "No such file"), None),
        (psycopg.errors.DiskFull("could not extend file"), Outage.DISK_FULL),
        (psycopg.errors.AdminShutdown("terminating connection"), Outage.DATABASE_AWAY),
        (psycopg.errors.CannotConnectNow("the database system is starting up"), Outage.DATABASE_AWAY),
        (psycopg.OperationalError("connection refused"), Outage.DATABASE_AWAY),
        (psycopg.InterfaceError("the connection is closed"), Outage.DATABASE_AWAY),
        (psycopg.errors.DeadlockDetected("deadlock detected"), None),
        (psycopg.errors.UniqueViolation("duplicate key"), None),
        (raised(OperationalError("as Django says it"), psycopg.errors.DiskFull("full")), Outage.DISK_FULL),
        (raised(psycopg.OperationalError("closed"), psycopg.errors.DiskFull("full")), Outage.DISK_FULL),
        (ValueError("something else"), None),
        (None, None),
    ],
)
def test_outage(fault: Exception | None, expected: Outage | None):
    assert outage(fault) == expected


def test_what_is_not_behind_a_fault_does_not_count():
    fault = ValueError("on its own account")
    fault.__context__ = OSError(errno.ENOSPC, "full")
    assert outage(fault) == Outage.DISK_FULL
    fault.__suppress_context__ = True
    assert outage(fault) is None


@pytest.mark.django_db
def test_a_server_that_is_not_there_is_told_in_a_sentence():
    parameters = {**connection.get_connection_params(), "host": "/nowhere", "connect_timeout": 5}
    with pytest.raises(psycopg.OperationalError) as fault:
        connection.get_new_connection(parameters)
    assert sentence(fault.value).startswith("PostgreSQL cannot be reached: start it, then go on; what was confirmed")
    record = logging.LogRecord("a", logging.ERROR, "a.py", 1, "Job %s failed", ("x",), (None, fault.value, None))  # type: ignore[arg-type]
    assert Shorten().filter(record)
    assert record.exc_info is None
    assert record.getMessage().startswith("Job x failed: PostgreSQL cannot be reached")


def test_the_reserve(tmp_path: Path, settings: LazySettings):
    settings.RESERVE_BYTES = 1
    require_room(tmp_path / "not" / "made" / "yet")
    settings.RESERVE_BYTES = 2**62
    with pytest.raises(OSError, match="MB are left and 4398046511104 MB are kept free") as refusal:
        require_room(tmp_path)
    assert outage(refusal.value) == Outage.DISK_FULL
