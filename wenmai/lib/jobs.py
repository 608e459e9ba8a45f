"""Jobs, kept in PostgreSQL and enqueued in the caller's transaction: what is rolled back was never asked for."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection
from procrastinate.contrib.django import app

from wenmai.lib.upkeep import Finding

Task = Callable[..., Any]


def task(name: str, queue: str = "default", **options: Any) -> Callable[[Task], Any]:
    """Registers a function as a job; it loads by id and calls one service. Called with `defer(name, …)`."""
    return app.task(name=name, queue=queue, **options)


def periodic(cron: str, name: str, queue: str = "default", *, alone: bool = False) -> Callable[[Task], Any]:
    """A job that runs by itself; `cron` in the node's time zone. It receives the planned moment as a timestamp.

    `alone`: one that takes longer than its turn is not joined by the next; one more may wait.
    """
    lock = name if alone else None

    def hang(function: Task) -> Any:
        made = app.task(name=name, queue=queue, pass_context=False, lock=lock, queueing_lock=lock)(function)
        return app.periodic(cron=cron)(made)

    return hang


def defer(
    name: str,
    *,
    lock: str | None = None,
    queueing_lock: str | None = None,
    at: dt.datetime | None = None,
    **arguments: Any,
) -> int:
    """Enqueues the job in the current transaction; not begun before `at`.

    `lock`: jobs with the same word run one after the other.
    """
    task = app.configure_task(name, lock=lock, queueing_lock=queueing_lock, schedule_at=at)
    return int(task.defer(**arguments))


_DEAD_AFTER_S, _TRIES = 60, 5
_WAITS_LONG_S = 900

# The job of a process that is gone: back into the queue, unless the same one waits there already, or the next one comes
# by the clock anyway, or it has taken several processes with it.
_REVIVE = """
WITH locked AS (
  SELECT j.id, j.task_name, j.queueing_lock
  FROM procrastinate_jobs j LEFT JOIN procrastinate_workers w ON w.id = j.worker_id
  WHERE j.status = 'doing' AND coalesce(w.last_heartbeat, '-infinity') < now() - make_interval(secs => %(dead)s)
  FOR UPDATE OF j SKIP LOCKED
), left_behind AS (
  SELECT id, task_name = ANY(%(periodic)s) OR EXISTS (
      SELECT FROM procrastinate_jobs o WHERE o.status = 'todo' AND o.queueing_lock = l.queueing_lock) AS is_needless,
    row_number() OVER (PARTITION BY coalesce(queueing_lock, id::text) ORDER BY id DESC) > 1 AS is_double
  FROM locked l
)
UPDATE procrastinate_jobs j SET attempts = attempts + 1, abort_requested = false,
  status = (CASE WHEN is_needless OR is_double OR attempts + 1 >= %(tries)s THEN 'failed' ELSE 'todo' END)
    ::procrastinate_job_status
FROM left_behind WHERE left_behind.id = j.id RETURNING j.status = 'todo'
"""


def revive() -> int:
    """Puts back into the queue what workers that died were doing; returns how many. Jobs can be done twice."""
    app.perform_import_paths()  # type: ignore[no-untyped-call]
    periodic = [task.task.name for task in app.periodic_registry.periodic_tasks.values()]
    with connection.cursor() as cursor:
        cursor.execute(_REVIVE, {"periodic": periodic, "dead": _DEAD_AFTER_S, "tries": _TRIES})
        return sum(revived for (revived,) in cursor.fetchall())


def findings() -> Iterator[Finding]:
    """For `wenmai check`: somebody does the jobs, and none gave up."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE status = 'todo' AND now() - asked_at > make_interval(secs => %s)),"
            " count(*) FILTER (WHERE status = 'failed' AND attempts >= %s)"
            " FROM (SELECT j.status, j.attempts, coalesce(j.scheduled_at, max(e.at)) AS asked_at"
            " FROM procrastinate_jobs j JOIN procrastinate_events e ON e.job_id = j.id GROUP BY j.id) AS jobs",
            [_WAITS_LONG_S, _TRIES],
        )
        waiting, given_up = cursor.fetchone()
    told = f"{waiting} jobs have waited for more than {_WAITS_LONG_S // 60} minutes"
    yield Finding(not waiting, told + (": is a worker running?" if waiting else ""))
    yield from _failed()
    yield Finding(not given_up, f"{given_up} jobs were given up after {_TRIES} workers died of them")


def _failed() -> Iterator[Finding]:
    """The last failure of each kind of job, for whoever looks for its words in the log."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT j.task_name, count(*), max(e.at) FROM procrastinate_jobs j JOIN procrastinate_events e"
            " ON e.job_id = j.id AND e.type = 'failed' WHERE j.status = 'failed' GROUP BY 1 ORDER BY 1"
        )
        for name, count, at in cursor.fetchall():
            yield Finding(True, f"{count} jobs {name} failed, the last at {at:%Y-%m-%d %H:%M:%S %Z}: see the log")


# The last failed job of each kind stays, so that `findings` can go on telling of it.
_PRUNE = """
DELETE FROM procrastinate_jobs j WHERE j.status IN ('succeeded', 'failed', 'cancelled', 'aborted')
  AND NOT EXISTS (
    SELECT FROM procrastinate_events e WHERE e.job_id = j.id AND e.at >= now() - make_interval(days => %s))
  AND j.id NOT IN (SELECT max(id) FROM procrastinate_jobs WHERE status = 'failed' GROUP BY task_name)"""


def prune(days: int) -> int:
    """Forgets jobs that ended so many days ago; how many."""
    with connection.cursor() as cursor:
        cursor.execute(_PRUNE, [days])
        return int(cursor.rowcount)


def mend() -> Iterator[str]:
    """Forgets the jobs that were given up: what they were for is asked for again where it is still wanted."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE status = 'failed' AND attempts >= %s", [_TRIES])
        if cursor.rowcount:
            yield f"{cursor.rowcount} jobs that were given up were forgotten"
