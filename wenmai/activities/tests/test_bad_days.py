"""The last second, sessions moved while somebody books, one telephone for a village, calendars made to hurt."""

import datetime as dt
import time
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from wenmai.activities import queries, services
from wenmai.activities.models import Attendee, Draw, Enrolment, Notice, Session
from wenmai.activities.rules import age_on
from wenmai.activities.rules.imports import Defaults, Refusal, Wanted, read
from wenmai.activities.testing import make_activity, make_plan_of, publish, session_of
from wenmai.activities.tests.test_imports import event, file
from wenmai.activities.tests.test_services import as_reader, enrol, hear, reader, refused
from wenmai.booking.models import Share
from wenmai.files.models import StoredObject
from wenmai.institutions.testing import make_organisation
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM, Actor
from wenmai.lib.levels import Level
from wenmai.people.models import User
from wenmai.people.testing import client_of, make_user
from wenmai.people.testing.families import make_guardian
from wenmai.people.testing.races import meanwhile
from wenmai.people.testing.village import make_villager

SECOND, HOUR, DAY = dt.timedelta(seconds=1), dt.timedelta(hours=1), dt.timedelta(days=1)
AT = dt.datetime(2026, 11, 30, 4, tzinfo=dt.UTC)
DEFAULTS = Defaults(("class",), ("general",), "州文化馆")


@pytest.mark.django_db
def test_the_last_second_to_enrol_to_come_and_to_leave_counts_and_the_next_does_not() -> None:
    made = publish(make_activity(cancel_hours=24, places=2))
    begins = session_of(made).begins_at
    plan = make_plan_of(begins, places=2, enrol_from=begins - 3 * DAY, enrol_until=begins - DAY)
    services.change_session(session_id=session_of(made).pk, plan=plan, actor=SYSTEM, now=clock.now())
    session = session_of(made)
    assert session.enrol_from is not None
    assert session.enrol_until is not None
    asked: dict[str, Any] = {
        "session_id": session.pk, "who": [reader(1).pk], "key": "k", "version": session.version, "waits": False,
        "actor": as_reader(reader(2)),
    }  # fmt: skip
    refused("not_yet", services.enrol, **asked, now=session.enrol_from - SECOND)
    refused("enrolled_late", services.enrol, **asked, now=session.enrol_until)
    first = enrol(session, reader(3), now=session.enrol_from)
    last = enrol(session, reader(4), now=session.enrol_until - SECOND)
    waiting = enrol(session, reader(5), now=session.enrol_until - SECOND, waits=True)
    free_until = session.begins_at - 24 * HOUR
    assert services.leave(enrolment_id=first.pk, actor=SYSTEM, now=free_until).standing == "cancelled"
    hear()
    waiting.refresh_from_db()
    assert waiting.claim is not None
    until = waiting.claim.held_until
    assert until is not None
    refused("hold_over", services.accept, enrolment_id=waiting.pk, now=until)
    assert services.accept(enrolment_id=waiting.pk, actor=SYSTEM, now=until - SECOND).standing == "confirmed"
    late = services.leave(enrolment_id=waiting.pk, actor=SYSTEM, now=free_until + SECOND)
    assert late.standing == "late_cancelled"
    refused("begun", services.leave, enrolment_id=last.pk, now=session.begins_at)
    ticket: dict[str, Any] = {"session_id": session.pk, "text": queries.ticket_of(last.pk)}
    refused("too_early", services.check_in_by_ticket, **ticket, now=session.check_from - SECOND)
    refused("door_closed", services.check_in_by_ticket, **ticket, now=session.check_until + SECOND)
    services.check_in_by_ticket(**ticket, actor=SYSTEM, now=session.check_until)
    refused("used", services.check_in_by_ticket, **ticket, now=session.check_until)


