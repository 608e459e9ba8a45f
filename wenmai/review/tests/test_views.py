"""The desk's pages and the page of a link: what is shown, decided and refused."""

import datetime as dt
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from wenmai.institutions.testing import make_organisation
from wenmai.journal.models import Entry
from wenmai.lib import clock, logs, waiting
from wenmai.lib.access import SYSTEM
from wenmai.messages import services as messages
from wenmai.people.testing import client_of, make_separations, make_user
from wenmai.review import queries, services
from wenmai.review.models import Case, Hit, Invitation, ListVersion, Opinion, Plan, TakeDown, Verdict
from wenmai.review.rules import Step
from wenmai.review.testing import Shelf, acting, make_case, make_link, make_plan, shelf

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 30, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def leaves() -> Iterator[Shelf]:
    make_separations()
    with shelf() as made:
        yield made


@pytest.fixture
def codes(monkeypatch: pytest.MonkeyPatch, settings: Any) -> list[str]:
    """What arrives by SMS."""
    settings.SMS_GATEWAY = "print"
    arrived: list[str] = []

    def send(*, values: dict[str, str], **_asked: Any) -> int:
        arrived.append(values["code"])
        return len(arrived)

    monkeypatch.setattr(messages, "send_sms", send)
    return arrived


def ticked(case: Case) -> str:
    return f"{case.pk}:{bytes(case.hash).hex()}"


def test_the_queue_shows_ones_own_step_and_passes_many(leaves: Shelf) -> None:
    cases = [make_case(leaves, str(one)) for one in range(3)]
    Case.objects.filter(pk=cases[2].pk).update(due_on=dt.date(2020, 1, 1))
    first, second = (make_user(role, role=role) for role in ("first_reviewer", "second_reviewer"))
    page = client_of(first).get("/desk/review/").content.decode()
    assert page.index("题名 2") < page.index("题名 0")
    assert "2020-01-01 已过期" in page
    assert "题名 0" not in client_of(second).get("/desk/review/").content.decode()
    assert "题名 0" in client_of(second).get("/desk/review/?whose=all").content.decode()
    assert "题名 0" not in client_of(first).get("/desk/review/?due=over").content.decode()
    assert "题名 0" in client_of(first).get("/desk/review/?organisation=9999999999999999999999").content.decode()
    answer = client_of(first).post(
        "/desk/review/", {"case": [ticked(one) for one in cases], "verdict": "pass"}, follow=True
    )
    assert "处理了 3 件" in answer.content.decode()
    assert "题名 0" in client_of(second).get("/desk/review/").content.decode()
    refused = client_of(first).post("/desk/review/", {"case": [ticked(cases[0])], "verdict": "pass"})
    assert refused.status_code == 403
    for body in ({"case": ["x"], "verdict": "pass"}, {"case": ["1:zz"], "verdict": "pass"}, {"verdict": "maybe"}):
        assert client_of(first).post("/desk/review/", body).status_code == 404
    assert "请先选中" in client_of(first).post("/desk/review/", {"verdict": "pass"}, follow=True).content.decode()


@pytest.mark.parametrize(("verdict", "state"), [("return", "returned"), ("refuse", "refused")])
def test_a_no_to_several_is_looked_at_first(leaves: Shelf, verdict: str, state: str) -> None:
    cases = [make_case(leaves, str(one)) for one in range(4)]
    first = client_of(make_user("first", role="first_reviewer"))
    leaves.put("3", "改过了", cases[3].organisation_id)
    services.submit(
        kind=leaves.kind, subject=leaves.put("2", "又一稿", cases[2].organisation_id), actor=SYSTEM, now=NOW
    )
    body = {"case": [ticked(one) for one in cases[:3]], "verdict": verdict, "words": "都缺出处"}
    page = first.post("/desk/review/", body).content.decode()
    assert [f"题名 {one}" in page for one in range(4)] == [True, True, False, False]
    assert ("另有 1 件" in page, "都缺出处" in page) == (True, True)
    assert not Opinion.objects.exists(), "nothing has happened yet"
    bare = first.post("/desk/review/", {**body, "sure": "1", "words": " "}, follow=True).content.decode()
    assert ("要写明理由" in bare, Opinion.objects.exists()) == (True, False)
    sure = first.post("/desk/review/", {**body, "sure": "1"}, follow=True).content.decode()
    assert ("处理了 2 件" in sure, "有 1 件在您看过之后变了" in sure) == (True, True)
    assert [*Case.objects.filter(state=state).order_by("key").values_list("key", flat=True)] == ["0", "1"]
    second = client_of(make_user("second", role="second_reviewer"))
    gone = second.post("/desk/review/", {"case": [ticked(cases[0])], "verdict": verdict}, follow=True)
    assert "选中的都变了" in gone.content.decode(), "others see nothing of what is not theirs"
    passed = first.post("/desk/review/", {"shown": [ticked(cases[3])], "whole_page": "1"}, follow=True)
    assert "有 1 件在您看过之后变了" in passed.content.decode()


