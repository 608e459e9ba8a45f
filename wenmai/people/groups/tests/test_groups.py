"""Groups: one responsible person at any time, members by a code or an invitation, and no more data than needed."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from wenmai.institutions.testing import make_organisation
from wenmai.journal.models import Entry
from wenmai.lib import clock, personal
from wenmai.lib.access import SYSTEM, Actor
from wenmai.lib.refusal import Refused
from wenmai.people import services as people
from wenmai.people.groups import rules, services
from wenmai.people.groups.models import Group, GroupHandover, GroupInvitation, GroupMember
from wenmai.people.groups.testing import by, make_group, make_real
from wenmai.people.models import Merge, User
from wenmai.people.privacy import keeping
from wenmai.people.rules import levels
from wenmai.people.testing import client_of, forget_attempts, make_reader, make_user
from wenmai.people.testing.races import meanwhile

pytestmark = pytest.mark.django_db
A, B, C = "+8613800138000", "+8613900139001", "+8613700137002"


@pytest.fixture(autouse=True)
def _forgetful() -> None:
    forget_attempts()


def text(answer: Any) -> str:
    return str(answer.content.decode())


def three() -> tuple[User, User, User]:
    return make_real(A, "负责人甲"), make_real(B, "成员乙"), make_reader(C, "成员丙")


def settled() -> bool:
    """What is looked at when a transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    return True


def test_from_an_empty_list_to_a_group_that_has_changed_hands() -> None:
    leader, second, third = three()
    plain = client_of(third, levels.CODE)
    assert "您还没有参加团队" in text(plain.get("/account/groups/"))
    assert plain.get("/account/groups/new").headers["Location"].startswith("/account/level?needs=2")
    own = client_of(leader, levels.CODE, levels.PASSWORD)
    sent = {"name": "晚霞\u202e合唱队", "kind": "choir", "about": "周三", "organisation": "", "organisation_words": ""}
    where = own.post("/account/groups/new", sent).headers["Location"]
    group = Group.objects.get()
    assert group.name == "晚霞合唱队", "nothing that turns the line round"
    code = text(own.post(f"{where}do/code")).split("<b>")[1].split("</b>")[0]
    seen = text(plain.post("/account/groups/join", {"code": code}))
    assert "晚霞合唱队" in seen
    assert "负责人甲" in seen
    assert group.members.count() == 1, "seeing it is not joining it"
    plain.post("/account/groups/join", {"code": code, "confirm": "yes"})
    assert "已经在这个团队里" in text(plain.post("/account/groups/join", {"code": code, "confirm": "yes"}))
    own.post(f"{where}do/invite", {"phone": "139 0013 9001"})
    other = client_of(second, levels.CODE, levels.PASSWORD)
    assert "负责人甲邀请您加入" in text(other.get("/account/groups/"))
    number = GroupInvitation.objects.get().pk
    assert plain.post(f"/account/groups/invitations/{number}", {"answer": "yes"}).status_code == 302
    assert group.members.count() == 2, "somebody else's invitation"
    other.post(f"/account/groups/invitations/{number}", {"answer": "yes", "shares": "on"})
    assert group.members.count() == 3
    assert "139****9001" in text(own.get(where)), "shared with who answers for it"
    assert "13900139001" not in text(own.get(where))
    assert "13700137002" not in text(own.get(where))
    assert "13900139001" not in text(plain.get(where)), "… and with nobody else"
    sheet = own.get(f"{where}members.csv").content.decode("utf-8-sig")
    assert [line.split(",")[0] for line in sheet.splitlines()] == ["姓名", "负责人甲", "成员丙", "成员乙"]
    assert "139****9001" in sheet
    assert "13900139001" not in sheet
    assert plain.get(f"{where}members.csv").status_code == 404
    other.post(f"{where}do/share", {"to": "off"})
    assert "13900139001" not in text(own.get(where))
    assert "负责人不能直接退出" in text(own.post(f"{where}do/leave", follow=True))
    own.post(f"{where}do/hand-over", {"member": str(second.pk)})
    assert "请您做" in text(other.get("/account/groups/"))
    other.post(f"{where}take-over", {"answer": "yes"})
    group.refresh_from_db()
    assert group.responsible == second
    assert own.post(f"{where}do/leave").headers["Location"] == "/account/groups/"
    assert own.get(where).status_code == 404
    assert list(Entry.objects.filter(subject_kind="group").order_by("id").values_list("name", flat=True)) == [
        "people.group_made", "people.group_joined", "people.group_invited", "people.group_joined",
        "people.group_phone_shared", "people.group_handover_asked", "people.group_handed_over", "people.group_left",
    ]  # fmt: skip
    settled()


