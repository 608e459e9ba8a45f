from django.conf import settings

from wenmai.lib import jobs


@jobs.periodic("* * * * *", name="jobs.revive")
def revive(timestamp: int) -> None:
    jobs.revive()


@jobs.periodic("47 3 * * *", name="jobs.prune")
def prune(timestamp: int) -> None:
    jobs.prune(settings.JOBS_DAYS)
