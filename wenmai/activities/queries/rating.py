"""What can be rated of activities, and what they fulfil, as `voices` asks for it."""

import datetime as dt
from collections.abc import Collection, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from wenmai.activities.models import Activity, Attendee, Session, Standing
from wenmai.activities.rules import State
from wenmai.lib.numbers import row_number
from wenmai.voices.rules.links import Fulfilment
from wenmai.voices.rules.rated import Attended

KIND = "session"
"""What is rated; averages are counted of the activity."""


def attended(user_id: int, key: str) -> Attended | None:
    """Who took part, as it was settled after the end."""
    rows = Attendee.objects.filter(session=row_number(key) or 0, person=user_id, enrolment__standing=Standing.COMPLETED)
    one = rows.select_related("session__activity__latest").order_by("pk").first()
    if one is None:
        return None
    activity = one.session.activity
    title = activity.latest.title if activity.latest is not None else ""
    return Attended(
        str(one.pk), str(activity.pk), activity.organisation_id, title, one.session.ends_at,
        reverse("activities:activity", args=[activity.pk]) if activity.shown_id is not None else "",
    )  # fmt: skip


def people(organisation_ids: Collection[int], since: dt.datetime, until: dt.datetime) -> set[int]:
    """Accounts that took part in a session that ended then, as it was settled."""
    rows = Attendee.objects.filter(
        enrolment__standing=Standing.COMPLETED, session__activity__organisation__in=organisation_ids,
        session__ends_at__gte=since, session__ends_at__lt=until, person__isnull=False,
    )  # fmt: skip
    return {number for number in rows.order_by().values_list("person_id", flat=True).distinct() if number is not None}


def fulfilments(keys: Sequence[str]) -> dict[str, Fulfilment]:
    """Activities as what fulfils a need; there once a session has taken place."""
    numbers = [number for key in keys if (number := row_number(key)) is not None]
    ended = Session.objects.filter(activity__in=numbers, state__in=[State.RATING, State.ARCHIVED])
    done = {*ended.values_list("activity_id", flat=True)}
    rows = Activity.objects.filter(pk__in=numbers).select_related("latest")
    return {
        str(one.pk): Fulfilment(
            one.organisation_id, one.latest.title if one.latest is not None else "",
            reverse("desk:activities:activity", args=[one.pk]),
            reverse("activities:activity", args=[one.pk]) if one.shown_id is not None else "",
            _("办过了") if one.pk in done else _("公布了") if one.shown_id is not None else _("草稿"), one.pk in done,
        )
        for one in rows
    }  # fmt: skip
