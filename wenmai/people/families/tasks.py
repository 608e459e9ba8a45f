import datetime as dt

from wenmai.lib import jobs
from wenmai.people.families import services


@jobs.periodic("7 * * * *", name="people.follow_ages")
def follow_ages(timestamp: int) -> None:
    """Every hour: a birthday begins at midnight in the node's own time, and a job may have been missed."""
    services.follow_ages(now=dt.datetime.fromtimestamp(timestamp, dt.UTC))
