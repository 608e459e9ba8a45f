"""One guardian wants the other out, and what families are told by SMS."""

import datetime as dt
import re
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from wenmai.journal.models import Entry
from wenmai.lib import clock
from wenmai.lib.refusal import Refused
from wenmai.messages import services as messages
from wenmai.messages.rules import TEMPLATES, require_values
from wenmai.people import services as people
from wenmai.people.families import queries, services
from wenmai.people.families.models import Guardianship
from wenmai.people.families.services import notices
from wenmai.people.models import User
from wenmai.people.testing.families import by, make_child, make_guardian
from wenmai.people.testing.families import yesterday_noon as noon

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def pair() -> tuple[User, User]:
    return make_guardian("甲"), make_guardian("乙")


def child_of(pair: tuple[User, User], years: int = 9) -> User:
    child = make_child(pair[0], years=years)
    code = services.show_code(user_id=child.pk, purpose="invite", by_id=pair[0].pk, actor=by(pair[0]), now=clock.now())
    services.accept(guardian_id=pair[1].pk, code=code, actor=by(pair[1]), now=clock.now())
    return child


def told() -> list[tuple[int, str]]:
    """Whom jobs that wait will tell what."""
    jobs = ProcrastinateJob.objects.filter(task_name=notices.JOB, status="todo").order_by("id")
    return [(one.args["user_id"], one.args["deed"]) for one in jobs]


def guardians(child: User) -> set[int]:
    return {one.id for one in queries.guardians_of(child.pk)}


def test_a_removal_takes_effect_after_three_days_and_is_told(pair: tuple[User, User]) -> None:
    (first, second), child, now = pair, child_of(pair), clock.now()
    ask: dict[str, Any] = {"child_id": child.pk, "guardian_id": second.pk, "now": now}
    for stranger in (make_guardian("别人"), child, second):
        with pytest.raises(Refused, match="unknown_child"):
            services.ask_removal(**ask, actor=by(stranger))
    due = services.ask_removal(**ask, actor=by(first))
    assert due == now + 3 * DAY == services.ask_removal(**{**ask, "now": now + DAY}, actor=by(first)), "as asked first"
    assert told() == [(second.pk, "removal_asked")]
    assert services.follow_removals(now=due - dt.timedelta(seconds=1)) == 0
    assert guardians(child) == {first.pk, second.pk}
    assert (services.follow_removals(now=due), services.follow_removals(now=due)) == (1, 0)
    assert guardians(child) == {first.pk}
    assert [one.why for one in queries.ended(second.pk, due)] == ["另一位监护人解除"]
    assert told()[1:] == [(second.pk, "removed")]
    names = Entry.objects.filter(subject_key=str(child.pk)).order_by("pk").values_list("name", flat=True)
    assert list(names)[-2:] == ["people.guardian_removal_asked", "people.guardian_ended"]


def test_a_removal_is_taken_back_by_who_asked(pair: tuple[User, User]) -> None:
    (first, second), child, now = pair, child_of(pair), clock.now()
    ask: dict[str, Any] = {"child_id": child.pk, "guardian_id": second.pk, "now": now}
    with pytest.raises(Refused, match="removal_over"):
        services.take_removal_back(**ask, actor=by(first))
    services.ask_removal(**ask, actor=by(first))
    with pytest.raises(Refused, match="unknown_child"):
        services.take_removal_back(**ask, actor=by(second))
    services.take_removal_back(**ask, actor=by(first))
    assert services.follow_removals(now=now + 9 * DAY) == 0
    assert guardians(child) == {first.pk, second.pk}
    assert [deed for _who, deed in told()] == ["removal_asked", "removal_taken_back"]


def test_of_two_who_want_each_other_out_the_first_one_stays(pair: tuple[User, User]) -> None:
    (first, second), child, now = pair, child_of(pair), clock.now()
    services.ask_removal(child_id=child.pk, guardian_id=second.pk, actor=by(first), now=now)
    services.ask_removal(child_id=child.pk, guardian_id=first.pk, actor=by(second), now=now + DAY)
    assert services.follow_removals(now=now + 9 * DAY) == 1
    assert guardians(child) == {first.pk}
    assert not queries.leaving(first.pk)


