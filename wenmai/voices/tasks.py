from wenmai.lib import clock, jobs
from wenmai.voices import services


@jobs.task(name="voices.tell")
def tell(need_id: int, kind: str, turn: int) -> None:
    services.send(need_id=need_id, kind=kind, turn=turn, now=clock.now())


@jobs.periodic("*/10 * * * *", name="voices.close", alone=True)
def close(timestamp: int) -> None:
    """Needs whose people have had their days to say whether it was delivered."""
    services.close_due(now=clock.now())
