"""A kiosk at a door: opened with a code once, good for its own house, and says nobody's name."""

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from wenmai.activities import queries, services
from wenmai.activities.models import Arrival, Enrolment, Kiosk
from wenmai.activities.rules import kiosks
from wenmai.activities.tests.test_doors import soon
from wenmai.activities.tests.test_parties import family
from wenmai.activities.tests.test_services import enrol, reader, refused
from wenmai.institutions.testing import make_organisation
from wenmai.journal.models import Entry
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.people import queries as people
from wenmai.people.testing import client_of, make_user

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
WHERE = "/activities/kiosk/"


def test_a_code_opens_one_browser_once_and_what_is_out_of_use_stays_so() -> None:
    here, now = make_organisation("州文化馆"), clock.now()
    staff: dict[str, Any] = {"actor": SYSTEM, "now": now}
    refused("kiosk_unnamed", services.make_kiosk, organisation_id=here.pk, name=" \x07 ")
    made, code = services.make_kiosk(organisation_id=here.pk, name="大厅", **staff)
    assert code not in (made.code_digest, made.word_digest)

    def open_with(text: str, at: dt.datetime = now) -> tuple[Kiosk, str]:
        return services.open_kiosk(code=text, now=at)

    def is_refused(text: str, at: dt.datetime = now) -> None:
        refused("code_wrong", lambda actor, now: open_with(text, at))

    is_refused(code, now + kiosks.CODE_GOOD)
    is_refused(code[:-1])
    is_refused("")
    _same, word = open_with(f"{code[:5]} {code[5:]}")
    is_refused(code)
    assert queries.kiosk_of_word(word) == made
    _same, again = services.renew_code(kiosk_id=made.pk, **staff)
    assert queries.kiosk_of_word(word) == made, "until the other browser is there"
    _same, other = open_with(again)
    assert [queries.kiosk_of_word(one) for one in (word, other, "")] == [None, made, None]
    for _again in range(2):
        services.revoke_kiosk(kiosk_id=made.pk, **staff)
    assert queries.kiosk_of_word(other) is None
    refused("kiosk_revoked", services.renew_code, kiosk_id=made.pk)
    refused("unknown_kiosk", services.renew_code, kiosk_id=0)
    names = [*Entry.objects.filter(subject_kind="kiosk").order_by("pk").values_list("name", flat=True)]
    assert [name.partition("kiosk_")[2] for name in names] == ["made", "opened", "code_made", "opened", "revoked"]
    with pytest.raises(DatabaseError, match="stays as it was"), transaction.atomic():
        Kiosk.objects.update(revoked_at=None)
    with pytest.raises(DatabaseError, match="stays as it was"), transaction.atomic():
        Kiosk.objects.all().delete()


def opened(organisation_id: int) -> Client:
    """The browser of a kiosk."""
    _made, code = services.make_kiosk(organisation_id=organisation_id, name="大厅", actor=SYSTEM, now=clock.now())
    box = Client()
    box.get(f"{WHERE}?face=kiosk")
    assert box.post(WHERE, {"code": code})["Location"] == WHERE
    return box


def test_a_number_and_four_digits_do_where_nothing_scans(monkeypatch: pytest.MonkeyPatch) -> None:
    here = make_organisation("州文化馆")
    session, strange = soon(here.pk), soon(make_organisation("别家").pk, "别家的课")
    alone, foreign = enrol(session, reader(1)), enrol(strange, reader(2))
    box = opened(here.pk)

    def ask(**said: str) -> str:
        return box.post(WHERE, said).content.decode()

    number, tail = str(alone.pk), people.phone_of(reader(1))[-4:]
    assert "手机，后四位" in ask(text=number)
    assert "对不上" in ask(text=number, tail="0000")
    assert "对不上" in ask(text=str(foreign.pk), tail=people.phone_of(reader(2))[-4:]), "another house's"
    assert "对不上" in ask(text="99999999", tail=tail)
    assert "认不出" in ask(text="你好")
    assert "不是这里的活动" in ask(text=queries.ticket_of(foreign.pk))
    with monkeypatch.context() as patch:
        patch.setattr(clock, "now", lambda: session.check_from - HOUR)
        assert "还没到签到时间" in ask(text=number, tail=tail)
        patch.setattr(clock, "now", lambda: session.check_until + HOUR)
        assert "已经过去" in ask(text=number, tail=tail)
    for _again in range(kiosks.MOST_MISSES):
        ask(text=number, tail="0000")
    assert "次数太多" in ask(text=number, tail=tail)
    assert Enrolment.objects.get(pk=alone.pk).standing == "confirmed"
    Kiosk.objects.update(missed_from=clock.now() - kiosks.WINDOW)
    assert "欢迎！1 位" in ask(text=number, tail=tail)


def test_people_check_in_by_themselves() -> None:
    here = make_organisation("州文化馆")
    session = soon(here.pk)
    guardian, party = family(session)
    staff = client_of(make_user("officer", role="activity_officer", organisation_id=here.pk))
    shown = staff.post("/desk/activities/kiosks/", {"organisation": str(here.pk), "name": "大厅"})
    code = shown.context["code"]
    assert WHERE in shown.content.decode()
    assert "代码过时了" not in staff.get("/desk/activities/kiosks/").content.decode()

    box = Client()
    assert box.get(WHERE)["Location"] == f"{WHERE}?face=kiosk"
    assert "启用自助签到" in box.get(f"{WHERE}?face=kiosk").content.decode()

    def ask(**said: str) -> str:
        page = box.post(WHERE, said)
        assert page["Cache-Control"] == "no-store"
        text = page.content.decode()
        assert not [name for name in (guardian.name, "孩子", "读者") if name in text], "nobody's name"
        return text

    assert "代码不对" in ask(code="1234567890")
    assert box.post(WHERE, {"code": code})["Location"] == WHERE
    box.get(f"{WHERE}?face=kiosk")
    assert "自助签到" in box.get(WHERE).content.decode()
    assert 'value="12"' in ask(text="1", key="2"), "keys without a script"

    ticket = queries.ticket_of(party.pk)
    assert "现在来了几位" in ask(text=ticket)
    assert "人数不对" in ask(text=ticket, heads="4")
    welcome = ask(text=ticket.lower(), heads="2")
    assert "欢迎！2 位" in welcome
    assert "二楼手工教室" in welcome
    assert "欢迎！1 位" in ask(text=ticket), "the one who was missing"
    assert "已经签到过了" in ask(text=ticket)
    assert Arrival.objects.get(enrolment=party).way == "kiosk"

    (one,) = Kiosk.objects.all()
    assert "停用了" in staff.post(f"/desk/activities/kiosks/{one.pk}/revoke", follow=True).content.decode()
    assert "启用自助签到" in box.get(WHERE).content.decode()
    stranger = client_of(make_user("stranger", role="activity_officer", organisation_id=make_organisation("外").pk))
    assert stranger.post(f"/desk/activities/kiosks/{one.pk}/code").status_code == 403
    assert stranger.post("/desk/activities/kiosks/", {"organisation": str(here.pk), "name": "x"}).status_code in (
        400,
        403,
    )
