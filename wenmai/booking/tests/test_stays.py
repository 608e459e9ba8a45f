"""Stays in things: what excludes what, hours, several at once, blocking, in-house use."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from wenmai.booking import queries, services
from wenmai.booking.models import Stay, Thing
from wenmai.booking.rules.hours import HOLIDAY, Span, read_spans
from wenmai.booking.rules.times import Times
from wenmai.booking.services import Shape, Wish
from wenmai.booking.testing import NOW, make_thing
from wenmai.institutions import services as institutions
from wenmai.journal.models import Entry
from wenmai.lib import personal
from wenmai.lib.access import SYSTEM, Actor
from wenmai.lib.refusal import Refused
from wenmai.people.testing import make_reader

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
# NOW is Tuesday, 12 May 2026, 10:00 in Shanghai.


def at(hour: float, days: int = 1) -> Times:
    """An hour from so many o'clock on, tomorrow or so many days ahead."""
    midnight = dt.datetime(2026, 5, 11, 16, tzinfo=dt.UTC) + dt.timedelta(days=days)
    return Times(midnight + hour * HOUR, midnight + (hour + 1) * HOUR)


def book(thing: Thing, asked: Times, key: str = "k", *, units: int = 1, **more: Any) -> list[Stay]:
    more = {"confirmed": True, "actor": SYSTEM, "now": NOW, **more}
    return services.book(wishes=[Wish(thing.pk, asked, units)], key=key, **more)


def refused(service: Callable[..., object], *args: Any, **more: Any) -> str:
    before = Entry.objects.count()
    with pytest.raises(Refused) as refusal:
        service(*args, **more)
    assert Entry.objects.count() == before, "what is refused leaves no entry"
    return refusal.value.code


def test_one_room_one_stay_at_a_time():
    hall = make_thing(buffer_after=30)
    (first,) = book(hall, at(9))
    assert book(hall, at(9))[0].pk == first.pk, "a double tap"
    assert refused(book, hall, at(10)) == "key_used"
    assert refused(book, hall, at(9.5), "b") == "taken"
    assert refused(book, hall, at(10), "b") == "taken", "half an hour for cleaning"
    assert refused(book, hall, at(8), "b", use="in_house") == "taken", "an earlier one has to be cleaned up after too"
    assert book(hall, at(10.5), "b")[0].unit == 1
    services.end_stay(stay_id=first.pk, actor=SYSTEM, now=NOW)
    services.end_stay(stay_id=first.pk, actor=SYSTEM, now=NOW)
    assert book(hall, at(9), "c")[0].state == "confirmed"
    released: dict[str, Any] = {
        "stay_id": first.pk,
        "state": "released",
        "reason": "另有安排",
        "actor": SYSTEM,
        "now": NOW,
    }
    assert refused(services.end_stay, **released) == "stay_ended"


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (at(8), "not_open"), (at(20.5), "not_open"), (at(9, days=8), "too_far"), (at(10, days=0), "too_soon"),
        (Times(at(9).starts_at, at(14).starts_at), "too_long"), (Times(at(10).starts_at, at(9).starts_at), "time_odd"),
        (Times(at(9).starts_at, at(9).starts_at), "time_odd"),
        (Times(at(9).starts_at + dt.timedelta(seconds=1), at(9).ends_at), "time_odd"),
        (Times(at(9).starts_at, at(9, days=40).starts_at), "time_odd"),
    ],
)  # fmt: skip
def test_what_the_public_cannot_ask(asked: Times, code: str):
    assert refused(book, make_thing(), asked) == code


def test_numbers_are_the_things_the_institutions_or_ours():
    hall = make_thing(window_days=30)
    institutions.set_settings(
        organisation_id=hall.organisation_id, group="bookings", actor=SYSTEM, now=NOW,
        said={"bookings.longest_minutes": 60, "bookings.lead_minutes": None, "bookings.window_days": 3},
    )  # fmt: skip
    assert queries.terms(hall) == (60, 60, 30)
    assert refused(book, hall, Times(at(9).starts_at, at(10).ends_at)) == "too_long"
    assert book(hall, at(9, days=30))[0].state == "confirmed"
    assert refused(make_thing, "x", organisation_id=hall.organisation_id, window_days=-1) == "number_odd"


def test_a_hold_that_has_run_out_is_somebody_elses():
    hall = make_thing()
    (held,) = book(hall, at(9), confirmed=False)
    assert refused(book, hall, at(9), "b") == "taken"
    later = NOW + dt.timedelta(minutes=15)
    assert queries.preview(hall, [at(9)], later)[0].free_units == [1], "whether the job was here or not"
    book(hall, at(9), "b", now=later)
    held.refresh_from_db()
    assert held.state == "expired"
    assert refused(services.confirm_stays, key="k", actor=SYSTEM, now=later) == "hold_over"
    book(hall, at(12), "c", confirmed=False)
    assert services.confirm_stays(key="c", actor=SYSTEM, now=NOW)[0].state == "confirmed"
    assert services.confirm_stays(key="c", actor=SYSTEM, now=later)[0].state == "confirmed", "a retry"
    book(hall, at(14), "d", confirmed=False)
    assert services.expire_stays(now=later) == 1
    assert services.expire_stays(now=later) == 0


