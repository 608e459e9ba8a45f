"""Draws, approval, groups; sessions that are moved, postponed, called off; who is told, and how often."""

import datetime as dt
import hashlib
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.test import Client

from wenmai.activities import services
from wenmai.activities.models import CallOff, Draw, Enrolment, Notice, Session
from wenmai.activities.rules.draws import Entry, drawn
from wenmai.activities.rules.tickets import make_token, read_token
from wenmai.activities.services import draws
from wenmai.activities.services.telling import link_code
from wenmai.activities.testing import make_activity, make_plan_of, publish, session_of
from wenmai.activities.tests.test_services import as_reader, enrol, hear, reader, refused
from wenmai.booking import services as booking
from wenmai.booking.models import Share
from wenmai.institutions.testing import make_organisation
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM, Actor
from wenmai.lib.refusal import Refused
from wenmai.messages.models import Message
from wenmai.people.testing import client_of, make_user

pytestmark = pytest.mark.django_db
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def test_a_draw_by_hand() -> None:
    """As the page says it is done."""
    entries = [Entry(1, 2), Entry(2, 1), Entry(3, 3), Entry(4, 1, "group")]
    found = drawn("seed", entries, {"open": 3})
    by_hand = sorted(range(1, 5), key=lambda n: hashlib.sha256(f"seed:{n}".encode()).hexdigest())
    assert [one.number for one in found] == by_hand
    assert sum(one.heads for one in found if one.wins) <= 3
    assert not next(one for one in found if one.number == 4).wins, "no share, no place"
    assert drawn("seed", reversed(entries), {"open": 3}) == found


@pytest.mark.parametrize("text", ["", ".", "2.", "0.AAAA", "23.é", "2" * 99, "22.AAAAAAAAAAAAAAAA", "Z" * 30 + ".A"])
def test_forged_codes_are_nobodys(text: str) -> None:
    secret = b"s" * 32
    assert read_token(secret, "offer", text) is None
    made = make_token(secret, "offer", 12_345)
    assert read_token(secret, "offer", f" {made.lower()} ") == 12_345
    assert read_token(secret, "ticket", made) is None
    assert read_token(b"t" * 32, "offer", made) is None


def test_a_draw_is_announced_done_once_and_done_again(tmp_path: Path) -> None:
    session = session_of(publish(make_activity(mode="lottery", places=3)))
    found = Draw.objects.get()
    assert (found.seed, len(found.commitment)) == ("", 64)
    people = [reader(n) for n in range(5)]
    made = [enrol(session, one) for one in people]
    assert {one.standing for one in made} == {"applied"}
    services.leave(enrolment_id=made[4].pk, actor=as_reader(people[4]), now=clock.now())
    with pytest.raises(Refused, match="draw_early"):
        services.draw(session_id=session.pk, now=clock.now())
    late = session.enrol_until or clock.now()
    page, data = f"/activities/draws/{session.pk}", f"/activities/draws/{session.pk}.json"
    file = tmp_path / "draw.json"
    file.write_bytes(Client().get(data).content)
    with pytest.raises(CommandError, match="Not drawn yet"):
        call_command("draw", str(file))
    assert found.commitment in Client().get(page).content.decode()
    assert services.draw_due(now=late) == 1
    assert services.draw_due(now=late) == 0
    found.refresh_from_db()
    assert hashlib.sha256(found.seed.encode()).hexdigest() == found.commitment
    standings = sorted(Enrolment.objects.values_list("standing", flat=True))
    assert standings == ["cancelled", "confirmed", "confirmed", "confirmed", "waitlisted"]
    assert Share.objects.get(pool=session.pool).taken == 3
    file.write_bytes(Client().get(data).content)
    out = StringIO()
    call_command("draw", str(file), stdout=out)
    assert "The draw holds: 4 entries, 3 with places" in out.getvalue()
    said = json.loads(file.read_text())
    file.write_text(json.dumps({**said, "outcome": said["outcome"][::-1]}))
    with pytest.raises(CommandError, match="another one"):
        call_command("draw", str(file))
    file.write_text("[]")
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("draw", str(file))
    with pytest.raises(DatabaseError, match="stays as it was"), transaction.atomic():
        Draw.objects.update(seed="x")
    told = Notice.objects.values_list("kind", flat=True)
    assert sorted(told) == ["accepted", "accepted", "accepted", "listed"]
    assert "3 组抽中" in Client().get(page).content.decode()


