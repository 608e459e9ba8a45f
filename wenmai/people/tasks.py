import datetime as dt

from wenmai.lib import jobs
from wenmai.people import services
from wenmai.people.provider import tasks as provider_tasks
from wenmai.people.services import card_keys, cards, patrons

__all__ = ["forget_card_tries", "forget_codes", "provider_tasks", "read_patrons", "settle_merges"]


@jobs.periodic("23 3 * * *", name="people.forget_codes")
def forget_codes(timestamp: int) -> None:
    services.forget_codes(now=dt.datetime.fromtimestamp(timestamp, dt.UTC))


@jobs.periodic("43 3 * * *", name="people.settle_merges")
def settle_merges(timestamp: int) -> None:
    services.settle_merges(now=dt.datetime.fromtimestamp(timestamp, dt.UTC))


@jobs.periodic("33 3 * * *", name="people.forget_card_tries")
def forget_card_tries(timestamp: int) -> None:
    cards.forget_tries(now=dt.datetime.fromtimestamp(timestamp, dt.UTC))


@jobs.task(name="people.read_patrons")
def read_patrons(file_id: int) -> None:
    patrons.read_patrons(file_id=file_id)


@jobs.periodic("13 * * * *", name="people.keep_card_keys")
def keep_card_keys(timestamp: int) -> None:
    card_keys.keep_card_keys(now=dt.datetime.fromtimestamp(timestamp, dt.UTC))
