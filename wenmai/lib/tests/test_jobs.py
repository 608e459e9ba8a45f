"""What a worker was doing when it died is done by another; what kills workers is given up."""

import datetime as dt

import pytest
from django.db import connection

from wenmai.lib import clock, jobs

pytestmark = pytest.mark.django_db


def doing(name: str, *, heartbeat: dt.datetime, attempts: int = 0, queueing_lock: str | None = None) -> int:
    """A job that a worker with this last sign of life has begun."""
    job = jobs.defer(name, queueing_lock=queueing_lock)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s) RETURNING id", [heartbeat])
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', attempts = %s, worker_id = %s WHERE id = %s",
            [attempts, cursor.fetchone()[0], job],
        )
    return job


def status(job: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status FROM procrastinate_jobs WHERE id = %s", [job])
        return str(cursor.fetchone()[0])


def test_revive():
    long_ago, just_now = clock.now() - dt.timedelta(minutes=2), clock.now() - dt.timedelta(seconds=20)
    alive = doing("files.make_pictures", heartbeat=just_now)
    orphan = doing("files.make_pictures", heartbeat=long_ago)
    periodic = doing("journal.deliver", heartbeat=long_ago)
    deadly = doing("files.make_pictures", heartbeat=long_ago, attempts=4)
    asked_again = doing("harvest.run", heartbeat=long_ago, queueing_lock="harvest.run.1")
    again = jobs.defer("harvest.run", queueing_lock="harvest.run.1")
    first = doing("harvest.run", heartbeat=long_ago, queueing_lock="harvest.run.2")
    second = doing("harvest.run", heartbeat=long_ago, queueing_lock="harvest.run.2")
    assert jobs.revive() == 2
    states = {job: status(job) for job in (alive, orphan, periodic, deadly, asked_again, again, first, second)}
    assert states == {
        alive: "doing", orphan: "todo", periodic: "failed", deadly: "failed", asked_again: "failed", again: "todo",
        first: "failed", second: "todo",
    }  # fmt: skip
    assert jobs.revive() == 0
    assert [finding.sentence for finding in jobs.findings() if not finding.holds] == [
        "1 jobs were given up after 5 workers died of them"
    ]
    assert list(jobs.mend()) == ["1 jobs that were given up were forgotten"]
    assert all(finding.holds for finding in jobs.findings())


def ended(name: str, state: str, days: int) -> int:
    """A job that ended so many days ago."""
    job = jobs.defer(name)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = %s WHERE id = %s", [state, job])
        cursor.execute("INSERT INTO procrastinate_events (job_id, type, at) VALUES (%s, %s, now())", [job, state])
        cursor.execute(
            "UPDATE procrastinate_events SET at = now() - make_interval(days => %s) WHERE job_id = %s", [days, job]
        )
    return job


def test_jobs_that_ended_are_forgotten_but_for_the_last_failure_of_each_kind():
    for state in ("succeeded", "failed"):
        ended("files.make_pictures", state, 40)
    last = ended("files.make_pictures", "failed", 35)
    fresh = ended("harvest.run", "succeeded", 5)
    waiting = jobs.defer("harvest.run")
    assert jobs.prune(30) == 2
    assert [status(job) for job in (last, fresh, waiting)] == ["failed", "succeeded", "todo"]
    assert jobs.prune(30) == 0
    told = [finding.sentence for finding in jobs.findings() if "failed" in finding.sentence]
    assert len(told) == 1
    assert told[0].startswith("1 jobs files.make_pictures failed, the last at ")
