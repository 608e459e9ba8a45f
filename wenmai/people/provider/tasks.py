from wenmai.lib import clock, jobs
from wenmai.people.provider import services


@jobs.task(name="people.tell_logout")
def tell_logout(notice_id: int) -> None:
    services.deliver(notice_id=notice_id, now=clock.now)


@jobs.periodic("41 * * * *", name="people.tend_keys")
def tend_keys(timestamp: int) -> None:
    services.tend(now=clock.now())


@jobs.periodic("*/10 * * * *", name="people.tell_logouts_late")
def tell_logouts_late(timestamp: int) -> None:
    services.deliver_late(now=clock.now())