def test_what_waits_on_the_first_page_is_ones_own(leaves: Shelf) -> None:
    make_case(leaves, "1")
    second = acting(make_user("second", role="second_reviewer"))
    first = acting(make_user("first", role="first_reviewer"))
    assert {queue.key for queue, _waits in waiting.of(first)} >= {"review"}
    assert "review" not in {queue.key for queue, _waits in waiting.of(second)}


def test_a_case_is_read_with_its_hits_and_changes_and_decided(leaves: Shelf) -> None:
    make_plan([Step("审核", "review.first", 1)])
    admin = acting(make_user("boss", role="platform_admin"))
    made = services.hand_in_list(
        list_id=None, name="违禁", content="血流".encode(), note="通知", actor=SYSTEM, now=clock.now()
    )
    services.activate_list(version_id=made.pk, actor=admin, now=clock.now())
    old = make_case(leaves, "1", "旧的正文")
    services.decide(
        cases=[(old.pk, bytes(old.hash))], verdict=Verdict.PASS, words="", actor=admin, now=clock.now()
    )  # fmt: skip
    case = make_case(leaves, "1", "血流漂杵的新正文", organisation_id=old.organisation_id)
    user = make_user("first", role="first_reviewer")
    page = client_of(user).get(f"/desk/review/{case.pk}/").content.decode()
    assert "<mark>血流</mark>漂杵" in page
    assert "词表“违禁”第 1 版" in page
    assert "<del>旧的正文</del>" in page
    assert "<ins>血流漂杵的新正文</ins>" in page
    body = {"hash": bytes(case.hash).hex(), "verdict": "return", "words": ""}
    no_words = client_of(user).post(f"/desk/review/{case.pk}/decide", body, follow=True)
    assert "要写明理由" in no_words.content.decode()
    client_of(user).post(f"/desk/review/{case.pk}/decide", {**body, "words": "出处不对"})
    case.refresh_from_db()
    assert (case.state, case.hit_count) == ("returned", 1)
    other = client_of(make_user("second", role="second_reviewer"))
    late = make_case(leaves, "2")
    said = other.post(f"/desk/review/{late.pk}/decide", {"hash": bytes(late.hash).hex(), "verdict": "pass"})
    assert said.status_code == 403
    assert other.post(f"/desk/review/{late.pk}/decide", {"hash": "xx", "verdict": "pass"}).status_code == 404


def test_the_author_reads_what_came_back_and_why(leaves: Shelf) -> None:
    author = make_user("author", role="cataloguer")
    case = make_case(leaves, "1", author_id=author.pk)
    make_case(leaves, "2")
    actor = acting(make_user("first", role="first_reviewer"))
    services.decide(
        cases=[(case.pk, bytes(case.hash))], verdict=Verdict.RETURN, words="题名写错了", actor=actor, now=clock.now()
    )  # fmt: skip
    page = client_of(author).get("/desk/review/mine").content.decode()
    assert "题名写错了" in page
    assert "题名 2" not in page
    assert Client().get("/desk/review/mine").status_code == 302
    assert "退回给您改的" in client_of(author).get("/desk/").content.decode()
    assert "题名写错了" in client_of(author).get("/desk/review/mine?back=1").content.decode()
    make_case(leaves, "1", "新的正文", author_id=author.pk)
    assert "没有退回给您改的" in client_of(author).get("/desk/review/mine?back=1").content.decode()
    assert "退回给您改的" not in client_of(author).get("/desk/").content.decode()


