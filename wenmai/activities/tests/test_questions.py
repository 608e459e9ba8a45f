"""What an organiser asks at enrolment: reviewed, answered once, read by whom it is meant for, forgotten."""

import datetime as dt
import io
from typing import Any

import openpyxl
import pytest
from django.db import DatabaseError, transaction

from wenmai.activities import services
from wenmai.activities.models import Answer, Edition, Enrolment
from wenmai.activities.personal import ANSWERS_DAYS, RULES, TABLES
from wenmai.activities.rules.questions import Kind, Question, Seen, answered, checked
from wenmai.activities.testing import approve, make_content
from wenmai.activities.tests.test_doors import soon
from wenmai.activities.tests.test_services import enrol, reader, refused
from wenmai.institutions.testing import make_organisation
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.lib.personal import Person
from wenmai.lib.refusal import Refused
from wenmai.people.testing import client_of, make_user

SIZE = Question("衣服穿几号", Kind.ONE, ("小", "中", "大"), True)
NEEDS = Question("要什么帮助", Kind.SEVERAL, ("坐轮椅", "要手语"), False, Seen.DOOR)
FIRST = Question("第一次来吗", Kind.YES)
WISH = Question("想学什么")
ALL = (SIZE, NEEDS, FIRST, WISH)


@pytest.mark.parametrize(
    ("questions", "code"),
    [
        ([WISH] * 11, "questions_many"), ([WISH, WISH], "question_twice"), ([Question(" \x07")], "question_missing"),
        ([Question("长" * 121)], "question_long"), ([Question("a", "x")], "question_odd"),
        ([Question("a", seen="all")], "question_odd"), ([SIZE._replace(options=("小",))], "options_odd"),
        ([SIZE._replace(options=("小", "小"))], "options_odd"), ([Question("您的身份证号？")], "question_known"),
        ([Question("Your phone number")], "question_known"),
        ([SIZE._replace(options=("手机号", "b"))], "question_known"),
    ],
    ids=range(11),
)  # fmt: skip
def test_what_is_not_asked(questions: list[Question], code: str) -> None:
    with pytest.raises(Refused) as refusal:
        checked(questions)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("given", "came"),
    [
        ({0: ["中"]}, [(0, ("中",))]), ({0: ["中"], 1: ["坐轮椅", "要手语"], 2: ["no"], 3: [" 绣\x07花 "]}, None),
        ({}, "answer_missing"), ({0: [" "]}, "answer_missing"), ({0: ["特大"]}, "answer_odd"),
        ({0: ["小", "中"]}, "answer_odd"), ({0: ["中"], 1: ["要车"]}, "answer_odd"),
        ({0: ["中"], 2: ["也许"]}, "answer_odd"), ({0: ["中"], 3: ["长" * 401]}, "answer_long"),
        ({0: ["中"], 9: ["多的"]}, [(0, ("中",))]),
    ],
    ids=range(10),
)  # fmt: skip
def test_what_is_answered(given: dict[int, list[str]], came: Any) -> None:
    if isinstance(came, str):
        with pytest.raises(Refused) as refusal:
            answered(ALL, given)
        assert refusal.value.code == came
    else:
        said = [tuple(one) for one in answered(ALL, given)]
        assert said == (came or [(0, ("中",)), (1, ("坐轮椅", "要手语")), (2, ("no",)), (3, ("绣花",))])


@pytest.mark.django_db
def test_an_answer_belongs_to_the_question_as_it_was_asked() -> None:
    session, now = soon(), clock.now()
    activity = session.activity
    by: dict[str, Any] = {"activity_id": activity.pk, "actor": SYSTEM, "now": now}
    first = activity.latest
    assert first is not None
    assert services.ask(**by, questions=()) == first, "asking nothing changes nothing"
    asked = services.ask(**by, questions=(SIZE, WISH))
    enrol(session, reader(1))
    approve(activity)
    services.change(**by, content=make_content("改了名", questions=(SIZE, WISH)))
    refused("answer_missing", lambda actor, now: enrol(session, reader(2)))
    said = services.Answers(asked.pk, {0: ["中"], 1: ["绣花"]})
    made = enrol(session, reader(2), answers=said)
    assert enrol(session, reader(2), answers=services.Answers(0, {})) == made, "the same key again"
    services.ask(**by, questions=(WISH,))
    approve(activity)
    refused("questions_changed", lambda actor, now: enrol(session, reader(3), answers=said))
    assert [one.question for one in Answer.objects.order_by("number")] == ["衣服穿几号", "想学什么"]
    latest = Edition.objects.get(activity=activity, number=1)
    for wrong in ({"number": 7}, {"edition": latest}, {"said": ["x"]}):
        with pytest.raises(DatabaseError, match="belongs to no question"), transaction.atomic():
            Answer.objects.update(**wrong)
    with pytest.raises(DatabaseError, match="belongs to no question"), transaction.atomic():
        Answer.objects.create(enrolment=made, edition=latest, number=2, said=["x"])