def test_who_has_no_real_name_takes_nothing_over() -> None:
    leader, _second, third = three()
    group = make_group(leader, third)
    services.offer_handover(group_id=group.pk, to_id=third.pk, actor=by(leader), now=clock.now())
    answer = client_of(third, levels.CODE).post(f"/account/groups/{group.pk}/take-over", {"answer": "yes"}, follow=True)
    assert "负责人要实名" in text(answer)
    with pytest.raises(Refused, match="group_level"):
        services.answer_handover(group_id=group.pk, accepts=True, actor=by(third), now=clock.now())
    with pytest.raises(Refused, match="group_level"):
        services.make(name="x", kind="choir", about="", organisation_id=None, actor=by(third), now=clock.now())
    late = clock.now() + dt.timedelta(days=8)
    with pytest.raises(Refused, match="unknown_handover"):
        services.answer_handover(group_id=group.pk, accepts=True, actor=by(third), now=late)


def test_strangers_and_members_reach_nothing_that_is_not_theirs() -> None:
    leader, second, third = three()
    group = make_group(leader, third)
    stranger, member = client_of(second, levels.CODE, levels.PASSWORD), client_of(third, levels.CODE)
    for deed in ("change", "ask", "code", "invite", "share", "leave", "remove", "hand-over", "close", "nothing"):
        assert stranger.post(f"/account/groups/{group.pk}/do/{deed}").status_code == 404, deed
    sent = {"name": "改名", "kind": "choir", "phone": "13900139001", "member": str(leader.pk), "organisation": ""}
    for deed in ("change", "ask", "code", "invite", "remove", "hand-over", "close"):
        member.post(f"/account/groups/{group.pk}/do/{deed}", sent)
    group.refresh_from_db()
    assert (group.name, group.responsible, group.members.count(), group.closed_at) == ("晚霞合唱队", leader, 2, None)
    assert not GroupInvitation.objects.exists()
    assert not GroupHandover.objects.exists()
    for wrong in ({"member": "x"}, {"member": str(second.pk)}, {"member": "9" * 30}, {}):
        client_of(leader, levels.CODE).post(f"/account/groups/{group.pk}/do/hand-over", wrong)
    assert not GroupHandover.objects.exists()


def test_limits_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    leader, second, third = three()
    monkeypatch.setattr(services, "MOST_LED", 1)
    monkeypatch.setattr(services, "MOST_MEMBERS", 2)
    group = make_group(leader, third)
    code = services.new_code(group_id=group.pk, actor=by(leader), now=clock.now())
    with pytest.raises(Refused, match="group_full"):
        services.join(code=code, shares_phone=False, actor=by(second), now=clock.now())
    with pytest.raises(Refused, match="group_many"):
        make_group(leader)
    services.leave(group_id=group.pk, user_id=third.pk, actor=by(leader), now=clock.now())
    monkeypatch.setattr(services, "MOST_JOINED", 0)
    with pytest.raises(Refused, match="group_many"):
        services.join(code=code, shares_phone=False, actor=by(second), now=clock.now())
    late = clock.now() + dt.timedelta(days=8)
    with pytest.raises(Refused, match="group_code_over"):
        services.join(code=code, shares_phone=False, actor=by(second), now=late)
    client = client_of(third, levels.CODE)
    for _try in range(10):
        assert "没有这个入队码" in text(client.post("/account/groups/join", {"code": "00000000"}))
    assert "试的次数太多了" in text(client.post("/account/groups/join", {"code": "00000000"}))


def test_the_promises_stand_in_the_database() -> None:
    leader, second, _third = three()
    group = make_group(leader)
    for name, deed in (
        ("people_group_has_one", lambda: Group.objects.filter(pk=group.pk).update(responsible=None)),
        ("people_group_has_one", lambda: Group.objects.filter(pk=group.pk).update(closed_at=clock.now())),
        ("people_group_has_one", lambda: User.objects.filter(pk=leader.pk).delete()),
        ("people_group_member_once", lambda: GroupMember.objects.create(
            group=group, user=leader, joined_at=clock.now()
        )),
        ("people_group_stands_somewhere", lambda: Group.objects.filter(pk=group.pk).update(standing="approved")),
        ("people_group_led_by_a_member", lambda: (
            Group.objects.filter(pk=group.pk).update(responsible=second), settled()
        )),
        ("people_group_led_by_a_member", lambda: (GroupMember.objects.all().delete(), settled())),
    ):  # fmt: skip
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            deed()
    assert set(rules.KINDS["choir"]) == {"zh-hans", "en"}


def test_an_institution_says_yes_or_no_and_only_its_own_staff_does() -> None:
    here, there = make_organisation("一馆"), make_organisation("二馆")
    group = make_group(three()[0], organisation_id=here.pk)
    assert group.standing == "waiting"
    own = client_of(make_user("own", role="organisation_admin", organisation_id=here.pk))
    foreign = client_of(make_user("foreign", role="organisation_admin", organisation_id=there.pk))
    assert "晚霞合唱队" in text(own.get("/desk/groups/"))
    assert "晚霞合唱队" not in text(foreign.get("/desk/groups/"))
    assert foreign.post(f"/desk/groups/{group.pk}/answer", {"answer": "yes"}).status_code == 403
    assert "请写理由" in text(own.post(f"/desk/groups/{group.pk}/answer", {"answer": "no"}, follow=True))
    own.post(f"/desk/groups/{group.pk}/answer", {"answer": "yes"})
    group.refresh_from_db()
    assert group.standing == "approved"
    own.post(f"/desk/groups/{group.pk}/answer", {"answer": "no", "reason": "一年没有活动"})
    group.refresh_from_db()
    assert (group.standing, group.reason) == ("declined", "一年没有活动")
    free = make_group(group.responsible or three()[0], name="自由的")
    assert own.get(f"/desk/groups/{free.pk}/").status_code == 404, "nobody's but its members'"


