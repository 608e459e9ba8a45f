"""The pages: one success and one denial each."""

from typing import Any

import pytest
from django.test import Client

from wenmai.institutions.testing import make_organisation
from wenmai.lib import clock
from wenmai.people import services as people
from wenmai.people.families import queries, rules, services
from wenmai.people.models import User
from wenmai.people.rules import levels
from wenmai.people.testing import client_of, forget_attempts, make_reader, make_user
from wenmai.people.testing.families import born_years_ago, by, make_child, make_guardian

pytestmark = pytest.mark.django_db
BORN = born_years_ago(9).isoformat()


@pytest.fixture(autouse=True)
def _forgetful() -> None:
    forget_attempts()


def inside(user: User) -> Client:
    return client_of(user, levels.CODE, levels.PASSWORD)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_child_comes_in_by_a_code_of_its_guardian() -> None:
    guardian = make_guardian()
    browser = inside(guardian)
    made = browser.post("/account/family/new", {"name": "小明", "username": "xm", "born": BORN, "agreed": "on"})
    child = User.objects.get(username="xm")
    assert made["Location"] == f"/account/family/{child.pk}/"
    page = text(browser.post(f"/account/family/{child.pk}/code", {"purpose": "enter"}))
    code = page.split('<p class="figure"><b>')[1].split("</b>")[0]
    tablet = Client()
    assert tablet.post("/account/enter/child", {"code": "0000000000"}).status_code == 400
    assert tablet.post("/account/enter/child", {"code": code}).status_code == 302
    assert "照看我的人" in text(tablet.get("/account/family/"))
    assert Client().post("/account/enter/child", {"code": code}).status_code == 400
    assert tablet.get("/account/merge").status_code == 403
    assert tablet.get("/account/cards/").status_code == 403
    browser.post(f"/account/family/{child.pk}/consent", {"purpose": "cards", "to": "on"})
    assert tablet.get("/account/cards/").status_code == 200
    assert tablet.get(f"/account/family/{child.pk}/").status_code == 404, "a child is not its own guardian"
    assert tablet.post(f"/account/family/{child.pk}/consent", {"purpose": "basic", "to": "off"}).status_code == 302
    assert queries.consented(child.pk) == {"basic", "cards"}


def test_agreeing_is_part_of_it_and_mistakes_stand_beside_the_field() -> None:
    browser = inside(make_guardian())
    given = {"name": "小明", "username": "xm", "born": BORN}
    assert browser.post("/account/family/new", given).status_code == 400
    answer = browser.post("/account/family/new", {**given, "agreed": "on", "born": "2000-01-01"})
    assert "已经满 18 岁" in text(answer)
    answer = browser.post("/account/family/new", {**given, "agreed": "on", "password": "1234567890"})
    assert "这个密码不够安全" in text(answer)
    assert not User.objects.filter(username="xm").exists()


def test_nobody_reaches_a_strangers_child() -> None:
    child = make_child(make_guardian())
    stranger = inside(make_guardian("别人"))
    assert stranger.get(f"/account/family/{child.pk}/").status_code == 404
    for what in ("code", "consent", "password", "end"):
        given = {"purpose": "basic", "to": "off", "password": "correct horse", "guardian": "1"}
        assert stranger.post(f"/account/family/{child.pk}/{what}", given).status_code == 404
    assert stranger.post("/account/family/99999999/code").status_code == 404
    assert queries.consented(child.pk) == {"basic"}


def test_less_than_a_real_name_leads_to_what_is_missing() -> None:
    for page in ("new", "link", "join"):
        answer = inside(make_reader()).get(f"/account/family/{page}")
        assert answer["Location"].startswith("/account/level?")
    old = client_of(make_guardian())
    child = make_child(make_guardian())
    assert old.post(f"/account/family/{child.pk}/code")["Location"].startswith("/account/again")


def test_a_child_shows_a_code_and_a_guardian_links_it() -> None:
    child, guardian = make_reader(name="小红"), make_guardian()
    phone = inside(child)
    assert "已经满 18 岁" in text(phone.post("/account/family/show", {"born": "1990-01-01"}))
    code = text(phone.post("/account/family/show", {"born": BORN})).split('<p class="figure"><b>')[1].split("</b>")[0]
    given = {"code": code, "born": BORN, "agreed": "on"}
    assert inside(guardian).post("/account/family/link", given)["Location"] == f"/account/family/{child.pk}/"
    assert phone.get("/account/family/show")["Location"] == "/account/family/"
    assert "用过、过时" in text(inside(make_guardian()).post("/account/family/link", given))