def test_plans_are_set_where_one_may(leaves: Shelf) -> None:
    ours, theirs = make_organisation("本馆"), make_organisation("外馆")
    client = client_of(make_user("boss", role="organisation_admin", organisation_id=ours.pk))
    assert "本系统默认" in client.get("/desk/review/plans/").content.decode()
    body = {
        "kind": "test.leaf", "organisation": str(ours.pk), "name1": "馆内审核", "permission1": "review.final",
        "days1": "3",
    }  # fmt: skip
    assert client.post("/desk/review/plans/new", {**body, "organisation": str(theirs.pk)}).status_code == 403
    assert client.post("/desk/review/plans/new", {**body, "organisation": ""}).status_code == 400
    answer = client.post("/desk/review/plans/new", {**body, "name1": ""})
    assert answer.status_code == 400
    assert "至少要有一步" in answer.content.decode()
    assert client.post("/desk/review/plans/new", body).status_code == 302
    page = client.get("/desk/review/plans/").content.decode()
    assert "馆内审核" in page
    assert make_case(leaves, "1", organisation_id=ours.pk).plan.step_count == 1
    plan = Plan.objects.get(organisation=ours)
    client.post(f"/desk/review/plans/{plan.pk}/drop")
    assert make_case(leaves, "2", organisation_id=ours.pk).plan.step_count == 3
    node = Plan.objects.get(organisation=None)
    assert client.post(f"/desk/review/plans/{node.pk}/drop").status_code == 403


def test_word_lists_are_handed_in_and_put_in_force(leaves: Shelf) -> None:
    client = client_of(make_user("boss", role="platform_admin"))

    def hand_in(content: bytes, **body: str) -> str:
        file = SimpleUploadedFile("words.txt", content)
        return str(client.post("/desk/review/words/", {**body, "file": file}, follow=True).content.decode())

    assert "一行一个词" in hand_in(b"\xff\xff\xff", name="一")
    assert "请写词表的名称" in hand_in("违禁".encode())
    assert "已收下" in hand_in("违禁\n赌博".encode(), name="一", note="试")
    first = ListVersion.objects.get()
    assert "已经有词表叫" in hand_in("违禁".encode(), name="一")
    assert "已收下" in hand_in("违禁".encode(), of=str(first.list_id))
    make_case(leaves, "1", "违禁赌博")
    assert not Hit.objects.exists()
    client.post(f"/desk/review/words/{first.pk}/switch", {"to": "on"})
    second = ListVersion.objects.get(number=2)
    client.post(f"/desk/review/words/{second.pk}/switch", {"to": "on"})
    make_case(leaves, "2", "违禁赌博")
    assert [(one.word, one.version_id) for one in Hit.objects.all()] == [("违禁", second.pk)]
    assert client.get(f"/desk/review/words/{first.pk}/file").content.decode() == "违禁\n赌博\n"
    client.post(f"/desk/review/words/{second.pk}/switch", {"to": "off"})
    make_case(leaves, "3", "违禁")
    assert Hit.objects.count() == 1
    local = client_of(make_user("org", role="platform_admin", organisation_id=make_organisation().pk))
    assert local.get("/desk/review/words/").status_code == 403


def test_down_by_one_back_by_two(leaves: Shelf) -> None:
    case = make_case(leaves, "1")
    one, two = (client_of(make_user(name, role="final_reviewer")) for name in ("one", "two"))
    assert "请写明理由" in one.post(f"/desk/review/{case.pk}/take-down", {"reason": ""}, follow=True).content.decode()
    one.post(f"/desk/review/{case.pk}/take-down", {"reason": "含错误地图"})
    assert "含错误地图" in two.get("/desk/review/down/").content.decode()
    down = TakeDown.objects.get()
    one.post(f"/desk/review/down/{down.pk}/restore", {"do": "propose", "words": "地图已换"})
    own = one.post(f"/desk/review/down/{down.pk}/restore", {"do": "confirm"}, follow=True)
    assert "要请另一个人同意" in own.content.decode()
    assert "地图已换" in two.get("/desk/review/down/").content.decode()
    two.post(f"/desk/review/down/{down.pk}/restore", {"do": "confirm"})
    assert not queries.is_down(leaves.kind, "1")
    assert "含错误地图" not in two.get("/desk/review/down/").content.decode()
    assert "含错误地图" in two.get("/desk/review/down/?past=1").content.decode()


