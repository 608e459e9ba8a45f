"""Bad days by name: the disk is full, the database is away. Told in a sentence, never as a trace."""

import errno
import logging
import os
import shutil
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import psycopg
from django.conf import settings

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_DISK_FULL = "53100"
# Classes and codes of PostgreSQL, appendix A: connection exceptions; too many connections; shutting down, crashed,
# starting up.
_AWAY_CLASS, _AWAY = "08", frozenset({"53300", "57P01", "57P02", "57P03"})


class Outage(StrEnum):
    DISK_FULL = "disk_full"
    DATABASE_AWAY = "database_away"


SENTENCES = {
    Outage.DISK_FULL: "The disk is full: free some space, then go on; what was confirmed is kept.",
    Outage.DATABASE_AWAY: "PostgreSQL cannot be reached: start it, then go on; what was confirmed is kept.",
}


def outage(fault: BaseException | None) -> Outage | None:
    """Which bad day is behind this exception, or behind what it was raised from; None: it is something else.

    A server that falls because its disk is full says both: then the disk is what somebody has to see to.
    """
    found = [one for cause in _causes(fault) if (one := _outage(cause))]
    return Outage.DISK_FULL if Outage.DISK_FULL in found else found[0] if found else None


def sentence(fault: BaseException) -> str:
    """What is to be said of a bad day, with what the system itself said; "" for anything else."""
    found = outage(fault)
    said = " ".join(str(list(_causes(fault))[-1]).split())
    return f"{SENTENCES[found]} ({said[:300]})" if found else ""


def _causes(fault: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while fault is not None and id(fault) not in seen:
        seen.add(id(fault))
        yield fault
        fault = fault.__cause__ or (None if fault.__suppress_context__ else fault.__context__)


def _outage(fault: BaseException) -> Outage | None:
    if isinstance(fault, OSError) and fault.errno in _FULL:
        return Outage.DISK_FULL
    if not isinstance(fault, psycopg.OperationalError | psycopg.InterfaceError):
        return None
    if fault.sqlstate == _DISK_FULL:
        return Outage.DISK_FULL
    # without a code it is the client that speaks: no connection, or none any more
    away = fault.sqlstate is None or fault.sqlstate.startswith(_AWAY_CLASS) or fault.sqlstate in _AWAY
    return Outage.DATABASE_AWAY if away else None


def require_room(folder: Path | str) -> None:
    """Raises OSError (ENOSPC) when bulk work would eat the reserve that a full disk needs to recover.

    `folder` or the nearest one above it that exists. A server whose log has no room left does not refuse, it falls.
    """
    place = Path(folder)
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    if free < settings.RESERVE_BYTES:
        told = f"{free >> 20} MB are left and {settings.RESERVE_BYTES >> 20} MB are kept free"
        raise OSError(errno.ENOSPC, told, os.fspath(folder))


def require_room_for_database() -> None:
    """As `require_room`, where the database is a folder of ours; a server elsewhere looks after itself."""
    if settings.EMBEDDED_DATABASE:
        require_room(settings.VAR)


class Shorten(logging.Filter):
    """In the log a bad day is a line with its sentence, not a trace for each page and job that met it."""

    def filter(self, record: logging.LogRecord) -> bool:
        fault = record.exc_info[1] if record.exc_info else None
        if fault and outage(fault):
            record.msg, record.args = f"{' '.join(record.getMessage().split())}: {sentence(fault)}", ()
            record.exc_info = record.exc_text = None
        return True
