"""An OAI-PMH list into batches, page by page, and the keys of everything the server lists."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import asdict

from wenmai.harvest import rules
from wenmai.harvest.models import Run, Source
from wenmai.harvest.pages import Answer, Client
from wenmai.harvest.rules import Mode, Walk
from wenmai.harvest.rules.walks import ended
from wenmai.harvest.services import batches, missing

Clock = Callable[[], dt.datetime]
Watch = Callable[[Run], None]


def introduce(run: Run, source: Source, client: Client, now: Clock) -> None:
    """Asks the server who it is, once per run; decides from where to list."""
    if "walk" in run.place:
        return
    identity = client.identify()
    since = rules.since(source.harvested_until, identity.granularity) if run.mode == Mode.CHANGES else ""
    with batches.step(run, now()) as row:
        row.place = {
            **row.place,
            "walk": asdict(Walk(since=since)),
            "identity": {
                "name": identity.name,
                "granularity": identity.granularity,
                "deleted_record": identity.deleted_record,
            },
        }
    run.place = row.place


def collect(run: Run, source: Source, client: Client, now: Clock, watch: Watch) -> None:
    """Walks through ListRecords of every set."""
    for answer in _pages(run, source, client, now):
        with batches.step(run, now()) as row:
            haul = batches.Haul(answer.location, client.format, answer.items)
            news = batches.take(row, source.feed_id, source.kind, haul, now())
            batches.note(row, "damaged_pages", int(answer.damaged))
            _turn(row, source, answer, news)
        run.place = row.place
        watch(row)


def list_identifiers(run: Run, source: Source, client: Client, now: Clock, watch: Watch) -> None:
    """Walks through ListIdentifiers of every set; what the server says it deleted is not listed."""
    if _walk(run).verb == "ListRecords":
        with batches.step(run, now()) as row:
            batches.unlist(row.pk, batches.TOKEN)
            row.place = {**row.place, "walk": asdict(Walk(verb="ListIdentifiers"))}
        run.place = row.place
    for answer in _pages(run, source, client, now):
        with batches.step(run, now()) as row:
            news = batches.list_keys(row, batches.IDENTIFIED, answer.listed)
            news += batches.list_keys(row, batches.DELETED, answer.deleted)
            _turn(row, source, answer, news)
            if _walk(row).done:
                missing.report_unreceived(row, source)
        run.place = row.place
        watch(row)


def _walk(run: Run) -> Walk:
    return rules.noted(run.place["walk"])


def _pages(run: Run, source: Source, client: Client, now: Clock) -> Iterator[Answer]:
    sets = source.sets or [""]
    while not (walk := _walk(run)).done:
        answer = client.ask(walk, sets[walk.number])
        if not answer.expired:
            yield answer
            continue
        with batches.step(run, now()) as row:
            batches.unlist(row.pk, batches.TOKEN)
            batches.note(row, "restarts")
            row.place = {**row.place, "walk": asdict(rules.restarted(walk))}
        run.place = row.place


def _turn(row: Run, source: Source, answer: Answer, news: int) -> None:
    """Inside the transaction of the page: where to go on, and what was odd."""
    walk = _walk(row)
    seen = bool(answer.token) and not batches.list_keys(row, batches.TOKEN, [rules.fingerprint(answer.token)])
    page = rules.Page(answer.size, news, answer.token, seen, answer.announced)
    turned = rules.turned(walk, page)
    if not answer.size and answer.token:
        batches.note(row, "empty_pages")
    if not row.responded_at:
        row.responded_at = answer.responded_at
    if walk.verb == "ListRecords" and turned.announced:
        row.expected_count = row.received_count - turned.listed + turned.announced
    if not answer.token:
        turned = ended(turned, len(source.sets or [""]))
        if turned.missing > walk.missing:
            batches.note(row, "short", turned.missing - walk.missing)
    row.place = {**row.place, "walk": asdict(turned)}