def test_a_draw_that_cannot_be_made_costs_itself_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Announced under another secret of the node; the next one is drawn all the same."""
    with monkeypatch.context() as before:
        before.setattr(draws, "USE", "activities.other")
        lost = session_of(publish(make_activity("第一场", mode="lottery", places=1)))
    kept = session_of(publish(make_activity("第二场", mode="lottery", places=1)))
    enrol(lost, reader(1))
    enrol(kept, reader(2))
    late = max(lost.enrol_until or clock.now(), kept.enrol_until or clock.now())
    assert services.draw_due(now=late) == 1
    assert [*Draw.objects.filter(drawn_at=None).values_list("session_id", flat=True)] == [lost.pk]


def test_who_loses_a_place_at_the_desk_is_told() -> None:
    session, one = session_of(publish(make_activity())), reader(1)
    made = enrol(session, one)
    assert made.claim_id is not None
    booking.cancel(claim_id=made.claim_id, actor=SYSTEM, now=clock.now())
    hear()
    made.refresh_from_db()
    assert made.standing == "cancelled"
    assert [*Notice.objects.values_list("enrolment_id", "kind")] == [(made.pk, "cancelled")]


def test_somebody_decides_and_groups_have_their_own_places() -> None:
    here = make_organisation("州文化馆")
    made = make_activity(mode="approval", groups="also", organisation_id=here.pk, sessions=1)
    session = session_of(publish(made))
    staff = client_of(make_user("officer", role="activity_officer", organisation_id=here.pk))
    one = enrol(session, reader(1))
    page = f"/desk/activities/sessions/{session.pk}/"
    decide = f"{page}enrolments/{one.pk}/decide"
    assert "报名等审核" in staff.get("/desk/").content.decode()
    assert "请写理由" in staff.post(decide, {"answer": "no"}, follow=True).content.decode()
    staff.post(decide, {"answer": "no", "reason": "要会苗语"})
    one.refresh_from_db()
    assert (one.standing, one.reason) == ("refused", "要会苗语")
    assert "已经处理过" in staff.post(decide, {"answer": "yes"}, follow=True).content.decode()
    leader = reader(9)
    group = apps.get_model("people", "Group").objects.create(
        name="侗歌队", kind="choir", responsible=leader, made_at=clock.now()
    )
    apps.get_model("people", "GroupMember").objects.create(group=group, user=leader, joined_at=clock.now())
    asked: dict[str, Any] = {
        "session_id": session.pk, "group_id": group.pk, "heads": 8, "key": "g", "version": 1, "waits": True,
        "actor": as_reader(leader),
    }  # fmt: skip
    refused("heads_odd", services.enrol_group, **{**asked, "heads": 0})
    refused("not_responsible", services.enrol_group, **{**asked, "actor": as_reader(reader(2))})
    party = services.enrol_group(**asked, now=clock.now())
    assert services.enrol_group(**asked, now=clock.now()).pk == party.pk
    refused("once_each", services.enrol_group, **{**asked, "key": "h"})
    staff.post(f"{page}enrolments/{party.pk}/decide", {"answer": "yes"})
    party.refresh_from_db()
    assert (party.standing, Share.objects.get(pool=session.pool).taken) == ("confirmed", 8)
    assert "侗歌队" in staff.get(page).content.decode()
    alone = session_of(publish(make_activity("个人的")))
    refused("no_groups", services.enrol_group, **{**asked, "session_id": alone.pk, "key": "i"})


def test_moved_people_are_told_once_and_leave_without_blame() -> None:
    session = session_of(publish(make_activity()))
    user = reader(1)
    made, now = enrol(session, user), clock.now()
    plan = make_plan_of(session.begins_at + DAY)
    refused("reason_missing", services.move_session, session_id=session.pk, plan=plan, reason=" ")
    services.move_session(session_id=session.pk, plan=plan, reason="停电", actor=SYSTEM, now=now)
    session.refresh_from_db()
    assert (session.begins_at, session.version) == (plan.begins_at, 2)
    refused(
        "session_moved", services.enrol, session_id=session.pk, who=[user.pk], key="z", version=1, waits=False,
        actor=as_reader(user),
    )  # fmt: skip
    assert services.tell_due(now=now) == 1
    assert services.tell_due(now=now) == 0
    late = plan.begins_at - HOUR
    assert services.leave(enrolment_id=made.pk, actor=as_reader(user), now=late).standing == "cancelled"
    again = enrol(session, user, key="again", version=2)
    assert services.leave(enrolment_id=again.pk, actor=as_reader(user), now=late).standing == "late_cancelled"


def test_reminders_go_out_once_each(settings: Any) -> None:
    settings.SMS_GATEWAY = "print"
    session = session_of(publish(make_activity()))
    enrol(session, reader(1))
    assert services.tell_due(now=session.begins_at - 2 * DAY) == 0
    day, hours = session.begins_at - 23 * HOUR, session.begins_at - HOUR
    assert [services.tell_due(now=day), services.tell_due(now=day)] == [1, 0]
    assert [services.tell_due(now=hours), services.tell_due(now=hours)] == [1, 0]
    enrol(session, reader(2), now=hours)
    assert services.tell_due(now=hours) == 0, "who enrolled just now knows"
    for number in Notice.objects.values_list("pk", flat=True):
        assert services.send(notice_id=number, now=clock.now())
    assert Message.objects.filter(template="activity_notice").count() == 2


def test_two_people_call_a_session_off() -> None:
    here = make_organisation("州文化馆")
    session = session_of(publish(make_activity(organisation_id=here.pk)))
    made = enrol(session, reader(1))
    officer = client_of(make_user("officer", role="activity_officer", organisation_id=here.pk))
    final = client_of(make_user("final", role="final_reviewer", organisation_id=here.pk))
    page = f"/desk/activities/sessions/{session.pk}/"
    assert "请写理由" in officer.post(f"{page}cancel", {"reason": ""}, follow=True).content.decode()
    officer.post(f"{page}cancel", {"reason": "台风"})
    found = CallOff.objects.get()
    assert "已经有人提出" in officer.post(f"{page}cancel", {"reason": "台风"}, follow=True).content.decode()
    assert officer.post(f"/desk/activities/cancelling/{found.pk}/answer", {"answer": "yes"}).status_code == 403
    refused(
        "same_person", services.answer_cancel, call_off_id=found.pk, agrees=True, actor=Actor(found.proposed_by, "")
    )
    assert "等您同意取消" in final.get("/desk/").content.decode()
    assert "台风" in final.get("/desk/activities/cancelling/").content.decode()
    final.post(f"/desk/activities/cancelling/{found.pk}/answer", {"answer": "yes"})
    session.refresh_from_db()
    made.refresh_from_db()
    assert (session.state, session.reason, made.standing) == ("cancelled", "台风", "cancelled")
    assert Share.objects.get(pool=session.pool).taken == 0
    assert Notice.objects.get().kind == "cancelled"
    assert "已取消" in Client().get(f"/activities/{session.activity_id}").content.decode()
    with pytest.raises(DatabaseError, match="does not become"), transaction.atomic():
        Session.objects.filter(pk=session.pk).update(state="published")


def test_postponed_until_it_is_known_when() -> None:
    here = make_organisation("州文化馆")
    session = session_of(publish(make_activity(organisation_id=here.pk)))
    enrol(session, reader(1))
    officer = client_of(make_user("officer", role="activity_officer", organisation_id=here.pk))
    page = f"/desk/activities/sessions/{session.pk}/"
    officer.post(f"{page}postpone", {"reason": "疫情"})
    session.refresh_from_db()
    assert (session.state, session.version) == ("postponed", 2)
    assert services.tell_due(now=clock.now()) == 1
    refused(
        "called_off", services.enrol, session_id=session.pk, who=[reader(2).pk], key="k", version=2, waits=False,
        actor=as_reader(reader(3)),
    )  # fmt: skip
    assert services.follow(now=session.ends_at) == 0, "the clock leaves it alone"
    plan = make_plan_of(session.begins_at + 7 * DAY)
    asked = {name: f"{value.astimezone():%Y-%m-%dT%H:%M}" for name, value in plan._asdict().items() if name != "places"}
    places = {"places_open": "5", "places_group": "0", "places_elder": "0", "places_door": "0"}
    assert officer.post(f"{page}move", {**asked, **places, "ends_at": "x"}).status_code == 400
    officer.post(f"{page}move", {**asked, **places})
    session.refresh_from_db()
    assert (session.state, session.begins_at, session.version) == ("enrolling", plan.begins_at, 3)
    assert services.tell_due(now=clock.now()) == 1


def test_an_offer_is_answered_by_the_link_and_lapses_once() -> None:
    session = session_of(publish(make_activity(places=1)))
    first, second = reader(1), reader(2)
    taken = enrol(session, first)
    waiting = enrol(session, second, waits=True)
    services.leave(enrolment_id=taken.pk, actor=as_reader(first), now=clock.now())
    hear()
    booking.expire_due(now=clock.now() + 3 * HOUR)
    hear()
    waiting.refresh_from_db()
    assert (waiting.standing, waiting.lapses) == ("offered", 1), "alone on the list: its turn again, once"
    link = f"/o/{link_code(waiting.pk)}"
    shown = Client().get(link).content.decode()
    assert "确认参加" in shown
    assert second.name not in shown
    assert Client().get(f"/o/{link_code(waiting.pk)}X").status_code == 404
    assert Client().post(link).status_code == 400, "nothing is given up by an empty answer"
    assert "记下了" in Client().post(link, {"answer": "yes"}, follow=True).content.decode()
    waiting.refresh_from_db()
    assert waiting.standing == "confirmed"
    Client().post(link, {"answer": "no"})
    waiting.refresh_from_db()
    assert waiting.standing == "cancelled"
