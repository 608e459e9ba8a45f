"""A citizen's whole way through a node of real processes: in by telephone, on to an app, everything taken along, out.

The gateway, the library, the app and its ear are programs of others on the loopback; the worker does what takes days as
soon as the database says that the days are over.
"""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Page, expect

from config import postgres
from tests.browser.conftest import Opener
from tests.journeys.conftest import Making, disk, institution, make_node, prepared  # noqa: F401 -- fixtures
from tests.journeys.nodes import Node, until
from tests.peers.peer import Peer
from wenmai.messages.testing import server as gateway
from wenmai.people.provider.tests.ear import Ear
from wenmai.people.testing import sip2

NAME, PHONE, CARD = "闻人溪畔", "13800138000", "QX20261130"
OTHER, OTHER_PHONE = "BOLAT", "+8613900139000"
BACK = "https://app.example/back"
MARKS = re.compile(f"{NAME}|{PHONE}|{CARD}")

_BEGIN = """
import json
from types import SimpleNamespace
from django.db import transaction
from wenmai.people.provider.testing import make_app
from wenmai.people.testing.cards import make_card_system
from wenmai.people.testing.whole import make_whole
with transaction.atomic():
    make_whole({other!r}, {phone!r}, "990101199001011234")
made = make_app(backchannel_uri={ear!r}, redirect_uris=({back!r},))
make_card_system(SimpleNamespace(port={port}))
print(json.dumps([made.app.client_id, made.secret]))
"""
_LOOK = """
from wenmai.journal.services import seals
from wenmai.lib import clock
from wenmai.people.testing import client_of, make_user
colleague = make_user("colleague", role="platform_admin")
page = client_of(colleague, "password", "app").get(f"/desk/accounts/{user}/")
assert page.status_code == 200, page.status_code
seals.seal(now=clock.now())
"""
_OPENED = """
from django.apps import apps
from wenmai.lib import vault
for column in vault.columns():
    rows = apps.get_model(column.model)._default_manager.exclude(**{column.field: ""})
    for one in rows.values_list(column.field, flat=True):
        print(vault.unseal(one, purpose=column.purpose))
"""
_CLOSE = """
from wenmai.lib import jobs
print(jobs.defer("people.close_due", timestamp=0))
"""


class Scene(NamedTuple):
    node: Node
    sms: gateway.Provider
    ear: Ear
    app: dict[str, str]

    def code(self) -> str:
        """The last one that arrived; news of other matters have a code in their links."""
        sent = self.sms.delivered
        said = until(
            lambda: [one["values"]["code"] for one in [*sent.values()] if one["template"] == "login_code"],
            "the code arrives",
        )
        return str(said[-1])


@pytest.fixture
def scene(make_node: Making) -> Iterator[Scene]:  # noqa: F811 -- a fixture of that name
    with gateway.serving() as sms, sip2.running(sip2.Library(readers=[sip2.Reader(CARD, name=NAME)])) as library:
        node = make_node(
            WENMAI_SMS_GATEWAY="http", WENMAI_SMS_URL=sms.url, WENMAI_SMS_KEY_ID=gateway.KEY_ID,
            WENMAI_SMS_SECRET=gateway.SECRET, WENMAI_ALLOWED_PRIVATE_HOSTS="127.0.0.1",
        )  # fmt: skip
        ear = Ear()
        postgres.start(node.var)
        given = {"other": OTHER, "phone": OTHER_PHONE, "ear": ear.address, "back": BACK, "port": library.port}
        client_id, secret = json.loads(node.python(_BEGIN.format(**given)))
        node.up()
        until(node.is_ready, "the node is up", 120)
        yield Scene(node, sms, ear, {"client_id": client_id, "secret": secret})
        ear.close()


def press(page: Page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).click()


def come_in(page: Page, scene: Scene) -> None:
    page.goto("/account/enter")
    page.locator("input[type=tel]").fill(PHONE)
    page.locator("input[type=tel]").press("Enter")
    page.wait_for_url("**/enter/code")
    page.locator("input[name=code]").fill(scene.code())
    page.locator("input[name=code]").press("Enter")
    page.wait_for_url("**/enter/first")
    page.locator("input[name=name]").fill(NAME)
    press(page, "同意并建立账号")
    page.wait_for_url("**/account/")


def link_card(page: Page) -> None:
    page.goto("/account/cards/new")
    page.get_by_label("光塔图书馆读者证").check()
    press(page, "下一步")
    page.get_by_label("证号").fill(CARD)
    page.get_by_label("证的密码").fill("246810")
    press(page, "绑定")
    expect(page.get_by_text("读者证已绑定")).to_be_visible()