def test_the_end_of_a_month_and_the_29th_of_february_in_calendars_and_ages() -> None:
    """Of the 31st there are months without one: those are left out, not moved."""

    def days(begins: dt.datetime, rule: str, now: dt.datetime) -> list[str]:
        (found,) = read(file(event("a", begins, "课", f"RRULE:{rule}")), DEFAULTS, now)
        assert isinstance(found, Wanted)
        return [f"{one.begins_at:%m-%d}" for one in found.plans]

    first = dt.datetime(2027, 1, 31, 4, tzinfo=dt.UTC)
    assert days(first, "FREQ=MONTHLY;COUNT=4", AT) == ["01-31", "03-31", "05-31", "07-31"]
    assert days(first, "FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3", AT) == ["01-31", "02-28", "03-31"]
    leap = dt.datetime(2028, 2, 29, 4, tzinfo=dt.UTC)
    assert days(leap, "FREQ=YEARLY", leap - DAY) == ["02-29"], "the next one is four years away"
    assert days(leap, "FREQ=MONTHLY;BYMONTHDAY=29;COUNT=2", leap - DAY) == ["02-29", "03-29"]
    born = dt.date(2012, 2, 29)
    ages = {day: age_on(born, dt.date.fromisoformat(day)) for day in ("2026-02-28", "2026-03-01", "2028-02-29")}
    assert ages == {"2026-02-28": 13, "2026-03-01": 14, "2028-02-29": 16}


@pytest.mark.django_db(transaction=True)
def test_a_session_that_is_moved_while_somebody_books_it() -> None:
    """Whoever comes first: nobody is left with another hour than they saw without being told, once."""
    session, now = session_of(publish(make_activity())), clock.now()
    early, late = reader(1), reader(2)
    plan = make_plan_of(session.begins_at + DAY)

    def move() -> object:
        return services.move_session(session_id=session.pk, plan=plan, reason="停电", actor=SYSTEM, now=now)

    assert isinstance(meanwhile(move, lambda: enrol(session, late)), Enrolment)
    assert [one.version for one in Enrolment.objects.all()] == [1], "they pressed before it was public"
    assert services.tell_due(now=now) == 1
    session.refresh_from_db()
    plan = make_plan_of(session.begins_at + DAY)
    assert isinstance(meanwhile(lambda: enrol(session, early), move), Session)
    assert services.tell_due(now=now) == 2
    assert services.tell_due(now=now) == 0
    session.refresh_from_db()
    left = [
        services.leave(enrolment_id=one.pk, actor=SYSTEM, now=session.begins_at - HOUR).standing
        for one in Enrolment.objects.order_by("pk")
    ]
    assert left == ["cancelled", "cancelled"], "without blame"
    assert Share.objects.get(pool=session.pool).taken == 0


@pytest.mark.django_db(transaction=True)
def test_a_session_that_is_called_off_or_drawn_while_somebody_applies() -> None:
    """Who applies takes no place that would tell them: they are refused, and nobody waits for what will not be."""
    session, now = session_of(publish(make_activity(mode="lottery"))), clock.now()
    found = services.propose_cancel(session_id=session.pk, reason="台风", actor=Actor(700_001, ""), now=now)

    def call_off() -> object:
        return services.answer_cancel(call_off_id=found.pk, agrees=True, actor=Actor(700_002, ""), now=now)

    assert getattr(meanwhile(call_off, lambda: enrol(session, reader(1))), "code", "") == "called_off"
    other = session_of(publish(make_activity("抽签的", mode="lottery")))
    over = other.enrol_until
    assert over is not None
    late = meanwhile(
        lambda: services.draw(session_id=other.pk, now=over), lambda: enrol(other, reader(2), now=over - SECOND)
    )
    assert getattr(late, "code", "") == "enrolled_late"
    assert not Enrolment.objects.exists()
    assert not Attendee.objects.exists()
    assert Draw.objects.get(session=other).entries == []


@pytest.mark.django_db
def test_sixty_people_of_a_village_with_one_telephone_each_get_their_place() -> None:
    """The telephone is one account's; the others have none, and that one acts for each of them by name."""
    here = make_organisation("村文化活动室")
    keeper = make_guardian("村管理员")
    session = session_of(publish(make_activity(organisation_id=here.pk, places=60)))
    made = []
    for number in range(61):
        by = make_villager(keeper, here.pk, number)
        made.append(enrol(session, User(pk=by.for_id), key="one-page", waits=True, actor=by))
    assert [one.standing for one in made] == ["confirmed"] * 60 + ["waitlisted"]
    assert Attendee.objects.filter(live=True).values("person").distinct().count() == 61
    assert len({queries.ticket_of(one.pk) for one in made}) == 61
    refused(
        "once_each", services.enrol, session_id=session.pk, who=[made[0].booked_by_id], key="again",
        version=session.version, waits=True, actor=Actor(made[0].booked_by_id, "", (), Level.PHONE),
    )  # fmt: skip
    assert not Notice.objects.exists()


