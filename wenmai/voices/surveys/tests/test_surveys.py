"""A survey from its draft to its result: reviewed, drawn, asked without names, ended, shown."""

import datetime as dt
import io
from collections.abc import Callable, Iterator
from typing import Any

import openpyxl
import pytest
from django.db import DatabaseError, connection, transaction
from django.test import override_settings
from django.utils import timezone

from wenmai.institutions.models import Organisation
from wenmai.institutions.testing import make_organisation
from wenmai.journal.models import Entry
from wenmai.lib import clock, mine, personal
from wenmai.lib.access import SYSTEM
from wenmai.lib.refusal import Refused
from wenmai.messages.models import Message
from wenmai.people.models import User
from wenmai.people.testing import client_of, make_reader, make_user
from wenmai.people.testing.families import make_child, make_guardian
from wenmai.review import services as review
from wenmai.review.rules import sampling
from wenmai.voices.surveys import queries, services
from wenmai.voices.surveys.models import Answer, Box, Came, Invitation, Remark, Survey
from wenmai.voices.surveys.rules import ALLOWED, BOX, REVIEWED, Face, Plan, State
from wenmai.voices.surveys.testing import FACE, approve, attend, begin, forget_attended, sheet, write
from wenmai.voices.tests.test_together import at_once

DAY = dt.timedelta(days=1)


@pytest.fixture
def here() -> Organisation:
    return make_organisation("州文化馆")


@pytest.fixture(autouse=True)
def forgets() -> Iterator[None]:
    yield
    forget_attended()


def readers(count: int, start: int = 0) -> list[User]:
    return [make_reader(f"+861380022{number:04}") for number in range(start, start + count)]


def refused(code: str, call: Any, **more: Any) -> None:
    with pytest.raises(Refused, match=code):
        call(**{"actor": SYSTEM, "now": clock.now(), **more})


def held(name: str, call: Callable[[], object]) -> None:
    """By the constraint or trigger of this name."""
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        call()
    cause: Any = caught.value.__cause__
    assert cause.diag.constraint_name == name


def broken(name: str, **changes: Any) -> None:
    held(name, lambda: Survey.objects.update(**changes))


@pytest.mark.django_db
def test_what_is_written_is_reviewed_drawn_once_and_stays(here: Organisation) -> None:
    attend()
    odd: tuple[tuple[dict[str, Any], str], ...] = (
        ({"attended": []}, "attended_missing"), ({"attended": ["ghost"]}, "attended_missing"),
        ({"since": None}, "days_odd"), ({"plan": Plan("open", margin=99)}, "margin_odd"),
        ({"face": Face("", "", ())}, "title_missing"),
    )  # fmt: skip
    for more, code in odd:
        with pytest.raises(Refused, match=code):
            write(here.pk, **{"attended": ["test"], **more})
    guardian = make_guardian()
    people = [*readers(12), guardian]
    closed = people[0]
    attend(*people, make_child(guardian))
    forget_attended()
    with pytest.raises(Refused, match="attended_missing"):
        write(here.pk)
    attend(*people, make_child(guardian))
    User.objects.filter(pk=closed.pk).update(is_active=False)
    one = write(here.pk, plan=Plan("attended", margin=20, confidence=90, expected=60))
    today = timezone.localdate(clock.now())
    refused("survey_unreviewed", services.open_survey, survey_id=one.pk, ends_on=today)
    broken("voices_survey_was_reviewed", state="asking", ends_on=today, opened_at=clock.now(), seed="s", digest="d",
           population_count=1, drawn_count=1, needed_count=1)  # fmt: skip
    broken("voices_survey_moves", state="published")
    approve(one)
    again = write(here.pk, survey_id=one.pk, face=FACE._replace(title="换了标题"))
    refused("survey_unreviewed", services.open_survey, survey_id=again.pk, ends_on=today)
    refused("ends_odd", services.open_survey, survey_id=again.pk, ends_on=today - DAY)
    one = begin(write(here.pk, survey_id=one.pk, plan=Plan("attended", margin=20, confidence=90, expected=60)))
    frame = sorted({person.pk for person in people} - {closed.pk})
    assert (one.population_count, one.needed_count, one.drawn_count) == (12, 8, 12)
    assert one.digest == sampling.digest(frame)
    invited = dict(Invitation.objects.values_list("place", "user_id"))
    assert invited == {place: frame[place - 1] for place in queries.drawn_places(one)}, "the draw comes out again"
    refused("survey_step_odd", services.open_survey, survey_id=one.pk, ends_on=today)
    with pytest.raises(Refused, match="survey_step_odd"):
        write(here.pk, survey_id=one.pk)
    broken("voices_survey_stays", seed="another")
    broken("voices_survey_stays", face={**one.face, "title": "别的"})
    held("voices_invitations_stay", lambda: Invitation.objects.create(survey=one, user=closed, place=99))
    held("voices_invitations_stay", lambda: Invitation.objects.all().delete())
    held("voices_survey_stays", lambda: Survey.objects.filter(pk=one.pk)._raw_delete("default"))
    said = Entry.objects.get(name="voices.survey_opened")
    assert said.detail["seed"] == one.seed
    nobody = write(here.pk)
    attend()
    approve(nobody)
    refused("nobody_attended", services.open_survey, survey_id=nobody.pk, ends_on=today)