def test_a_list_of_many_asks_as_often_as_one_of_few(django_assert_max_num_queries: Any) -> None:
    here = make_organisation("一馆")
    leader, second, third = three()
    for number in range(8):
        make_group(leader, second, third, organisation_id=here.pk, name=f"第{number}队")
    own = client_of(make_user("own", role="organisation_admin", organisation_id=here.pk))
    with django_assert_max_num_queries(16):
        page = text(own.get("/desk/groups/"))
    assert "第7队" in page


def join(kept: User, gone: User) -> Merge:
    people.begin_merge(user_id=kept.pk, device="w", now=clock.now())
    return people.merge(kept_id=kept.pk, gone_id=gone.pk, device="w", actor=by(gone), now=clock.now())


@pytest.mark.parametrize("is_there", [False, True])
def test_a_merge_takes_the_group_along_and_back(is_there: bool) -> None:
    leader, _second, third = three()
    group = make_group(leader, third) if is_there else make_group(leader)
    merged = join(third, leader)
    group.refresh_from_db()
    settled()
    assert group.responsible == third
    people.undo_merge(merge_id=merged.pk, actor=Actor(third.pk, ""), now=clock.now())
    group.refresh_from_db()
    settled()
    assert group.responsible == leader
    assert {one.user_id for one in group.members.all()} == ({leader.pk, third.pk} if is_there else {leader.pk})


def test_who_closes_an_account_is_told_first_and_leaves_no_group_without_anybody() -> None:
    leader, _second, third = three()
    group = make_group(leader, third)
    assert personal.objections(personal.Person(leader.pk)) == [
        "您是“晚霞合唱队”的负责人：请先在“我的账号 · 团队”里移交或解散。"
    ]
    assert personal.objections(personal.Person(third.pk)) == []
    for table in personal.tables():
        if table.model.startswith("people.Group"):
            personal.erase(table, personal.Person(leader.pk), clock.now())
    settled()
    assert not Group.objects.filter(pk=group.pk).exists(), "nothing of it stays, its name neither"
    assert Entry.objects.filter(name="people.group_closed", actor_name=SYSTEM.name).exists()


def test_a_dissolved_group_is_a_name_for_thirty_days_and_then_nothing() -> None:
    leader, second, _third = three()
    dissolved, other = make_group(leader, second), make_group(second)
    Group.objects.filter(pk=dissolved.pk).update(about="每周五在小花园")
    services.close(group_id=dissolved.pk, actor=by(leader), now=clock.now())
    settled()
    dissolved.refresh_from_db()
    assert (dissolved.name, dissolved.about) == ("晚霞合唱队", "")
    for days, left in ((29, True), (31, False)):
        keeping.enforce_retention(now=clock.now() + dt.timedelta(days=days))
        assert Group.objects.filter(pk=dissolved.pk).exists() is left
    assert Group.objects.filter(pk=other.pk).exists(), "one that is there stays"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_over_at_once_one_does() -> None:
    leader, second, third = make_real(A, "甲"), make_real(B, "乙"), make_real(C, "丙")
    group = make_group(leader, second, third)
    now = clock.now()
    services.offer_handover(group_id=group.pk, to_id=second.pk, actor=by(leader), now=now)

    def take(user: User) -> Callable[[], object]:
        return lambda: services.answer_handover(group_id=group.pk, accepts=True, actor=by(user), now=now)

    again = meanwhile(
        lambda: services.offer_handover(group_id=group.pk, to_id=third.pk, actor=by(leader), now=now), take(second)
    )
    assert str(again) == "unknown_handover", "the other one was asked meanwhile"
    refused = meanwhile(take(third), lambda: services.close(group_id=group.pk, actor=by(leader), now=now))
    assert str(refused) == "unknown_group", "who has handed over closes nothing"
    group.refresh_from_db()
    assert group.responsible == third


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_the_last_place_one_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    leader, second, third = make_real(A, "甲"), make_reader(B, "乙"), make_reader(C, "丙")
    group = make_group(leader)
    monkeypatch.setattr(services, "MOST_MEMBERS", 2)
    code = services.new_code(group_id=group.pk, actor=by(leader), now=clock.now())

    def come(user: User) -> Callable[[], object]:
        return lambda: services.join(code=code, shares_phone=False, actor=by(user), now=clock.now())

    assert "group_full" in str(meanwhile(come(second), come(third)))
    assert group.members.count() == 2
