from wenmai.lib import clock, jobs
from wenmai.orders import services
from wenmai.orders.asking import services as asking
from wenmai.orders.calling import services as calling
from wenmai.orders.services import telling


@jobs.periodic("* * * * *", name="orders.follow", alone=True)
def follow(timestamp: int) -> None:
    """Where ordering has ended, scheduling begins; who has not answered in time has declined."""
    services.follow(now=clock.now())


@jobs.periodic("* * * * *", name="orders.requests", alone=True)
def follow_requests(timestamp: int) -> None:
    """Where offers have ended, the station chooses; what nobody chose in time has lapsed."""
    asking.follow(now=clock.now())


@jobs.periodic("*/10 * * * *", name="orders.settle", alone=True)
def settle(timestamp: int) -> None:
    """Who is silent leaves it to the other side; what can be rated no longer is closed."""
    services.settle_due(now=clock.now())


@jobs.periodic("7 * * * *", name="orders.draw_calls", alone=True)
def draw_calls(timestamp: int) -> None:
    """Which of last month's orders are asked about, once in the first hour of a month."""
    calling.draw_due(now=clock.now())


@jobs.task(name=telling.JOB)
def tell(step_id: int) -> None:
    telling.tell_all(step_id=step_id)


@jobs.task(name=telling.JOB_OF_ONE)
def tell_one(step_id: int, user_id: int, side: str) -> None:
    telling.send(step_id=step_id, user_id=user_id, side=side, now=clock.now())
