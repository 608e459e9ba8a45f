"""The register is whole: nothing stands in a table that nobody has declared."""

import datetime as dt
import io
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models
from django.test import Client

from wenmai.journal.models import Entry
from wenmai.lib import clock, personal, vault
from wenmai.lib.personal import Basis, Ending, Form
from wenmai.people.models import CardTry, Code, IdentityTry, User
from wenmai.people.privacy import keeping, queries
from wenmai.people.privacy.models import Enforcement
from wenmai.people.privacy.texts import PURPOSES
from wenmai.people.testing import client_of, make_user

DOCUMENT = Path(__file__).parents[4] / "docs" / "reference" / "privacy.md"
TABLES = {table.model: table for table in personal.tables()}
TELLS_NOTHING = (models.BooleanField, models.AutoField)


def fields_to_say_something_about(model: type[models.Model]) -> set[str]:
    """All but serial numbers, switches, counts, and links to what is no person."""
    return {
        field.name
        for field in model._meta.concrete_fields
        if not isinstance(field, TELLS_NOTHING)
        and not field.name.endswith("count")
        and (field.related_model in (None, User))
    }


LABELS = sorted(
    model._meta.label for model in apps.get_models(include_auto_created=True) if ".tests." not in model.__module__
)


def test_every_field_is_declared_or_listed_as_impersonal() -> None:
    undeclared, twice, gone = set[str](), set[str](), set[str]()
    for label in LABELS:
        table, fields = TABLES.get(label), fields_to_say_something_about(apps.get_model(label))
        declared = {one.field for one in table.columns} if table else set()
        owner = {table.of} if table and isinstance(table.of, str) else set()
        listed = set(personal.impersonal().get(label, ()))
        there = {field.name for field in apps.get_model(label)._meta.concrete_fields}
        undeclared |= {f"{label}.{one}" for one in fields - declared - listed - owner}
        twice |= {f"{label}.{one}" for one in declared & listed}
        gone |= {f"{label}.{one}" for one in (declared | listed) - there}
    assert len(LABELS) > 100
    assert undeclared == set(), "declare it in the module's personal.py (ADR 18)"
    assert (twice, gone) == (set(), set())


def test_what_is_sealed_is_declared_so_and_nothing_else() -> None:
    sealed = {(column.model, column.field) for column in vault.columns()}
    columns = [(one.model, column) for one in TABLES.values() for column in one.columns]
    declared = {(model, column.field) for model, column in columns if column.form is Form.SEALED}
    assert declared <= sealed
    no_persons = {(model, field) for model, field in sealed - declared if field in personal.impersonal()[model]}
    assert sealed == declared | no_persons


def test_every_table_says_how_it_ends_and_every_rule_is_somebodys() -> None:
    named = [name for table in TABLES.values() for name in table.rules]
    rules = {rule.name: rule for rule in personal.rules()}
    assert {*named} <= {*rules}
    for name in {*rules} - {*named}:
        due = rules[name].due(clock.now())
        assert due is None or due.model._meta.label in personal.impersonal(), f"whose rule is {name}?"
    for table in TABLES.values():
        if table.ending is not Ending.DELETED:
            assert table.because, f"{table.model} is not deleted: why?"
        if table.of is None:
            assert table.ending is Ending.KEPT, f"nobody finds {table.model} by a person"
            assert not any(one.is_exported for one in table.columns), table.model
        if table.ending is Ending.ANONYMOUS:
            assert table.erase, f"{table.model}: how?"


def test_every_purpose_says_on_what_ground_and_whether_that_can_be_taken_back() -> None:
    for table in TABLES.values():
        assert table.columns, f"{table.model} is declared and has nothing personal"
        assert str(table.purpose).strip(), f"{table.model}: what for?"
        assert str(table.withdrawal).strip(), f"{table.model} rests on a consent: how is it taken back?"
        assert bool(table.withdrawn) == (table.basis is Basis.CONSENT), f"{table.model}: only a consent is taken back"
    assert {one.key for one in queries.asked("zh-hans")} == {*PURPOSES}
    page = Client().get("/en/privacy").content.decode()
    for one in queries.asked("en"):
        assert one.title in page, one.key
    assert page.count("Can it be taken back?") == len(TABLES) + len(PURPOSES)


def test_the_document_is_the_register() -> None:
    said = io.StringIO()
    call_command("privacy", "register", stdout=said)
    assert DOCUMENT.read_text("utf-8") == said.getvalue(), "wenmai privacy register > docs/reference/privacy.md"


@pytest.mark.django_db
def test_what_is_past_its_time_goes_in_batches_and_each_is_told() -> None:
    now, user = clock.now(), make_user("owner")
    old, fresh = now - dt.timedelta(days=3), now - dt.timedelta(days=1)
    CardTry.objects.bulk_create(CardTry(user=user, at=at) for at in [old] * 5 + [fresh] * 2)
    IdentityTry.objects.create(user=user, number_index="x", asked_at=old)
    assert {one.name: one.overdue for one in queries.enforced(now) if one.overdue} == {}
    later = now + dt.timedelta(days=2)
    late = {one.name: one.overdue for one in queries.enforced(later) if one.overdue}
    assert late == {"people.card_tries": 5, "people.identity_tries": 1}
    done = keeping.enforce_retention(now=now, batch=2)
    assert {name: count for name, count in done.items() if count} == late
    assert CardTry.objects.count() == 2
    told = Entry.objects.filter(name="people.retention_enforced", subject_key="people.card_tries").order_by("id")
    assert [one.detail for one in told] == [{"count": 2}, {"count": 2}, {"count": 1}]
    keeping.enforce_retention(now=later)
    row = Enforcement.objects.get(pk="people.card_tries")
    assert (row.at, row.last_rows, row.all_rows) == (later, 2, 7)


@pytest.mark.django_db
def test_a_rule_that_fails_costs_the_others_nothing_and_stands_out(monkeypatch: pytest.MonkeyPatch) -> None:
    now, user = clock.now(), make_user("owner")
    CardTry.objects.create(user=user, at=now - dt.timedelta(days=9))
    IdentityTry.objects.create(user=user, number_index="x", asked_at=now - dt.timedelta(days=9))
    broken = personal.rule("people.card_tries")._replace(forget=lambda numbers: 1 // 0)
    monkeypatch.setitem(personal._rules, "people.card_tries", broken)
    assert "people.card_tries" not in keeping.enforce_retention(now=now)
    assert not IdentityTry.objects.exists()
    finding, _closings = queries.findings()
    assert not finding.holds
    assert "people.card_tries: 1" in finding.sentence


@pytest.mark.django_db
@pytest.mark.parametrize(("prefix", "words"), [("", "短信验证码"), ("/en", "Codes by SMS")])
def test_everybody_reads_what_is_kept_in_their_language(prefix: str, words: str) -> None:
    page = Client().get(f"{prefix}/privacy").content.decode()
    assert words in page
    assert "2" in page


@pytest.mark.django_db
def test_an_auditor_sees_whether_it_is_kept_to() -> None:
    Code.objects.create(
        purpose="enter", phone_index="x", phone_sealed="x", code_hash="x", address_index="x", device_index="x",
        is_known=False, sent_at=clock.now() - dt.timedelta(days=9), expires_at=clock.now(),
    )  # fmt: skip
    page = client_of(make_user("auditor", role="auditor")).get("/desk/privacy/").content.decode()
    assert "<b>1</b>" in page
    assert "people.User" in page
    assert client_of(make_user("cataloguer", role="cataloguer")).get("/desk/privacy/").status_code == 403