def test_several_things_all_or_none():
    hall = make_thing()
    bus = make_thing("流动大巴", organisation_id=hall.organisation_id, kind="vehicle")
    chairs = make_thing("折叠椅", organisation_id=hall.organisation_id, kind="equipment", units=5)
    wishes = [Wish(hall.pk, at(9)), Wish(bus.pk, at(9)), Wish(chairs.pk, at(9), 3)]
    made = services.book(wishes=wishes, key="k", actor=SYSTEM, now=NOW)
    assert [(one.thing_id, one.unit) for one in made] == [
        (hall.pk, 1), (bus.pk, 1), (chairs.pk, 1), (chairs.pk, 2), (chairs.pk, 3),
    ]  # fmt: skip
    again = [Wish(hall.pk, at(10)), Wish(chairs.pk, at(9), 3)]
    assert refused(services.book, wishes=again, key="b", actor=SYSTEM, now=NOW) == "taken"
    assert Stay.objects.count() == 5, "the hall was free, and was not taken alone"
    assert len(book(chairs, at(9), "c", units=2)) == 2
    assert refused(book, chairs, at(9), "d") == "taken"
    assert refused(book, chairs, at(12), "d", units=6) == "units_odd"
    assert len(services.confirm_stays(key="k", actor=SYSTEM, now=NOW)) == 5
    twice = [Wish(hall.pk, at(14)), Wish(hall.pk, at(14.5))]
    assert refused(services.book, wishes=twice, key="e", actor=SYSTEM, now=NOW) == "taken", "against itself"
    assert refused(services.book, wishes=[], key="e", actor=SYSTEM, now=NOW) == "wishes_odd"
    assert (
        refused(services.book, wishes=[Wish(hall.pk + 999, at(9))], key="e", actor=SYSTEM, now=NOW) == "unknown_thing"
    )


def test_what_is_blocked_again_and_again():
    hall = make_thing()
    book(hall, at(9, days=7))
    asked = [at(9, days=days) for days in (0, 7, 14)]
    answers = queries.preview(hall, asked, NOW)
    assert [bool(one.free_units) for one in answers] == [True, False, True]
    assert [one.key for one in answers[1].against] == ["k"]
    block: dict[str, Any] = {"thing_id": hall.pk, "asked": asked, "key": "b", "actor": SYSTEM, "now": NOW}
    assert refused(services.block, **block, reason="消防检修") == "taken"
    assert refused(services.block, **block, reason=" ", only_free=True) == "reason_missing"
    made = services.block(**block, reason="消防检修", only_free=True)
    assert [one.starts_at for one in made] == [asked[0].starts_at, asked[2].starts_at]
    assert len(services.block(**block, reason="消防检修", only_free=True)) == 2, "a double tap"
    assert Stay.objects.filter(use="blocked").count() == 2
    assert Entry.objects.get(name="booking.blocked").detail == {"times": 2, "reason": "消防检修"}


def test_in_house_use_comes_first_and_offers_other_times():
    hall, reader = make_thing(), make_reader()
    (public,) = book(hall, at(9), holder_id=reader.pk, actor=Actor(reader.pk, reader.name))
    services.block(thing_id=hall.pk, asked=[at(15)], reason="检修", key="b", actor=SYSTEM, now=NOW)
    wanted: dict[str, Any] = {"key": "h", "title": "公益讲座", "actor": SYSTEM, "now": NOW}
    wish = [Wish(hall.pk, Times(at(9.5).starts_at, at(10.5).ends_at))]
    assert refused(services.preempt, wishes=wish, reason="", **wanted) == "reason_missing"
    assert refused(services.preempt, wishes=[Wish(hall.pk, at(15))], reason="讲座", **wanted) == "taken"
    made, gone = services.preempt(wishes=wish, reason="市里的讲座改到这里", **wanted)
    assert [one.use for one in made] == ["in_house"]
    assert [(one.pk, one.state, one.reason) for one in gone] == [(public.pk, "preempted", "市里的讲座改到这里")]
    entry = Entry.objects.get(name="booking.preempted")
    assert entry.detail["suggestions"][0] == at(12).starts_at.isoformat() or len(entry.detail["suggestions"]) > 2
    assert services.preempt(wishes=wish, reason="再发一次", **wanted)[1] == [], "a double tap takes nothing more"


