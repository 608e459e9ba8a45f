from wenmai.lib import jobs


@jobs.periodic("* * * * *", name="jobs.revive")
def revive(timestamp: int) -> None:
    jobs.revive()
