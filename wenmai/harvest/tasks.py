from django.conf import settings

from wenmai.harvest import services
from wenmai.lib import clock, jobs


@jobs.task(name="harvest.run", queue="harvest")
def run(run_id: int) -> None:
    services.carry_out(run_id)


@jobs.periodic("* * * * *", name="harvest.dispatch")
def dispatch(timestamp: int) -> None:
    services.dispatch(now=clock.now())
    services.hand_over_closed()


@jobs.periodic("41 3 * * *", name="harvest.sweep_intake")
def sweep_intake(timestamp: int) -> None:
    services.sweep_intake(now=clock.now())


@jobs.task(name="harvest.settle_closed", queue="harvest")
def settle_closed(source_id: int) -> None:
    services.settle_closed(source_id, now=clock.now)


@jobs.periodic("41 3 * * *", name="harvest.prune_rejects")
def prune_rejects(timestamp: int) -> None:
    services.prune_rejects(days=settings.REJECTS_DAYS, now=clock.now())
