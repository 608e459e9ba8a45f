from wenmai.lib import clock, jobs
from wenmai.voices import services
from wenmai.voices.hotline import services as hotline
from wenmai.voices.surveys import services as surveys


@jobs.task(name="voices.tell")
def tell(need_id: int, kind: str, turn: int) -> None:
    services.send(need_id=need_id, kind=kind, turn=turn, now=clock.now())


@jobs.task(name=hotline.JOB)
def read_hotline(file_id: int) -> None:
    hotline.read_hotline(file_id=file_id)


@jobs.task(name=surveys.JOB)
def invite(survey_id: int, again: bool) -> None:
    surveys.invite(survey_id=survey_id, again=again, now=clock.now())


@jobs.periodic("*/30 8-20 * * *", name="voices.surveys", alone=True)
def follow_surveys(timestamp: int) -> None:
    """Ends those whose last day is over, reminds once in the others; nobody is written to at night."""
    surveys.end_due(now=clock.now())
    surveys.remind_due(now=clock.now())


@jobs.periodic("*/10 * * * *", name="voices.close", alone=True)
def close(timestamp: int) -> None:
    """Needs whose people have had their days to say whether it was delivered."""
    services.close_due(now=clock.now())