@pytest.mark.django_db
def test_the_database_knows_the_same_moves(here: Organisation) -> None:
    one = begin(write(here.pk, population="open"))
    services.end_survey(survey_id=one.pk, actor=SYSTEM, now=clock.now())
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'voices_survey_moves'")
        (source,) = cursor.fetchone()
    known = {
        (before, after) for before in State.values for after in State.values if f"('{before}', '{after}')" in source
    }
    assert known == ALLOWED


@pytest.mark.django_db
@override_settings(SMS_GATEWAY="print")
def test_each_is_told_and_reminded_once_and_answers_once_without_a_name(here: Organisation) -> None:
    people = readers(6)
    attend(*people)
    one, now = begin(write(here.pk)), clock.now()
    assert services.invite(survey_id=one.pk, again=False, now=now) == 6
    assert services.invite(survey_id=one.pk, again=False, now=now) == 0
    assert Message.objects.filter(template="survey_notice").count() == 6
    assert [one.title for one in mine.coming(people[0].pk, now)] == ["参加者满意度"]
    first, second = Invitation.objects.order_by("pk")[:2]
    client = client_of(people[5])
    url = f"/q/{services.link_code(first.pk)}"
    page = client.get(url).content.decode()
    assert "答了什么不记在您名下" in page
    for code in ("1.AAAAAAAAAAAAAAAA", f"{first.pk}.{'B' * 16}", "x"):
        assert client.get(f"/q/{code}").status_code == 404
    assert client.post(url, {"content": "7"}).status_code == 400
    assert "手机号或证件号" in client.post(url, {"content": "5", "q4": "打 13800138000"}).content.decode()
    form = {"content": "4", "q0": "2", "w0": "5", "q2": "1", "q3": ["0", "2"], "q4": "早点开门", "age": "60"}
    assert client.post(url, form)["Location"] == "/surveys/thanks"
    assert "收到了" in client.get(url).content.decode()
    assert not services.answer(invitation_id=first.pk, sheet=sheet(), now=now), "the second time changes nothing"
    assert Box.objects.get(survey=one).count == 1
    held("voices_invitations_stay", lambda: Invitation.objects.filter(pk=first.pk).update(is_answered=False))
    assert services.remind_due(now=now) == 0
    assert services.remind_due(now=now + 6 * DAY) == 1
    assert services.invite(survey_id=one.pk, again=True, now=now + 6 * DAY) == 5
    assert services.invite(survey_id=one.pk, again=True, now=now + 6 * DAY) == 0
    assert services.remind_due(now=now + 7 * DAY) == 0
    with pytest.raises(Refused, match="survey_over"):
        services.answer(invitation_id=second.pk, sheet=sheet(), now=now + 11 * DAY)
    assert services.end_due(now=now + 10 * DAY) == 0
    assert services.end_due(now=now + 11 * DAY) == 1
    one.refresh_from_db()
    assert (one.state, one.result) == ("ended", {"answers": 1}), "one answer tells nothing"
    assert "什么也不列" in client_of(make_user("o", role="need_officer", organisation_id=here.pk)).get(
        f"/desk/voices/surveys/{one.pk}/"
    ).content.decode()  # fmt: skip
    refused("too_few_to_show", services.publish_survey, survey_id=one.pk)
    assert {*Answer.objects.values_list("survey", flat=True)} == {one.pk}
    assert Remark.objects.get().words == "早点开门"
    rule = next(rule for rule in personal.rules() if rule.name == "voices.survey_drawn")
    due = rule.due(clock.now() + 200 * DAY)
    assert due is not None
    assert due.delete()[0] == 6, "who was drawn is forgotten"


