"""Writing down who looked at whom; the door calls it."""

import datetime as dt

from django.http import HttpRequest
from django.utils import timezone

from wenmai.institutions import queries as institutions
from wenmai.lib import clock
from wenmai.lib.access import SIGNED_IN, Actor, Grant, Reach
from wenmai.lib.looks import Look
from wenmai.people.looks import models
from wenmai.people.looks.rules import IN_GROUP

MOST = 200
"""Looks of one page; lists say how many they show in one line."""


def record(request: HttpRequest, actor: Actor, permission: str, where: Reach | None, looks: list[Look]) -> None:
    """Once for each person, page, reason and day. In its own statement: a page that cannot be written down fails."""
    if permission == SIGNED_IN or actor.user_id is None:
        return
    now = clock.now()
    grant = _grant(actor, permission, where)
    path, region = _reach(grant)
    page = request.resolver_match.view_name if request.resolver_match else ""
    models.Look.objects.bulk_create(
        [
            models.Look(
                day=timezone.localdate(now), at=now, actor_id=actor.user_id, role=grant.role, organisation_path=path,
                region=region, page=page, person_id=one.person, shown=one.shown, reason=one.reason,
            )
            for one in looks[:MOST]
        ],
        ignore_conflicts=True,
    )  # fmt: skip


def record_of_group(request: HttpRequest, *, actor_id: int, person_id: int, reason: str, now: dt.datetime) -> None:
    """The one who answers for a group saw a member's telephone: no staff, and told to the member all the same."""
    page = request.resolver_match.view_name if request.resolver_match else ""
    models.Look.objects.bulk_create(
        [
            models.Look(
                day=timezone.localdate(now), at=now, actor_id=actor_id, role=IN_GROUP, page=page, person_id=person_id,
                shown=1, reason=reason,
            )
        ],
        ignore_conflicts=True,
    )  # fmt: skip


def _grant(actor: Actor, permission: str, where: Reach | None) -> Grant:
    """The one by which the page opened."""
    opens = [grant for grant in actor.grants if permission in grant.permissions]
    return next((grant for grant in opens if where is None or grant.covers(where)), opens[0])


def _reach(grant: Grant) -> tuple[str, str]:
    last = grant.organisation_path.rstrip("/").rpartition("/")[2]
    reach = institutions.reach(int(last)) if last else None
    return grant.organisation_path, grant.region or (reach.region if reach else "")
