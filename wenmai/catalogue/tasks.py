from wenmai.catalogue import services
from wenmai.lib import clock, jobs
from wenmai.lib.access import SYSTEM


@jobs.periodic("* * * * *", name="catalogue.follow_standards", alone=True)
def follow_standards(timestamp: int) -> None:
    services.follow_standards()


@jobs.periodic("23 4 * * *", name="catalogue.look_for_outdated_grades")
def look_for_outdated_grades(timestamp: int) -> None:
    """Once a day by the records themselves, whatever the last walk said; the job above does the work."""
    services.begin_regrading(actor=SYSTEM, now=clock.now())
