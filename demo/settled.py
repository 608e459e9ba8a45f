"""The month before this one, settled: three lectures that were delivered, one of them asked about by telephone, and the
troupe's settlement, which it agreed to and was paid."""

import datetime as dt
from typing import Any

from django.utils import timezone

from wenmai.lib.access import SYSTEM
from wenmai.orders import queries, services
from wenmai.orders.calling import services as calling
from wenmai.orders.calling.models import CallItem
from wenmai.orders.calling.rules import Heard, month_after, month_before
from wenmai.orders.rules.fulfilment import Said
from wenmai.orders.rules.quotas import Amount, Times, Weight
from wenmai.orders.rules.states import Wish
from wenmai.orders.settling import services as settling
from wenmai.people import queries as people
from wenmai.people.models import User

DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
KIND = "lecture"
DAYS = ((4, 52, 50, "第三小学"), (11, 71, 70, "柘汀村祠堂"), (18, 38, 38, "镇敬老院"))
"""Days after the first of the month, what each side counted, and where."""


def load(*, list_id: int, organisations: dict[str, int], photo: str, now: dt.datetime) -> None:
    """`photo`: the hash of a stored one. Called once, with the demonstration's orders."""
    month = month_before(timezone.localdate(now))
    season_id = _season(list_id, organisations["station"], month, now)
    for days, theirs, ours, place in DAYS:
        begins = timezone.make_aware(dt.datetime.combine(month, dt.time(15))) + days * DAY
        _deliver(season_id, organisations["station"], (begins, theirs, ours, place), photo, now)
    accounts = {name: people.actor(User.objects.get(username=name)) for name in ("dispatcher", "troupe", "admin")}
    calling.draw_due(now=now)
    for item in CallItem.objects.filter(order__season=season_id).select_related("order"):
        heard = Heard(True, True, item.order.counted, True, "演示数据。站长说来得准时，老人爱听。")
        calling.note_call(item_id=item.pk, heard=heard, actor=accounts["dispatcher"], now=now)
    made = settling.draw_up(
        organiser_id=organisations["county_culture"], supplier_id=organisations["troupe"], month=month,
        actor=accounts["dispatcher"], now=now,
    )  # fmt: skip
    settling.agree(settlement_id=made.pk, version=made.version, actor=accounts["troupe"], now=now)
    settling.note_paid(
        settlement_id=made.pk, paid_on=timezone.localdate(now), voucher="演示-0001", actor=accounts["admin"], now=now
    )


def _season(list_id: int, station_id: int, month: dt.date, now: dt.datetime) -> int:
    by: dict[str, Any] = {"actor": SYSTEM, "now": now}
    begins = timezone.make_aware(dt.datetime.combine(month, dt.time()))
    times = Times(begins - 40 * DAY, begins - 10 * DAY, month, month_after(month) - DAY)
    made = services.make_season(list_id=list_id, name="上一季", times=times, **by)
    services.set_budget(season_id=made.pk, amount=Amount(1_000_000, 6), **by)
    services.set_weights(season_id=made.pk, weights={station_id: Weight(12_000, 120)}, **by)
    services.set_quotas(season_id=made.pk, amounts={station_id: Amount(600_000, 4)}, **by)
    offer = next(one for one in queries.offers(list_id) if one.edition.kind == KIND)
    services.add_release(
        season_id=made.pk, offer_id=offer.pk, opens_at=times.orders_from, sessions=4, per_station=4, **by
    )
    return made.pk


def _deliver(
    season_id: int, station_id: int, what: tuple[dt.datetime, int, int, str], photo: str, now: dt.datetime
) -> None:  # fmt: skip
    begins, theirs, ours, place = what
    day = timezone.localdate(begins)
    order = services.put_in_cart(
        release_id=queries.releases(season_id).get().pk, station_id=station_id, wish=Wish(60, day, day, place),
        key=f"demonstration-{day}", actor=SYSTEM, now=now,
    )  # fmt: skip
    one: dict[str, Any] = {"order_id": order.pk, "actor": SYSTEM}
    first = timezone.make_aware(dt.datetime.combine(day.replace(day=1), dt.time()))
    services.submit_order(now=first - 20 * DAY, **one)
    services.follow(now=first - 9 * DAY)
    services.dispatch(begins_at=begins, ends_at=begins + HOUR, place=place, now=first - 8 * DAY, **one)
    services.accept(now=first - 8 * DAY + HOUR, **one)
    services.confirm_order(now=first - 7 * DAY, **one)
    services.arrive(said=Said("演示数据。", place, (photo,)), now=begins - HOUR, **one)
    services.meet(said=Said(place=place), now=begins - HOUR / 2, **one)
    services.report_done(side="supplier", heads=theirs, said=Said(), now=begins + HOUR, **one)
    services.report_done(side="station", heads=ours, said=Said(), now=begins + 2 * HOUR, **one)
