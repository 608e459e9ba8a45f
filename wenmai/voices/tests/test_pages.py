"""The pages: a guest's, one's own, the public board, the desk's; one way through each, one refusal each."""

import re
from typing import Any

import pytest
from django.test import Client, override_settings

from wenmai.institutions.models import Organisation
from wenmai.institutions.testing import make_organisation
from wenmai.lib import clock, faces
from wenmai.lib.refusal import Refused
from wenmai.messages.models import Message
from wenmai.people.testing import client_of, make_reader, make_user
from wenmai.voices import services
from wenmai.voices.models import Asker, Need
from wenmai.voices.testing import approve_face, decide, make_need, show
from wenmai.voices.views import board

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Organisation:
    return make_organisation("州文化馆")


@pytest.fixture
def staff(here: Organisation) -> Client:
    return client_of(make_user("needs", role="organisation_admin", organisation_id=here.pk), "password", "app")


def text(answer: Any) -> str:
    return str(answer.content.decode())


def wish(here: Organisation, **more: str) -> dict[str, str]:
    return {
        "organisation": str(here.pk), "kind": "activity", "words": "想看花灯戏", "spot": "沿河村", "whom": "",
        "wished": "", "key": "abcdef", **more,
    }  # fmt: skip


@override_settings(SMS_GATEWAY="print")
def test_a_guest_asks_with_a_code_and_answers_by_the_link(here: Organisation):
    guest = Client()
    assert "有账号的先登录" in text(guest.get("/needs/ask"))
    asked = wish(here, phone="13800138001")
    assert guest.post("/needs/ask", {**asked, "phone": "12"}).status_code == 400
    page = text(guest.post("/needs/ask", asked))
    token = re.search(r'name="sent" value="([^"]+)"', page)
    assert token is not None
    assert not Need.objects.exists(), "nothing is kept before the code is right"
    code = _code_of_last_message()
    sent = {**asked, "sent": token[1]}
    assert "还可以试" in text(guest.post("/needs/ask", {**sent, "code": "000000" if code != "000000" else "111111"}))
    other = {**sent, "phone": "13900139000", "code": code}
    assert "失效" in text(guest.post("/needs/ask", other)), "the code is for another telephone"
    assert "收到了" in text(guest.post("/needs/ask", {**sent, "code": code}, follow=True))
    found = Need.objects.get()
    assert (found.channel, found.spot) == ("web", "沿河村")
    address = f"/n/{services.link_code(Asker.objects.get().pk)}"
    assert "想看花灯戏" in text(guest.get(address))
    decide(found, "declined", "没有场地")
    show(found, answer="今年没有场地，明年再排")
    assert "请告诉我们" in text(guest.get(address))
    assert guest.post(address, {"score": "9"}).status_code == 400
    assert "您打了 4 分" in text(guest.post(address, {"score": "4"}, follow=True))
    assert guest.get("/n/1.AAAAAAAAAAAAAAAA").status_code == 404


def _code_of_last_message() -> str:
    from wenmai.lib import vault
    from wenmai.messages.rules import VALUES

    sealed = Message.objects.order_by("-pk").values_list("values_sealed", flat=True)[0]
    found = re.search(r"\d{6}", vault.unseal(sealed, purpose=VALUES))
    assert found is not None
    return found[0]


def test_ones_own_needs_and_the_board(here: Organisation):
    reader, neighbour = make_reader(), make_reader("+8613800138009")
    mine, theirs = (client_of(one, "code") for one in (reader, neighbour))
    assert "不能" not in text(mine.post("/account/needs/new", wish(here), follow=True))
    found = Need.objects.get()
    assert "想看花灯戏" in text(mine.get("/account/needs/"))
    assert theirs.get(f"/account/needs/{found.pk}").status_code == 404
    public = Client()
    assert "还没有公开的需求" in text(public.get("/needs/"))
    assert public.get(f"/needs/{found.pk}").status_code == 404
    assert theirs.post(f"/account/needs/{found.pk}/second").status_code == 404
    services.sort(need_id=found.pk, actor=services_actor(), now=clock.now())
    show(found)
    assert "村里的花灯戏" in text(public.get(f"/needs/?region={here.place.prefix[:2]}&state=open&kind=activity"))
    assert "村里的花灯戏" not in text(public.get("/needs/?state=declined"))
    assert "村里的花灯戏" not in text(public.get("/needs/?after=2020-01-01T00:00:00%2B00:00_1"))
    assert "想看花灯戏" not in text(public.get(f"/needs/{found.pk}"))
    assert "加上了您一份" in text(theirs.post(f"/account/needs/{found.pk}/second", follow=True))
    assert "2 人需要" in text(public.get(f"/needs/{found.pk}"))
    assert "村里的花灯戏" in text(theirs.get("/account/needs/"))


def services_actor() -> Any:
    from wenmai.lib.access import SYSTEM

    return SYSTEM


