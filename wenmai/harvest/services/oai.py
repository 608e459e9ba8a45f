"""An OAI-PMH list into batches, page by page, and the keys of everything the server lists."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import asdict

from wenmai.harvest import rules
from wenmai.harvest.models import Run, Source
from wenmai.harvest.pages import Answer, Client, moment_of
from wenmai.harvest.rules import Mode, RunFailed, Walk
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
                "earliest": identity.earliest,
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
        _require_fit(run, walk, now)
        answer = client.ask(walk, sets[walk.number])
        if not answer.expired:
            yield answer
            continue
        with batches.step(run, now()) as row:
            batches.unlist(row.pk, batches.TOKEN)
            _keep(row, _after_expiry(row, walk, len(sets), now()))
        run.place = row.place


def _after_expiry(row: Run, walk: Walk, lists: int, now: dt.datetime) -> Walk:
    """The list from its beginning; where that brought nothing, in parts by date."""
    if not walk.window:
        try:
            again = rules.restarted(walk)
        except RunFailed:
            pass
        else:
            batches.note(row, "restarts")
            return again
    batches.note(row, "narrowed")
    identity = row.place["identity"]
    earliest = moment_of(identity.get("earliest", "")) or dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
    return rules.narrowed(walk, rules.Calendar(identity["granularity"], earliest, row.responded_at or now), lists)


def _require_fit(run: Run, walk: Walk, now: Clock) -> None:
    """Ends the run where only windows are left that do not fit; they are asked for again when it is resumed."""
    try:
        rules.require_fit(walk)
    except RunFailed:
        with batches.step(run, now()) as row:
            batches.note(row, "unfit", len(walk.unfit))
            _keep(row, rules.once_more(walk))
        raise


def _keep(row: Run, walk: Walk) -> None:
    row.place = {**row.place, "walk": asdict(walk)}


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
    if walk.verb == "ListRecords" and turned.announced and not walk.window:
        row.expected_count = row.received_count - turned.listed + turned.announced
    if not answer.token:
        turned = ended(turned, len(source.sets or [""]))
        if turned.missing > walk.missing:
            batches.note(row, "short", turned.missing - walk.missing)
        batches.unlist(row.pk, batches.TOKEN)
    _keep(row, turned)
