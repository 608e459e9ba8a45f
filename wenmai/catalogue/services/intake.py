"""Records come in: one batch, one transaction, no query in a loop."""

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache

from django.db import connection, transaction
from django.utils import timezone

from wenmai.catalogue import queries, rules
from wenmai.catalogue.models import Arrival as Policy
from wenmai.catalogue.models import Feed, Intake, Record, State
from wenmai.catalogue.rules import Arrival, Described, Describer, Fresh, Origin, Outcome, Standing
from wenmai.catalogue.services import rows
from wenmai.catalogue.services.links import Linked, link_parts, unlink
from wenmai.catalogue.services.locks import take_turn
from wenmai.catalogue.services.names import address, end_names, lead_names
from wenmai.catalogue.services.publication import leave_review, publish
from wenmai.catalogue.services.rows import Written
from wenmai.catalogue.services.works import link_works, works_of_arriving
from wenmai.formats.values import Reject
from wenmai.identifiers import services as identifiers
from wenmai.identifiers.rules import Mint, codes
from wenmai.institutions import queries as institutions
from wenmai.journal import services as journal
from wenmai.lib import bulk, reasons
from wenmai.lib.access import SYSTEM, Actor
from wenmai.review import services as review
from wenmai.review.rules import Submission
from wenmai.search import services as search

Ready = tuple[Fresh, Described]


@transaction.atomic
def take_in(
    *,
    feed_id: int,
    batch: Sequence[Arrival],
    origin: Origin,
    actor: Actor,
    now: dt.datetime,
    ahead: Describer | None = None,
) -> Outcome:
    """Takes a batch of one feed's records into the catalogue, all or nothing.

    What is there already with the same bytes costs one look. Two batches of a feed wait for each other. The records
    that a profile in force or the catalogue itself cannot take come back in `rejected` with their reason. `ahead`: who
    described them in advance, if anybody did (`Arrival.ahead`).
    """
    bulk.lock(f"catalogue.feed.{feed_id}")
    feed = Feed.objects.get(pk=feed_id)
    describer = queries.describer(feed.crosswalk, timezone.localdate(now))
    sorting = rules.sort_arrivals(batch, _standing(feed_id, [a.parsed.key for a in batch]), describer.recipe)
    described, rejected = _describe(sorting.fresh, describer, made_ahead=ahead == describer)
    if described:
        _write(feed, described, origin, describer.recipe, actor, now)
    if sorting.gone:
        _bury(sorting.gone, reasons.DELETED, actor, now)
    new = sum(1 for fresh, _described in described if fresh.standing is None)
    if described or sorting.gone:
        journal.record(
            name="catalogue.taken_in", subject_kind="feed", subject_key=feed_id, actor=actor, now=now, run=origin.run,
            new=new, changed=len(described) - new, deleted=len(sorting.gone),
        )  # fmt: skip
    return Outcome(new, len(described) - new, sorting.unchanged, sorting.deleted, sorting.duplicate, tuple(rejected))


@transaction.atomic
def forget(*, feed_id: int, keys: Sequence[str], reason: str, actor: Actor, now: dt.datetime) -> int:
    """Leaves a tombstone for records that their source no longer lists; returns how many were still standing."""
    bulk.lock(f"catalogue.feed.{feed_id}")
    ids = list(
        Record.objects.filter(feed_id=feed_id, source_key__in=list(keys), deleted_at=None).values_list("id", flat=True)
    )
    if ids:
        _bury(ids, reason, actor, now)
        journal.record(
            name="catalogue.forgotten", subject_kind="feed", subject_key=feed_id, actor=actor, now=now,
            count=len(ids), reason=reason,
        )  # fmt: skip
    return len(ids)


def _standing(feed_id: int, keys: list[str]) -> dict[str, Standing]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT source_key, id, raw_hash, recipe, version, state, deleted_at IS NOT NULL, shown_version IS NOT NULL"
            " FROM catalogue_record WHERE feed_id = %s AND source_key = ANY(%s)",
            [feed_id, keys],
        )
        return {row[0]: Standing(row[1], bytes(row[2]), *row[3:]) for row in cursor.fetchall()}


def _describe(fresh: list[Fresh], describer: Describer, made_ahead: bool) -> tuple[list[Ready], list[Reject]]:
    """What was made ahead by the same describer is taken as it is."""
    ready: list[Ready] = []
    rejected: list[Reject] = []
    with_files = _with_files([one.standing.id for one in fresh if one.standing])
    for one in fresh:
        has_files = bool(with_files) and one.standing is not None and one.standing.id in with_files
        answer = one.arrival.ahead if made_ahead and not has_files else None
        answer = answer or describer.describe(one.arrival.parsed, has_files)
        if isinstance(answer, Reject):
            rejected.append(answer)
        else:
            ready.append((one, answer))
    return ready, rejected


