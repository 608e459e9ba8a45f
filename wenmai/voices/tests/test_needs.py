"""From asking to closing: every step, what it refuses, and what the database holds by itself."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import override_settings

from wenmai.institutions.models import Organisation
from wenmai.institutions.testing import make_organisation
from wenmai.journal.models import Entry
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM, Actor
from wenmai.lib.refusal import Refused
from wenmai.messages.models import Message
from wenmai.people.testing import make_reader
from wenmai.voices import queries, services
from wenmai.voices.models import Asker, Need, News
from wenmai.voices.queries.alike import alike
from wenmai.voices.rules.needs import Face, Wish
from wenmai.voices.testing import decide, link_purchase, make_need, show

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Organisation:
    return make_organisation("州文化馆")


def by(need: Need, **more: Any) -> dict[str, Any]:
    return {"need_id": need.pk, "actor": SYSTEM, "now": clock.now(), **more}


def deeds(need: Need) -> list[str]:
    return list(
        Entry.objects.filter(subject_kind="need", subject_key=str(need.pk))
        .order_by("pk")
        .values_list("name", flat=True)
    )


def test_a_need_from_asking_to_closing(here: Organisation):
    reader = make_reader()
    found = make_need(organisation_id=here.pk, sender=services.Sender(user_id=reader.pk), channel="web", key="k1")
    assert (
        make_need(organisation_id=here.pk, sender=services.Sender(user_id=reader.pk), channel="web", key="k1") == found
    )
    assert found.due_on is not None
    decide(found, "partial", "先演一场")
    assert (found.outcome, found.reason) == ("partial", "先演一场")
    assert Need.objects.filter(pk=found.pk, due_on=None).exists(), "the handbook has no time for linking"
    with pytest.raises(Refused, match="answer_early"):
        services.write_face(face=Face("花灯戏", "排好了"), **by(found))
    line = link_purchase(found)
    assert found.step == "linked"
    show(found, answer="春节前来演")
    assert (found.step, found.answered_in_time, found.called_at) == ("answered", True, None)
    asker = Asker.objects.get(need=found)
    with pytest.raises(Refused, match="not_asked"):
        services.say_back(asker_id=asker.pk, delivered=True, score=5, actor=SYSTEM, now=clock.now())
    for state in ("ordered", "arrived"):
        services.move_purchase(purchase_id=line, state=state, actor=SYSTEM, now=clock.now())
    found.refresh_from_db()
    assert found.called_at is not None
    assert found.delivered_at is not None
    services.say_back(asker_id=asker.pk, delivered=True, score=4, actor=SYSTEM, now=clock.now())
    with pytest.raises(Refused, match="said_already"):
        services.say_back(asker_id=asker.pk, delivered=True, score=5, actor=SYSTEM, now=clock.now())
    assert services.close_due(now=clock.now() + dt.timedelta(days=6, hours=23)) == 0
    assert services.close_due(now=clock.now() + dt.timedelta(days=7, minutes=1)) == 1
    assert deeds(found) == [
        "voices.needed", "voices.sorted", "voices.assessed", "voices.decided", "voices.linked",
        "voices.answer_written", "voices.answer_shown", "voices.answered", "voices.delivered", "voices.called_back",
        "voices.closed",
    ]  # fmt: skip


def test_what_was_not_delivered_is_opened_again_and_asked_anew(here: Organisation):
    found = make_need(organisation_id=here.pk, phone="+8613800138001")
    decide(found)
    link_purchase(found)
    services.deliver(**by(found))
    show(found, answer="买好了")
    asker = Asker.objects.get(need=found)
    assert found.called_at is not None
    with pytest.raises(Refused, match="delivered_missing"):
        services.say_back(asker_id=asker.pk, delivered=None, score=1, actor=SYSTEM, now=clock.now())
    services.say_back(asker_id=asker.pk, delivered=False, score=1, actor=SYSTEM, now=clock.now())
    found.refresh_from_db()
    asker.refresh_from_db()
    assert (found.step, found.outcome, found.reopened) == ("assessing", "", 1)
    assert Need.objects.filter(pk=found.pk, called_at=None, delivered_at=None).exists()
    assert asker.said_at is None
    decide_again = by(found)
    services.decide(outcome="declined", reason="供货商停产", **decide_again)
    show(found, answer="停产了，买不到，抱歉")
    assert found.step == "answered"
    services.say_back(asker_id=asker.pk, delivered=None, score=3, actor=SYSTEM, now=clock.now())


def test_refusals_leave_no_trace(here: Organisation):
    found = make_need(organisation_id=here.pk)
    elsewhere = make_need("别的馆", organisation_id=make_organisation("外馆").pk)
    line = services.plan_purchase(
        organisation_id=elsewhere.organisation_id,
        year=clock.now().year,
        item="书",
        fen=1,
        actor=SYSTEM,
        now=clock.now(),
    )
    for service, more, code in (
        (services.assess, {}, "step_odd"),
        (services.decide, {"outcome": "adopted"}, "step_odd"),
        (services.decide, {"outcome": "great"}, "outcome_odd"),
        (services.link, {"kind": "ghost", "key": "1"}, "unknown_link"),
        (services.link, {"kind": "purchase", "key": str(line.pk)}, "unknown_link"),
        (services.write_face, {"face": Face("标题")}, "step_odd"),
        (services.join, {"head_id": elsewhere.pk}, "other_organisation"),
        (services.join, {"head_id": found.pk}, "joins_itself"),
        (services.part, {}, "not_joined"),
        (services.sort, {"kind": "ghost"}, "unknown_kind"),
    ):
        with pytest.raises(Refused, match=code):
            service(**by(found, **more))
    assert Entry.objects.filter(subject_kind="need", subject_key=str(found.pk)).count() == 1


def test_alike_needs_are_joined_counted_once_each_and_taken_apart(here: Organisation):
    first = make_need("希望村里多办几场花灯戏", organisation_id=here.pk, phone="+8613800138001")
    same = make_need("能不能在我们村演一次花灯戏", organisation_id=here.pk, phone="+8613800138001")
    other = make_need("村里想看花灯戏", organisation_id=here.pk, phone="+8613800138002")
    make_need("图书馆晚上再关门", organisation_id=here.pk)
    assert {one.need.pk for one in alike(first)} == {same.pk, other.pk}
    services.join(head_id=first.pk, **by(same))
    services.join(head_id=first.pk, **by(other))
    assert queries.supporters([first.pk]) == {first.pk: 2}
    for need, head, code in ((same, other, "joined_already"), (first, other, "head_joined")):
        with pytest.raises(Refused, match=code):
            services.join(head_id=head.pk, **by(need))
    with pytest.raises(Refused, match="leads_others"):
        services.join(head_id=make_need("花灯戏三", organisation_id=here.pk).pk, **by(first))
    with pytest.raises(Refused, match="joined_already"):
        services.assess(**by(same))
    services.part(**by(same))
    same.refresh_from_db()
    assert (same.head_id, same.step) == (None, "merged")
    services.assess(**by(same))
    assert queries.supporters([first.pk, same.pk]) == {first.pk: 2, same.pk: 1}
    assert deeds(same)[1:] == ["voices.joined", "voices.parted", "voices.assessed"]


def test_i_need_that_too_counts_once(here: Organisation):
    reader = make_reader()
    found = make_need(organisation_id=here.pk, phone="+8613800138001")
    asked: dict[str, Any] = {
        "need_id": found.pk,
        "user_id": reader.pk,
        "actor": Actor(reader.pk, ""),
        "now": clock.now(),
    }
    with pytest.raises(Refused, match="unknown_need"):
        services.second(**asked)
    services.sort(**by(found))
    show(found)
    assert services.second(**asked)
    assert not services.second(**asked)
    neighbour = make_reader("+8613800138001")
    assert not services.second(**{**asked, "user_id": neighbour.pk}), "the telephone has asked already"
    assert queries.supporters([found.pk]) == {found.pk: 2}
    services.assess(**by(found))
    services.decide(outcome="declined", reason="没有场地", **by(found))
    show(found, answer="没有场地")
    with pytest.raises(Refused, match="need_over"):
        services.second(**{**asked, "user_id": make_reader("+8613800138009").pk})


def test_too_many_of_one_person_and_of_one_address(here: Organisation):
    asked: dict[str, Any] = {"organisation_id": here.pk, "channel": "web", "actor": SYSTEM, "now": clock.now()}
    for number in range(5):
        services.collect(
            wish=Wish(f"要书 {number}", "resource"),
            sender=services.Sender(phone="+8613800138001"),
            key=f"a{number}",
            **asked,
        )
    with pytest.raises(Refused, match="too_many"):
        services.collect(
            wish=Wish("再要", "resource"), sender=services.Sender(phone="+8613800138001"), key="b", **asked
        )
    for number in range(10):
        sender = services.Sender(phone=f"+861380013{number:04}", client="here")
        services.collect(wish=Wish(f"要书 {number}", "resource"), sender=sender, key=f"c{number}", **asked)
    with pytest.raises(Refused, match="too_many"):
        services.collect(
            wish=Wish("再要", "resource"),
            sender=services.Sender(phone="+8613900139000", client="here"),
            key="d",
            **asked,
        )
    make_need("电话里的不限", organisation_id=here.pk, phone="+8613800138001")


def test_a_list_on_paper_goes_in_whole_or_not_at_all(here: Organisation):
    asked: dict[str, Any] = {
        "organisation_id": here.pk, "kind": "course", "spot": "沿河村", "key": "list", "actor": SYSTEM,
        "now": clock.now(),
    }  # fmt: skip
    with pytest.raises(Refused, match="line_odd: 2"):
        services.enter_list(lines=[("学书法", ""), ("\u200b", "")], **asked)
    with pytest.raises(Refused, match="list_odd"):
        services.enter_list(lines=[("学书法", "")] * 101, **asked)
    assert not Need.objects.exists()
    made = services.enter_list(lines=[("学书法", "+8613800138001"), ("学剪纸", "")], **asked)
    assert services.enter_list(lines=[("学书法", "+8613800138001"), ("学剪纸", "")], **asked) == made
    assert [one.channel for one in made] == ["paper", "paper"]
    sealed = Asker.objects.get(need=made[0])
    assert "138001" not in sealed.contact_sealed
    assert queries.contact(made[0].pk, sealed.pk) == "+8613800138001"


@override_settings(SMS_GATEWAY="print")
def test_its_people_are_told_once_at_each_step(here: Organisation):
    found = make_need(organisation_id=here.pk, phone="+8613800138001")
    other = make_need("也想看花灯戏", organisation_id=here.pk, sender=services.Sender(user_id=make_reader().pk))
    services.join(head_id=found.pk, **by(other))
    decide(found, "declined", "没有场地")
    for _again in range(2):
        services.send(need_id=found.pk, kind="declined", turn=found.turn, now=clock.now())
    assert Message.objects.filter(template="need_notice").count() == 2
    assert News.objects.count() == 2
    assert queries.asker_of_code(services.link_code(Asker.objects.get(need=found).pk)) is not None


def test_the_database_holds_the_steps(here: Organisation):
    found = make_need(organisation_id=here.pk)
    head = make_need("第二条", organisation_id=here.pk)
    rows = Need.objects.filter(pk=found.pk)
    broken = (
        ("voices_needs_move", {"step": "adopted", "outcome": "adopted", "turn": 1}),
        ("voices_needs_move", {"step": "merged"}),
        ("voices_needs_move", {"words": "别的"}),
        ("voices_joined_rests", {"head": head.pk}),
        ("voices_shown_was_reviewed", {"shown": {"topic": "x"}, "shown_hash": b"1" * 32}),
        ("voices_outcome_fits", {"outcome": "adopted"}),
    )
    for name, change in broken:
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            rows.update(**change)
    decide(found)
    for name, change in (
        ("is linked to nothing", {"step": "linked", "turn": 99}),
        ("voices_decided_for_a_reason", {"outcome": "partial"}),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            rows.update(**change)
    link_purchase(found)
    with pytest.raises(IntegrityError, match="has no answer in public"), transaction.atomic():
        rows.update(step="answered", turn=99, answered_at=clock.now(), answered_in_time=True)
    services.join(head_id=found.pk, **by(head))
    third = make_need("第三条", organisation_id=here.pk)
    services.sort(**by(third))
    with pytest.raises(IntegrityError, match="voices_heads_lead"), transaction.atomic():
        Need.objects.filter(pk=third.pk).update(head=head.pk)
    with pytest.raises(IntegrityError, match="voices_contact_is_sealed"), transaction.atomic():
        Asker.objects.filter(need=found).update(contact_sealed="13800138000")
    with pytest.raises(IntegrityError, match="voices_person_once"), transaction.atomic():
        Asker.objects.bulk_create([Asker(need=found, role="asked", person="x", made_at=clock.now()) for _n in "ab"])
