from wenmai.booking import services
from wenmai.lib import clock, jobs


@jobs.periodic("* * * * *", name="booking.expire", alone=True)
def expire(timestamp: int) -> None:
    """Holds that have run out, and places for those who wait."""
    services.expire_due(now=clock.now())
    services.expire_stays(now=clock.now())
