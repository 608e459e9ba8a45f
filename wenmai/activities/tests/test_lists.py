"""A door without a network: what is noted there comes back and counts once; forged, reused, foreign, revoked codes;
clocks that jump; two doors with one code."""

import datetime as dt
import json
import threading
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client

from wenmai.activities import queries, services
from wenmai.activities.models import Arrival, DoorList, DoorScan, Enrolment, Session
from wenmai.activities.rules import lists
from wenmai.activities.tests.test_doors import soon
from wenmai.activities.tests.test_services import as_reader, enrol, reader, refused
from wenmai.booking import queries as places
from wenmai.institutions.testing import make_organisation
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM, Actor
from wenmai.lib.refusal import Refused
from wenmai.people.services import card_documents
from wenmai.people.testing import client_of, make_user

HOUR, MINUTE = dt.timedelta(hours=1), dt.timedelta(minutes=1)
AT = dt.datetime(2027, 5, 12, 2, tzinfo=dt.UTC)


def taken(session: Session, staff: int = 700_001, now: dt.datetime | None = None) -> DoorList:
    """By somebody, to a telephone."""
    now = now or clock.now()
    return services.take_list(session_id=session.pk, device=f"手机{staff}", actor=Actor(staff, "小王"), now=now)


def sent(made: DoorList, scans: list[dict[str, Any]], now: dt.datetime, device: dt.datetime | None = None) -> list[Any]:
    """What came of each. `device`: what its clock says at the moment of sending."""
    body = json.dumps({"form": lists.FORM, "clock": (device or now).isoformat(), "scans": scans}).encode()
    mark = lists.mark_of(queries.key_of(made), body)
    found = services.take_scans(list_id=made.pk, body=body, mark=mark, now=now)
    return [(str(one.outcome), *one.doubts) for one in found]


def scan(number: int, code: str, at: dt.datetime, heads: int = 1) -> dict[str, Any]:
    return {"n": number, "code": code, "heads": heads, "at": at.isoformat()}


def test_when_it_happened_by_a_clock_that_jumps():
    door = (AT - HOUR, AT + HOUR)

    def doubts(*device: dt.datetime, clock: dt.datetime = AT) -> list[tuple[str, ...]]:
        scans = [lists.Scan(number, "x", 1, at) for number, at in enumerate(device, 1)]
        found = lists.moments(scans, clock, AT, AT - HOUR / 2, door)
        assert all(AT - HOUR / 2 <= one.at <= AT for one in found)
        return [one.doubts for one in found]

    assert doubts(AT - 9 * MINUTE, AT - 3 * MINUTE) == [(), ()]
    assert doubts(AT - 9 * MINUTE + 8 * HOUR, clock=AT + 8 * HOUR) == [("clock",)], "off, but the same all the time"
    assert doubts(AT - 3 * MINUTE, AT - 9 * MINUTE) == [(), ("jump",)]
    assert doubts(AT + 9 * HOUR) == [("clock",)]
    assert lists.moments([lists.Scan(1, "x", 1, AT)], AT, AT, AT - HOUR, (AT - HOUR, AT - MINUTE))[0].doubts == (
        "outside",
    )


def written(*scans: dict[str, Any], **more: Any) -> bytes:
    return json.dumps({"form": lists.FORM, "clock": AT.isoformat(), "scans": scans, **more}).encode()


GOOD: dict[str, Any] = {"n": 1, "code": "x", "heads": 1, "at": AT.isoformat()}


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{}", b"[1]", b"[" * 100_000, b"x" * (lists.MOST_BYTES + 1), written(form="x"),
        written(clock="2027-05-12"),
        written({**GOOD, "n": 0}), written({**GOOD, "n": True}), written({**GOOD, "heads": -1}),
        written({**GOOD, "heads": 501}), written({**GOOD, "code": 5}), written({**GOOD, "at": "0001-01-01T00:00:00Z"}),
        written(GOOD, GOOD), written(*[GOOD] * (lists.MOST_SCANS + 1)),
    ],
    ids=range(15),
)  # fmt: skip
def test_what_no_device_sends(body: bytes):
    with pytest.raises(Refused) as refusal:
        lists.checked_upload(body)
    assert refusal.value.code in ("upload_odd", "upload_large", "scans_many")


