"""From the arrival to the rating: both sides say how many came, one is silent, they differ, the organiser decides."""

import datetime as dt
import io
import re
from typing import Any
from unittest import mock

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from PIL import Image

from wenmai.files import services as files
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM, Reach, Scope
from wenmai.orders import queries, services
from wenmai.orders.models import Order, Report
from wenmai.orders.rules import fulfilment
from wenmai.orders.rules.fulfilment import Said
from wenmai.orders.tests.test_orders import World, sound
from wenmai.orders.tests.test_supply import breaks, refused
from wenmai.people.testing import client_of, make_user
from wenmai.people.testing.races import meanwhile
from wenmai.voices import services as voices
from wenmai.voices.testing import decide, make_need

pytestmark = pytest.mark.django_db
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def picture(colour: str = "#8a3b2a") -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(made, "PNG")
    return made.getvalue()


def photo(colour: str = "#8a3b2a") -> str:
    return files.store(
        io.BytesIO(picture(colour)), limit=1_000_000, name="现场.png", actor=SYSTEM, now=clock.now()
    ).hash  # fmt: skip


def confirmed(world: World, key: str = "first-order", **more: Any) -> tuple[Order, dt.datetime, dt.datetime]:
    """With its times."""
    made = world.dispatched(key, **more)
    for service in (services.accept, services.confirm_order):
        service(order_id=made.pk, actor=SYSTEM, now=world.after)
    made.refresh_from_db()
    assert made.begins_at is not None
    assert made.ends_at is not None
    return made, made.begins_at, made.ends_at


def done(order: Order, side: str, heads: int, now: dt.datetime) -> Report:
    return services.report_done(order_id=order.pk, side=side, heads=heads, said=Said(), actor=SYSTEM, now=now)


def state(order: Order) -> str:
    order.refresh_from_db()
    return order.state


def test_the_database_knows_the_same_reports() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'orders_reports_fit'")
        known = {*re.findall(r"\('(\w+)', '(\w+)'\)", cursor.fetchone()[0])}
    assert known == {(kind, str(one)) for kind, states in fulfilment.REPORTED.items() for one in states}


@pytest.mark.parametrize(("one", "other", "same"), [(90, 100, True), (89, 100, False), (0, 0, True), (0, 1, False)])
def test_counts_within_the_tolerance_agree(one: int, other: int, same: bool) -> None:
    assert fulfilment.agree(one, other, 10) is fulfilment.agree(other, one, 10) is same


def test_both_sides_agree_and_rate_each_other() -> None:
    world = World()
    order, begins, ends = confirmed(world)
    need = decide(make_need(organisation_id=world.station.pk))
    voices.link(need_id=need.pk, kind="order", key=str(order.pk), actor=SYSTEM, now=begins)
    shown = Said("到了", "村口", (photo(),))
    here: dict[str, Any] = {"order_id": order.pk, "said": shown}
    assert refused(services.arrive, **here, now=begins - 5 * HOUR) == "arrival_early"
    assert refused(services.arrive, **here, now=ends) == "arrival_late"
    assert refused(services.arrive, order_id=order.pk, said=Said(), now=begins) == "photo_missing"
    gone = Said(photos=("0" * 64,))
    assert refused(services.arrive, order_id=order.pk, said=gone, now=begins) == "photo_gone"
    late = begins + HOUR
    assert services.arrive(**here, actor=SYSTEM, now=late) == services.arrive(**here, actor=SYSTEM, now=late)
    assert Report.objects.get().is_late
    assert state(order) == "delivering"
    _met(order, begins, ends)
    assert refused(services.call_off, order_id=order.pk, cause="force", reason="雨") == "order_odd"
    told: dict[str, Any] = {"order_id": order.pk, "side": "supplier", "said": Said()}
    assert refused(services.report_done, heads=9, **told, now=begins - HOUR) == "not_begun"
    assert refused(services.report_done, heads=9, **told, now=ends + 7 * DAY) == "report_over"
    assert refused(services.report_done, heads=-1, **told, now=ends) == "count_odd"
    assert done(order, "supplier", 110, ends) == done(order, "supplier", 110, ends)
    assert refused(services.report_done, heads=111, **told, now=ends) == "said_already"
    assert state(order) == "delivering"
    done(order, "station", 100, ends)
    assert (state(order), order.counted) == ("delivered", 100), "the station's number counts"
    need.refresh_from_db()
    assert need.delivered_at == ends
    people = {
        side: make_user(side, role=role, organisation_id=at.pk)
        for side, role, at in (("station", "village_admin", world.station), ("supplier", "supplier", world.troupes[0]))
    }
    rate: dict[str, Any] = {"kind": "order", "stars": 5, "now": ends + HOUR}
    for side, user in people.items():
        wrong = {"station": "supplier", "supplier": "station"}[side]
        assert refused(voices.rate, key=f"{order.pk}.{wrong}", user_id=user.pk, **rate) == "not_there"
        voices.rate(key=f"{order.pk}.{side}", user_id=user.pk, actor=SYSTEM, **rate)
    stars = queries.stars(world.here.pk, "supplier", world.troupes[0].pk)
    assert stars is not None
    assert stars.ratings == 1
    county = make_user("county", role="dispatcher", organisation_id=world.here.pk)
    table = client_of(county).get("/desk/orders/qualifications/").content.decode()
    assert table.count("1 次评价") == 1, "of the troupe that was there"
    assert services.settle_due(now=ends + 7 * DAY - HOUR) == 0
    assert services.settle_due(now=ends + 7 * DAY) == 1
    assert state(order) == "rated"
    assert sound()


