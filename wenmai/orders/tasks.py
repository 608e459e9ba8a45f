from wenmai.lib import clock, jobs
from wenmai.orders import services


@jobs.periodic("* * * * *", name="orders.follow", alone=True)
def follow(timestamp: int) -> None:
    """Where ordering has ended, scheduling begins; who has not answered in time has declined."""
    services.follow(now=clock.now())
