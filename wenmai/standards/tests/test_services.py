import datetime as dt

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from wenmai.journal.models import Entry
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.standards import queries, services
from wenmai.standards.models import Activation
from wenmai.standards.rules import Plan, Stage

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 12, 1, 9, 0, tzinfo=dt.UTC)
DAY = dt.date(2027, 3, 1)
ACTOR = Actor(7, "值班员")
TEXT = "profile/text/1.0"


def activate(
    subject: str = TEXT,
    stage: Stage = Stage.MANDATORY,
    starts_on: dt.date | None = DAY,
    reason: str = "试点结束",
) -> Activation:
    return services.activate(subject=subject, stage=stage, starts_on=starts_on, reason=reason, actor=ACTOR, now=NOW)


def test_a_profile_becomes_mandatory_on_its_day():
    assert queries.profile("text", on=DAY).stage is Stage.OPTIONAL
    activate()
    assert queries.profile("text", on=DAY - dt.timedelta(1)).stage is Stage.OPTIONAL
    assert queries.profile("text", on=DAY).stage is Stage.MANDATORY
    assert queries.profile("image", on=DAY).stage is Stage.OPTIONAL
    assert queries.profiles(on=DAY)["text"].stage is Stage.MANDATORY


def test_a_decision_is_on_record():
    activate()
    entry = Entry.objects.get(name="standards.activation_changed")
    assert (entry.subject_key, entry.actor_id, entry.at) == (TEXT, 7, NOW)
    assert entry.detail == {"stage": "mandatory", "starts_on": "2027-03-01", "before": None, "reason": "试点结束"}
    (decision,) = queries.decisions(TEXT)
    assert (decision.decider_name, decision.decided_at, decision.starts_on) == ("值班员", NOW, DAY)


def test_the_newest_decision_counts_and_none_takes_the_stage_back():
    activate()
    activate(starts_on=DAY + dt.timedelta(90), reason="推迟")
    assert queries.plan(TEXT).mandatory == DAY + dt.timedelta(90)
    activate(starts_on=None, reason="撤回")
    assert queries.plan(TEXT) == queries.default_plan(TEXT)
    assert [d.reason for d in queries.decisions(TEXT)] == ["撤回", "推迟", "试点结束"]


def test_entries_of_the_registry_have_plans_too():
    activate(subject="entry/policy-2019-63")
    assert queries.stage("entry/policy-2019-63", DAY) is Stage.MANDATORY
    assert queries.plans(["entry/policy-2019-63", TEXT])[TEXT] == queries.default_plan(TEXT)


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"subject": "profile/poem/1.0"}, "unknown_subject"),
        ({"subject": "profile/text/9.9"}, "unknown_subject"),
        ({"subject": "entry/none"}, "unknown_subject"),
        ({"subject": "text"}, "unknown_subject"),
        ({"stage": Stage.NONE}, "unknown_stage"),
        ({"reason": "  "}, "no_reason"),
        ({"reason": "长" * 501}, "long_reason"),
        ({"starts_on": dt.date(2026, 1, 1)}, "stage_order"),
        ({"stage": Stage.ANNOUNCED, "starts_on": None}, "stage_order"),
        ({"starts_on": None}, "unchanged"),
    ],
)
def test_refusals_leave_no_trace(wish, code):
    with pytest.raises(Refused) as refused:
        activate(**wish)
    assert refused.value.code == code
    assert not Activation.objects.exists()
    assert not Entry.objects.exists()


@pytest.mark.parametrize("change", [{"stage": "sometimes"}, {"reason": ""}])
def test_the_database_keeps_the_promise(change):
    wish = {"subject": TEXT, "stage": "mandatory", "reason": "试点", "decider_name": "", "decided_at": NOW} | change
    with pytest.raises(DatabaseError), transaction.atomic():
        Activation.objects.create(**wish)


def test_a_decision_on_something_no_longer_listed_is_passed_over():
    Activation.objects.create(
        subject="profile/text/0.1", stage="mandatory", reason="旧", decider_name="", decided_at=NOW
    )
    queries.forget_decisions()
    assert queries.profile("text", on=DAY).version == "1.2"


def test_unknown_types_get_the_core_and_unknown_versions_nothing():
    assert queries.profile("poem").code == "core"
    with pytest.raises(queries.NotRegistered):
        queries.profile("text", "9.9")


def test_asking_for_every_record_asks_the_database_once(django_assert_max_num_queries, monkeypatch):
    monkeypatch.setattr(queries, "_asking_until", 0.0)
    monkeypatch.setattr(queries, "_kept", None)
    monkeypatch.setattr(queries, "KEPT", 3600.0)
    with django_assert_max_num_queries(1):
        for _record in range(1000):
            queries.profile("text", on=DAY)
    monkeypatch.setattr(queries, "_kept", None)


def test_the_command_decides_and_refuses(capsys):
    call_command("standards", "activate", TEXT, "mandatory", "2026-11-02", reason="命令行")
    assert queries.plan(TEXT) == Plan(dt.date(2026, 10, 1), dt.date(2026, 11, 1), dt.date(2026, 11, 2))
    with pytest.raises(CommandError, match="依次"):
        call_command("standards", "activate", TEXT, "mandatory", "2020-01-01", reason="命令行")
    with pytest.raises(CommandError, match="YYYY-MM-DD"):
        call_command("standards", "activate", TEXT, "mandatory", "soon", reason="命令行")
    call_command("standards", "check")
    assert "entries" in capsys.readouterr().out


def test_an_older_version_goes_on_until_a_newer_one_is_as_binding():
    """Announced, optional, mandatory: what is asked of a text from day to day."""
    announced, optional = dt.date(2026, 11, 20), dt.date(2027, 1, 1)
    mandatory = dt.date(2027, 7, 1)
    day = dt.timedelta(days=1)
    activate(TEXT, Stage.MANDATORY, dt.date(2026, 12, 1))
    activate("profile/text/1.1", Stage.MANDATORY, mandatory)
    assert queries.plan("profile/text/1.1") == Plan(announced, optional, mandatory)
    in_force = [
        (found.version, found.stage)
        for found in (queries.profile("text", on=on) for on in (announced, optional, mandatory - day, mandatory))
    ]
    assert in_force == [
        ("1.0", Stage.OPTIONAL), ("1.0", Stage.MANDATORY), ("1.0", Stage.MANDATORY), ("1.1", Stage.MANDATORY),
    ]  # fmt: skip
    # whoever wants to be early asks for the version by name
    assert queries.profile("text", "1.1", on=optional).stage is Stage.OPTIONAL