@pytest.mark.django_db(transaction=True)
def test_nothing_in_the_tables_joins_an_answer_to_who_gave_it() -> None:
    here = make_organisation("州文化馆")
    people = readers(BOX + 3)  # 22 of 23 are enough
    attend(*people)
    one = begin(write(here.pk))
    numbers = list(Invitation.objects.order_by("pk").values_list("pk", flat=True))

    def marks(table: str) -> set[str]:
        """The transactions that wrote its rows as they stand."""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT DISTINCT xmin::text FROM {table}")
            return {row[0] for row in cursor.fetchall()}

    first = numbers.pop()
    by: dict[str, Any] = {"invitation_id": first, "now": clock.now()}
    twice = [lambda: services.answer(sheet=sheet(1), **by)] * 2
    assert at_once(*twice) == ["", ""]
    assert Box.objects.get(survey=one).count == 1, "pressed twice at once, it counts once"
    for place, number in enumerate(numbers, 1):
        services.answer(invitation_id=number, sheet=sheet(1 + place % 5, words=f"第{place}句"), now=clock.now())
        if place < BOX - 1:
            assert not Answer.objects.exists(), "nothing is written before there are enough"
    assert (Answer.objects.count(), Remark.objects.count()) == (BOX, BOX - 1)
    assert len(marks("voices_answer") | marks("voices_remark")) == 1, "twenty have one mark"
    assert Box.objects.get(survey=one).count == 2
    assert "句" not in Box.objects.get(survey=one).sealed
    services.end_survey(survey_id=one.pk, actor=SYSTEM, now=clock.now())
    assert Answer.objects.count() == BOX + 2
    ends = marks("voices_answer") | marks("voices_remark")
    assert len(ends) == 1
    assert not ends & marks("voices_invitation"), "no answer has the mark of who gave it"
    columns = {field.name for model in (Answer, Remark) for field in model._meta.get_fields()}
    assert columns == {"id", "survey", "said", "question", "words"}
    assert not Entry.objects.filter(name__startswith="voices.", actor_id__in=[person.pk for person in people]).exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT said::text FROM voices_answer ORDER BY ctid")
        order = [row[0] for row in cursor.fetchall()]
    assert order == sorted(order), "they stand in an order that tells nothing"
    one.refresh_from_db()
    assert one.result is not None
    assert one.result["content"]["counts"] == [5, 5, 4, 4, 4]
    assert one.result["is_reached"]


