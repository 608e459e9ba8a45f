"""`wenmai check` on activities, who takes part as a workbook, and the import of the command line."""

import io
from pathlib import Path

import openpyxl
import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from wenmai.activities import services
from wenmai.activities.models import Activity, Draw, Enrolment, Session
from wenmai.activities.queries.soundness import findings
from wenmai.activities.rules.draws import Entry, commitment_of, drawn
from wenmai.activities.testing import make_activity, make_content, make_plan_of, publish, session_of
from wenmai.activities.tests.test_imports import DAY, event, file
from wenmai.booking import services as booking
from wenmai.booking.testing import make_thing
from wenmai.institutions.testing import make_organisation
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM, Actor
from wenmai.lib.levels import Level
from wenmai.people.testing import client_of, make_reader, make_user

pytestmark = pytest.mark.django_db


def enrolled(session: Session, number: int, name: str) -> Enrolment:
    reader = make_reader(f"+8613500003{number:03}", name)
    return services.enrol(
        session_id=session.pk, who=[reader.pk], key=f"k{number}", version=1, waits=False,
        actor=Actor(reader.pk, "", (), Level.PHONE), now=clock.now(),
    )  # fmt: skip


def wrong() -> list[bool]:
    return [not one.holds for one in findings()]


def test_each_thing_that_is_not_as_it_should_be_is_named() -> None:
    now = clock.now()
    first, other = (session_of(publish(make_activity(title))) for title in ("一", "二"))
    one = enrolled(first, 1, "甲")
    hall = make_thing(organisation_id=first.activity.organisation_id)
    content = make_content("三", thing_id=hall.pk)
    third = services.make(organisation_id=hall.organisation_id, content=content, actor=SYSTEM, now=now)
    (in_hall,) = services.add_sessions(
        activity_id=third.pk, plans=[make_plan_of(first.begins_at)], actor=SYSTEM, now=now
    )
    entries, seed = [Entry(7, 1, "open"), Entry(8, 2, "open")], "5" * 64
    outcome = [list(each) for each in drawn(seed, entries, {"open": 2, "group": 0})]
    Draw.objects.create(
        session=first, nonce="n", commitment=commitment_of(seed), committed_at=now, seed=seed, drawn_at=now,
        entries=[list(each) for each in entries], places={"open": 2, "group": 0}, outcome=outcome,
    )  # fmt: skip
    assert wrong() == [False] * 4, [one.sentence for one in findings()]

    booking.end_stay(stay_id=in_hall.stay_id or 0, state="released", reason="漏水", actor=SYSTEM, now=now)
    booking.release(claim_id=one.claim_id or 0, reason="x", actor=SYSTEM, now=now)
    assert wrong() == [True, False, True, False]
    Draw.objects.create(
        session=other, nonce="n", commitment=commitment_of(seed), committed_at=now, seed=seed, drawn_at=now,
        entries=[list(each) for each in entries], places={"open": 3, "group": 0}, outcome=outcome,
    )  # fmt: skip
    said = list(findings())[-1]
    assert (said.holds, str(other.pk) in said.sentence) == (False, True)


def test_who_takes_part_as_a_workbook_is_written_down() -> None:
    session = session_of(publish(make_activity()))
    enrolled(session, 1, "=甲")
    enrolled(session, 2, "乙")
    staff = client_of(make_user("officer", role="activity_officer"))
    answer = staff.get(f"/desk/activities/sessions/{session.pk}/enrolments.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.getvalue())).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert [row[5] for row in rows] == ["谁参加", "'=甲", "乙"]
    assert apps.get_model("people", "Look").objects.filter(page="desk:activities:enrolments_table").exists()


def test_the_command_shows_first_and_takes_when_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    here, now = make_organisation("州文化馆"), clock.now()
    calendar = tmp_path / "a.ics"
    calendar.write_bytes(file(event("a", now + DAY, "刺绣课"), event("b", now - 400 * DAY, "旧课")))
    asked = ("activities", "import", str(calendar), "--organisation", here.code, "--name", "州日历", "--kinds", "class")
    call_command(*asked)
    said = capsys.readouterr().out
    assert "new · 刺绣课 · 1" in said
    assert "refused · 旧课" in said
    assert not Activity.objects.exists()
    call_command(*asked, "--take")
    assert "Taken: new 1, changed 0" in capsys.readouterr().out
    call_command(*asked)
    assert "Seen: new 0, changed 0, unchanged 1, refused 1." in capsys.readouterr().out
    for wrong_one in (
        (*asked[:2], str(tmp_path / "none"), *asked[3:]), (*asked[:4], "1", *asked[5:]), (*asked[:-1], "nothing"),
        (*asked[:2], "http://127.0.0.1/a.ics", *asked[3:]),
    ):  # fmt: skip
        with pytest.raises(CommandError):
            call_command(*wrong_one)
