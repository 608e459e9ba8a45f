"""Rating what one attended: once, within some days; words go through the review first."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from wenmai.journal import services as journal
from wenmai.lib import bulk
from wenmai.lib.access import Actor
from wenmai.lib.numbers import row_number
from wenmai.lib.refusal import Refused
from wenmai.review import queries as reviewing
from wenmai.review import services as review
from wenmai.voices.models import Rating
from wenmai.voices.queries import ratings as queries
from wenmai.voices.rules import rated
from wenmai.voices.rules.rated import REVIEWED

if TYPE_CHECKING:
    from wenmai.journal.models import Entry


@transaction.atomic
def rate(
    *, kind: str, key: str, stars: int, words: str = "", user_id: int, child_id: int = 0, actor: Actor, now: dt.datetime
) -> Rating:
    """Again within the days changes it. `child_id`: a guardian says it for a child under 14 who was there; the last
    word of the two counts. Refused: unknown_rated, not_there, too_early, rating_over (detail:
    days), score_odd, names_a_person."""
    rated.kind_of(kind)
    mine = queries.chances(kind, key, user_id, timezone.localdate(now))
    there = next((one.there for one in mine if one.child_id == child_id), None)
    if there is None:
        raise Refused("not_there")
    rated.check_time(now, there.ended_at, queries.rate_days(there.organisation_id))
    kept, said = rated.checked_stars(stars), rated.checked_words(words)
    bulk.lock(f"voices.rating:{kind}:{there.attendance}")
    found = Rating.objects.filter(kind=kind, attendance=there.attendance).first()
    made = found or Rating(kind=kind, attendance=there.attendance, organisation_id=there.organisation_id)
    person_id, guardian_id = (child_id, user_id) if child_id else (user_id, None)
    if found is not None and (found.stars, found.words, found.guardian_id) == (kept, said, guardian_id):
        return found
    is_same = found is not None and found.words == said
    made.key, made.subject, made.stars, made.at = key[:40], there.subject, kept, now
    made.person_id, made.guardian_id = person_id, guardian_id
    made.words, made.words_hash = said, rated.hash_of(said) if said else None
    made.is_shown = made.is_shown and is_same
    made.save()
    _note("voices.rated", made, actor, now, kind=kind, key=key[:40], stars=kept)
    if said and not is_same:
        review.submit(kind=REVIEWED, subject=queries.submission_of(made), actor=actor, now=now)
        follow_comment(rating_id=made.pk, actor=actor, now=now)
    elif not said:
        review.drop(kind=REVIEWED, keys=[str(made.pk)], actor=actor, now=now)
    return made


def hear_comment(entry: "Entry") -> None:
    """Again: nothing more happens."""
    if entry.subject_kind != REVIEWED:
        return
    actor = Actor(entry.actor_id, entry.actor_name)
    for key in entry.detail.get("keys") or [entry.subject_key]:
        follow_comment(rating_id=row_number(key) or 0, actor=actor, now=entry.at)


@transaction.atomic
def follow_comment(*, rating_id: int, actor: Actor, now: dt.datetime) -> None:
    """Shown as long as just these words stand in the review."""
    found = Rating.objects.select_for_update(no_key=True).filter(pk=rating_id).first()
    if found is None or found.words_hash is None:
        return
    key = str(rating_id)
    stands = reviewing.approved(REVIEWED, [key]).get(key) == bytes(found.words_hash)
    is_shown = stands and not reviewing.is_down(REVIEWED, key)
    if is_shown != found.is_shown:
        found.is_shown = is_shown
        found.save(update_fields=["is_shown"])
        if is_shown:
            _note("voices.comment_shown", found, actor, now)
        else:
            _note("voices.comment_hidden", found, actor, now)


def _note(name: str, found: Rating, actor: Actor, now: dt.datetime, **detail: Any) -> None:
    journal.record(name=name, subject_kind="rating", subject_key=found.pk, actor=actor, now=now, **detail)
