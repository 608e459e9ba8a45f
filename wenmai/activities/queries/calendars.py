"""One's own activities as a calendar: when, where, how it stands; nobody's name."""

import datetime as dt
from dataclasses import replace

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from wenmai.activities.models import LIVE, Attendee, CalendarKey, Enrolment, Standing
from wenmai.activities.queries.feeds import occasion
from wenmai.activities.rules import State
from wenmai.activities.rules.tickets import CALENDARS, make_token
from wenmai.formats import icalendars
from wenmai.formats.occasions import Occasion
from wenmai.lib import vault

MOST, BACK = 500, dt.timedelta(days=30)


def calendar_address(user_id: int) -> str:
    """Nothing where there is none."""
    found = CalendarKey.objects.filter(user=user_id).first()
    if found is None:
        return ""
    token = make_token(vault.secret_of(CALENDARS), "calendar", found.pk)
    return settings.BASE_URL + reverse("activity_feeds:own", args=[token])


def own_calendar(user_id: int, now: dt.datetime) -> bytes:
    """From a month ago on; what was called off too, so that calendars drop it."""
    numbers = Attendee.objects.filter(person=user_id).values("enrolment")
    rows = Enrolment.objects.filter(Q(booked_by=user_id) | Q(pk__in=numbers), session__ends_at__gt=now - BACK)
    rows = rows.filter(Q(standing__in=[*LIVE, Standing.COMPLETED]) | Q(session__state=State.CANCELLED))
    rows = rows.filter(session__activity__shown__isnull=False).order_by("session__begins_at", "pk")
    found = list(rows.select_related("session__activity__shown", "session__activity__organisation")[:MOST])
    stamps = [max(one.made_at, one.ended_at or one.made_at, one.session.moved_on_at) for one in found]
    stamp = max(stamps, default=dt.datetime(2000, 1, 1, tzinfo=dt.UTC))
    return icalendars.write(_("我的活动"), [_occasion(one) for one in found], stamp=stamp)


def _occasion(one: Enrolment) -> Occasion:
    told = occasion(one.session)
    words = one.get_standing_display()
    waits = one.standing in (Standing.APPLIED, Standing.WAITLISTED, Standing.OFFERED)
    is_off = told.state in ("cancelled", "postponed")
    title = f"{one.session.get_state_display()}：{told.title}" if is_off else told.title
    return replace(
        told, key=f"ticket-{one.pk}@{told.key.partition('@')[2]}",
        title=f"{words}：{told.title}" if waits and not is_off else title,
        state="tentative" if (waits and not is_off) or told.state == "postponed" else told.state,
        description=one.session.reason if is_off else "",
        address=settings.BASE_URL + reverse("my_activities:enrolment", args=[one.pk]),
    )  # fmt: skip
