"""What is on, at a kiosk: six tiles a page, one tap each, the house's own first, and the way to one's phone."""

import datetime as dt
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from wenmai.activities import services
from wenmai.activities.models import Session
from wenmai.activities.rules.calendar import span
from wenmai.activities.testing import make_activity, publish, session_of
from wenmai.institutions.testing import make_organisation
from wenmai.lib import clock
from wenmai.people.testing import make_user
from wenmai.review.testing import acting

PAGE, HOUR = "/activities/", dt.timedelta(hours=1)


def text(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.mark.parametrize(
    ("today", "name", "first", "last"),
    [
        ("2026-12-04", "today", "2026-12-04", "2026-12-04"),
        ("2026-12-04", "weekend", "2026-12-05", "2026-12-06"),
        ("2026-12-06", "weekend", "2026-12-06", "2026-12-06"),
        ("2026-12-31", "week", "2026-12-31", "2027-01-06"),
    ],
)
def test_what_one_tap_narrows_to(today: str, name: str, first: str, last: str) -> None:
    assert span(name, dt.date.fromisoformat(today)) == (dt.date.fromisoformat(first), dt.date.fromisoformat(last))
    assert span(f"{name} ", dt.date.fromisoformat(today)) is None


@pytest.mark.django_db
def test_a_kiosk_shows_what_is_on(monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any) -> None:
    here, there = make_organisation("州文化馆"), make_organisation("州图书馆")
    noon = dt.datetime(2026, 12, 3, 4, tzinfo=dt.UTC)  # a Thursday
    monkeypatch.setattr(clock, "now", lambda: noon)
    ours = publish(make_activity("剪纸", organisation_id=here.pk, begins=noon + HOUR, sessions=8, places=1))
    told: dict[str, Any] = {"mode": "free", "audiences": ("preschool",)}
    publish(make_activity("故事会", organisation_id=there.pk, begins=noon + 2 * HOUR, **told))
    kiosk = Client()
    kiosk.cookies["face"] = "kiosk"
    whole = text(kiosk.get(PAGE))
    assert whole.count('class="tile"') == 6
    assert "第 1 页，共 2 页" in whole
    assert "<input" not in whole.split("<main")[1], "nobody types"
    for asked, titles in (
        ("when=today", {"剪纸": 1, "故事会": 1}), ("when=weekend", {"剪纸": 2, "故事会": 0}),
        ("when=week&page=2", {"剪纸": 2, "故事会": 0}), ("who=minors", {"剪纸": 0, "故事会": 1}),
        ("when=today&audience=elderly", {"剪纸": 0, "故事会": 0}),
        ("when=never&who=x&page=x", {"剪纸": 5, "故事会": 1}),
    ):  # fmt: skip
        seen = text(kiosk.get(f"{PAGE}?{asked}"))
        assert {one: seen.count(f">{one}</b>") for one in titles} == titles, asked
    assert "看所有活动" in text(kiosk.get(f"{PAGE}?audience=elderly"))
    session = session_of(ours)
    Session.objects.filter(pk=session.pk).update(state="cancelled", reason="停电")
    free = text(kiosk.get(f"{PAGE}?when=today&free=1"))
    assert (free.count(">剪纸</b>"), free.count(">故事会</b>")) == (0, 1)
    chosen = text(kiosk.get(f"{PAGE}{ours.pk}?session={session.pk}"))
    assert "停电" in chosen
    assert "在这台机器上" not in chosen, "nobody enrols for what was called off"
    last = Session.objects.filter(activity=ours).latest("begins_at")
    chosen = text(kiosk.get(f"{PAGE}{ours.pk}?session={last.pk}"))
    assert f"/account/activities/sessions/{last.pk}/enrol" in chosen
    assert f'id="s{last.pk}"' in text(Client().get(f"{PAGE}{ours.pk}")), "where the phone arrives"
    for odd in ("x", "0", "9" * 30):
        assert "停电" in text(kiosk.get(f"{PAGE}{ours.pk}?session={odd}"))
    staff = acting(make_user("officer", role="activity_officer", organisation_id=there.pk))
    _made, code = services.make_kiosk(organisation_id=there.pk, name="一楼", actor=staff, now=noon)
    kiosk.post("/activities/kiosk/", {"code": code})
    with django_assert_max_num_queries(12):
        seen = text(kiosk.get(PAGE))
    assert (seen.count(">剪纸</b>"), seen.count(">故事会</b>")) == (0, 1)
    assert text(kiosk.get(f"{PAGE}?institution=all")).count(">剪纸</b>") == 5
    kiosk.cookies[settings.KIOSK_COOKIE_NAME] = "forged"
    assert text(kiosk.get(PAGE)).count(">剪纸</b>") == 5