def test_who_asked_and_left_leaves_nothing_behind(pair: tuple[User, User]) -> None:
    (first, second), child, now = pair, child_of(pair), clock.now()
    services.ask_removal(child_id=child.pk, guardian_id=second.pk, actor=by(first), now=now)
    services.end_guardianship(child_id=child.pk, actor=by(first), now=now)
    assert services.follow_removals(now=now + 9 * DAY) == 0
    assert guardians(child) == {second.pk}


def test_a_child_of_14_whom_nobody_looks_after_any_more_is_told(pair: tuple[User, User]) -> None:
    (first, second), child, now = pair, child_of(pair, years=15), clock.now()
    services.ask_removal(child_id=child.pk, guardian_id=second.pk, actor=by(first), now=now)
    services.end_guardianship(child_id=child.pk, actor=by(second), now=now)
    assert (child.pk, "alone") not in told()
    services.end_guardianship(child_id=child.pk, actor=by(first), now=now)
    assert told()[-1] == (child.pk, "alone")


def test_the_table_knows_no_removal_by_oneself_or_of_what_has_ended(pair: tuple[User, User]) -> None:
    child, now = child_of(pair), clock.now()
    rows = Guardianship.objects.filter(child=child, guardian=pair[1])
    changes: tuple[dict[str, Any], ...] = (
        {"removal_at": now, "removal_by": pair[1]}, {"removal_by": pair[0]},
        {"removal_at": now, "ended_at": now, "ending": "removed"},
    )  # fmt: skip
    for change in changes:
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)


@pytest.mark.parametrize(("years", "later", "deed"), [(9, 5, "grown14"), (15, 3, "grown18")])
def test_birthdays_are_told_to_every_guardian_once(pair: tuple[User, User], years: int, later: int, deed: str) -> None:
    child_of(pair, years)
    for _twice in range(2):
        services.follow_ages(now=clock.now() + later * 366 * DAY)
    assert sorted(told()) == sorted((one.pk, deed) for one in pair)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What messages was asked for; `refuse`: with which code it refuses."""
    kept: dict[str, Any] = {"messages": [], "refuse": ""}

    def send_sms(**given: Any) -> int:
        if kept["refuse"]:
            raise Refused(kept["refuse"])
        kept["messages"].append(given)
        return 1

    monkeypatch.setattr(messages, "send_sms", send_sms)
    return kept


def test_notices_fit_their_template_and_wait_for_room(pair: tuple[User, User], sent: dict[str, Any]) -> None:
    (first, _second), child, now = pair, child_of(pair), noon()
    notice: dict[str, Any] = {"user_id": first.pk, "about_id": child.pk, "until": now + 3 * DAY, "now": now}
    for deed in notices.DEEDS:
        assert services.send_notice(**notice, deed=deed)
    for message in sent["messages"]:
        require_values(message["template"], message["values"])
        assert message["values"]["name"] == "小明"
        assert message["language"] == "zh-hans"
    assert "请登录" in TEMPLATES["family_notice"].text("zh-hans", sent["messages"][0]["values"])
    people.note_language(user_id=first.pk, language="en")
    for deed in notices.DEEDS:
        assert services.send_notice(**notice, deed=deed)
        message = sent["messages"][-1]
        require_values(message["template"], message["values"])
        text = TEMPLATES[message["template"]].text(message["language"], message["values"])
        assert re.fullmatch(r"Family: 小明 [ -~–“”]+", text), text
    assert not services.send_notice(**{**notice, "user_id": child.pk}, deed="alone"), "it has no telephone"
    assert not services.send_notice(**{**notice, "now": now + 3 * DAY}, deed="removed"), "too late to be worth it"
    sent["refuse"] = "sms_off"
    assert not services.send_notice(**notice, deed="removed")
    assert told() == []
    sent["refuse"] = "node_ceiling"
    assert not services.send_notice(**notice, deed="removed")
    assert told() == [(first.pk, "removed")], "again, in an hour"
