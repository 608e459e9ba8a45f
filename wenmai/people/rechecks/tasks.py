from django.db import transaction
from procrastinate.exceptions import AlreadyEnqueued

from wenmai.lib import clock, jobs
from wenmai.people.rechecks import queries, services

JOB = "people.recheck_system"


@jobs.periodic("* * * * *", name="people.recheck_cards", alone=True)
def recheck_cards(timestamp: int) -> None:
    """A job for each system whose turn it is: one that is slow keeps nobody else waiting."""
    for system_id in queries.due_systems(clock.now()):
        try:
            with transaction.atomic():
                jobs.defer(JOB, lock=f"{JOB}.{system_id}", queueing_lock=f"{JOB}.{system_id}", system_id=system_id)
        except AlreadyEnqueued:
            continue


@jobs.task(name=JOB)
def recheck_system(system_id: int) -> None:
    services.recheck(system_id=system_id, now=clock.now())
