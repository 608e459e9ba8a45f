"""Records come in: one batch, one transaction, no query in a loop."""

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache

from django.db import connection, transaction

from wenmai.catalogue import rules
from wenmai.catalogue.models import Arrival as Policy
from wenmai.catalogue.models import Feed, Intake, Record
from wenmai.catalogue.rules import Arrival, Described, Fresh, Origin, Outcome, Standing
from wenmai.catalogue.services import rows
from wenmai.catalogue.services.locks import take_turn
from wenmai.catalogue.services.names import address, end_names, lead_names
from wenmai.catalogue.services.works import link_works
from wenmai.formats.crosswalk import Crosswalk, map_record
from wenmai.formats.values import Reject
from wenmai.identifiers import services as identifiers
from wenmai.identifiers.rules import Mint, codes
from wenmai.institutions import queries as institutions
from wenmai.journal import services as journal
from wenmai.lib import bulk
from wenmai.lib.access import SYSTEM, Actor
from wenmai.search import services as search
from wenmai.standards import queries as standards
from wenmai.standards import rules as standard_rules


@transaction.atomic
def take_in(*, feed_id: int, batch: Sequence[Arrival], origin: Origin, actor: Actor, now: dt.datetime) -> Outcome:
    """Takes a batch of one feed's records into the catalogue, all or nothing.

    What is there already with the same bytes costs one look. Two batches of a feed wait for each other. The records
    that a profile in force or the catalogue itself cannot take come back in `rejected` with their reason.
    """
    bulk.lock(f"catalogue.feed.{feed_id}")
    feed = Feed.objects.get(pk=feed_id)
    crosswalk = standards.crosswalk(feed.crosswalk)
    recipe = f"{standards.crosswalk_edition(feed.crosswalk)}.{rules.RULES_EDITION}"
    sorting = rules.sort_arrivals(batch, _standing(feed_id, [a.parsed.key for a in batch]), recipe)
    described, rejected = _describe(sorting.fresh, crosswalk, now.date())
    if described:
        _write(feed, described, origin, recipe, actor, now)
    if sorting.gone:
        _bury(sorting.gone, "deleted by its source", actor, now)
    new = sum(1 for one in described if one.fresh.standing is None)
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


def _describe(fresh: list[Fresh], crosswalk: Crosswalk, day: dt.date) -> tuple[list[Described], list[Reject]]:
    described: list[Described] = []
    rejected: list[Reject] = []
    with_files = _with_files([one.standing.id for one in fresh if one.standing])
    for one in fresh:
        answer = describe_one(one, crosswalk, day, one.standing is not None and one.standing.id in with_files)
        if isinstance(answer, Reject):
            rejected.append(answer)
        else:
            described.append(answer)
    return described, rejected


def describe_one(one: Fresh, crosswalk: Crosswalk, day: dt.date, has_files: bool) -> Described | Reject:
    """A record ready to be written, or why it cannot be."""
    parsed = one.arrival.parsed
    refusal = rules.refusal_of_key(parsed.key)
    if refusal:
        return _reject(one, *refusal)
    elements = map_record(parsed, crosswalk)
    if not rules.titled(elements):
        return _reject(one, "no_title", "The record has neither a title nor a text to name it by.")
    type_code = rules.first(elements, "type") or "text"
    types = standards.vocabulary("type").terms
    if type_code not in types:
        return _reject(one, "unknown_type", f"The type “{type_code[:40]}” is none of {', '.join(types)}.")
    profile = standards.profile(type_code, on=day)
    if profile.stage is standard_rules.Stage.MANDATORY:
        for problem in standard_rules.check(profile, elements):
            if problem.severity == "error":
                return _reject(one, f"profile_{problem.code}", standard_rules.sentence_of_problem(problem))
    match_rule, match_key = rules.match(elements, type_code)
    return Described(
        one, elements, type_code, rules.first(elements, "title")[: rules.TITLE_LIMIT],
        rules.creator_line(elements), match_rule, match_key, standard_rules.grade(profile, elements, has_files),
    )  # fmt: skip


def _reject(one: Fresh, code: str, detail: str) -> Reject:
    parsed = one.arrival.parsed
    return Reject(parsed.raw, parsed.position, code, detail, parsed.key, len(parsed.raw))


def _write(feed: Feed, described: list[Described], origin: Origin, recipe: str, actor: Actor, now: dt.datetime) -> None:
    moment = take_turn()
    publishes = feed.on_arrival == Policy.PUBLISH
    intake = Intake.objects.create(
        feed=feed, at=now, kind=origin.kind, address=origin.address[:500], run=origin.run[:60], published=publishes
    )
    fresh_ids = iter(bulk.next_ids("catalogue_record", sum(1 for one in described if one.fresh.standing is None)))
    written = [
        rows.written(one.fresh.standing.id if one.fresh.standing else next(fresh_ids), one, recipe, publishes)
        for one in described
    ]
    new = [one for one in written if one.described.fresh.standing is None]
    rows.insert_records(feed.pk, new, _mint(feed, new, now), now, moment)
    merged = rows.update_records([one for one in written if one.described.fresh.standing is not None], moment)
    rows.insert_versions(intake.pk, origin.format, written, now)
    _keep_copies(feed.organisation_id, written, merged.described)
    link_works([one.match_key for one in described])
    lead_names(merged.appeared, actor=actor, now=now)
    search.push("record", [str(w.id) for w in written if w.publishes])


def _keep_copies(organisation_id: int, written: list[rows.Written], changed: set[int]) -> None:
    """Holdings follow what describes the record: a version that waits for review leaves them as they are."""
    copies = (
        (one.id, organisation_id, rules.texts(one.described.elements, "call_number"))
        for one in written
        if "call_number" in one.described.elements and (one.number == 1 or one.id in changed)
    )
    rows.replace_holdings(copies, sorted(changed))


def _mint(feed: Feed, new: list[rows.Written], now: dt.datetime) -> dict[str, str]:
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
    return set(Record.objects.filter(id__in=ids, attachments__isnull=False).values_list("id", flat=True).distinct())


def _bury(ids: list[int], reason: str, actor: Actor, now: dt.datetime) -> None:
    moment = take_turn()
    end_names(ids, reason=reason, actor=actor, now=now)
    Record.objects.filter(id__in=ids, deleted_at=None).update(deleted_at=now, deletion=reason[:200], changed_at=moment)
    search.push("record", [str(one) for one in ids])
