"""The desk's pages about places."""

from typing import Any

import pytest
from django.apps import apps

from wenmai.booking import services
from wenmai.booking.models import Claim, Share, Wait
from wenmai.booking.testing import make_pool
from wenmai.institutions.testing import make_organisation
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.people.testing import client_of, make_reader, make_user

pytestmark = pytest.mark.django_db


def test_a_pool_is_read_and_kept_in_order():
    here, now = make_organisation("州文化馆"), clock.now()
    staff = client_of(make_user("venues", role="venue_manager", organisation_id=here.pk))
    pool = make_pool(organisation_id=here.pk, shares={"open": 2, "elder": 1}, now=now)
    people = [make_reader(f"+861380013810{n}", f"读者{n}") for n in range(4)]
    asked: dict[str, Any] = {"pool_id": pool.pk, "actor": SYSTEM, "now": now}
    claim = services.reserve(key="a", count=2, holder_id=people[0].pk, confirmed=True, **asked)
    lines = [services.wait(key=f"w{n}", count=1, holder_id=people[n].pk, **asked) for n in (1, 2)]
    page = f"/desk/booking/pools/{pool.pk}/"
    assert "周末讲座" in staff.get("/desk/booking/pools/?q=讲座").content.decode()
    assert "没有找到" in staff.get("/desk/booking/pools/?q=别的").content.decode()
    shown = staff.get(page).content.decode()
    assert all(word in shown for word in ("读者0", "读者1", "读者2", "老年", "候补中"))
    assert apps.get_model("people", "Look").objects.get().shown == 3
    refused = staff.post(f"{page}shares", {"share_open": "1", "share_elder": "1"}, follow=True).content.decode()
    assert "不能比已经给出去的少" in refused
    assert staff.post(f"{page}shares", {"share_open": "-1", "share_elder": "1"}).status_code == 400
    staff.post(f"{page}shares", {"share_open": "3", "share_elder": "1"})
    assert [Wait.objects.get(pk=one.pk).stage for one in lines] == ["offered", "waiting"]
    services.leave(wait_id=lines[0].pk, actor=SYSTEM, now=now)
    assert Wait.objects.get(pk=lines[1].pk).stage == "offered"
    late = services.wait(key="w3", count=1, holder_id=people[3].pk, **asked)
    assert "名额不够" in staff.post(f"{page}waits/{late.pk}/ahead", {"reason": "轮椅"}, follow=True).content.decode()
    assert "请写理由" in staff.post(f"{page}claims/{claim.pk}/release", {"reason": ""}, follow=True).content.decode()
    staff.post(f"{page}claims/{claim.pk}/release", {"reason": "人数报错了"})
    assert Claim.objects.get(pk=claim.pk).state == "released"
    assert Wait.objects.get(pk=late.pk).stage == "offered"
    assert "人数报错了" in staff.get(f"{page}?state=released").content.decode()
    assert Share.objects.get(pool=pool, name="open").taken == 2
    other = make_pool("other", organisation_id=here.pk)
    assert staff.post(f"/desk/booking/pools/{other.pk}/claims/{claim.pk}/release", {"reason": "x"}).status_code == 404
    assert staff.post(f"/desk/booking/pools/{other.pk}/waits/{late.pk}/ahead", {"reason": "x"}).status_code == 404


def test_others_pools_are_closed():
    pool = make_pool()
    staff = client_of(make_user("venues", role="venue_manager", organisation_id=make_organisation("别处").pk))
    assert staff.get(f"/desk/booking/pools/{pool.pk}/").status_code == 403
    assert "周末讲座" not in staff.get("/desk/booking/pools/").content.decode()
    assert staff.get("/desk/booking/pools/0/").status_code == 404