@pytest.mark.django_db
def test_forged_reused_foreign_and_revoked_codes_are_told_apart_and_kept():
    session, other = soon(door=1), soon(title="别的课")
    made, gone, strange = enrol(session, reader(1)), enrol(session, reader(2)), enrol(other, reader(3))
    mine, now = taken(session), clock.now()
    late = enrol(session, reader(4), now=now + MINUTE)
    services.leave(enrolment_id=gone.pk, actor=as_reader(reader(2)), now=now)
    codes = [queries.ticket_of(one.pk) for one in (made, made, strange, gone, late)]
    forged = codes[0][:-1] + ("2" if codes[0][-1] != "2" else "3")
    content = queries.content_of_list(mine)
    assert reader(1).name not in json.dumps(content, ensure_ascii=False), "masked"
    assert codes[0] not in json.dumps(content)
    assert lists.hash_of(mine.salt, codes[0].lower()) in {one[0] for one in content["tickets"]}
    at = now + 2 * MINUTE
    scans = [scan(number, code, at) for number, code in enumerate([*codes, forged], 1)]
    scans += [scan(7, "", at, 1), scan(8, "", at, 1), scan(9, "", at, -1)]
    outcomes = [
        ("counted",), ("again",), ("other",), ("revoked",), ("counted", "unlisted"), ("forged",), ("heads",),
        ("heads", "full"), ("heads",),
    ]  # fmt: skip
    assert sent(mine, scans, now + 5 * MINUTE) == outcomes
    assert sent(mine, scans, now + 6 * MINUTE) == outcomes, "sent twice, counted once"
    assert queries.count_of(session.pk) == (2, 2, 2, 3)
    assert forged not in json.dumps([str(vars(one)) for one in DoorScan.objects.all()]), "only its digest"
    assert [one.number for one in queries.conflicts(session.pk)] == [2, 3, 4, 5, 6, 8]
    with pytest.raises(Refused, match="mark_wrong"):
        services.take_scans(list_id=mine.pk, body=b"{}", mark="0" * 64, now=now)
    services.revoke_list(list_id=mine.pk, actor=SYSTEM, now=now)
    with pytest.raises(Refused, match="list_revoked"):
        sent(mine, [scan(10, codes[0], at)], now + 7 * MINUTE)
    for rows, change in (
        (DoorScan.objects.all(), {"heads": 2}), (DoorScan.objects.filter(outcome="again"), {"outcome": "counted"}),
        (DoorList.objects.all(), {"revoked_at": None}),
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)


@pytest.mark.django_db
def test_two_doors_scanning_one_code_offline():
    session, now = soon(), clock.now()
    made = enrol(session, reader(1))
    north, south = taken(session, 700_001), taken(session, 700_002)
    code = queries.ticket_of(made.pk)
    assert sent(south, [scan(1, code, now + 3 * MINUTE)], now + 5 * MINUTE) == [("counted",)]
    assert sent(north, [scan(1, code, now + 2 * MINUTE)], now + 9 * MINUTE) == [("counted",)], "was there first"
    arrival = Arrival.objects.get()
    assert (arrival.by, arrival.at) == (700_001, now + 2 * MINUTE)
    kept = {one.door_list_id: str(one.outcome) for one in DoorScan.objects.all()}
    assert kept == {north.pk: "counted", south.pk: "again"}
    assert queries.count_of(session.pk).came == 1


@pytest.mark.django_db
def test_what_comes_back_after_everything_was_settled_takes_the_blame_away():
    here = make_organisation("州文化馆")
    session, now = soon(here.pk), clock.now()
    seen, unseen, party = enrol(session, reader(1)), enrol(session, reader(2)), enrol(session, reader(3))
    mine = taken(session)
    services.check_in(session_id=session.pk, enrolment_id=seen.pk, way="name", actor=SYSTEM, now=now)
    over = session.ends_at + HOUR
    services.follow(now=over)
    services.settle_due(now=over)
    assert Enrolment.objects.get(pk=unseen.pk).standing == "no_show"
    code = queries.ticket_of(unseen.pk)
    assert sent(mine, [scan(1, code, now + MINUTE)], over) == [("counted",)]
    assert Enrolment.objects.get(pk=unseen.pk).standing == "completed"
    assert not places.paused(here.pk, [reader(2).pk], over)
    assert Enrolment.objects.get(pk=party.pk).standing == "no_show"
    with pytest.raises(Refused, match="list_old"):
        sent(mine, [scan(2, code, now)], over + 9 * 24 * HOUR)


