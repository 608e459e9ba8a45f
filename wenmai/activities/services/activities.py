"""Writing an activity and handing it in."""

import datetime as dt

from django.db import transaction

from wenmai.activities.models import Activity, Edition, Session
from wenmai.activities.queries.reviewing import content_of, submission_of
from wenmai.activities.rules import KIND, Content, State, hash_of
from wenmai.activities.rules.questions import written
from wenmai.activities.rules.settings import SAFETY
from wenmai.activities.services.noting import note_activity
from wenmai.activities.services.rooms import follow_room
from wenmai.booking import queries as booking
from wenmai.files import queries as files
from wenmai.institutions import queries as institutions
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.review import queries as review_queries
from wenmai.review import services as review
from wenmai.standards import queries as standards


@transaction.atomic
def make(*, organisation_id: int, content: Content, demo: bool = False, actor: Actor, now: dt.datetime) -> Activity:
    """A draft. Refused: unknown_organisation, and what `change` refuses."""
    organisation = institutions.organisation(organisation_id)
    if organisation is None or organisation.closed_on is not None:
        raise Refused("unknown_organisation")
    _check(content, organisation_id)
    made = Activity.objects.create(organisation_id=organisation_id, made_at=now, demo=demo)
    made.latest = _write(made, content, 1, actor, now)
    made.save(update_fields=["latest"])
    note_activity("activities.made", made.pk, actor, now)
    return made


@transaction.atomic
def change(*, activity_id: int, content: Content, actor: Actor, now: dt.datetime) -> Edition:
    """Another edition, unless nothing is different. What is on its way or on show goes to the review anew, and what is
    on show stays there meanwhile.

    Refused: unknown_activity, mode_fixed (there are sessions), safety_missing, room_taken (the other venue, at the time
    of a session), and what `Content.checked` refuses, choice_odd for what no vocabulary has, unknown_thing,
    unknown_file, unknown_region.
    """
    found = locked(activity_id)
    latest = found.latest
    assert latest is not None, "made with its first edition"
    _check(content, found.organisation_id)
    _check_mode(found, latest.mode, content.mode)
    if bytes(latest.content_hash) == hash_of(content):
        return latest
    before = content_of(latest)._asdict()
    found.latest = made = _write(found, content, latest.number + 1, actor, now)
    found.save(update_fields=["latest"])
    follow_room(found, before["thing_id"], actor, now)
    changed = sorted(name for name, value in content._asdict().items() if before[name] != value)
    note_activity("activities.changed", found.pk, actor, now, edition=made.number, changed=changed)
    if found.shown_id is not None or review_queries.open_cases(KIND, [str(found.pk)]):
        _hand_in(found, content, actor, now)
    return made


@transaction.atomic
def submit(*, activity_id: int, actor: Actor, now: dt.datetime) -> Activity:
    """To the review, with its sessions. Refused: unknown_activity, sessions_missing, safety_missing, refused_before
    (these very words were refused for good), hidden."""
    found = locked(activity_id)
    assert found.latest is not None, "made with its first edition"
    if found.hidden_at is not None:
        raise Refused("hidden")
    if not Session.objects.filter(activity=found, begins_at__gt=now).exists():
        raise Refused("sessions_missing")
    _hand_in(found, content_of(found.latest), actor, now)
    return found


def _hand_in(found: Activity, content: Content, actor: Actor, now: dt.datetime) -> None:
    content.require_safety(institutions.setting(SAFETY, found.organisation_id))
    assert found.latest is not None, "made with its first edition"
    done = review.submit(kind=KIND, subject=submission_of(found, found.latest), actor=actor, now=now)
    if done.refused:
        raise Refused("refused_before")
    Session.objects.filter(activity=found, state=State.DRAFT).update(state=State.REVIEW, moved_on_at=now)
    if done.opened:
        note_activity("activities.submitted", found.pk, actor, now, edition=found.latest.number)


def locked(activity_id: int) -> Activity:
    """Refused: unknown_activity."""
    rows = Activity.objects.select_for_update(no_key=True, of=("self",)).select_related("latest", "shown")
    found = rows.filter(pk=activity_id).first()
    if found is None:
        raise Refused("unknown_activity")
    return found


def _check_mode(found: Activity, before: str, after: str) -> None:
    """Whoever is enrolled keeps the way in which they were. Refused: mode_fixed."""
    there = Session.objects.filter(activity=found)
    if before != after and "free" not in (before, after):
        there = there.exclude(state__in=[State.DRAFT, State.REVIEW])
    if before != after and there.exists():
        raise Refused("mode_fixed")


def _check(content: Content, organisation_id: int) -> None:
    content.checked()
    for name, vocabulary in (("kinds", "activity_kind"), ("audiences", "audience")):
        if not {*getattr(content, name)} <= standards.vocabulary(vocabulary).terms.keys():
            raise Refused("choice_odd", name)
    if content.language not in standards.vocabulary("language").terms:
        raise Refused("choice_odd", "language")
    if content.region and institutions.place(content.region) is None:
        raise Refused("unknown_region")
    thing = booking.thing(content.thing_id) if content.thing_id is not None else None
    if content.thing_id is not None and (thing is None or thing.organisation_id != organisation_id or thing.closed_at):
        raise Refused("unknown_thing")
    wanted = {one for one in (content.cover, content.safety_file) if one}
    stored = files.objects(wanted)
    if wanted - stored.keys():
        raise Refused("unknown_file")
    if content.cover and not stored[content.cover].thumbnail:
        raise Refused("cover_no_picture")


def _write(activity: Activity, content: Content, number: int, actor: Actor, now: dt.datetime) -> Edition:
    said = content._asdict()
    stored = files.objects([one for one in (said.pop("cover"), said.pop("safety_file")) if one])
    return Edition.objects.create(
        activity=activity, number=number, content_hash=hash_of(content), by_id=actor.user_id, made_at=now,
        cover_id=stored[content.cover].id if content.cover else None,
        safety_file_id=stored[content.safety_file].id if content.safety_file else None,
        **{
            **said, "kinds": list(content.kinds), "audiences": list(content.audiences),
            "questions": written(content.questions),
        },
    )  # fmt: skip