def test_the_board_goes_on_behind_the_last_one(here: Organisation, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(board, "PER_PAGE", 2)
    made = []
    for number in range(3):
        one = make_need(f"想看第 {number} 场戏", organisation_id=here.pk)
        services.sort(need_id=one.pk, actor=services_actor(), now=clock.now())
        made.append(one)
    for number, one in enumerate(made):
        show(one, topic=f"戏{number:02}")
    first = text(Client().get("/needs/"))
    following = re.search(r'href="\?([^"]+)" rel="next"', first)
    assert following is not None
    second = text(Client().get(f"/needs/?{following[1].replace('&amp;', '&')}"))
    seen = [re.findall(r"戏\d\d", page) for page in (first, second)]
    assert [len({*one}) for one in seen] == [2, 1]
    assert not {*seen[0]} & {*seen[1]}


def test_the_desk_from_entering_to_the_answer(staff: Client, here: Organisation):
    listed = {**wish(here), "lines": "想学书法 | 13800138001\n\n学剪纸｜\n想看花灯戏"}
    assert "第 2 条的手机号不对" in text(staff.post("/desk/voices/list", {**listed, "lines": "甲乙\n丙丁|12"}))
    assert "登记了 3 条" in text(staff.post("/desk/voices/list", listed, follow=True))
    assert "登记好了" in text(
        staff.post("/desk/voices/new", {**wish(here, words="村里想看花灯戏"), "phone": ""}, follow=True)
    )
    found, other = (Need.objects.get(words=words) for words in ("村里想看花灯戏", "想看花灯戏"))
    page = f"/desk/voices/{found.pk}/"
    assert "可能是同一件事" in text(staff.get(page))
    for deed, said, expected in (
        ("join", {"other": str(other.pk), "here": "1"}, "并进来的"),
        ("assess", {}, "现在是"),
        ("sort", {"kind": "course"}, "已归并"),
        ("assess", {}, "研判中"),
        ("decide", {}, "请选一个"),
        ("decide", {"outcome": "partial"}, "请写理由"),
        ("decide", {"outcome": "partial", "reason": "先演一场"}, "用什么落实"),
        ("link", {"kind": "purchase", "key": "99999"}, "没有找到要关联的"),
    ):
        assert expected in text(staff.post(f"{page}do/{deed}", said, follow=True)), deed
    bought = {"organisation": str(here.pk), "year": str(clock.now().year), "item": "戏票", "yuan": "1200.50"}
    assert "1,200.50 元" in text(staff.post("/desk/voices/purchases", bought, follow=True))
    assert "已经列过" in text(staff.post("/desk/voices/purchases", bought, follow=True))
    line = re.search(r"purchases/(\d+)/move", text(staff.get("/desk/voices/purchases")))
    assert line is not None
    assert "已落实" in text(staff.post(f"{page}do/link", {"kind": "purchase", "key": line[1]}, follow=True))
    assert "请去掉" in text(staff.post(f"{page}do/face", {"topic": "打 13800138000"}, follow=True))
    assert "在等审核" in text(staff.post(f"{page}do/face", {"topic": "花灯戏", "answer": "春节来演"}, follow=True))
    approve_face(found)
    for state in ("ordered", "arrived"):
        staff.post(f"/desk/voices/purchases/{line[1]}/move", {"state": state})
    assert "落实到位。" in text(staff.get(page))
    assert "想学书法" in text(staff.get("/desk/voices/?step=collected&kind=activity"))
    officer = client_of(make_user("officer", role="need_officer", organisation_id=here.pk))
    assert officer.post(f"{page}do/decide", {"outcome": "adopted"}).status_code == 403


def test_a_telephone_is_masked_and_shown_once_for_a_reason(staff: Client, here: Organisation):
    found = make_need(organisation_id=here.pk, phone="+8613800138001")
    page, asker = f"/desk/voices/{found.pk}/", Asker.objects.get(need=found)
    shown = text(staff.get(page))
    assert "138****8001" in shown
    assert "13800138001" not in shown
    address = f"{page}askers/{asker.pk}/contact"
    token = re.search(r'name="unmask" value="([^"]+)"', text(staff.get(address)))
    assert token is not None
    said = {"unmask": token[1], "reason": "ask"}
    assert "+8613800138001" in text(staff.post(address, said))
    again = staff.post(address, said)
    assert again.status_code == 409
    assert "13800138001" not in text(again)
    other = make_need("别的", organisation_id=here.pk)
    assert staff.get(f"/desk/voices/{other.pk}/askers/{asker.pk}/contact").status_code == 404


def test_an_institutions_times(staff: Client, here: Organisation):
    assert "几个工作日内归并" in text(staff.get(f"/desk/organisations/{here.pk}/settings/needs"))
    late = make_need(organisation_id=here.pk)
    assert late.due_on is not None
    Need.objects.filter(pk=late.pk).update(due_on="2026-01-05")
    assert "过期" in text(staff.get("/desk/voices/?late=1"))


def test_who_is_asked_begins_with_the_chosen_place_and_is_never_a_supplier():
    make_organisation("近处的文化馆", place_code="990221")
    make_organisation("远处的文化馆", place_code="990121")
    troupe = make_organisation("山歌团", kind="supplier", place_code="990221")
    client = Client()
    client.cookies[faces.REGION] = "990221"
    shown = client.get("/needs/ask").content.decode()
    assert shown.index("近处的文化馆") < shown.index("远处的文化馆")
    assert "山歌团" not in shown
    assert shown.index('name="words"') < shown.index("近处的文化馆"), "the words come first"
    for odd in ("1234567", "999999999999"):
        client.cookies[faces.REGION] = odd
        assert client.get("/needs/ask").status_code == client.get("/needs/").status_code == 200
    with pytest.raises(Refused, match="unknown_organisation"):
        make_need(organisation_id=troupe.pk)
