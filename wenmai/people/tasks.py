import datetime as dt

from wenmai.lib import jobs
from wenmai.people import services


@jobs.periodic("23 3 * * *", name="people.forget_codes")
def forget_codes(timestamp: int) -> None:
    services.forget_codes(now=dt.datetime.fromtimestamp(timestamp, dt.UTC))