@pytest.mark.django_db
def test_from_asking_to_the_door() -> None:
    here = make_organisation("州文化馆")
    session = soon(here.pk)
    activity = session.activity
    officer = client_of(make_user("officer", role="activity_officer", organisation_id=here.pk))
    where = f"/desk/activities/{activity.pk}/questions"
    form = {
        "words0": "衣服穿几号", "kind0": "one", "options0": "小\r\n中\r\n", "required0": "on", "seen0": "staff",
        "words3": "要什么帮助", "kind3": "words", "seen3": "door",
    }  # fmt: skip
    assert (
        "不能问证件号"
        in officer.post(where, {**form, "words4": "住址", "kind4": "words", "seen4": "door"}).content.decode()
    )
    assert "改好了" in officer.post(where, form, follow=True).content.decode()
    assert (
        "衣服穿几号（选一个、小、中、必须回答、主办方）"
        in officer.get(f"/desk/activities/{activity.pk}/").content.decode()
    )
    approve(activity)
    assert activity.shown is not None

    guardian = reader(1)
    own = client_of(guardian)
    page = own.get(f"/account/activities/sessions/{session.pk}/enrol")
    assert "要什么帮助" in page.content.decode()
    said = {
        "who": str(guardian.pk), "key": "k", "version": str(session.version), "edition": str(activity.shown.pk),
        "q1": "坐轮椅",
    }  # fmt: skip
    again = own.post(f"/account/activities/sessions/{session.pk}/enrol", said)
    assert (again.status_code, "还没有回答：衣服穿几号" in again.content.decode()) == (400, True)
    assert 'value="坐轮椅"' in again.content.decode(), "what was written stays"
    done = own.post(f"/account/activities/sessions/{session.pk}/enrol", {**said, "q0": "中"}, follow=True)
    assert "坐轮椅" in done.content.decode()

    assert "坐轮椅" in officer.get(f"/desk/activities/sessions/{session.pk}/").content.decode()
    sheet = openpyxl.load_workbook(
        io.BytesIO(officer.get(f"/desk/activities/sessions/{session.pk}/enrolments.xlsx").getvalue())
    ).active
    assert sheet is not None
    rows = [row[-2:] for row in sheet.iter_rows(values_only=True)]
    assert rows == [("衣服穿几号", "要什么帮助"), ("中", "坐轮椅")]
    staff = client_of(make_user("door", role="door_staff", organisation_id=here.pk))
    paper = staff.get(f"/desk/activities/doors/{session.pk}/paper").content.decode()
    assert "坐轮椅" in paper
    assert "衣服穿几号" not in paper, "not meant for the door"


@pytest.mark.django_db
def test_answers_are_told_to_whom_they_belong_and_forgotten() -> None:
    session = soon()
    asked = services.ask(activity_id=session.activity_id, questions=(SIZE, WISH), actor=SYSTEM, now=clock.now())
    approve(session.activity)
    guardian = reader(1)
    enrol(session, guardian, answers=services.Answers(asked.pk, {0: ["中"], 1: ["绣花"]}))
    (table,) = [one for one in TABLES if one.model == "activities.Answer"]
    person = Person(guardian.pk)
    assert table.told is not None
    assert [table.told(person, one) for one in table.rows(person).order_by("number")][1] == {
        "question": "想学什么", "said": ["绣花"],
    }  # fmt: skip
    (rule,) = [one for one in RULES if one.name == "activities.answers"]
    over = session.ends_at + dt.timedelta(days=ANSWERS_DAYS)
    assert not rule.rows(over - dt.timedelta(days=ANSWERS_DAYS + 1)).exists()
    assert rule.rows(over).count() == 2
    assert rule.forget is not None
    assert rule.forget([*rule.rows(over).values_list("pk", flat=True)]) == 2
    assert Enrolment.objects.count() == 1
