"""What stands in public of a need: written, reviewed, shown; with an answer in it the need counts as answered."""

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from wenmai.lib import clock
from wenmai.lib.access import SYSTEM, Actor
from wenmai.lib.numbers import row_number
from wenmai.lib.refusal import Refused
from wenmai.review import queries as reviewing
from wenmai.review import services as review
from wenmai.voices import queries
from wenmai.voices.hotline.services import mend_stuck
from wenmai.voices.models import Need
from wenmai.voices.queries import soundness
from wenmai.voices.rules.needs import REVIEWED, Face
from wenmai.voices.rules.steps import ANSWERABLE, Step
from wenmai.voices.services.callbacks import call_back
from wenmai.voices.services.moving import locked, move, note

if TYPE_CHECKING:
    from wenmai.journal.models import Entry

HEARD = {"review.approved", "review.taken_down", "review.restored"}


@transaction.atomic
def write_face(*, need_id: int, face: Face, actor: Actor, now: dt.datetime) -> Need:
    """Goes to the review; what is shown stays until that has passed it. An answer is written once it is known what
    becomes of the need. Refused: unknown_need, joined_already, step_odd (an answer too early), topic_missing,
    names_a_person."""
    found = locked(need_id)
    kept = face.checked()
    if kept.answer and found.step not in (*ANSWERABLE, Step.ANSWERED):
        raise Refused("answer_early")
    if found.step == Step.COLLECTED:
        raise Refused("step_odd", str(found.get_step_display()))
    found.face, found.face_hash, found.author_id = kept.written(), kept.hash, actor.user_id
    found.save(update_fields=["face", "face_hash", "author_id"])
    note("voices.answer_written", found, actor, now, hash=kept.hash.hex())
    review.submit(kind=REVIEWED, subject=queries.submission_of(found), actor=actor, now=now)
    follow_review(need_id=need_id, actor=actor, now=now)
    return found


def hear(entry: "Entry") -> None:
    """Again: nothing more happens."""
    if entry.subject_kind != REVIEWED:
        return
    actor = Actor(entry.actor_id, entry.actor_name)
    for key in entry.detail.get("keys") or [entry.subject_key]:
        follow_review(need_id=row_number(key) or 0, actor=actor, now=entry.at)


def mend() -> Iterator[str]:
    """For `wenmai check --mend`: the review is asked again where a need stands otherwise than it says."""
    for need_id in soundness.to_follow():
        follow_review(need_id=need_id, actor=SYSTEM, now=clock.now())
        yield f"need {need_id}: asked the review again"
    yield from mend_stuck(clock.now())


@transaction.atomic
def follow_review(*, need_id: int, actor: Actor, now: dt.datetime) -> None:
    """Shows what stands in the review now, whatever has been heard."""
    found = Need.objects.select_for_update(no_key=True).filter(pk=need_id, face__isnull=False).first()
    if found is None:
        return
    key = str(need_id)
    if reviewing.is_down(REVIEWED, key):
        if not found.is_down:
            found.is_down = True
            found.save(update_fields=["is_down"])
            note("voices.answer_hidden", found, actor, now)
        return
    hash = reviewing.approved(REVIEWED, [key]).get(key)
    if hash is None or hash != bytes(found.face_hash or b""):
        return
    if found.is_down or bytes(found.shown_hash or b"") != hash:
        found.shown, found.shown_hash, found.is_down = found.face, hash, False
        found.save(update_fields=["shown", "shown_hash", "is_down"])
        note("voices.answer_shown", found, actor, now, hash=hash.hex())
    _count_as_answered(found, actor, now)


def _count_as_answered(found: Need, actor: Actor, now: dt.datetime) -> None:
    if found.step not in ANSWERABLE or not (found.shown or {}).get("answer") or found.head_id is not None:
        return
    in_time = found.due_on is None or timezone.localdate(now) <= found.due_on
    found.answered_at, found.answered_in_time = now, in_time
    move(found, Step.ANSWERED, now, "answered")
    note("voices.answered", found, actor, now, in_time=in_time)
    if found.outcome == Step.DECLINED or found.delivered_at is not None:
        call_back(found, now)
