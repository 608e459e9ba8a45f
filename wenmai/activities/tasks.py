from wenmai.activities import services
from wenmai.lib import clock, jobs


@jobs.periodic("* * * * *", name="activities.follow", alone=True)
def follow(timestamp: int) -> None:
    """Sessions whose time has come."""
    services.follow(now=clock.now())
