"""What the review says of activities, wherever it was decided."""

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction

from wenmai.activities.models import Activity, Edition, Session
from wenmai.activities.rules import KIND, Mode, State
from wenmai.activities.services.draws import commit
from wenmai.activities.services.noting import note_activity
from wenmai.lib.access import Actor
from wenmai.lib.numbers import row_number
from wenmai.review import queries as review

if TYPE_CHECKING:
    from wenmai.journal.models import Entry

HEARD = {"review.approved", "review.returned", "review.refused", "review.taken_down", "review.restored"}


def hear(entry: "Entry") -> None:
    """Again: nothing more happens."""
    if entry.subject_kind != KIND:
        return
    actor = Actor(entry.actor_id, entry.actor_name)
    for key in entry.detail.get("keys") or [entry.subject_key]:
        follow_review(activity_id=row_number(key) or 0, actor=actor, now=entry.at)


@transaction.atomic
def follow_review(*, activity_id: int, actor: Actor, now: dt.datetime) -> None:
    """Shows what stands in the review now, whatever has been heard; nothing where nothing does."""
    found = Activity.objects.select_for_update(no_key=True).filter(pk=activity_id).first()
    if found is None:
        return
    key = str(activity_id)
    stands = review.approved(KIND, [key]).get(key)
    if review.is_down(KIND, key):
        _hide(found, actor, now)
    elif stands is not None:
        _show(found, stands, actor, now)
    elif not review.open_cases(KIND, [key]):
        Session.objects.filter(activity=found, state=State.REVIEW).update(state=State.DRAFT, moved_on_at=now)


def _show(found: Activity, hash: bytes, actor: Actor, now: dt.datetime) -> None:
    edition = Edition.objects.filter(activity=found, content_hash=hash).order_by("-number").first()
    if edition is None:
        return
    if found.shown_id != edition.pk or found.hidden_at is not None:
        found.shown, found.hidden_at = edition, None
        found.save(update_fields=["shown", "hidden_at"])
        note_activity("activities.shown", found.pk, actor, now, edition=edition.number)
    if not review.open_cases(KIND, [str(found.pk)]):
        waits = Session.objects.filter(activity=found, state__in=[State.DRAFT, State.REVIEW], ends_at__gt=now)
        numbers = list(waits.values_list("pk", flat=True))
        waits.update(state=State.PUBLISHED, moved_on_at=now)
        if edition.mode == Mode.LOTTERY:
            commit(Session.objects.filter(pk__in=numbers).order_by("pk"), now)


def _hide(found: Activity, actor: Actor, now: dt.datetime) -> None:
    if found.hidden_at is None:
        found.shown, found.hidden_at = None, now
        found.save(update_fields=["shown", "hidden_at"])
        note_activity("activities.hidden", found.pk, actor, now)
