import datetime as dt

from wenmai.files import services
from wenmai.lib import jobs


@jobs.task("files.make_pictures")
def make_pictures(hash: str) -> None:
    services.make_pictures(hash=hash)


@jobs.periodic("17 3 * * *", name="files.sweep")
def sweep(timestamp: int) -> None:
    moment = dt.datetime.fromtimestamp(timestamp, dt.UTC)
    services.remove_orphans(now=moment)
    services.remove_strays(now=moment)
    services.seek_stills(now=moment)
