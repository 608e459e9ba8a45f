import datetime as dt

from wenmai.lib import clock, jobs
from wenmai.people.families import tasks as family_tasks
from wenmai.people.privacy import closing, consents, exporting, keeping
from wenmai.people.provider import tasks as provider_tasks
from wenmai.people.proxies import services as proxies
from wenmai.people.rechecks import tasks as recheck_tasks
from wenmai.people.recognition import tasks as recognition_tasks
from wenmai.people.services import card_keys, patrons
from wenmai.people.volunteers import services as volunteers

__all__ = [
    "build_export", "close_due", "enforce_retention", "family_tasks", "provider_tasks", "read_patrons", "recheck_tasks",
    "recognition_tasks",
]  # fmt: skip


@jobs.periodic("23 3 * * *", name="people.enforce_retention", alone=True)
def enforce_retention(timestamp: int) -> None:
    keeping.enforce_retention(now=clock.now())
    consents.tally(now=clock.now())


@jobs.periodic("7 * * * *", name="people.lapse_proxies")
def lapse_proxies(timestamp: int) -> None:
    proxies.lapse(now=dt.datetime.fromtimestamp(timestamp, dt.UTC))


@jobs.periodic("37 * * * *", name="people.close_due", alone=True)
def close_due(timestamp: int) -> None:
    closing.close_due(now=clock.now())


@jobs.task(name="people.build_export")
def build_export(export_id: int) -> None:
    exporting.build_export(export_id=export_id, now=clock.now())


@jobs.periodic("17 0 * * *", name="people.lapse_volunteers")
def lapse_volunteers(timestamp: int) -> None:
    volunteers.lapse(now=dt.datetime.fromtimestamp(timestamp, dt.UTC))


@jobs.task(name="people.read_patrons")
def read_patrons(file_id: int) -> None:
    patrons.read_patrons(file_id=file_id)


@jobs.periodic("13 * * * *", name="people.keep_card_keys")
def keep_card_keys(timestamp: int) -> None:
    card_keys.keep_card_keys(now=dt.datetime.fromtimestamp(timestamp, dt.UTC))
