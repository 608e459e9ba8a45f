"""Somebody unmistakable comes in, makes mistakes, is looked up and breaks things: nothing of them stands in a log."""

import io
import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as node
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.utils import timezone

from wenmai.institutions.testing import make_organisation
from wenmai.journal.models import Entry
from wenmai.lib import clock, logs, vault
from wenmai.lib.access import SYSTEM
from wenmai.messages.models import Message
from wenmai.messages.rules import VALUES
from wenmai.people import services as people
from wenmai.people.models import User
from wenmai.people.provider.testing import RelyingParty, make_app
from wenmai.people.rules import read_document
from wenmai.people.testing import PASSWORD, client_of, forget_attempts, make_user
from wenmai.portal import services as portal
from wenmai.usage.models import Entry as Use

pytestmark = pytest.mark.django_db(transaction=True)
PHONE, NAME, LOGIN = "13799887766", "佘漪岭", "sheyiling1990"
HOLDER, DOCUMENT, MAIL = "佘漪岭样本", "110101199003078232", "sheyiling@example.org"
MARKS = (PHONE, NAME, LOGIN, HOLDER, DOCUMENT, MAIL, PASSWORD)


class Heard:
    """All that a process would write in its log, in the node's own format, and all addresses that were led to."""

    def __init__(self) -> None:
        self.log = io.StringIO()
        self.addresses: list[str] = []

    def ask(self, client: Client, path: str, data: dict[str, Any] | None = None) -> Any:
        answer = client.get(path) if data is None else client.post(path, data)
        self.addresses += [path, answer.get("Location", "")]
        if answer.get("Content-Type", "").startswith("text/html"):
            self.addresses += re.findall(r'(?:href|action)="([^"]*)"', answer.content.decode())
        return answer


@pytest.fixture
def heard(settings: Any) -> Iterator[Heard]:
    settings.SMS_GATEWAY = "print"
    forget_attempts()
    made = Heard()
    said: dict[str, Any] = node.LOGGING
    formatter = said["formatters"]["line"]
    handler = logging.StreamHandler(made.log)
    handler.setFormatter(logs.Line(formatter["format"], style=formatter["style"]))
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield made
    root.removeHandler(handler)
    root.setLevel(level)
    forget_attempts()


def last_code() -> str:
    sealed = Message.objects.latest("id").values_sealed
    return str(json.loads(vault.unseal(sealed, purpose=VALUES))["code"])


def come_in(heard: Heard) -> Client:
    client = Client()
    heard.ask(client, "/account/enter", {"way": "phone", "phone": "1379988776"})
    heard.ask(client, "/account/enter", {"way": "phone", "phone": PHONE})
    heard.ask(client, "/account/enter/code", {"code": "000000"})
    heard.ask(client, "/account/enter/code", {"code": last_code()})
    heard.ask(client, "/account/enter/first", {"name": NAME})
    assert heard.ask(client, "/account/").status_code == 200
    for wrong in ({"username": LOGIN, "password": "x" + PASSWORD}, {"username": PHONE, "password": PASSWORD}):
        heard.ask(Client(), "/account/enter", {"way": "password", **wrong})
    heard.ask(client, "/account/identity/", {"document": "resident", "number": DOCUMENT + "9", "name": HOLDER})
    heard.ask(client, "/account/phone", {"phone": PHONE})
    heard.ask(client, "/search?q=x")
    return client


def be_looked_after(heard: Heard) -> None:
    """By staff: an account with this login name, twice; a counter; a report; a message list."""
    organisation = make_organisation("本馆")
    admin = client_of(make_user("admin", role="platform_admin"))
    asked = {"username": LOGIN, "name": NAME, "role": "cataloguer", "organisation": str(organisation.pk)}
    heard.ask(admin, "/desk/accounts/new", asked)
    heard.ask(admin, "/desk/accounts/new", asked)
    reader = User.objects.filter(name=NAME).earliest("id")
    document = read_document("resident", DOCUMENT, today=timezone.localdate(clock.now()), demo=False)
    people.confirm_in_person(
        user_id=reader.pk, document=document, holder=HOLDER, place="本馆", actor=SYSTEM, now=clock.now(),
    )  # fmt: skip
    portal.report(kind="correct", page="/", words=NAME, contact=MAIL, client="", now=clock.now())
    for page in ("accounts/", f"accounts/{reader.pk}/", "messages/", "requests/", "looks/", "roles/review", "reports/"):
        heard.ask(admin, f"/desk/{page}")
    for page in ("accounts", "proxies"):
        where = heard.ask(admin, f"/desk/{page}/", {"q": NAME, "state": "on"})["Location"]
        assert where.startswith(f"/desk/{page}/?")
        assert "sought=1" in where
        found = heard.ask(admin, where)
        assert f'value="{NAME}"' in found.content.decode()
        assert re.search(r'<form[^>]*method="post"[^>]*>(?:(?!</form>).)*name="q"', found.content.decode(), re.S)
    for sought in (LOGIN, "nobody-of-this-name"):
        heard.ask(admin, "/desk/looks/", {"name": sought, "side": "person"})