@pytest.mark.django_db
def test_a_list_is_taken_for_an_open_door_only():
    session, now = soon(), clock.now()
    asked = {"session_id": session.pk, "device": "门口", "actor": Actor(1, "")}
    refused("list_early", services.take_list, **asked, now=session.check_from - 25 * HOUR)
    refused("door_closed", services.take_list, **asked, now=session.check_until + MINUTE)
    refused("device_missing", services.take_list, **{**asked, "device": " \x07"}, now=now)
    refused("nobody", services.take_list, **{**asked, "actor": SYSTEM}, now=now)


@pytest.mark.django_db
def test_the_command_checks_by_the_list_alone_and_what_it_noted_is_taken(tmp_path: Path):
    here = make_organisation("州文化馆")
    session = soon(here.pk)
    made, other = enrol(session, reader(1)), enrol(session, reader(2))
    staff = client_of(make_user("door", role="door_staff", organisation_id=here.pk))
    page = staff.post(f"/desk/activities/doors/{session.pk}/lists/", {"device": "盒子"}, follow=True)
    assert "盒子" in page.content.decode()
    mine = DoorList.objects.get()
    given = staff.get(f"/desk/activities/doors/lists/{mine.pk}/?format=json").content
    file, notes, pin = tmp_path / "list.json", tmp_path / "notes.json", card_documents.pin()
    file.write_bytes(given)
    asked = {"list": file, "stdout": (out := StringIO())}
    call_command("door", "verify", f"--pin={pin}", **asked)
    code = queries.ticket_of(made.pk)
    call_command("door", "check", f"--pin={pin}", code, code, "2.ABCDEFGHJKLMNPQR", notes=notes, **asked)
    said = out.getvalue().splitlines()
    assert [line[:4] for line in said[1:]] == ["yes ", "no  ", "no  "]
    with pytest.raises(CommandError, match="not_pinned"):
        call_command("door", "verify", list=file, pin="x" * 43)
    body = json.dumps({**json.loads(notes.read_text()), "clock": clock.now().isoformat()}).encode()
    machine, to = Client(enforce_csrf_checks=True), json.loads(given)["to"]
    mark = lists.mark_of(json.loads(given)["key"], body)
    wrong = machine.post(to, body, "application/json", headers={"Wenmai-Door": "0"})
    assert (wrong.status_code, wrong.json()["code"]) == (403, "mark_wrong")
    came = machine.post(to, body, "application/json", headers={"Wenmai-Door": mark}).json()["scans"]
    assert [one["outcome"] for one in came] == ["counted", "again", "forged"]
    shown = staff.get(f"/desk/activities/doors/{session.pk}/lists/").content.decode()
    assert "别处已经签到" in shown
    away = client_of(make_user("colleague", role="door_staff", organisation_id=here.pk))
    assert away.get(f"/desk/activities/doors/lists/{mine.pk}/").status_code == 404, "another's telephone"
    assert "作废了" in away.post(f"/desk/activities/doors/lists/{mine.pk}/revoke", follow=True).content.decode()
    stranger = client_of(make_user("stranger", role="door_staff", organisation_id=make_organisation("别家").pk))
    assert stranger.get(f"/desk/activities/doors/{session.pk}/lists/").status_code == 403
    assert stranger.post(f"/desk/activities/doors/lists/{mine.pk}/revoke").status_code == 403
    assert other.standing == "confirmed"


@pytest.mark.django_db(transaction=True)
def test_two_doors_send_one_code_at_once():
    session, now = soon(), clock.now()
    made = enrol(session, reader(1))
    doors, code = [taken(session, staff) for staff in (700_001, 700_002)], queries.ticket_of(made.pk)
    gate, outcomes = threading.Barrier(2), []

    def send(door: DoorList) -> None:
        try:
            gate.wait(10)
            outcomes.extend(sent(door, [scan(1, code, now + MINUTE)], now + 2 * MINUTE))
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(door,)) for door in doors]
    for one in threads:
        one.start()
    for one in threads:
        one.join(20)
    assert sorted(outcomes) == [("again",), ("counted",)]
    assert Arrival.objects.count() == 1
