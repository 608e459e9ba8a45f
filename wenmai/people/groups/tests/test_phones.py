"""The one who answers for a group asks for a member's whole telephone as staff does."""

import re
from typing import Any

import pytest
from django.test import Client

from wenmai.lib import clock
from wenmai.people.groups import services
from wenmai.people.groups.models import GroupMember
from wenmai.people.groups.testing import by, make_group, make_real
from wenmai.people.looks.models import Look
from wenmai.people.rules import levels
from wenmai.people.testing import client_of, forget_attempts, make_reader
from wenmai.people.unmasking.models import Unmasking

pytestmark = pytest.mark.django_db
LEADER, MEMBER, OTHER = "+8613800138000", "+8613900139001", "+8613700137002"


def press(client: Client, where: str, **given: str) -> Any:
    found = re.search(r'name="unmask" value="([^"]+)"', client.get(where).content.decode())
    return client.post(where, {"unmask": found.group(1) if found else "", "reason": "call_back", **given})


def test_with_a_reason_once_and_the_member_reads_it() -> None:
    forget_attempts()
    leader, member, other = make_real(LEADER, "负责人甲"), make_reader(MEMBER, "成员乙"), make_reader(OTHER, "成员丙")
    group = make_group(leader)
    for user, shares in ((member, True), (other, False)):
        GroupMember.objects.create(group=group, user=user, shares_phone=shares, joined_at=clock.now())
    page, own = f"/account/groups/{group.pk}/", client_of(leader, levels.CODE, levels.PASSWORD)
    where = f"{page}members/{member.pk}/phone"
    assert where in own.get(page).content.decode()
    asked = own.get(where).content.decode()
    assert "139****9001" in asked
    assert "13900139001" not in asked
    assert press(own, where, reason="other").status_code == 400
    assert not Unmasking.objects.exists()
    shown = press(own, where, words="排练改期")
    assert "13900139001" in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert own.post(where, {"unmask": "x", "reason": "check"}).status_code == 409, "a press is good for once"
    assert Unmasking.objects.get().words == "排练改期"
    look = Look.objects.get()
    assert (look.actor_id, look.person_id, look.role, look.shown) == (leader.pk, member.pk, "group_responsible", 1)
    read = client_of(member).get("/account/looks").content.decode()
    for words in ("您参加的团队", "负责人", "看了完整号码：回电话", "排练改期"):
        assert words in read, words
    assert "负责人甲" not in read, "who it was stays with auditors, as of staff"
    refused = (
        (own, other.pk), (own, leader.pk), (own, 0), (client_of(member), other.pk), (client_of(other), member.pk),
    )  # fmt: skip
    for client, number in refused:
        assert client.get(f"{page}members/{number}/phone").status_code == 404, number
    services.share_phone(group_id=group.pk, shares=False, actor=by(member), now=clock.now())
    assert own.get(where).status_code == 404
    assert Client().get(where).status_code == 302
