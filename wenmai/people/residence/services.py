"""Saying where one lives, taking it back, and what a counter has seen."""

import datetime as dt

from django.db import transaction

from wenmai.institutions import queries as institutions
from wenmai.journal import services as journal
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.people.residence.models import Residence


@transaction.atomic
def say(*, place: str, actor: Actor, now: dt.datetime) -> None:
    """By oneself, also for the children that come along. The same place again changes nothing; another one has no proof
    any more. Refused: unknown_place."""
    _known(place)
    user_id = actor.for_id or 0
    found = Residence.objects.select_for_update().filter(user_id=user_id).first()
    if found is not None and found.place == place:
        return
    Residence.objects.update_or_create(
        user_id=user_id, defaults={"place": place, "said_at": now, "proven_at": None, "proven_by": None}
    )
    _note("people.residence_said", user_id, actor, now)


@transaction.atomic
def forget(*, actor: Actor, now: dt.datetime) -> None:
    """Nothing where nothing was said."""
    user_id = actor.for_id or 0
    if Residence.objects.filter(user_id=user_id).delete()[0]:
        _note("people.residence_forgotten", user_id, actor, now)


@transaction.atomic
def prove(*, user_id: int, place: str, organisation_id: int, actor: Actor, now: dt.datetime) -> None:
    """A clerk has seen a paper by which this person lives there; no copy is kept. Refused: unknown_place."""
    _known(place)
    Residence.objects.update_or_create(
        user_id=user_id,
        defaults={"place": place, "said_at": now, "proven_at": now, "proven_by_id": organisation_id},
    )
    _note("people.residence_proven", user_id, actor, now, organisation=organisation_id)


def _known(place: str) -> None:
    if institutions.place(place) is None:
        raise Refused("unknown_place")


def _note(name: str, user_id: int, actor: Actor, now: dt.datetime, **detail: object) -> None:
    """The place itself is not written down: the journal is kept longer than it."""
    journal.record(name=name, subject_kind="user", subject_key=user_id, actor=actor, now=now, **detail)