def test_the_second_guardian_sees_first_and_then_says_yes() -> None:
    first, second = make_guardian("甲"), make_guardian("乙")
    child = make_child(first)
    page = text(inside(first).post(f"/account/family/{child.pk}/code", {"purpose": rules.INVITE}))
    code = page.split('<p class="figure"><b>')[1].split("</b>")[0]
    browser = inside(second)
    assert "开设和使用账号" in text(browser.post("/account/family/join", {"code": code}))
    assert not queries.is_guardian(second.pk, child.pk)
    browser.post("/account/family/join", {"code": code, "agreed": "1"})
    assert queries.is_guardian(second.pk, child.pk)
    asker, page = inside(first), f"/account/family/{child.pk}/"
    asker.post(f"{page}end", {"guardian": str(second.pk)})
    assert queries.is_guardian(second.pk, child.pk), "not at once"
    assert "另一位监护人要求解除您的监护" in text(browser.get("/account/family/"))
    assert "同意，马上解除" in text(browser.get(page))
    assert "收回" in text(asker.get(page))
    asker.post(f"{page}end", {"guardian": str(second.pk), "back": "1"})
    assert "要求解除" not in text(browser.get(page))
    asker.post(f"{page}end", {"guardian": str(second.pk)})
    browser.post(f"{page}end", {"guardian": str(second.pk)})
    assert "自己退出" in text(browser.get("/account/family/"))


def test_codes_are_not_found_by_trying() -> None:
    browser = inside(make_guardian())
    answers = [browser.post("/account/family/join", {"code": f"{number:010d}"}) for number in range(12)]
    assert "试的次数太多了" in text(answers[-1])


def test_a_counter_links_who_has_no_real_name() -> None:
    hall = make_organisation()
    clerk, guardian = make_user("clerk", role="organisation_admin", organisation_id=hall.pk), make_reader(name="监护人")
    code = people.counter_code(user_id=guardian.pk, now=clock.now())
    given = {
        "code": code, "name": "小明", "username": "xm", "born": BORN, "place": str(hall.pk), "seen_guardian": "on",
        "seen_kinship": "on", "agreed": "on",
    }  # fmt: skip
    desk = client_of(clerk)
    assert desk.post("/desk/counter/family", {**given, "seen_kinship": ""}).status_code == 400
    answer = desk.post("/desk/counter/family", given)
    assert answer.status_code == 302, text(answer)
    child = User.objects.get(username="xm")
    assert queries.guardians_of(child.pk)[0].place == hall.name
    assert client_of(make_user("other", role="reviewer")).get("/desk/counter/family").status_code == 403
    own = people.counter_code(user_id=clerk.pk, now=clock.now())
    assert "请让同事来办" in text(desk.post("/desk/counter/family", {**given, "code": own, "username": "xm2"}))


def test_a_child_of_14_is_asked_itself() -> None:
    guardian = make_guardian()
    child = make_child(guardian, years=14)
    assert queries.consented(child.pk) == frozenset()
    browser = inside(child)
    assert "现在由您自己决定" in text(browser.get("/account/"))
    assert "由您自己同意" in text(browser.get("/account/family/"))
    browser.post(f"/account/family/{child.pk}/consent", {"purpose": "apps", "to": "on"})
    assert queries.consented(child.pk) == {"apps"}
    services.give_consent(child_id=child.pk, purpose="basic", actor=by(child), now=clock.now())
    assert "现在由您自己决定" not in text(browser.get("/account/"))
    assert "时间限制仍由监护人管" in text(inside(guardian).get(f"/account/family/{child.pk}/"))


def test_a_child_under_14_is_not_sent_to_show_a_real_name() -> None:
    guardian = make_guardian()
    young, older = inside(make_child(guardian)), inside(make_child(guardian, years=15))
    assert "去核验" in text(older.get("/account/"))
    assert "去核验" not in text(young.get("/account/"))
    assert "由监护人用自己的账号办" in text(young.get("/account/"))
    sent = young.get("/account/level?needs=2&next=/account/")
    assert "请监护人用自己的账号来办" in text(sent)
    assert "/account/identity/" not in text(sent)
    assert "加上手机号" not in text(sent)
    assert "接着做" not in text(young.get("/account/")), "there is nothing that it could do"
    assert "/account/identity/" in text(older.get("/account/level?needs=2&next=/account/"))
    for way, answer in (("identity/", young.get), ("identity/code", young.post), ("identity/forget", young.post)):
        refused = answer(f"/account/{way}")
        assert refused.status_code == 403, way
        assert "请监护人用自己的账号来办" in text(refused)
    assert older.get("/account/identity/").status_code != 403


def test_the_empty_page_says_what_can_be_done() -> None:
    page = text(client_of(make_reader()).get("/account/family/"))
    assert "这里还没有孩子的账号" in page
    assert Client().get("/account/family/").status_code == 302
