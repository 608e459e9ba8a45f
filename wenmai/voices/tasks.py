from wenmai.lib import clock, jobs
from wenmai.voices import services
from wenmai.voices.hotline import services as hotline


@jobs.task(name="voices.tell")
def tell(need_id: int, kind: str, turn: int) -> None:
    services.send(need_id=need_id, kind=kind, turn=turn, now=clock.now())


@jobs.task(name=hotline.JOB)
def read_hotline(file_id: int) -> None:
    hotline.read_hotline(file_id=file_id)


@jobs.periodic("*/10 * * * *", name="voices.close", alone=True)
def close(timestamp: int) -> None:
    """Needs whose people have had their days to say whether it was delivered."""
    services.close_due(now=clock.now())
