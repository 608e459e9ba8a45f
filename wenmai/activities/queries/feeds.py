"""Activities as other programs read them: calendars to subscribe to, and schema.org Event."""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from wenmai.activities.models import Session
from wenmai.activities.queries.public import HIDDEN, Asked, SessionView, narrowed, views
from wenmai.activities.rules import Mode, State, Way
from wenmai.formats import icalendars, schemaorg
from wenmai.formats.occasions import Occasion
from wenmai.lib import clock
from wenmai.standards import queries as standards

MOST, DAYS, BACK_DAYS = 2_000, 366, 30
"""Sessions in one answer; days that it reaches from its first; days before today that it begins with. Ours."""
SCHEMA = "https://schema.org"


class Feed(NamedTuple):
    """Sessions in order; `next`: from which day the rest is asked for, none where this is all."""

    sessions: list[Session]
    next: dt.date | None


def feed(asked: Asked, now: dt.datetime) -> Feed:
    """A year from the first day asked for, or from a month ago; called-off ones too, so that calendars drop them."""
    first = asked.first or timezone.localdate(now) - dt.timedelta(days=BACK_DAYS)
    after = first + dt.timedelta(days=DAYS)
    fitting = narrowed(Session.objects.filter(begins_at__gte=clock.midnight(first)), asked).order_by("begins_at", "pk")
    rows = fitting.filter(begins_at__lt=clock.midnight(after))
    found = list(rows.select_related("activity__shown", "activity__organisation")[: MOST + 1])
    if len(found) > MOST:
        # whole days only: the next answer begins with the day that is cut here, or the day after one that is too full
        cut = timezone.localdate(found[MOST].begins_at)
        kept = [one for one in found[:MOST] if timezone.localdate(one.begins_at) < cut]
        return Feed(kept or found[:MOST], cut if kept else cut + dt.timedelta(days=1))
    later = fitting.filter(begins_at__gte=clock.midnight(after)).values_list("begins_at", flat=True).first()
    return Feed(found, timezone.localdate(later) if later else None)


def of_activity(activity_id: int) -> list[Session]:
    """All its sessions, the latest `MOST`; none where it is not on show."""
    rows = Session.objects.filter(activity=activity_id, activity__shown__isnull=False).exclude(state__in=HIDDEN)
    found = rows.select_related("activity__shown", "activity__organisation").order_by("-begins_at", "-pk")[:MOST]
    return list(reversed(found))


def uid(session_id: int) -> str:
    """The same as long as the session is: what a calendar knows it by."""
    return f"session-{session_id}@{urlsplit(settings.BASE_URL).hostname or 'localhost'}"


def address(activity_id: int) -> str:
    return settings.BASE_URL + reverse("activities:activity", args=[activity_id])


def occasion(one: Session) -> Occasion:
    """What the public may know of a session. What is called off counts one more than its times were changed."""
    edition = one.activity.shown
    assert edition is not None, "only what is on show is told"
    off = one.state in (State.CANCELLED, State.POSTPONED)
    state = {State.CANCELLED: "cancelled", State.POSTPONED: "postponed"}.get(State(one.state), "planned")
    kinds = standards.vocabulary("activity_kind")
    return Occasion(
        uid(one.pk), edition.title, one.begins_at, one.ends_at,
        description="\n\n".join(filter(None, (one.reason if off else "", edition.summary, edition.description)))[:4000],
        location=edition.place, address=address(one.activity_id), organiser=one.activity.organisation.name,
        state="moved" if state == "planned" and one.version > 1 else state, is_online=edition.way == Way.ONLINE,
        sequence=(one.version - 1) * 2 + off, categories=tuple(str(kinds.label(kind)) for kind in edition.kinds),
    )  # fmt: skip


def icalendar(name: str, sessions: Sequence[Session]) -> bytes:
    """The same bytes as long as nothing changes: DTSTAMP is when the last of them did."""
    stamps = [max(one.moved_on_at, one.activity.shown.made_at) for one in sessions if one.activity.shown]
    told = [occasion(one) for one in sessions]
    # a postponed one has no time: tentative is the only word that a calendar has for it
    told = [one if one.state != "postponed" else _tentative(one) for one in told]
    return icalendars.write(name, told, stamp=max(stamps, default=dt.datetime(2000, 1, 1, tzinfo=dt.UTC)))


def _tentative(one: Occasion) -> Occasion:
    return replace(one, state="tentative", title=f"{State.POSTPONED.label}：{one.title}")


def json_ld(sessions: Sequence[Session], now: dt.datetime) -> dict[str, Any]:
    """schema.org Events in one graph, with places left as they are now."""
    told = [_event(one, view) for one, view in zip(sessions, views(list(sessions), now), strict=True)]
    return {"@context": SCHEMA, "@graph": told}


def json_ld_text(sessions: Sequence[Session], now: dt.datetime) -> str:
    """For a script element: nothing in it ends the element."""
    text = json.dumps(json_ld(sessions, now), ensure_ascii=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _event(one: Session, view: SessionView) -> dict[str, Any]:
    edition = one.activity.shown
    assert edition is not None, "only what is on show is told"
    page = address(one.activity_id)
    told = schemaorg.written(occasion(one))
    del told["@context"]
    told |= {"@id": f"{page}#session-{one.pk}", "isAccessibleForFree": True, "inLanguage": edition.language}
    told["organizer"]["url"] = settings.BASE_URL + reverse("portal:institution", args=[one.activity.organisation_id])
    if edition.way == Way.BROADCAST:
        told["eventAttendanceMode"] = f"{SCHEMA}/MixedEventAttendanceMode"
        told["location"] = [told["location"], {"@type": "VirtualLocation", "url": page}]
    if view.is_off or view.is_over:
        return told
    is_left = edition.mode == Mode.FREE or view.can_enrol or view.soon
    offer = {
        "@type": "Offer", "price": 0, "priceCurrency": "CNY", "url": page,
        "availability": f"{SCHEMA}/{'InStock' if is_left else 'SoldOut'}",
    }  # fmt: skip
    if view.enrol_from is not None and view.enrol_until is not None:
        local = [timezone.localtime(at).isoformat(timespec="seconds") for at in (view.enrol_from, view.enrol_until)]
        offer |= {"validFrom": local[0], "validThrough": local[1]}
    told["offers"] = offer
    if view.free is not None:
        told["remainingAttendeeCapacity"] = view.free
    return told