def log_in_at(party: Peer, page: Page) -> str:
    """At the app; the word by which it knows them."""
    page.route(f"{BACK}**", lambda route: route.fulfill(body="app"))
    page.goto(party.do("ask"))
    press(page, "同意并登录")
    page.wait_for_url(f"{BACK}**")
    tokens = party.do("come_back", page.url)
    subject = str(tokens["claims"]["sub"])
    assert party.do("userinfo") == {"sub": subject, "name": NAME}
    return subject


def taken_along(page: Page) -> dict[str, Any]:
    """What stands in the file, as its reader opens it: name of a table -> rows."""
    page.goto("/account/privacy/export")
    press(page, "要一份")
    link = page.locator("main a[href$='/file']")
    until(lambda: page.reload() and link.count(), "the worker has made it")
    with page.expect_download() as taken:
        link.click()
    found: dict[str, Any] = {}
    with zipfile.ZipFile(io.BytesIO(taken.value.path().read_bytes())) as archive:
        assert archive.testzip() is None
        assert NAME in archive.read("请看这里.html").decode()
        for name in archive.namelist():
            content = archive.read(name).decode()
            assert OTHER not in content.upper(), name
            assert OTHER_PHONE not in content, name
            found |= json.loads(content) if name.endswith(".json") else {}
    return found


def dumped(node: Node) -> dict[str, str]:
    """Table -> all that stands in it."""
    names = [name for (name,) in node.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
    with node.connected() as connection:
        found = {}
        for name in names:
            with connection.cursor().copy(f'COPY (SELECT * FROM "{name}") TO STDOUT'.encode()) as copy:
                found[name] = b"".join(map(bytes, copy)).decode()
        return found


def test_from_the_first_code_to_nothing_left(scene: Scene, opened: Opener) -> None:
    node, page = scene.node, opened(360, base=scene.node.address, script=False)
    come_in(page, scene)
    link_card(page)
    page.goto("/account/privacy")
    page.locator("main li form button[value=yes]").first.click()
    known = {"issuer": node.address, "redirect_uri": BACK, **scene.app}
    with Peer("openid_client.mjs", "openid-client", **known) as party:
        subject = log_in_at(party, page)
        user = node.one("SELECT user_id FROM people_appsubject WHERE word = %s", subject)
        node.python(f"user = {user}" + _LOOK)
        holds_all(taken_along(page), user, subject)
        assert {"people_user", "people_readercard"} & {name for name, rows in dumped(node).items() if NAME in rows}
        page.goto("/account/privacy/close")
        page.locator("input[name=sure]").check()
        press(page, "要求注销")
        expect(page.locator("main h1")).to_be_visible()
        until(lambda: scene.ear.heard, "the app hears of it")
        assert party.refused("refresh")["error"] == "invalid_grant"
    ends_after_a_week(node, user)
    page.goto("/account/")
    assert "/account/enter" in page.url
    nothing_is_left(node, user, subject)


def holds_all(found: dict[str, Any], user: int, subject: str) -> None:
    """The account, the card, what was agreed to, the app, and that somebody looked."""
    (account,) = found["people.User"]
    assert (account["name"], PHONE in json.dumps(account)) == (NAME, True)
    (card,) = found["people.ReaderCard"]
    assert CARD in card.values()
    assert [one["given"] for one in found["people.ConsentEntry"]] == [True]
    assert [one["word"] for one in found["people.AppSubject"]] == [subject]
    assert len(found["people.Look"]) == 1
    assert "colleague" not in json.dumps(found["people.Look"])
    assert {one["name"] for one in found["journal.Entry"]} >= {"people.card_linked", "people.export_asked"}


def ends_after_a_week(node: Node, user: int) -> None:
    """The worker lets it be before its day, and closes it after."""
    runs = "SELECT NOT EXISTS (SELECT FROM procrastinate_jobs WHERE id = %s AND status IN ('todo', 'doing'))"
    for days, is_over in ((6, False), (1, True)):
        node.execute(
            "UPDATE people_closing SET asked_at = asked_at - make_interval(days => %s),"
            " due_at = due_at - make_interval(days => %s, mins => 1) WHERE user_id = %s", days, days, user,
        )  # fmt: skip
        until(partial(node.one, runs, node.python(_CLOSE)), "the worker has done it")
        assert node.one("SELECT closed_at IS NOT NULL FROM people_user WHERE id = %s", user) is is_over


def nothing_is_left(node: Node, user: int, subject: str) -> None:
    left = {name for name, rows in dumped(node).items() if MARKS.search(rows) or subject in rows}
    assert left == set()
    assert not MARKS.search(node.python(_OPENED))
    for log in [*node.var.glob("said-*"), *node.var.glob("**/*.log")]:
        assert not MARKS.search(log.read_text("utf-8", "replace")), log.name
    shell = "SELECT username, name, phone_sealed, is_active FROM people_user WHERE id = %s"
    assert node.rows(shell, user) == [(f"closed-{user}", "", "", False)]
    assert "WRONG" not in node.done("check")
    node.done("journal", "seal")
    node.done("journal", "verify")
