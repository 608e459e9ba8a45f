"""Clocks that jump, the last second, the end of a month: the ledger of places and of times stays whole."""

import datetime as dt
import random
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Sum

from wenmai.booking import queries, services
from wenmai.booking.models import LIVE, Claim, Share, State, Stay, Wait
from wenmai.booking.rules import offer_until
from wenmai.booking.rules.times import Terms, Times, checked_for_public
from wenmai.booking.testing import NOW, make_pool, make_request, make_thing, make_venue
from wenmai.booking.venues import services as venues
from wenmai.files.models import StoredObject
from wenmai.institutions.testing import make_organisation
from wenmai.journal.models import Entry
from wenmai.lib.access import SYSTEM, Actor
from wenmai.lib.refusal import Refused
from wenmai.people.testing import client_of, make_reader, make_user

MINUTE, SECOND = dt.timedelta(minutes=1), dt.timedelta(seconds=1)
CAPACITY = 3


def said(call: Any, **asked: Any) -> str:
    """What it came to: nothing, or the code of the refusal."""
    try:
        call(**asked)
    except Refused as refusal:
        return refusal.code
    return ""


@pytest.mark.django_db
def test_clocks_that_jump_double_no_place_and_lose_none() -> None:
    """Whatever the clock says, forwards or back: what is taken is what is live, never more than there is, and once the
    clock has stood still for the longest hold nothing is stuck."""
    pool, room, chance = make_pool(shares={"open": CAPACITY}, once=False), make_thing(), random.Random(7)
    at = NOW
    slot = Times(NOW + 26 * 60 * MINUTE, NOW + 27 * 60 * MINUTE)
    for step in range(90):
        at += chance.choice([1, 1, 20, 130, -20, -130, -600, 600]) * MINUTE
        asked: dict[str, Any] = {"actor": SYSTEM, "now": at}
        claim, waiting = (
            chance.choice([0, *model.objects.order_by("pk").values_list("pk", flat=True)]) for model in (Claim, Wait)
        )
        deed = chance.choice(["take", "take", "wait", "confirm", "cancel", "leave", "pass", "book", "let go"])
        if deed in ("take", "wait"):
            call = services.reserve if deed == "take" else services.wait
            said(call, pool_id=pool.pk, key=f"k{step}", count=chance.choice([1, 2]), holder_id=None, **asked)
        elif deed in ("confirm", "cancel"):
            said(getattr(services, deed), claim_id=claim, **asked)
        elif deed == "leave":
            said(services.leave, wait_id=waiting, **asked)
        elif deed == "book":
            said(services.book, wishes=[services.Wish(room.pk, slot)], key=f"s{step}", use="in_house", **asked)
        else:
            services.expire_due(now=at)
            services.expire_stays(now=at)
        live = Claim.objects.filter(pool=pool, state__in=LIVE).aggregate(sum=Sum("count"))["sum"] or 0
        assert Share.objects.get().taken == live <= CAPACITY, f"{step}: {deed}"
        assert Stay.objects.filter(thing=room, state__in=LIVE).count() <= 1
    assert all(one.holds for one in queries.findings())
    told = {*Entry.objects.values_list("name", flat=True)}
    assert told >= {f"booking.{one}" for one in ("confirmed", "cancelled", "expired", "offered", "stay_expired")}
    latest = max([at, *(one.held_until for one in Claim.objects.all() if one.held_until is not None)])
    for turn in range(1, 40):
        services.expire_due(now=latest + turn * 121 * MINUTE)
        services.expire_stays(now=latest + turn * 121 * MINUTE)
    assert not Claim.objects.filter(state=State.HELD).exists(), "nothing is held for ever"
    assert not Wait.objects.filter(stage="offered").exists()
    assert not Stay.objects.filter(state=State.HELD).exists()


