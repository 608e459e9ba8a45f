from wenmai.lib import clock, jobs
from wenmai.usage import services


@jobs.periodic("*/20 * * * *", name="usage.advance")
def advance(timestamp: int) -> None:
    services.advance(now=clock.now())


@jobs.periodic("17 3 * * *", name="usage.make_partitions")
def make_partitions(timestamp: int) -> None:
    services.make_partitions(now=clock.now())
