"""Two deeds at the same moment: the second one waits for the first one's transaction."""

import threading
import time
from collections.abc import Callable

from django.db import IntegrityError, connection, connections, transaction

from wenmai.lib.refusal import Refused


def meanwhile(first: Callable[[], object], second: Callable[[], object]) -> object:
    """What became of the second one, which has to wait; its refusal, where it is refused."""
    ended: list[object] = []

    def act() -> None:
        try:
            ended.append(second())
        except (Refused, IntegrityError) as refused:
            ended.append(refused)
        finally:
            connections.close_all()

    thread = threading.Thread(target=act)
    with transaction.atomic():
        first()
        thread.start()
        until = time.monotonic() + 30
        with connection.cursor() as cursor:
            while thread.is_alive() and time.monotonic() < until:
                cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
                if cursor.fetchone()[0]:
                    break
        assert thread.is_alive(), "it did not wait"
    thread.join(30)
    assert ended, "it still waits"
    return ended[0]