def calendar_bombs() -> dict[str, tuple[bytes, set[str]]]:
    """Name -> the document and what may become of it."""
    begins = AT + DAY
    plain = event("a", begins)
    lines = "\r\n".join("X-A:b" for _n in range(1_000_000))
    folded = "DESCRIPTION:长\r\n" + " 长\r\n" * 60_000
    zone = (
        "BEGIN:VTIMEZONE\r\nTZID:Bomb\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0800\r\n"
        "TZOFFSETTO:+0800\r\n{}\r\nEND:STANDARD\r\nEND:VTIMEZONE"
    )
    local = plain.replace("DTSTART:", "DTSTART;TZID=Bomb:").replace("Z\r\nDURATION", "\r\nDURATION")
    return {
        "a million turns": (file(event("a", begins, "课", "RRULE:FREQ=DAILY;COUNT=1000000")), {"taken"}),
        "every second": (file(event("a", begins, "课", "RRULE:FREQ=SECONDLY;COUNT=1000000")), {"taken"}),
        "a day that never comes": (
            file(event("a", begins, "课", "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31")), {"import_past"}
        ),
        "a million lines": (file(plain, lines), {"too_large", "taken"}),
        "a million lines in one": (file(event("a", begins, "课", lines)), {"too_large"}),
        "one line of sixty thousand": (file(event("a", begins, "课", folded)), {"too_large", "taken"}),
        "a huge value": (file(event("a", begins, "课", "DESCRIPTION:" + "长" * 2_000_000)), {"too_large"}),
        "a huge parameter": (file(event("a", begins, "课", "X-A;B=" + "C" * 200_000 + ":d")), {"too_large", "taken"}),
        "nested in itself": (
            (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n" * 100_000) + b"END:VEVENT\r\n", {"truncated", "too_many"}
        ),
        "alarms in alarms": (
            file(event("a", begins, "课", *["BEGIN:VALARM"] * 9_000, *["END:VALARM"] * 9_000)), {"syntax", "taken"}
        ),
        "a zone that changes every second": (
            file(zone.format("RRULE:FREQ=SECONDLY"), local), {"taken"}
        ),
        "a zone that changes every day": (file(zone.format("RRULE:FREQ=DAILY"), local), {"taken"}),
        "a zone of many dates": (
            file(zone.format("RDATE:" + ",".join(["19700102T000000"] * 3_000)), local), {"taken"}
        ),
    }  # fmt: skip


def test_calendars_made_to_hurt_end_soon() -> None:
    """Each ends within a moment: taken with a doubt that is told, or refused with a reason."""
    for name, (document, expected) in calendar_bombs().items():
        began = time.process_time()
        found = read(document, DEFAULTS, AT)
        assert found, name
        assert {one.code if isinstance(one, Refusal) else "taken" for one in found} <= expected, f"{name}: {found}"
        assert all(len(one.plans) <= 60 for one in found if isinstance(one, Wanted)), name
        assert time.process_time() - began < 3, name


@pytest.mark.django_db
def test_a_cover_beyond_40_megabytes_is_refused_in_words_and_leaves_nothing() -> None:
    here = make_organisation("州文化馆")
    made = make_activity(organisation_id=here.pk)
    staff = client_of(make_user("officer", role="activity_officer", organisation_id=here.pk))
    where = f"/desk/activities/{made.pk}/change"
    page = staff.get(where)
    given = {name: value for name, value in page.context["form"].initial.items() if value not in (None, False)}
    photo = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(40 * 1024 * 1024)
    sent = staff.post(where, {**given, "cover": SimpleUploadedFile("封面.jpg", photo, "image/jpeg")})
    assert sent.status_code == 400
    assert "文件太大，最大 40 MB。" in sent.content.decode()
    assert not StoredObject.objects.exists()