@pytest.mark.django_db
def test_an_open_one_is_marked_as_no_sample_and_shown_after_another_review(here: Organisation) -> None:
    one, now = begin(write(here.pk, population="open")), clock.now()
    client = client_of(make_reader("+8613800229999"))
    assert "参加者满意度" in client.get("/surveys/").content.decode()
    url, form = f"/surveys/{one.pk}", {"content": "5", "q0": "5", "w0": "5", "key": "k"}
    assert client.post(url, form).status_code == 302
    assert client.post(url, {**form, "content": "1"}).status_code == 302
    assert Came.objects.count() == 1, "an account counts once"
    assert services.answer_open(survey_id=one.pk, sheet=sheet(), mark="form:a", client="c", now=now)
    assert not services.answer_open(survey_id=one.pk, sheet=sheet(), mark="form:a", client="c", now=now)
    held("voices_came_once", lambda: Came.objects.create(survey=one, mark=Came.objects.filter(client="c").get().mark))
    for number in range(19):
        services.answer_open(survey_id=one.pk, sheet=sheet(4), mark=f"form:{number}", client="c", now=now)
    with pytest.raises(Refused, match="too_many"):
        services.answer_open(survey_id=one.pk, sheet=sheet(), mark="form:z", client="c", now=now)
    staff = client_of(make_user("officer", role="organisation_admin", organisation_id=here.pk), "password", "app")
    desk = f"/desk/voices/surveys/{one.pk}/"
    assert staff.post(f"{desk}do/end").status_code == 302
    assert not Came.objects.exists()
    assert "满分 5" in staff.get("/desk/voices/satisfaction").content.decode()
    page = staff.get(desk).content.decode()
    assert "不是抽样" in page
    assert "加权满意度（SA03）" in page
    book: Any = staff.get(f"{desk}table")
    rows = list(openpyxl.load_workbook(io.BytesIO(b"".join(book.streaming_content))).worksheets[0].values)
    assert rows[1][:3] == ("答卷", None, 21)
    assert staff.post(f"{desk}do/conclude", {"conclusion": "周末早开一小时。"}).status_code == 302
    refused("survey_unreviewed", services.publish_survey, survey_id=one.pk)
    assert client.get(url).status_code == 404
    broken("voices_survey_was_reviewed", state="published", shown=FACE.written(), shown_hash=FACE.hash)
    approve(one)
    assert staff.post(f"{desk}do/publish").status_code == 302
    page = client.get(url).content.decode()
    assert "周末早开一小时" in page
    assert client.get(f"{url}/draw.json").status_code == 404
    review.take_down(kind=REVIEWED, key=str(one.pk), reason="投诉", actor=SYSTEM, now=now)
    services.follow_review(survey_id=one.pk, actor=SYSTEM, now=now)
    assert client.get(url).status_code == 404
    services.hide_survey(survey_id=one.pk, actor=SYSTEM, now=now)
    one.refresh_from_db()
    assert (one.state, one.shown) == ("ended", None)
    broken("voices_survey_stays", result={"answers": 9})


@pytest.mark.django_db
def test_the_desk_writes_one_and_the_public_draws_again(here: Organisation) -> None:
    attend(*readers(6))
    staff = client_of(make_user("officer", role="organisation_admin", organisation_id=here.pk), "password", "app")
    assert staff.get("/desk/voices/surveys/new").status_code == 200
    said = {
        "organisation": str(here.pk), "title": "馆里怎么样", "population": "attended", "attended": ["test"],
        "since": "2026-01-01", "until": "2026-06-30", "margin": "5", "confidence": "95", "expected": "100",
        "kind_1": "single", "text_1": "喜欢哪间", "options_1": "大厅",
    }  # fmt: skip
    assert "第 1 题要有 2 到 10 个" in staff.post("/desk/voices/surveys/new", said).content.decode()
    answer = staff.post("/desk/voices/surveys/new", {**said, "options_1": "大厅\n小厅"})
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    one = Survey.objects.get()
    assert staff.get(f"{answer['Location']}edit").status_code == 200
    approve(one)
    assert staff.post(f"{answer['Location']}do/open", {"ends_on": "x"}).status_code == 400
    day = (timezone.localdate(clock.now()) + 5 * DAY).isoformat()
    assert staff.post(f"{answer['Location']}do/open", {"ends_on": day}).status_code == 302
    for number in Invitation.objects.order_by("pk").values_list("pk", flat=True):
        kept = sheet()
        plain = kept.answers._replace(said=(1,), importance=(None,))
        services.answer(invitation_id=number, sheet=kept._replace(answers=plain), now=clock.now())
    services.end_survey(survey_id=one.pk, actor=SYSTEM, now=clock.now())
    services.publish_survey(survey_id=one.pk, actor=SYSTEM, now=clock.now())
    one.refresh_from_db()
    page = staff.get(f"/surveys/{one.pk}").content.decode()
    assert "从 6 位参加过的人里抽了 6 位，100.0% 答了" in page
    assert one.seed in page
    drawn = staff.get(f"/surveys/{one.pk}/draw.json").json()
    assert drawn["places"] == sampling.drawn(drawn["seed"], range(1, drawn["population"] + 1), drawn["drawn"])
