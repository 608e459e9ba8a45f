import datetime as dt

from wenmai.lib import clock, jobs
from wenmai.people.families import services


@jobs.periodic("7 * * * *", name="people.follow_ages")
def follow_ages(timestamp: int) -> None:
    """Every hour: a birthday begins at midnight in the node's own time, and a job may have been missed."""
    services.follow_ages(now=dt.datetime.fromtimestamp(timestamp, dt.UTC))


@jobs.periodic("12 * * * *", name="people.follow_removals")
def follow_removals(timestamp: int) -> None:
    services.follow_removals(now=dt.datetime.fromtimestamp(timestamp, dt.UTC))


@jobs.task(name="people.tell_family")
def tell_family(user_id: int, about_id: int, deed: str, until: str) -> None:
    services.send_notice(
        user_id=user_id, about_id=about_id, deed=deed, until=dt.datetime.fromisoformat(until), now=clock.now()
    )  # fmt: skip