def invited(leaves: Shelf, case: Case) -> str:
    """The path of a link that somebody made on the page of the case."""
    boss = client_of(make_user("boss", role="platform_admin"))
    asked = {
        "step": "1", "name": "外审专家", "employer": "某大学", "phone": "137 0013 7099",
        "until": timezone.localdate(clock.now() + dt.timedelta(days=5)).isoformat(),
    }  # fmt: skip
    made = boss.post(f"/desk/review/{case.pk}/links", asked).content.decode()
    found = re.search(r"http\S*(/review/[\w-]+)", made)
    assert found, made
    page = boss.get(f"/desk/review/{case.pk}/").content.decode()
    assert found[1] not in page
    assert "某大学，尾号 7099" in page
    wrong = boss.post(f"/desk/review/{case.pk}/links", {**asked, "step": "9", "name": "", "phone": "12"})
    assert wrong.status_code == 400
    assert "能收短信的手机号" in wrong.content.decode()
    again = boss.post(f"/desk/review/{case.pk}/links", {**asked, "step": "2"})
    assert "已经有一个链接" in again.content.decode()
    return found[1]


def test_a_link_opens_by_a_code_and_is_good_for_one_opinion(
    leaves: Shelf, codes: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    case = make_case(leaves, "1", "请您看的正文")
    path, visitor = invited(leaves, case), Client()
    body = {"hash": bytes(case.hash).hex(), "verdict": "return", "words": ""}
    for answer in (visitor.get(path), visitor.post(path, body), visitor.post(path, {"do": "code", "code": "1"})):
        page = answer.content.decode()
        assert ("尾号 7099" in page, "请您看的正文" in page, "题名 1" in page) == (True, False, False)
    assert codes == []
    visitor.post(path, {"do": "send"})
    assert "验证码刚发过" in visitor.post(path, {"do": "send"}).content.decode()
    assert "还可以试" in visitor.post(path, {"do": "code", "code": "000000"}).content.decode()
    assert len(codes) == 1
    assert visitor.post(path, {"do": "code", "code": f" {codes[0][:3]} {codes[0][3:]}"})["Location"] == path
    opened = visitor.get(path)
    assert "请您看的正文" in opened.content.decode()
    assert opened["Referrer-Policy"] == "no-referrer"
    assert "no-store" in opened["Cache-Control"]
    assert "请您看的正文" not in Client().get(path).content.decode(), "another browser asks for a code of its own"
    with caplog.at_level(logging.DEBUG):
        again = visitor.post(path, body).content.decode()
        visitor.post(path, {"hash": "zz"})
        visitor.get(f"{path}/more")
    assert "要写明理由" in again
    assert path.rsplit("/", 1)[1] not in "".join(logs.plain(record.getMessage()) for record in caplog.records)
    assert "谢谢" in visitor.post(path, {**body, "words": "两处\0错字"}).content.decode()
    assert Opinion.objects.get().words == "两处错字"
    assert "用过了" in visitor.get(path).content.decode()
    assert "用过了" in visitor.post(path, {**body, "words": "又"}).content.decode()
    assert "用过了" in visitor.get("/review/nonsense").content.decode()
    assert Entry.objects.filter(name="review.invitation_confirmed", subject_key="1").count() == 1


def test_a_cookie_of_another_link_opens_nothing(leaves: Shelf, codes: list[str]) -> None:
    one, two = (make_case(leaves, key) for key in ("1", "2"))
    mine, theirs = make_link(one), make_link(two)
    visitor = Client()
    for cookie in (signing.dumps(mine.invitation.pk, salt="review.link"), "x", ""):
        visitor.cookies["review_link"] = cookie
        assert "尾号 7099" in visitor.get(f"/review/{theirs.secret}").content.decode()


def test_a_link_for_a_later_step_waits_and_can_be_revoked(leaves: Shelf) -> None:
    case, now = make_case(leaves, "1"), clock.now()
    made, visitor = make_link(case, step=2, now=now), Client()
    visitor.cookies["review_link"] = signing.dumps(made.invitation.pk, salt="review.link")
    assert "还没有轮到" in visitor.get(f"/review/{made.secret}").content.decode()
    leaves.put("1", "改了", case.organisation_id)
    assert "变了" in visitor.get(f"/review/{made.secret}").content.decode()
    boss = client_of(make_user("boss", role="platform_admin"))
    boss.post(f"/desk/review/{case.pk}/links/{made.invitation.pk}/revoke")
    assert Invitation.objects.get().revoked_at is not None
    assert "被收回" in Client().get(f"/review/{made.secret}").content.decode()
    assert boss.post(f"/desk/review/{case.pk}/links/{made.invitation.pk + 1}/revoke").status_code == 404
