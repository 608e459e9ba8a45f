"""What `wenmai check --mend` may put right in the catalogue. Nothing becomes visible that nobody approved."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any

from django.db import connection, transaction

from wenmai.catalogue.models import Record
from wenmai.catalogue.queries import soundness
from wenmai.catalogue.services.describing import describe_again
from wenmai.catalogue.services.intake import mint_for
from wenmai.catalogue.services.locks import take_turn
from wenmai.catalogue.services.names import lead_names
from wenmai.catalogue.services.works import link_works
from wenmai.identifiers import services as identifiers
from wenmai.journal import services as journal
from wenmai.lib.access import Actor
from wenmai.search import services as search

_BATCH = 500
Mend = Callable[[list[int], Actor, dt.datetime, dt.datetime], None]


def mend(*, actor: Actor, now: dt.datetime) -> Iterator[str]:
    """Yields a sentence for each kind of thing put right; each batch in a transaction and with an entry of its own."""
    for statement, what, sentence, one in _MENDS:
        found = soundness.ids(statement)
        # a version that was spoilt describes nothing
        found = soundness.unspoilt(found) if one is _describe else found
        if found:
            for start in range(0, len(found), _BATCH):
                _in_turn(what, found[start : start + _BATCH], one, actor, now)
            yield sentence.format(len(found))
    if count := _lead_astray(actor, now):
        yield f"{count} names say again what is true of their records"


@transaction.atomic
def _in_turn(what: str, ids: list[int], one: Mend, actor: Actor, now: dt.datetime) -> None:
    one(ids, actor, now, take_turn())
    journal.record(
        name="catalogue.mended", subject_kind="records", subject_key=f"{ids[0]}…", actor=actor, now=now, what=what,
        ids=ids,
    )  # fmt: skip


def _name(ids: list[int], actor: Actor, now: dt.datetime, moment: dt.datetime) -> None:
    """The name that was minted for a record's key, or, if none ever was, a fresh one."""
    records = list(Record.objects.filter(id__in=ids, identifier=None).select_related("feed"))
    for _feed, of_feed in groupby(sorted(records, key=lambda r: r.feed_id), key=lambda r: r.feed_id):
        together = list(of_feed)
        names = mint_for(together[0].feed, [(r.source_key, r.type, "", "") for r in together], now)
        for record in together:
            record.identifier, record.changed_at = names[record.source_key], moment
    Record.objects.bulk_update(records, ["identifier", "changed_at"])
    lead_names(ids, actor=actor, now=now)
    search.push("record", [str(one) for one in ids])


def _hide(ids: list[int], actor: Actor, now: dt.datetime, moment: dt.datetime) -> None:
    """An open withdrawal counts for more than the state: whoever made it can undo it."""
    _execute("UPDATE catalogue_record SET state = 'withdrawn', changed_at = %s WHERE id = ANY(%s)", moment, ids)
    search.push("record", [str(one) for one in ids], urgent=True)


def _open_withdrawal(ids: list[int], actor: Actor, now: dt.datetime, moment: dt.datetime) -> None:
    """So that a person can read why it is hidden and undo it; it stays hidden until then."""
    _execute(
        "INSERT INTO catalogue_withdrawal (record_id, reason, at, by_id, by_name, state_before, restored_by_name,"
        " restored_reason) SELECT id, %s, %s, %s, %s, CASE WHEN shown_version IS NULL THEN 'held' ELSE 'published' END,"
        " '', '' FROM catalogue_record WHERE id = ANY(%s) ON CONFLICT DO NOTHING",
        "检查时发现已下架而没有理由，请核对 found withdrawn without a reason: look into it",
        now, actor.user_id, actor.name, ids,
    )  # fmt: skip


def _take_hash(ids: list[int], actor: Actor, now: dt.datetime, moment: dt.datetime) -> None:
    """Where the version on show is one that was approved, its hash is the one to compare with."""
    _execute(
        "UPDATE catalogue_record r SET shown_hash = v.content_hash FROM catalogue_recordversion v"
        f" WHERE r.id = ANY(%s) AND v.record_id = r.id AND v.number = r.shown_version AND {soundness.APPROVED}",
        ids,
    )


def _describe(ids: list[int], actor: Actor, now: dt.datetime, moment: dt.datetime) -> None:
    link_works(describe_again(ids))
    _execute("UPDATE catalogue_record SET changed_at = %s WHERE id = ANY(%s)", moment, ids)
    search.push("record", [str(one) for one in ids])


def _link(ids: list[int], actor: Actor, now: dt.datetime, moment: dt.datetime) -> None:
    _execute(
        "UPDATE catalogue_record r SET work_id = NULL FROM catalogue_work w"
        " WHERE r.id = ANY(%s) AND w.id = r.work_id AND w.key <> r.match_key",
        ids,
    )
    link_works(list(Record.objects.filter(id__in=ids).values_list("match_key", flat=True)))


def _lead_astray(actor: Actor, now: dt.datetime) -> int:
    found = [one for one in soundness.names_astray() if one.state in {"reserved", "registered"}]
    for start in range(0, len(found), _BATCH):
        _lead(found[start : start + _BATCH], actor, now)
    return len(found)


@transaction.atomic
def _lead(astray: Sequence[soundness.Astray], actor: Actor, now: dt.datetime) -> None:
    """What can be seen is led to; the rest ends in a tombstone with the reason why it is hidden."""
    take_turn()
    lead_names([one.id for one in astray if one.visible], actor=actor, now=now)
    hidden = sorted((one for one in astray if not one.visible), key=lambda one: one.reason)
    for reason, of_reason in groupby(hidden, key=lambda one: one.reason):
        titles = {one.name: one.title for one in of_reason}
        identifiers.withdraw(list(titles), reason=reason, titles=titles, actor=actor, now=now)


def _execute(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


_HASH_OF_APPROVED = f"{soundness.HASH_DIFFERS} AND {soundness.APPROVED}"
# In this order: what is described decides what is linked, and whether it can be seen where its name leads.
_MENDS: tuple[tuple[str, str, str, Mend], ...] = (
    (soundness.TOLD_NOT_WITHDRAWN, "hidden", "{} withdrawn records hidden again", _hide),
    (
        soundness.WITHDRAWN_UNTOLD,
        "withdrawal",
        "{} hidden records have a withdrawal that can be undone",
        _open_withdrawal,
    ),
    (_HASH_OF_APPROVED, "hash", "{} records have the hash of the version that was approved", _take_hash),
    (soundness.MISDESCRIBED, "columns", "{} records described anew from the version on show", _describe),
    (soundness.UNLINKED, "works", "{} records linked with the others of their work", _link),
    (soundness.NAMELESS, "name", "{} records have their name again", _name),
)
