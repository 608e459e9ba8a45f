from wenmai.journal import services
from wenmai.lib import jobs


@jobs.periodic("* * * * *", name="journal.deliver")
def deliver(timestamp: int) -> None:
    services.deliver_all()