@pytest.mark.django_db
def test_the_last_second_of_a_hold_counts_and_the_next_does_not() -> None:
    pool, people = make_pool(shares={"open": 1}), [make_reader(f"+86138001382{n:02}", f"读者{n}") for n in range(3)]
    asked: dict[str, Any] = {"pool_id": pool.pk}
    by: list[dict[str, Any]] = [{"holder_id": one.pk, "actor": Actor(one.pk, one.name)} for one in people]
    first = services.reserve(**asked, **by[0], key="a", now=NOW)
    line = services.wait(**asked, **by[1], key="b", now=NOW)
    end = NOW + 15 * MINUTE
    assert services.expire_due(now=end - SECOND) == 0
    assert said(services.confirm, claim_id=first.pk, actor=SYSTEM, now=end) == "hold_over"
    assert services.expire_due(now=end) == 1
    line.refresh_from_db()
    offered = line.claim
    assert offered is not None
    until = offered.held_until
    assert until is not None
    assert until == end + 120 * MINUTE
    assert said(services.confirm, claim_id=offered.pk, actor=SYSTEM, now=until) == "hold_over"
    assert said(services.confirm, claim_id=offered.pk, actor=SYSTEM, now=until - SECOND) == ""
    assert said(services.confirm, claim_id=offered.pk, actor=SYSTEM, now=until + 9 * MINUTE) == "", "it stays so"
    assert services.expire_due(now=until + 9 * MINUTE) == 0
    assert offer_until(NOW, NOW + 5 * SECOND, 120, 30) == NOW + 5 * SECOND, "never after the beginning"


@pytest.mark.django_db
def test_the_last_second_for_asking_coming_and_giving_up_a_venue() -> None:
    venue = make_venue()
    made = make_request(venue)
    venues.answer(request_id=made.pk, agreed=True, actor=SYSTEM, now=NOW)
    begins = made.stay.starts_at
    asked: dict[str, Any] = {"request_id": made.pk, "actor": SYSTEM}
    assert said(venues.arrive, **asked, now=begins - 15 * MINUTE - SECOND) == "too_early"
    assert said(venues.arrive, **asked, now=begins + 15 * MINUTE) == "too_late"
    assert said(venues.cancel, **asked, now=begins) == "begun"
    assert venues.end_due(now=begins + 15 * MINUTE - SECOND) == 0
    assert said(venues.arrive, **asked, now=begins + 15 * MINUTE - SECOND) == ""
    later = made.stay.ends_at
    soon: dict[str, Any] = {"times": Times(later, later + 60 * MINUTE), "key": "again"}
    with pytest.raises(Refused, match="too_soon"):
        make_request(venue, now=later - 60 * MINUTE + SECOND, **soon)
    assert make_request(venue, now=later - 60 * MINUTE, **soon).step == "requested"


@pytest.mark.parametrize(
    ("today", "last", "beyond"),
    [
        ("2027-01-31", "2027-02-07", "2027-02-08"),
        ("2027-02-27", "2027-03-06", "2027-03-07"),
        ("2028-02-27", "2028-03-05", "2028-03-06"),
        ("2027-12-31", "2028-01-07", "2028-01-08"),
    ],
)
def test_a_window_of_seven_days_over_the_end_of_a_month(today: str, last: str, beyond: str) -> None:
    first = dt.date.fromisoformat(today)
    now = dt.datetime.combine(first, dt.time(4), dt.UTC)

    def ask(day: str) -> None:
        begins = dt.datetime.combine(dt.date.fromisoformat(day), dt.time(6), dt.UTC)
        checked_for_public(
            Times(begins, begins + 60 * MINUTE), Terms(), now, first, dt.date.fromisoformat(day)
        )  # fmt: skip

    ask(last)
    with pytest.raises(Refused, match="too_far"):
        ask(beyond)


@pytest.mark.django_db
def test_photos_of_40_megabytes_are_refused_in_words_and_leave_nothing() -> None:
    here = make_organisation("州文化馆")
    venue = make_venue(organisation_id=here.pk)
    made = make_request(venue)
    venues.answer(request_id=made.pk, agreed=True, actor=SYSTEM, now=NOW)
    staff = client_of(make_user("clerk", role="venue_manager", organisation_id=here.pk))
    photo = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(40_000_000)

    def sent(where: str, field: str, **more: str) -> str:
        file = SimpleUploadedFile("墙.jpg", photo, "image/jpeg")
        return str(staff.post(where, {field: file, **more}, follow=True).content.decode())

    words = "照片太大：每张不超过 40 MB。请用手机拍小一些，或者发截图。"
    assert words in sent(f"/desk/booking/requests/{made.pk}/do/before", "photos", words="墙上有字")
    assert words in sent(f"/desk/booking/things/{venue.thing_id}/photos", "file", alt="墙")
    assert not StoredObject.objects.exists()
    assert not made.notes.exists()