def _met(order: Order, begins: dt.datetime, ends: dt.datetime) -> None:
    """The station says that it has met them; the locker shows it beside the photo."""
    late = begins + HOUR
    (piece,) = queries.pieces("station", Scope((Reach("", ""),)), begins, ends, None)
    assert piece.words == "村口 · 到了 · 站点没有说见到"
    seen: dict[str, Any] = {"order_id": order.pk, "said": Said(place="  ")}
    assert refused(services.meet, **seen, now=begins - 5 * HOUR) == "arrival_early"
    assert refused(services.meet, **seen, now=ends) == "arrival_late"
    assert services.meet(**seen, actor=SYSTEM, now=late) == services.meet(**seen, actor=SYSTEM, now=ends)
    (piece,) = queries.pieces("station", Scope((Reach("", ""),)), begins, ends, None)
    assert f"在{order.place}见到了" in piece.words
    with pytest.raises(IntegrityError, match="orders_report_whole"), transaction.atomic():
        Report.objects.create(order=order, side="supplier", kind="met", place="村口", at=late)


def test_they_differ_and_the_organiser_decides() -> None:
    world = World()
    order, _begins, ends = confirmed(world)
    done(order, "station", 100, ends)
    done(order, "supplier", 300, ends)
    assert (state(order), order.counted) == ("disputed", None)
    everywhere = Scope((Reach("", ""),))
    assert queries.disputed(everywhere, SYSTEM).total == 1
    say: dict[str, Any] = {
        "order_id": order.pk,
        "heads": 120,
        "deduction": 100,
        "cause": "supplier",
        "reason": "数了照片",
    }
    for wrong, code in (
        ({"heads": 100_001}, "count_odd"), ({"deduction": order.price + 1}, "deduction_odd"),
        ({"deduction": -1}, "deduction_odd"), ({"cause": "clock"}, "cause_odd"), ({"reason": " "}, "reason_missing"),
    ):  # fmt: skip
        assert refused(services.decide_dispute, **{**say, **wrong}) == code
    assert breaks(Order.objects.filter(pk=order.pk), counted=5) == "orders_order_moves"
    services.decide_dispute(**say, actor=SYSTEM, now=ends)
    assert (state(order), order.counted, order.deduction) == ("rated", 120, 100)
    step = order.steps.latest("pk")
    assert (step.side, step.cause, step.reason) == ("county", "supplier", "数了照片")
    assert refused(services.decide_dispute, **say) == "order_odd"
    assert breaks(Order.objects.filter(pk=order.pk), deduction=0) == "orders_order_moves"
    assert breaks(Report.objects.all(), heads=1) == "orders_reports_stay"
    with pytest.raises(IntegrityError, match=r"is rated"):
        Report.objects.create(order=order, side="station", kind="complaint", words="晚了", at=ends)


def test_who_is_silent_leaves_it_to_the_other_and_a_complaint_has_its_days() -> None:
    world = World()
    first, begins, ends = confirmed(world)
    second, _begins, later = confirmed(world, "second-order", begins_at=begins + 3 * HOUR)
    everywhere = Scope((Reach("", ""),))
    done(first, "supplier", 80, ends)
    with mock.patch.object(clock, "now", return_value=later):
        waits = {side: queries.to_report(side, everywhere, SYSTEM).total for side in ("supplier", "station")}
    assert waits == {"supplier": 1, "station": 2}
    assert services.settle_due(now=ends + 7 * DAY - HOUR) == 0
    settled = later + 7 * DAY
    assert services.settle_due(now=settled) == 2
    assert (state(first), first.counted, queries.is_one_sided(first)) == ("delivered", 80, True)
    assert state(second) == "disputed", "nobody has said anything"
    say: dict[str, Any] = {"order_id": first.pk, "side": "station", "said": Said("只来了二十人")}
    assert refused(services.complain, **{**say, "said": Said()}, now=settled) == "reason_missing"
    assert refused(services.complain, **say, now=settled + 7 * DAY) == "report_over"
    services.complain(**say, actor=SYSTEM, now=settled + 6 * DAY)
    assert state(first) == "disputed"
    assert services.settle_due(now=settled + 30 * DAY) == 0, "a dispute waits for the organiser"
    assert sound()


