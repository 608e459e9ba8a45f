"""Django's PostgreSQL, whose kept connections are not asked at every page whether they still stand."""

import select
import time

from django.db.backends.postgresql import base

QUIET_SECONDS = 20.0


class DatabaseWrapper(base.DatabaseWrapper):
    """One trip to the server less for each page of a busy process."""

    asked_at = 0.0

    def is_usable(self) -> bool:
        """A server that ended has closed the socket, so that there is something to read; an idle one says nothing.

        It is asked after an error, and after a pause in which a network may have forgotten the connection.
        """
        now, before = time.monotonic(), self.asked_at
        self.asked_at = now
        doubtful = self.errors_occurred or now - before > QUIET_SECONDS
        if doubtful or self.connection is None or self.connection.closed or _speaks(self.connection.fileno()):
            return bool(super().is_usable())
        return True


def _speaks(descriptor: int) -> bool:
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(0))
