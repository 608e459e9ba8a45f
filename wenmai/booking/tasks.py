from wenmai.booking import services
from wenmai.booking.absences import telling as absences
from wenmai.booking.services import telling
from wenmai.booking.venues import services as venues
from wenmai.lib import clock, jobs


@jobs.periodic("* * * * *", name="booking.expire", alone=True)
def expire(timestamp: int) -> None:
    """Holds that have run out, and places for those who wait."""
    services.expire_due(now=clock.now())
    services.expire_stays(now=clock.now())
    venues.end_due(now=clock.now())


@jobs.task(name="booking.tell")
def tell(stay_id: int, deed: str, near: list[str]) -> None:
    telling.send(stay_id=stay_id, deed=deed, near=near, now=clock.now())


@jobs.task(name="booking.tell_absence")
def tell_absence(absence_id: int, deed: str) -> None:
    absences.send(absence_id=absence_id, deed=deed, now=clock.now())