def test_hours_of_the_institution_holidays_and_closures():
    hall = make_thing(hours="")
    here: dict[str, Any] = {"organisation_id": hall.organisation_id, "actor": SYSTEM, "now": NOW}
    assert refused(book, hall, at(9)) == "not_open"
    week = {**dict.fromkeys(range(1, 8), read_spans("9:00-12:00 14:00-18:00")), HOLIDAY: [Span(600, 720)]}
    services.set_hours(**here, thing_id=None, valid_from=dt.date(2026, 1, 1), spans=week, holidays="own")
    assert refused(book, hall, at(11.5)) == "not_open", "not across the noon break"
    assert book(hall, at(9))
    national = dt.date(2026, 10, 1)
    assert queries.hours_of(hall, [national])[national].spans == [Span(600, 720)]
    unknown = dt.date(2031, 10, 1)
    assert not queries.hours_of(hall, [unknown])[unknown].is_certain
    day = dt.date(2026, 5, 14)
    closing = services.change_days(**here, thing_id=None, from_on=day, until_on=day, span=None, reason="停电")
    assert refused(book, hall, at(9, days=2), "b") == "not_open"
    services.undo_change(change_id=closing.pk, actor=SYSTEM, now=NOW)
    services.change_days(**here, thing_id=hall.pk, from_on=day, until_on=day, span=Span(1080, 1260), reason="夜场")
    assert book(hall, Times(at(17.5, days=2).starts_at, at(18.5, days=2).ends_at), "c"), "18:00 is in the middle"
    odd: dict[str, Any] = {
        "thing_id": None,
        "from_on": day,
        "until_on": day - dt.timedelta(days=1),
        "span": None,
        "reason": "x",
    }
    assert refused(services.change_days, **here, **odd) == "days_odd"
    services.set_hours(**here, thing_id=hall.pk, valid_from=dt.date(2026, 1, 1), spans={1: []})
    assert refused(book, hall, at(9, days=3), "d") == "not_open", "its own plan counts alone"


def test_a_week_and_what_is_near():
    hall = make_thing()
    book(hall, at(9))
    book(hall, at(11), "b", confirmed=False)
    days = queries.days_of(hall, dt.date(2026, 5, 12), 7, NOW)
    assert [len(one.stays) for one in days] == [0, 2, 0, 0, 0, 0, 0]
    assert days[0].free == [Times(NOW + HOUR, at(20, days=0).ends_at)], "today from an hour's notice on"
    assert [one.starts_at for one in days[1].free] == [at(10).starts_at, at(12).starts_at]
    near = queries.nearest_free(hall, HOUR, at(9).starts_at, NOW)
    assert near[0] == at(10)
    assert all(one.starts_at <= at(21, days=7).starts_at for one in near), "only what the public can have"


def test_things_change_within_what_is_booked():
    chairs = make_thing("折叠椅", kind="equipment", units=3)
    book(chairs, at(9), units=3)
    shape = Shape("equipment", "折叠椅", units=2)
    assert refused(services.change_thing, thing_id=chairs.pk, shape=shape, actor=SYSTEM, now=NOW) == "units_in_use"
    more = shape._replace(units=4, name="椅子")
    assert services.change_thing(thing_id=chairs.pk, shape=more, actor=SYSTEM, now=NOW).units == 4
    assert refused(make_thing, "椅子", organisation_id=chairs.organisation_id) == "name_taken"
    retire: dict[str, Any] = {"thing_id": chairs.pk, "actor": SYSTEM}
    assert refused(services.retire_thing, **retire, reason="坏了", now=NOW) == "thing_in_use"
    assert services.retire_thing(**retire, reason="坏了", now=NOW + dt.timedelta(days=3)).closed_at is not None
    assert refused(book, chairs, at(12), "z") == "unknown_thing"


def test_the_database_itself_keeps_the_promises():
    hall = make_thing()
    (one,) = book(hall, at(9))
    row: dict[str, Any] = {"thing": hall, "unit": 1, "use": "public", "state": "confirmed", "part": 0, "made_at": NOW}

    def second(**more: Any) -> Callable[[], object]:
        asked = more.pop("asked", at(9.5))
        said = {"lasts": asked, "starts_at": asked.starts_at, "ends_at": asked.ends_at, "key": "x", **row, **more}
        return lambda: Stay.objects.create(**said)

    broken: dict[str, Callable[[], object]] = {
        "booking_stay_alone": second(),
        "booking_stay_key_once": second(asked=at(12), key="k"),
        "booking_stay_lasts_long_enough": second(asked=at(12), lasts=at(15)),
        "booking_stay_state_whole": second(asked=at(12), state="held"),
        "booking_stays_guard": lambda: Stay.objects.filter(pk=one.pk).update(unit=2),
        "booking_thing_has_units": lambda: Thing.objects.update(units=0),
    }
    for name, breaking in broken.items():
        with pytest.raises(IntegrityError) as error, transaction.atomic():
            breaking()
        assert getattr(getattr(error.value.__cause__, "diag", None), "constraint_name", "") == name


def test_a_closed_account_leaves_its_times_to_others_and_no_name():
    hall, reader = make_thing(), make_reader()
    (stay,) = book(hall, at(9), holder_id=reader.pk, title="小禾的排练", actor=Actor(reader.pk, reader.name))
    personal.erase_all(personal.Person(reader.pk), NOW)
    stay.refresh_from_db()
    assert (stay.state, stay.holder_id, stay.asked_by, stay.title) == ("cancelled", None, None, "")
    assert book(hall, at(9), "b")
