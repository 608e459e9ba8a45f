"""注销: seen before, waited for, and then nothing is left but what the register says."""

import datetime as dt
import io
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test import Client

from wenmai.journal.models import Entry
from wenmai.lib import clock, personal, vault
from wenmai.lib.access import SYSTEM, Actor
from wenmai.lib.personal import Ending, Person, Table
from wenmai.lib.refusal import Refused
from wenmai.messages import services as messages
from wenmai.people import queries as people
from wenmai.people import services
from wenmai.people.families.models import Child
from wenmai.people.groups.models import Group, GroupMember
from wenmai.people.models import Merge, ReaderCard, RoleGrant, User
from wenmai.people.privacy import closing, holding, keeping, queries
from wenmai.people.privacy.models import Closing, ConsentEntry
from wenmai.people.provider.models import AppLogin, LogoutNotice
from wenmai.people.testing import client_of, make_reader, make_user
from wenmai.people.testing.whole import Whole, make_whole

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
PHONE, NUMBER = "+8613800138000", "11010519491231002X"


@pytest.fixture(autouse=True)
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What would go out by SMS."""
    said: list[str] = []
    monkeypatch.setattr(messages, "send_sms", lambda *, values, **_asked: said.append(values["deed"]))
    return said


def ask(user: User) -> Closing:
    return closing.ask_closing(
        user_id=user.pk, language="zh-hans", actor=people.actor(user), now=clock.now()
    )  # fmt: skip


def free(one: Whole) -> None:
    """Does what the objections ask for, and has not asked yet."""
    Closing.objects.filter(user=one.user).delete()
    RoleGrant.objects.filter(user=one.user).delete()
    GroupMember.objects.filter(group__responsible=one.user, user=one.user).delete()
    Group.objects.filter(responsible=one.user).delete()
    Merge.objects.filter(kept=one.user).update(merged_at=clock.now() - 31 * DAY)


def counts(one: Whole) -> dict[str, int]:
    return {table.model: table.rows(Person(one.user.pk, one.phone)).count() for table in personal.tables()}


def dump() -> dict[str, str]:
    """Table -> all that stands in it, as a dump has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        names = [row[0] for row in cursor.fetchall()]
        found = {}
        for name in names:
            out = io.StringIO()
            with cursor.copy(f'COPY (SELECT * FROM "{name}") TO STDOUT') as copy:
                for piece in copy:
                    out.write(bytes(piece).decode())
            found[name] = out.getvalue()
    return found


def opened() -> str:
    """All that is sealed, opened."""
    texts: list[str] = []
    for column in vault.columns():
        rows = apps.get_model(column.model)._default_manager.exclude(**{column.field: ""})
        texts += [vault.unseal(one, purpose=column.purpose) for one in rows.values_list(column.field, flat=True)]
    return "\n".join(texts)


def test_nothing_is_left_but_what_the_register_says() -> None:
    one, other = make_whole("ALICE", PHONE, NUMBER), make_whole("BOLAT", "+8613900139000", "990101199001011234")
    free(one)
    Closing.objects.all().delete()
    marks = re.compile("ALICE|13800138000|13600138000")
    before = {name for name, rows in dump().items() if marks.search(rows)}
    assert {"people_user", "people_code", "people_upstreamidentity", "usersessions_usersession"} <= before
    assert marks.search(opened())
    person = Person(one.user.pk, one.phone)
    kept = {table.model: table.rows(person).count() for table in personal.tables() if table.ending is Ending.KEPT}
    theirs = counts(other)
    ask(one.user)
    assert closing.close_due(now=clock.now() + 6 * DAY) == 0
    assert closing.close_due(now=clock.now() + 8 * DAY) == 1
    assert closing.close_due(now=clock.now() + 8 * DAY) == 0
    after = {name: rows for name, rows in dump().items() if marks.search(rows) or NUMBER in rows}
    # apps that have not heard of the logout yet, printed cards that gates have to refuse, and the journal
    assert {*after} <= {"people_logoutnotice", "people_cardpass", "journal_entry"}
    journal = [row for row in after.get("journal_entry", "").splitlines() if marks.search(row)]
    assert len(journal) == 1, "a note that the test wrote itself; no name, no number"
    assert "ALICE经办" in journal[0]
    assert not re.search(f"ALICE|13800138000|{NUMBER}", opened())
    for table in personal.tables():
        if table.ending is Ending.DELETED:
            assert not table.rows(person).exists(), table.model
        elif table.ending is Ending.KEPT and table.model in kept and kept[table.model]:
            assert table.rows(person).exists(), f"{table.model} was to be kept"
    told = Entry.objects.get(name="people.closed")
    assert (told.subject_key, told.actor_id, told.actor_name) == (str(one.user.pk), None, "system")
    assert "ALICE" not in str(told.detail)
    assert counts(other) == theirs


