import datetime as dt

from wenmai.journal import services
from wenmai.journal.services import departures, seals
from wenmai.lib import jobs


@jobs.periodic("* * * * *", name="journal.deliver")
def deliver(timestamp: int) -> None:
    services.deliver_all()


@jobs.periodic("* * * * *", name="journal.seal", alone=True)
def seal(timestamp: int) -> None:
    seals.seal(now=dt.datetime.fromtimestamp(timestamp, dt.UTC))


@jobs.periodic("33 2 * * *", name="journal.retire", alone=True)
def retire(timestamp: int) -> None:
    departures.retire(now=dt.datetime.fromtimestamp(timestamp, dt.UTC))


@jobs.periodic("53 2 * * *", name="journal.verify", alone=True)
def verify(timestamp: int) -> None:
    seals.verify(now=dt.datetime.fromtimestamp(timestamp, dt.UTC))
