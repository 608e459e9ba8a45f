"""A program takes places for somebody: the whole story, each refusal's status and words, and nobody else's things."""

import datetime as dt
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

from wenmai.activities import services as activities
from wenmai.activities.models import Enrolment
from wenmai.activities.queries import machines as activities_told
from wenmai.activities.rules.questions import Kind, Question
from wenmai.activities.testing import make_activity, make_plan_of, publish, session_of
from wenmai.booking.models import Share
from wenmai.booking.queries import venues
from wenmai.booking.testing import FACE, make_venue
from wenmai.gateway.api import api
from wenmai.gateway.taking import asking, cursors
from wenmai.gateway.taking.wording import SENTENCES, STATUS
from wenmai.journal.models import Entry
from wenmai.lib import clock, pace
from wenmai.lib.access import SYSTEM
from wenmai.lib.refusal import Refused
from wenmai.people.models import User
from wenmai.people.rules import levels
from wenmai.people.testing import client_of, make_reader
from wenmai.people.testing.families import make_child, make_guardian
from wenmai.people.testing.programs import RelyingParty, allow, make_app

pytestmark = pytest.mark.django_db
BOTH, DAY = "openid bookings bookings_write", dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def forgetful() -> Iterator[None]:
    pace.forget()
    yield
    pace.forget()


def app(**more: Any) -> Any:
    return make_app(scopes=("openid", "profile", "bookings", "bookings_write"), **more)


class Program:
    """An app with the token of somebody who agreed."""

    def __init__(self, made: Any, user: User, scope: str = BOTH) -> None:
        party = RelyingParty(made, client_of(user, levels.CODE), scope=scope, prompt="consent")
        self.token, self.machine = party.tokens()["access_token"], Client(enforce_csrf_checks=True)

    def ask(self, method: str, path: str, body: Any = None, key: str = "", **headers: str) -> Any:
        more = {"authorization": f"Bearer {self.token}", **({"idempotency-key": key} if key else {}), **headers}
        given = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        return getattr(self.machine, method)(f"/api/v1/my/{path}", headers=more, **given)

    def get(self, path: str) -> Any:
        answer = self.ask("get", path)
        assert answer.status_code == 200, answer.content
        return answer.json()

    def enrol(self, session: Any, key: str = "k", **more: Any) -> Any:
        body = {"session": session.pk, "version": session.version, **more}
        return self.ask("post", "enrolments", body, key)