def test_the_shell_has_a_number_and_nothing_else_and_the_telephone_is_free() -> None:
    user = make_reader(PHONE, name="某人")
    ask(user)
    closing.close_due(now=clock.now() + 8 * DAY)
    user.refresh_from_db()
    assert (user.username, user.name, user.is_active) == (f"closed-{user.pk}", "", False)
    assert user.closed_at is not None
    assert make_reader(PHONE).pk != user.pk
    entries = Entry.objects.filter(actor_id=user.pk)
    assert {one.actor_name for one in entries} == {""}


def test_a_reader_is_a_number_in_the_journal_a_former_colleague_a_name() -> None:
    """What ADR 18 says of old entries; as none of them is altered, their seals hold whoever leaves."""
    reader, colleague = make_reader(PHONE, name="某读者"), make_user("某同事", role="cataloguer")
    for number, user in enumerate((colleague, reader)):
        services.rename(user_id=reader.pk, name=f"某读者{number}", actor=people.actor(user), now=clock.now())
    RoleGrant.objects.filter(user=colleague).delete()
    before = list(Entry.objects.order_by("id").values())
    for user in (reader, colleague):
        ask(user)
    assert "工作人员的姓名是工作记录" in str([one.ending for one in queries.preview(Person(colleague.pk))])
    assert closing.close_due(now=clock.now() + 8 * DAY) == 2
    assert list(Entry.objects.filter(pk__lte=before[-1]["id"]).order_by("id").values()) == before
    assert [*Entry.objects.filter(name="people.renamed").order_by("id").values_list("actor_name", flat=True)] == [
        "某同事",
        "",
    ]
    assert not [one for one in Entry.objects.all() if "某读者" in f"{one.actor_name} {one.detail}"]
    assert [one.who for one in people.trail(reader.pk) if one.what == "改名"] == ["", "某同事"]


def test_consents_end_with_the_account_and_their_proof_stays() -> None:
    user = make_reader()
    ConsentEntry.objects.create(account=user.pk, purpose="research", version=1, given=True, at=clock.now())
    ask(user)
    closing.close_due(now=clock.now() + 8 * DAY)
    assert [one.given for one in ConsentEntry.objects.order_by("id")] == [True, False]
    assert not holding.holds(user.pk, "research")


def test_every_session_ends_and_apps_are_told(told: list[str]) -> None:
    one = make_whole("ALICE", PHONE, NUMBER)
    free(one)
    Child.objects.filter(user=one.user).delete()  # a child is not let in at night
    page = client_of(one.user, "code")
    assert "1" in page.get("/account/privacy/close").content.decode()
    answer = page.post("/account/privacy/close", {"sure": "on"})
    assert "已要求注销" in answer.content.decode()
    assert page.get("/account/").status_code == 302
    assert not AppLogin.objects.filter(user=one.user).exists()
    assert LogoutNotice.objects.filter(sid="ALICEsid").exists()
    assert len(told) == 1
    assert "生效，登录可以取消" in told[0]


def test_whoever_comes_in_meanwhile_is_asked_and_may_keep_all() -> None:
    user = make_reader()
    ask(user)
    page = client_of(user, "code")
    for where in ("/account/", "/account/privacy", "/account/cards/"):
        assert page.get(where)["Location"] == "/account/closing"
    assert page.get("/").status_code == 200
    assert "保留我的账号" in page.get("/account/closing").content.decode()
    page.post("/account/closing", {"keep": "no"})
    assert Closing.objects.filter(user=user).exists()
    assert page.get("/account/closing")["Location"].startswith("/account/enter")
    again = client_of(user, "code")
    assert again.post("/account/closing", {"keep": "yes"})["Location"] == "/account/"
    assert again.get("/account/").status_code == 200
    assert closing.close_due(now=clock.now() + 8 * DAY) == 0
    with pytest.raises(Refused, match="closing_over"):
        closing.keep_account(user_id=user.pk, actor=Actor(user.pk, ""), now=clock.now())
    names = Entry.objects.filter(name__startswith="people.clos").order_by("id").values_list("name", flat=True)
    assert [*names] == ["people.closing_asked", "people.closing_cancelled"]


