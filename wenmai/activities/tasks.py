from wenmai.activities import services
from wenmai.activities.services import rating
from wenmai.lib import clock, jobs


@jobs.periodic("* * * * *", name="activities.follow", alone=True)
def follow(timestamp: int) -> None:
    """Sessions whose time has come or that are over, draws that are due, people who have to be told."""
    services.follow(now=clock.now())
    services.settle_due(now=clock.now())
    rating.ask_due(now=clock.now())
    rating.deliver_due(now=clock.now())
    rating.archive_due(now=clock.now())
    services.draw_due(now=clock.now())
    services.tell_due(now=clock.now())


@jobs.periodic("* * * * *", name="activities.broadcasts", alone=True)
def broadcasts(timestamp: int) -> None:
    """Whether what is to be broadcast about now is on."""
    services.check_due(now=clock.now())


@jobs.periodic("*/5 * * * *", name="activities.calendars", alone=True)
def calendars(timestamp: int) -> None:
    """Calendars of others whose time it is are read again; what they bring waits for somebody."""
    services.read_due(now=clock.now())


@jobs.task("activities.tell")
def tell(notice_id: int) -> None:
    """One message."""
    services.send(notice_id=notice_id, now=clock.now())
