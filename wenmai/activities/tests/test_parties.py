"""Of a party only some have come, the others come later; and the list on paper."""

import datetime as dt
import io
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import openpyxl
import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from wenmai.activities import queries, services
from wenmai.activities.models import Arrival, DoorScan, Enrolment, Session
from wenmai.activities.tests.test_doors import soon
from wenmai.activities.tests.test_lists import scan, sent, taken
from wenmai.activities.tests.test_services import as_reader, enrol, reader, refused
from wenmai.institutions.testing import make_organisation
from wenmai.journal.models import Entry
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.lib.refusal import Refused
from wenmai.people import queries as people
from wenmai.people.models import User
from wenmai.people.testing import client_of, make_user
from wenmai.people.testing.families import make_child, make_guardian

MINUTE = dt.timedelta(minutes=1)


def family(session: Session, children: int = 2) -> tuple[User, Enrolment]:
    """A guardian with children, who have enrolled together."""
    guardian = make_guardian("王秀英")
    who = [guardian.pk, *(make_child(guardian, name=f"孩子{n}").pk for n in range(children))]
    made = services.enrol(
        session_id=session.pk, who=who, key=f"f{guardian.pk}", version=session.version, waits=False,
        actor=as_reader(guardian), now=clock.now(),
    )  # fmt: skip
    return guardian, made


@pytest.mark.django_db
def test_some_come_now_and_the_others_later() -> None:
    session = soon()
    _guardian, made = family(session)
    asked: dict[str, Any] = {"session_id": session.pk, "enrolment_id": made.pk, "actor": SYSTEM, "now": clock.now()}
    refused("not_in", services.recount, **{**asked, "heads": 1})
    refused("party_many", services.check_in, **asked, way="name", heads=4)
    services.check_in(**asked, way="name", heads=1)
    assert queries.count_of(session.pk) == (3, 1, 0, 1)
    refused("party_many", services.check_in, **asked, way="name", heads=3)
    services.check_in_by_ticket(session_id=session.pk, text=queries.ticket_of(made.pk), actor=SYSTEM, now=clock.now())
    assert queries.count_of(session.pk) == (3, 3, 0, 3), "the same ticket again: those who were missing"
    refused("used", services.check_in, **asked, way="name")
    refused("party_many", services.recount, **asked, heads=4)
    for _again in range(2):
        assert services.recount(**asked, heads=2) == 2
    assert services.recount(**asked, heads=0) == 0
    assert services.recount(**asked, heads=0) == 0, "a double tap"
    made.refresh_from_db()
    assert (made.standing, Arrival.objects.count()) == ("confirmed", 0)
    services.check_in(**asked, way="name")
    noted = Entry.objects.filter(name="activities.recounted").order_by("pk")
    assert [(one.detail["before"], one.detail["heads"]) for one in noted] == [(3, 2), (2, 0)]
    for wrong in ({"heads": 4}, {"session": soon(title="别的课")}):
        with pytest.raises(DatabaseError, match="more came than"), transaction.atomic():
            Arrival.objects.update(**wrong)


@pytest.mark.django_db
def test_a_door_without_a_network_counts_those_who_come_later() -> None:
    session, now = soon(), clock.now()
    _guardian, made = family(session)
    code, mine = queries.ticket_of(made.pk), taken(session)
    at = now + MINUTE
    rest = {**scan(3, code, at, 9), "more": True}
    assert sent(mine, [scan(1, code, at, 1), scan(2, code, at, 3), rest], at) == [("counted",), ("again",), ("rest",)]
    assert Arrival.objects.get().heads == 3
    assert sent(mine, [{**scan(4, code, at), "more": True}], at) == [("again",)], "they are all there"
    assert [one.heads for one in DoorScan.objects.order_by("number")] == [1, 3, 2, 1]
    assert queries.content_of_list(mine)["tickets"][0][3] == 3
    assert [one.outcome for one in queries.conflicts(session.pk)] == ["again", "again"]
    services.recount(session_id=session.pk, enrolment_id=made.pk, heads=0, actor=SYSTEM, now=now)
    assert sent(mine, [scan(5, code, at, 2)], at) == [("counted",)], "taken back on the network, and come again"
    assert Arrival.objects.get().heads == 2
    with pytest.raises(Refused, match="upload_odd"):
        sent(mine, [{**scan(6, code, at), "more": 1}], at)


@pytest.mark.django_db
def test_the_door_says_who_is_missing_and_prints_its_list() -> None:
    here = make_organisation("州文化馆")
    session = soon(here.pk)
    guardian, made = family(session)
    alone = enrol(session, reader(1))
    staff = client_of(make_user("door", role="door_staff", organisation_id=here.pk))
    page = f"/desk/activities/doors/{session.pk}/"
    shown = staff.post(f"{page}scan", {"token": queries.ticket_of(made.pk)}, follow=True).content.decode()
    assert f"{made.pk} 号票，*秀英、*子0、*子1，报了 3 人，来了 3 人" in shown
    again = f"{page}enrolments/{made.pk}/recount"
    assert "其余的人后到时" in staff.post(again, {"heads": "2"}, follow=True).content.decode()
    assert "人数不对" in staff.post(again, {"heads": "-1"}, follow=True).content.decode()
    assert "2 / 3" in staff.get(f"{page}?q=王秀英").content.decode()
    assert staff.post(f"{page}enrolments/{made.pk + 99}/recount", {"heads": "1"}).status_code == 404
    paper = staff.get(f"{page}paper").content.decode()
    assert "*秀英" in paper
    assert "王秀英" not in paper, "whole names only for whoever sees the session's list"
    assert queries.ticket_of(alone.pk)[-4:] in paper
    assert queries.ticket_of(alone.pk) not in paper
    sheet = openpyxl.load_workbook(io.BytesIO(staff.get(f"{page}paper.xlsx").getvalue())).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))[1:]
    assert [(row[0], row[1], row[5], row[6]) for row in rows] == [("□", made.pk, 3, 2), ("□", alone.pk, 1, None)]
    assert rows[0][4] == people.phone_of(guardian)[-4:]
    officer = client_of(make_user("officer", role="activity_officer", organisation_id=here.pk))
    assert "王秀英" in officer.get(f"{page}paper").content.decode()
    looks = apps.get_model("people", "Look").objects
    assert looks.filter(page="desk:activities:door_paper").count() == 2
    assert looks.filter(page="desk:activities:door_paper_table", reason="table", shown=4).exists()
    assert rows[1][3] == "*者1"


@pytest.mark.django_db(transaction=True)
def test_two_doors_count_one_party_at_once() -> None:
    session = soon()
    _guardian, made = family(session)

    def tap(_door: int) -> str:
        try:
            services.check_in(
                session_id=session.pk, enrolment_id=made.pk, way="name", heads=2, actor=SYSTEM, now=clock.now()
            )
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()
        return "in"

    with ThreadPoolExecutor(2) as doors:
        assert sorted(doors.map(tap, range(2))) == ["in", "party_many"]
    assert Arrival.objects.get().heads == 2