def use_an_app(heard: Heard, client: Client) -> None:
    party = RelyingParty(make_app(), client)
    tokens = party.tokens()
    assert tokens["access_token"]
    heard.addresses.append(party.address)
    party.refresh(tokens["refresh_token"])
    party.refresh(tokens["refresh_token"])


def break_things(heard: Heard, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages that fail with somebody's data in their hands."""
    from wenmai.people import queries

    def fails(request: HttpRequest, *_args: Any, **_more: Any) -> HttpResponse:
        name, phone, document = NAME, PHONE, DOCUMENT
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO people_user (username, name, password, is_active, password_is_first, created_at)"
                " SELECT username, %s, %s, true, false, now() FROM people_user WHERE username = %s",
                [name, phone + document, LOGIN],
            )
        return HttpResponse()

    monkeypatch.setattr(queries, "phone_of", fails)
    client = client_of(User.objects.get(username=LOGIN))
    client.raise_request_exception = False
    assert heard.ask(client, "/account/").status_code == 500
    logging.getLogger("wenmai.x").error("cannot read %s or %s of %s", PHONE, DOCUMENT, MAIL)


def test_logs_journal_uses_jobs_and_addresses_hold_nothing_of_anybody(
    heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = come_in(heard)
    be_looked_after(heard)
    use_an_app(heard, client)
    break_things(heard, monkeypatch)
    with connection.cursor() as cursor:
        cursor.execute("SELECT args::text FROM procrastinate_jobs")
        asked = [row[0] for row in cursor.fetchall()]
    places = {
        "the log of the processes": heard.log.getvalue(),
        "addresses": "\n".join(heard.addresses),
        "details of the journal": json.dumps([*Entry.objects.values_list("detail", "subject_key")], default=str),
        "uses": str([*Use.objects.values()]),
        "arguments of jobs": "\n".join(asked),
    }
    assert "Traceback" in places["the log of the processes"], "nothing was heard"
    assert "UniqueViolation" in places["the log of the processes"]
    assert asked
    assert len(heard.addresses) > 100
    found = [(place, mark) for place, text in places.items() for mark in MARKS if mark in text]
    assert found == [], "\n".join(line for line in heard.log.getvalue().splitlines() if any(m in line for m in MARKS))


@pytest.mark.skipif(not node.EMBEDDED_DATABASE, reason="a server of somebody else's")
def test_the_servers_own_log_holds_no_values() -> None:
    make_user(LOGIN)
    log = node.VAR / "postgres" / "log"
    before = log.stat().st_size
    for sql, values in (
        ("INSERT INTO people_user (username, name) VALUES (%s, %s)", [LOGIN, NAME]),
        ("SELECT %s FROM none_of_this_name", [PHONE]),
    ):
        with pytest.raises(Exception, match=r"."), connection.cursor() as cursor:
            cursor.execute(sql, values)
    with log.open("rb") as stream:
        stream.seek(before)
        said = stream.read().decode()
    assert "ERROR" in said, "nothing was heard"
    assert [mark for mark in (NAME, LOGIN, PHONE) if mark in said] == []


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("no such phone: 13799887766.", "no such phone: ***."),
        ("+8613799887766 and 110101199003078232 and 11010119900307823X", "*** and *** and ***"),
        ("duplicate key\nDETAIL:  Key (username)=(佘) already exists.\nend", "duplicate key\nend"),
        ('failed\n  CONTEXT:  COPY people_patron, line 3: "佘"\n', "failed\n"),
        ("ask a.b@example.org", "ask ***"),
        ("record 1200000000123456, 02:40:08,123, run 13800", "record 1200000000123456, 02:40:08,123, run 13800"),
    ],
)
def test_lines_of_the_log_are_plain(said: str, kept: str) -> None:
    assert logs.plain(said) == kept