def test_what_stands_against_it_is_said_and_said_again_when_the_days_are_over() -> None:
    staff = make_user("clerk", role="cataloguer")
    page = client_of(staff, "password")
    assert "由管理员停用" in page.get("/account/privacy/close").content.decode()
    with pytest.raises(Refused, match="closing_objected"):
        ask(staff)
    assert page.post("/account/privacy/close", {"sure": "on"}).status_code == 302
    assert not Closing.objects.exists()
    user = make_reader()
    ask(user)
    services.grant(
        user_id=user.pk, role="cataloguer", organisation_id=None, region="", actor=SYSTEM, now=clock.now()
    )  # fmt: skip
    assert closing.close_due(now=clock.now() + 8 * DAY) == 0
    assert User.objects.get(pk=user.pk).is_active
    Closing.objects.update(asked_at=clock.now() - 12 * DAY, due_at=clock.now() - 5 * DAY)
    assert [one.holds for one in queries.findings()][-1] is False


def test_a_fault_leaves_everything_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = make_whole("ALICE", PHONE, NUMBER), make_reader("+8613900139000")
    free(one)
    for user in (one.user, other):
        ask(user)

    def fails(table: Table, person: Person, now: dt.datetime) -> int:
        if table.model == "people.User" and person.id == one.user.pk:
            raise RuntimeError
        return erase(table, person, now)

    erase = personal.erase
    monkeypatch.setattr(personal, "erase", fails)
    assert closing.close_due(now=clock.now() + 8 * DAY) == 1
    assert ReaderCard.objects.filter(user=one.user).exists()
    assert User.objects.get(pk=one.user.pk).is_active
    assert not User.objects.get(pk=other.pk).is_active


def test_a_merged_account_goes_along() -> None:
    user, gone = make_reader(PHONE), make_reader("+8613900139000", name="旧名")
    User.objects.filter(pk=gone.pk).update(is_active=False)
    Merge.objects.create(kept=user, gone=gone, merged_at=clock.now() - 31 * DAY)
    ask(user)
    closing.close_due(now=clock.now() + 8 * DAY)
    gone.refresh_from_db()
    assert (gone.name, gone.phone_index) == ("", None)
    assert gone.closed_at


def test_the_page_is_for_who_has_shown_it_lately_and_sure() -> None:
    user = make_reader()
    assert client_of(user).get("/account/privacy/close")["Location"].startswith("/account/again")
    assert Client().get("/account/privacy/close")["Location"].startswith("/account/enter")
    page = client_of(user, "code")
    page.post("/account/privacy/close")
    assert not Closing.objects.exists()
    assert "kept" in page.get("/en/account/privacy/close").content.decode()
    keeping.enforce_retention(now=clock.now())


def test_what_a_backup_brings_back_is_closed_once_more(tmp_path: Path) -> None:
    user, other = make_reader(PHONE, name="某人"), make_reader("+8613900139000")
    ask(user)
    closing.close_due(now=clock.now() + 8 * DAY)
    said = io.StringIO()
    call_command("privacy", "closed", stdout=said)
    assert said.getvalue() == f"{user.pk} {user.created_at.isoformat()}\n"
    kept = tmp_path / "closed.txt"
    kept.write_text(said.getvalue() + f"{other.pk} {user.created_at.isoformat()}\n")
    User.objects.filter(pk=user.pk).update(name="某人", username="back", is_active=True, closed_at=None)
    said = io.StringIO()
    call_command("privacy", "again", str(kept), stdout=said)
    assert said.getvalue().startswith("1 of 2 accounts")
    assert User.objects.get(pk=user.pk).name == ""
    assert User.objects.get(pk=other.pk).is_active
    kept.write_text("nonsense")
    with pytest.raises(CommandError, match="is not what"):
        call_command("privacy", "again", str(kept))
