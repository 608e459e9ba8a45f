"""WeChat's login: its own way of asking, one account behind it, and what of its answers is not believed."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import allauth
import pytest
from django.test import Client

from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.people.models import User
from wenmai.people.upstreams import asking, services, wechat
from wenmai.people.upstreams.models import Upstream, UpstreamIdentity
from wenmai.people.upstreams.testing import CLIENT, SECRET, come_back, go, is_in, make_upstream

pytestmark = pytest.mark.django_db
PERSON = {"openid": "o-1", "unionid": "u-1", "nickname": "阿婆👵", "headimgurl": "https://thirdwx.qlogo.cn/x"}


class WeChat:
    """Answers 200 whatever is asked, as WeChat does; `token` and `person` are laid over its answers."""

    def __init__(self) -> None:
        self.codes, self.asked = {"c-1"}, list[tuple[str, dict[str, str]]]()
        self.token: dict[str, Any] = {}
        self.person: dict[str, Any] = {}
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def answer(self, path: str, form: dict[str, str]) -> dict[str, Any]:
        self.asked.append((path, form))
        if path == "/userinfo":
            return {**PERSON, **self.person} if form == {"access_token": "a-1", "openid": "o-1"} else {"errcode": 40003}
        if form.get("secret") != SECRET or form.get("appid") != CLIENT:
            return {"errcode": 40125, "errmsg": "invalid appsecret"}
        if form.get("code") not in self.codes or form.get("grant_type") != "authorization_code":
            return {"errcode": 40029, "errmsg": "invalid code"}
        self.codes.remove(form["code"])
        came = {"access_token": "a-1", "expires_in": 7200, "scope": "snsapi_login", "openid": "o-1", "unionid": "u-1"}
        return {name: value for name, value in {**came, **self.token}.items() if value is not None}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        wechat = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                told = json.dumps(wechat.answer(self.path, dict(parse_qsl(body))), ensure_ascii=False).encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/plain")
                self.send_header("Content-Length", str(len(told)))
                self.end_headers()
                self.wfile.write(told)

            def log_message(self, *_: object) -> None:
                pass

        return Handler


@pytest.fixture
def there(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[WeChat]:
    settings.ALLOWED_PRIVATE_HOSTS = ["127.0.0.1"]
    made = WeChat()
    here = f"http://127.0.0.1:{made.server.server_port}"
    monkeypatch.setitem(wechat.METADATA, "token_endpoint", f"{here}/token")
    monkeypatch.setitem(wechat.METADATA, "userinfo_endpoint", f"{here}/userinfo")
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def upstream(there: WeChat) -> Upstream:
    made = make_upstream(slug="wechat", name="微信", issuer=wechat.ISSUER, level_otherwise=0)
    asking.learn(made, clock.now())
    return services.switch(upstream_id=made.pk, to=True, actor=SYSTEM, now=clock.now())


def test_it_is_asked_as_allauth_asks_it() -> None:
    """Its provider is not installed here, and cannot be imported: its text is looked at."""
    folder = Path(allauth.__file__).parent / "socialaccount" / "providers" / "weixin"
    text = "".join((folder / f"{name}.py").read_text("utf-8") for name in ("views", "client", "provider"))
    for word in (*wechat.METADATA.values(), wechat.SCOPE, *wechat.question(app_id="", secret="", code="")):
        assert f'"{word}"' in text, word
    here = wechat.address("https://x", app_id="1", redirect_uri="https://y", state="z")
    for name in parse_qs(urlsplit(here).query):
        assert f'"{name}"' in text, name


def test_a_scan_leads_into_an_account_and_the_next_one_into_the_same(there: WeChat, upstream: Upstream) -> None:
    browser = Client()
    assert "用微信登录" in browser.get("/account/enter").content.decode()
    address = urlsplit(go(browser, "wechat"))
    asked = {name: values[0] for name, values in parse_qs(address.query).items()}
    assert (address.netloc, address.path, address.fragment) == (
        "open.weixin.qq.com",
        "/connect/qrconnect",
        "wechat_redirect",
    )
    assert (asked["appid"], asked["scope"], asked["response_type"]) == (CLIENT, "snsapi_login", "code")
    assert asked["redirect_uri"].endswith("/account/with/wechat/back")
    answer = come_back(browser, {"code": "c-1", "state": asked["state"]}, "wechat")
    assert "阿婆👵" in browser.get(answer["Location"]).content.decode()
    browser.post(answer["Location"])
    assert is_in(browser)
    assert UpstreamIdentity.objects.get().subject == "u-1", "the same in every app of the same owner"
    assert all(SECRET not in path for path, _form in there.asked)
    there.codes.add("c-2")
    other = Client()
    state = parse_qs(urlsplit(go(other, "wechat")).query)["state"][0]
    come_back(other, {"code": "c-2", "state": state}, "wechat")
    assert is_in(other)
    assert User.objects.filter(name="阿婆👵").count() == 1


@pytest.mark.parametrize(
    ("token", "person"),
    [
        ({"unionid": None}, {}),
        ({"unionid": ""}, {}),
        ({"unionid": 7}, {}),
        ({"unionid": "u" * 300}, {}),
        ({"openid": None}, {}),
        ({"access_token": "a\n1"}, {}),
        ({"errcode": 40163, "errmsg": "code been used"}, {}),
        ({}, {"openid": "o-2"}),
    ],
)
def test_what_is_not_whole_lets_nobody_in(there: WeChat, upstream: Upstream, token: Any, person: Any) -> None:
    there.token, there.person = token, person
    browser = Client()
    state = parse_qs(urlsplit(go(browser, "wechat")).query)["state"][0]
    assert come_back(browser, {"code": "c-1", "state": state}, "wechat").status_code == 400
    assert not is_in(browser)


def test_a_code_and_a_state_are_good_once_and_where_they_were_given(there: WeChat, upstream: Upstream) -> None:
    browser, victim = Client(), Client()
    state = parse_qs(urlsplit(go(browser, "wechat")).query)["state"][0]
    assert come_back(victim, {"code": "c-1", "state": state}, "wechat").status_code == 400
    assert come_back(browser, {"code": "stolen", "state": state}, "wechat").status_code == 400
    assert come_back(browser, {"code": "c-1", "state": state}, "wechat").status_code == 400


def test_who_has_no_name_there_gets_in_without_one_and_nobody_is_logged_out_from_there(
    there: WeChat, upstream: Upstream
) -> None:
    there.person = {"errcode": 48001}
    browser = Client()
    state = parse_qs(urlsplit(go(browser, "wechat")).query)["state"][0]
    answer = come_back(browser, {"code": "c-1", "state": state}, "wechat")
    browser.post(answer["Location"])
    assert is_in(browser)
    token = "e30.e30.e30"
    assert Client().post("/openid/with/wechat/logout", {"logout_token": token}).status_code == 400
    assert is_in(browser)