@pytest.mark.django_db(transaction=True)
def test_both_sides_report_at_the_same_moment() -> None:
    order, _begins, ends = confirmed(World())
    ended = meanwhile(lambda: done(order, "supplier", 100, ends), lambda: done(order, "station", 95, ends))
    assert isinstance(ended, Report)
    assert (state(order), order.counted) == ("delivered", 95)


def test_three_sides_on_their_pages_on_the_day() -> None:
    world = World()
    order, begins, ends = confirmed(world)
    roles = (("village_admin", world.station), ("dispatcher", world.here), ("supplier", world.troupes[0]))
    given, asked = f"/desk/orders/given/{order.pk}/", f"/desk/orders/asked/{order.pk}/"
    with mock.patch.object(clock, "now", return_value=begins):
        station, county, troupe = (client_of(make_user(role, role=role, organisation_id=at.pk)) for role, at in roles)
        assert "报到达" in troupe.get(given).content.decode()
        assert "报到达" not in station.get(asked).content.decode()
        arrived = f"{given}report/arrived"
        odd = SimpleUploadedFile("说明.txt", b"no picture")
        assert "这不是照片" in troupe.post(arrived, {"photos": odd}, follow=True).content.decode()
        with mock.patch("wenmai.files.services.photos.PHOTO_LIMIT", 60):
            big = SimpleUploadedFile("现场.png", picture())
            assert "照片太大" in troupe.post(arrived, {"photos": big}, follow=True).content.decode()
        real = SimpleUploadedFile("现场.png", picture("#2a3b8a"))
        assert "记下了" in troupe.post(arrived, {"photos": real, "place": "村口"}, follow=True).content.decode()
        assert station.post(arrived).status_code == 403
        assert station.post(f"{asked}report/arrived").status_code == 404
        assert troupe.post(f"{given}report/met").status_code == 404
        assert "他们到了" in station.get(asked).content.decode()
        assert "您现在见到了" in station.post(f"{asked}report/met", {"place": "村口"}, follow=True).content.decode()
        assert "他们到了" not in station.get(asked).content.decode()
        stored = Report.objects.get(kind="arrived").photos[0]
        outside = client_of(make_user("outside", role="supplier", organisation_id=world.troupes[1].pk))
        for client, sees in ((station, True), (county, True), (troupe, True), (outside, False)):
            url = files_url(stored)
            assert (client.get(url).status_code == 200) is sees
        for client, page in ((station, asked), (county, f"/desk/orders/all/{order.pk}/"), (troupe, given)):
            locker = client.get("/desk/evidence").content.decode()
            assert locker.count(f'href="{page}"') == 1
        everybody = client_of(make_user("admin", role="platform_admin"))
        assert everybody.get("/desk/evidence").content.decode().count(f"/{order.pk}/") == 1, "seen from three sides"
    with mock.patch.object(clock, "now", return_value=ends):
        assert "人数要在 0 到" in station.post(f"{asked}report/done", {"heads": "很多"}, follow=True).content.decode()
        station.post(f"{asked}report/done", {"heads": "0"})
        assert "文化广场" in troupe.get("/desk/orders/given/?state=unreported").content.decode()
        assert "文化广场" not in station.get("/desk/orders/asked/?state=unreported").content.decode()
        troupe.post(f"{given}report/done", {"heads": "90"})
        page = f"/desk/orders/all/{order.pk}/"
        assert "裁定争议" in county.get(page).content.decode()
        say = {"heads": "60", "yuan": "1.005", "cause": "supplier", "reason": "迟到一小时"}
        assert "扣减要在" in county.post(f"{page}decide", say, follow=True).content.decode()
        assert "裁定了" in county.post(f"{page}decide", {**say, "yuan": "12.50"}, follow=True).content.decode()
        assert "12.50" in troupe.get(given).content.decode()
        assert f"/{order.pk}.station" in station.get(asked).content.decode()


def files_url(hash: str) -> str:
    from wenmai.files import queries as stored

    return stored.objects([hash])[hash].url