def heard(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


def test_from_the_list_to_the_ticket_and_back() -> None:
    session = session_of(publish(make_activity("侗歌小课", places=2)))
    guardian = make_guardian("家长")
    child = make_child(guardian, name="小明")
    program = Program(app(), guardian)
    (told,) = Client().get("/api/v1/sessions?free=1").json()["sessions"]
    assert (told["id"], told["version"], told["free"], told["can_enrol"]) == (session.pk, 1, 2, True)
    assert Client().get(f"/api/v1/sessions/{session.pk}").json() == told
    people = program.get("company")["people"]
    assert [(one["name"], one["word"] == "self", one["age_known"]) for one in people] == [
        ("家长", True, True), ("小明", False, True)
    ]  # fmt: skip
    assert str(child.pk) not in people[1]["word"]
    first = program.enrol(session, people=[one["word"] for one in people])
    assert first.status_code == 201, first.content
    made = first.json()
    assert (made["standing"], made["standing_words"], made["people"]) == ("confirmed", "报上了", ["家长", "小明"])
    assert made["ticket"]
    assert "no-store" in first["Cache-Control"]
    again = program.enrol(session, people=[one["word"] for one in people])
    assert (again.status_code, again.json()) == (201, made), "a lost reply is heard again"
    assert heard(program.enrol(session)) == (422, "key_used")
    assert heard(program.enrol(session, key="other")) == (409, "once_each")
    assert Share.objects.get(pool=session.pool).taken == 2
    found = activities.check_in_by_ticket(
        session_id=_opened(session), text=made["ticket"], actor=SYSTEM, now=session.begins_at
    )
    assert found is not None
    entry = Entry.objects.get(name="gateway.acted_by_app")
    assert (entry.subject_key, entry.actor_id, entry.detail["deed"]) == (str(made["id"]), guardian.pk, "enrol")
    other = Program(app(sector="other.example"), guardian)
    assert other.get("company")["people"][1]["word"] != people[1]["word"], "two institutions do not meet"
    assert [one["id"] for one in other.get("enrolments")["enrolments"]] == [made["id"]]


def test_what_an_organiser_asks_is_told_and_answered() -> None:
    asked = (Question("穿多大的鞋", Kind.ONE, ("36", "38"), required=True), Question("想说的话"))
    session = session_of(publish(make_activity("滑冰", questions=asked)))
    program = Program(app(), make_reader())
    told = Client().get(f"/api/v1/sessions/{session.pk}").json()
    assert [(one["number"], one["kind"], one["options"], one["required"]) for one in told["questions"]] == [
        (0, "one", ["36", "38"], True), (1, "words", [], False)
    ]  # fmt: skip
    assert heard(program.enrol(session)) == (422, "answer_missing")
    answers = [{"number": 0, "said": ["38"]}]
    assert heard(program.enrol(session, edition=told["edition"] + 1, answers=answers)) == (409, "questions_changed")
    odd = [{"number": 0, "said": ["40"]}]
    assert heard(program.enrol(session, edition=told["edition"], answers=odd)) == (422, "answer_odd")
    assert program.enrol(session, edition=told["edition"], answers=answers).status_code == 201
    assert apps.get_model("activities", "Answer").objects.get().said == ["38"]


def _opened(session: Any) -> int:
    return int(session.pk)


def test_waiting_being_offered_and_giving_back() -> None:
    session = session_of(publish(make_activity(places=1)))
    made = app()
    first, second = (Program(made, make_reader(f"+86138001380{n:02}", f"读者{n}")) for n in (1, 2))
    held = first.enrol(session).json()
    full = second.enrol(session)
    assert heard(full) == (409, "full")
    waiting = second.enrol(session, waits=True).json()
    assert (waiting["standing"], waiting["ahead"], waiting["ticket"]) == ("waitlisted", 0, "")
    assert heard(second.ask("post", f"enrolments/{waiting['id']}/accept")) == (409, "not_offered")
    left = first.ask("delete", f"enrolments/{held['id']}")
    assert (left.status_code, left.json()["standing"], left.json()["ticket"]) == (200, "cancelled", "")
    assert first.ask("delete", f"enrolments/{held['id']}").json()["standing"] == "cancelled", "again: the same"
    for entry in Entry.objects.filter(name__in=activities.HEARD_PLACES).order_by("pk"):
        activities.hear_places(entry)
    offered = second.get(f"enrolments/{waiting['id']}")
    assert offered["standing"] == "offered"
    assert offered["offered_until"]
    assert second.ask("post", f"enrolments/{waiting['id']}/accept").json()["standing"] == "confirmed"
    assert second.ask("post", f"enrolments/{waiting['id']}/accept").json()["ticket"]
    assert first.get("enrolments?past=true")["enrolments"][0]["id"] == held["id"]
    assert Entry.objects.filter(name="gateway.acted_by_app").count() == 4, "what changed nothing is not told"


def test_each_refusal_has_its_status_and_words_in_the_language_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    session = session_of(publish(make_activity(places=1)))
    real = session_of(publish(make_activity("要实名", level=2)))
    reader = make_reader()
    program = Program(app(), reader)
    assert heard(program.ask("post", "enrolments", {"session": session.pk, "version": 1})) == (400, "key_missing")
    assert heard(program.enrol(session, key="长")) in {(400, "key_odd"), (400, "key_missing")}
    assert heard(program.enrol(session, people=["nobody"])) == (422, "unknown_person")
    assert heard(program.enrol(session, group="nobody", heads=3)) == (422, "unknown_group")
    assert heard(program.ask("post", "enrolments", {"session": "x"}, "k")) == (422, "request_odd")
    assert heard(program.ask("get", "enrolments?after=x")) == (400, "cursor_odd")
    assert heard(program.ask("post", "enrolments", {"session": 2**62, "version": 1}, "k")) == (404, "unknown_session")
    step_up = program.enrol(real)
    assert heard(step_up) == (401, "level_low")
    assert 'acr_values="urn:wenmai:level:2"' in step_up["WWW-Authenticate"]
    plan = make_plan_of(session.begins_at + DAY, places=1)
    activities.move_session(session_id=session.pk, plan=plan, reason="停电", actor=SYSTEM, now=clock.now())
    moved = program.enrol(session)
    assert heard(moved) == (409, "session_moved")
    assert f"{timezone.localtime(plan.begins_at):%Y-%m-%d %H:%M}" in moved.json()["about"]
    activities.postpone(session_id=session.pk, reason="停电", actor=SYSTEM, now=clock.now())
    body = {"session": session.pk, "version": 3}
    gone = program.ask("post", "enrolments", body, "k", **{"accept-language": "en-GB,en;q=0.9,zh;q=0.1"})
    assert heard(gone) == (410, "called_off")
    assert gone["Content-Language"] == "en"
    assert "postponed" in gone.json()["detail"]
    assert program.ask("post", "enrolments", body, "k")["Content-Language"] == "zh-hans"
    assert not Enrolment.objects.exists(), "what is refused makes nothing"
    monkeypatch.setattr(asking, "WRITES_PER_MINUTE", 1)
    often = program.enrol(session)
    assert heard(often) == (429, "too_often")
    assert 1 <= int(often["Retry-After"]) <= 61
    assert program.get("enrolments") == {"enrolments": [], "next": ""}, "reading has a pace of its own"


def test_a_venue_from_its_rules_to_the_door_and_back() -> None:
    face, made_app = FACE._replace(approval="automatic"), app()
    venue = make_venue("录音棚", face=face)
    program = Program(made_app, make_reader())
    whole = Client().get(f"/api/v1/venues/{venue.pk}").json()
    assert (whole["house_rules"], whole["level"], whole["groups_only"]) == (face.house_rules, 1, False)
    free = Client().get(f"/api/v1/venues/{venue.pk}/free?days=3").json()["days"][2]["free"][0]
    begins = dt.datetime.fromisoformat(free["starts_at"])
    body = {
        "venue": venue.pk, "starts_at": begins.isoformat(), "ends_at": (begins + dt.timedelta(hours=2)).isoformat(),
        "purpose": "合唱排练", "heads": 12, "rules": whole["rules_hash"],
    }  # fmt: skip
    for_cards = make_venue("自习间", face=face._replace(who="card"))
    told = Client().get(f"/api/v1/venues/{for_cards.pk}").json()
    assert (told["card"], told["level"]) == (True, 1)
    odd: list[tuple[dict[str, Any], tuple[int, str]]] = [
        ({"venue": for_cards.pk, "rules": told["rules_hash"]}, (403, "card_needed")),
        ({"rules": "0" * 64}, (409, "face_changed")), ({"heads": 4_000}, (422, "heads_odd")),
        ({"starts_at": "2026-12-01T10:00:00"}, (422, "request_odd")), ({"venue": 2**60}, (404, "unknown_venue")),
        ({"ends_at": (begins + DAY).isoformat()}, (422, "too_long")), ({"purpose": " "}, (422, "purpose_missing")),
        ({"extras": [{"thing": 1, "units": 1}]}, (422, "extra_odd")),
    ]  # fmt: skip
    for changed, expected in odd:
        assert heard(program.ask("post", "bookings", {**body, **changed}, "v")) == expected, changed
    answer = program.ask("post", "bookings", body, '"v"')
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert (made["step"], made["heads"], made["may_cancel"]) == ("confirmed", 12, True)
    assert made["code"] == venues.VenueRequest.objects.get().code
    assert program.ask("post", "bookings", body, "v").json() == made
    assert heard(program.ask("post", "bookings", {**body, "starts_at": (begins + DAY).isoformat(),
                             "ends_at": (begins + DAY / 12 + DAY).isoformat()}, "v")) == (422, "key_used")  # fmt: skip
    other = Program(made_app, make_reader("+8613800138009", "别人"))
    assert heard(other.ask("post", "bookings", body, "v")) == (409, "taken")
    assert program.get("bookings")["bookings"] == [made]
    assert program.ask("delete", f"bookings/{made['id']}").json()["step"] == "cancelled"
    assert program.ask("delete", f"bookings/{made['id']}").json()["code"] == ""
    assert other.ask("post", "bookings", body, "v2").status_code == 201


def operations() -> list[tuple[str, str, str]]:
    """Method, path and scheme of everything that wants a token, as the description has it."""
    paths = api.get_openapi_schema(path_prefix="/api/v1/")["paths"]
    return [
        (method, path, next(iter(operation["security"][0])))
        for path, methods in paths.items()
        for method, operation in methods.items()
        if "security" in operation
    ]


def test_nobody_reaches_what_is_somebody_elses() -> None:
    """Each address of the description that wants a token: without one, with a wrong one, without the scope, from a
    child, by a cookie, and with a good token of somebody else."""
    here = session_of(publish(make_activity()))
    owner, stranger = make_reader(), make_reader("+8613800138002", "外人")
    made = app()
    own = Program(made, owner)
    enrolment = own.enrol(here).json()
    venue = make_venue()
    whole = Client().get(f"/api/v1/venues/{venue.pk}").json()
    free = Client().get(f"/api/v1/venues/{venue.pk}/free?days=3").json()["days"][2]["free"][0]
    begins = dt.datetime.fromisoformat(free["starts_at"])
    body = {
        "venue": venue.pk, "starts_at": begins.isoformat(), "ends_at": (begins + dt.timedelta(hours=1)).isoformat(),
        "purpose": "排练", "heads": 2, "rules": whole["rules_hash"],
    }  # fmt: skip
    booking = own.ask("post", "bookings", body, "v").json()
    numbers = {"{enrolment_id}": enrolment["id"], "{booking_id}": booking["id"]}
    others, nothing = Program(made, stranger), Program(made, owner, "openid")
    reading = Program(made, owner, "openid bookings")
    guardian = make_guardian()
    child = Program(made, guardian)
    make_child(guardian)
    wrong, cookie = Client(), client_of(owner, levels.CODE)
    found = operations()
    assert len(found) >= 9
    for method, pattern, scheme in found:
        path = re.sub(r"{\w+}", lambda found: str(numbers[found[0]]), pattern)
        short = path.removeprefix("/api/v1/my/")
        assert getattr(wrong, method)(path).status_code == 401, path
        bad = getattr(wrong, method)(path, headers={"authorization": "Bearer x.y"})
        assert heard(bad) == (401, "token_odd"), path
        assert 'error="invalid_token"' in bad["WWW-Authenticate"]
        assert heard(getattr(cookie, method)(path)) == (401, "token_missing"), f"a cookie opens nothing: {path}"
        for program in (nothing, *([reading] if scheme == "Writes" else [])):
            refused = program.ask(method, short, {} if method == "post" else None)
            assert heard(refused) == (403, "scope_missing"), path
            assert 'error="insufficient_scope"' in refused["WWW-Authenticate"]
        if any(char.isdigit() for char in short):
            assert others.ask(method, short).status_code == 404, path
    assert child.get("enrolments") == {"enrolments": [], "next": ""}
    assert Enrolment.objects.get().standing == "confirmed"
    assert venues.VenueRequest.objects.get().step == "requested"


def test_a_token_ends_with_its_login_and_a_childs_does_nothing() -> None:
    guardian = make_guardian()
    made = app()
    program = Program(made, guardian)
    logins = apps.get_model("people", "AppLogin").objects.all()
    logins.update(user=make_child(make_guardian("别家的家长")))
    refused = program.ask("get", "company")
    assert heard(refused) == (403, "child")
    assert "监护人" in refused.json()["detail"]
    logins.update(user=guardian)
    assert program.ask("get", "company").status_code == 200
    allow(made.app.organisation_id, "profile", "bookings")
    assert heard(program.ask("delete", "enrolments/1")) == (403, "scope_missing"), "withdrawn by the node, at once"
    User.objects.filter(pk=guardian.pk).update(is_active=False)
    assert heard(program.ask("get", "company")) == (401, "token_odd")


def test_pages_of_lists_hold_nothing_here_and_meet_no_one_twice() -> None:
    made = publish(make_activity(sessions=5))
    seen: list[int] = []
    after, pages = "", 0
    while True:
        answer = Client().get(f"/api/v1/sessions?size=2&after={after}").json()
        seen += [one["id"] for one in answer["sessions"]]
        after, pages = answer["next"], pages + 1
        if not after:
            break
    assert seen == [*made.sessions.order_by("begins_at").values_list("pk", flat=True)]
    assert pages == 3
    for odd in ("x", "MXwxfDE=x", "MXwtMXwx", "MXw5OTk5OTk5OTk5OTk5OTk5OTl8MQ", "é"):
        assert Client().get("/api/v1/sessions", {"after": odd}).status_code == 400, odd
    assert cursors.unwrap(cursors.wrap(clock.now().replace(microsecond=7), 12))[1] == 12
    for path in ("?size=0", "?size=101", "?institution=x", "?region=abc", "?day=x", "/99999999999999999999", "/0"):
        assert Client().get(f"/api/v1/sessions{path}").status_code in (404, 422), path


def test_every_refusal_has_words() -> None:
    for code in {*STATUS} - {*SENTENCES}:
        assert any(_says(sentence, code) for sentence in (activities_told.sentence, venues.sentence)), code


def _says(sentence: Any, code: str) -> bool:
    try:
        return bool(sentence(Refused(code, "1")))
    except KeyError:
        return False