def _write(feed: Feed, ready: list[Ready], origin: Origin, recipe: str, actor: Actor, now: dt.datetime) -> None:
    moment = take_turn()
    publishes = feed.on_arrival == Policy.PUBLISH
    intake = Intake.objects.create(
        feed=feed,
        at=now,
        kind=origin.kind,
        address=origin.address[:500],
        run=origin.run[:60],
        published=publishes,
        by_id=origin.by_id,
    )
    fresh_ids = iter(bulk.next_ids("catalogue_record", sum(1 for fresh, _described in ready if fresh.standing is None)))
    written = [
        Written(fresh.standing.id if fresh.standing else next(fresh_ids), fresh, described, recipe, publishes)
        for fresh, described in ready
    ]
    new = [one for one in written if one.fresh.standing is None]
    changed = [one for one in written if one.fresh.standing is not None]
    works = works_of_arriving([(one.described.match_key, one.described.match_rule) for one in new])
    rows.insert_records(feed.pk, new, _mint(feed, new, now), works, now, moment)
    merged = rows.update_records(changed, moment)
    rows.insert_versions(intake.pk, origin.format, written, now)
    _keep_copies(feed.organisation_id, written, merged.described)
    shown = (one for one in written if one.number == 1 or one.id in merged.described)
    link_parts([Linked(one.id, feed.pk, feed.crosswalk, one.described.elements) for one in shown])
    link_works([one.described.match_key for one in changed])
    lead_names(merged.appeared, actor=actor, now=now)
    search.push("record", [str(w.id) for w in written if w.publishes])
    if publishes:
        leave_review([one.id for one in changed], actor, now)
    else:
        _review(feed, written, origin, actor, now)


def _review(feed: Feed, written: list[Written], origin: Origin, actor: Actor, now: dt.datetime) -> None:
    """Whatever arrived passes the review; what says again what was approved is shown at once."""
    withdrawn = {one.id for one in written if one.fresh.standing and one.fresh.standing.state == State.WITHDRAWN}
    subjects = [
        Submission(
            str(one.id), one.described.content_hash, one.described.title, feed.organisation_id, origin.by_id
        )
        for one in written
        if one.id not in withdrawn
    ]  # fmt: skip
    if subjects:
        submitted = review.submit_many(kind=rules.REVIEWED, subjects=subjects, actor=actor, now=now)
        publish(ids=[int(key) for key in submitted.same], actor=actor, now=now)


def _keep_copies(organisation_id: int, written: list[Written], changed: set[int]) -> None:
    """Holdings follow what describes the record: a version that waits for review leaves them as they are."""
    copies = (
        (one.id, organisation_id, rules.texts(one.described.elements, "call_number"))
        for one in written
        if "call_number" in one.described.elements and (one.number == 1 or one.id in changed)
    )
    rows.replace_holdings(copies, sorted(changed))


def _mint(feed: Feed, new: list[Written], now: dt.datetime) -> dict[str, str]:
    """While a record is held its name is reserved only."""
    wishes = [
        (one.key, one.described.type, rules.first(one.described.elements, "format"),
         address(one.id) if one.publishes else "")
        for one in new
    ]  # fmt: skip
    return mint_for(feed, wishes, now)


def mint_for(feed: Feed, wishes: Sequence[tuple[str, str, str, str]], now: dt.datetime) -> dict[str, str]:
    """A name for each record, by the key it has in its feed: asked for again, the same one comes back.

    Wishes: key, type, media type, and where the name is to lead ("" to reserve it).
    """
    organisation_code = _organisation_code(feed.organisation_id)
    requests = [
        Mint(f"feed:{feed.code}", key, organisation_code, kind if kind in codes.TYPES else "text", media, location)
        for key, kind, media, location in wishes
    ]
    return {key: name for (_client, key), name in identifiers.mint(requests, actor=SYSTEM, now=now).items()}


@lru_cache(maxsize=1024)
def _organisation_code(organisation_id: int) -> str:
    organisation = institutions.organisation(organisation_id)
    assert organisation is not None
    return organisation.code


def _with_files(ids: list[int]) -> set[int]:
    if not ids:
        return set()
    carrying = Record.objects.filter(id__in=ids, attachments__shown=True, attachments__captions_of=None)
    return set(carrying.values_list("id", flat=True).distinct())


def _bury(ids: list[int], reason: str, actor: Actor, now: dt.datetime) -> None:
    moment = take_turn()
    leave_review(ids, actor, now)
    end_names(ids, reason=reason, actor=actor, now=now)
    Record.objects.filter(id__in=ids, deleted_at=None).update(deleted_at=now, deletion=reason[:200], changed_at=moment)
    unlink(ids)
    search.push("record", [str(one) for one in ids])
