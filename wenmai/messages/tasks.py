from wenmai.lib import clock, jobs
from wenmai.messages import services


@jobs.task(name="messages.send")
def send(message_id: int) -> None:
    services.deliver(message_id=message_id, now=clock.now)


@jobs.periodic("* * * * *", name="messages.dispatch")
def dispatch(timestamp: int) -> None:
    services.dispatch(now=clock.now())
