"""Requests and offers for other tests."""

import datetime as dt
from typing import Any

from wenmai.institutions.models import Organisation
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.orders.asking import services
from wenmai.orders.asking.rules import Said, Wanted
from wenmai.orders.models import Bid, Request, Season

DAY = dt.timedelta(days=1)


def a_wish(season: Season, **more: Any) -> Wanted:
    """Up to 10,000 yuan, in the second month of the season."""
    first = season.serves_from + 30 * DAY
    wish = Wanted("performance", "重阳节给老人演一场花灯戏", 80, first, first + 30 * DAY, "村文化广场", 1_000_000)
    return wish._replace(**more)


def make_request(season: Season, station: Organisation, *, key: str = "first-request", **more: Any) -> Request:
    """Waiting for the organiser."""
    now, need_id = more.pop("now", None) or clock.now(), more.pop("need_id", None)
    return services.write(
        station_id=station.pk, season_id=season.pk, wanted=a_wish(season, **more), need_id=need_id, key=key,
        actor=SYSTEM, now=now,
    )  # fmt: skip


def opened(found: Request, *, until: dt.datetime | None = None, now: dt.datetime | None = None) -> Request:
    """For five days."""
    moment = now or clock.now()
    return services.open_up(request_id=found.pk, until=until or moment + 5 * DAY, actor=SYSTEM, now=moment)


def a_said(found: Request, **more: Any) -> Said:
    said = Said(
        300_000, 1, found.wish_from, found.wish_until, title="花灯戏《出门歌》", text="八个人，带锣鼓。", minutes=90
    )
    return said._replace(**more)


def make_bid(found: Request, supplier: Organisation, *, now: dt.datetime | None = None, **more: Any) -> Bid:
    """3,000 yuan for one session of something that is described."""
    return services.bid(
        request_id=found.pk, supplier_id=supplier.pk, said=a_said(found, **more), actor=SYSTEM, now=now or clock.now()
    )
