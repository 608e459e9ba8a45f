"""oidc-provider, a provider that is not ours, lets people in here."""

import re
import socket
import time
from typing import Any
from urllib.parse import urljoin

import pytest
import requests
from django.test import Client

from tests.peers.peer import Peer
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.people.models import User
from wenmai.people.provider.testing import sent_to
from wenmai.people.upstreams import asking, services
from wenmai.people.upstreams.testing import go, is_in, make_upstream

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SECRET = "a secret of some length, 32 or so"


def log_in_there(browser: requests.Session, address: str) -> str:
    """Through its pages, as a browser would; the address that leads back."""
    answer = browser.get(address, allow_redirects=False)
    given = {"prompt": "login", "login": "alice", "password": "any"}
    for _step in range(12):
        while answer.is_redirect:
            onward = urljoin(answer.url, answer.headers["Location"])
            if "/account/with/" in onward:
                return onward
            answer = browser.get(onward, allow_redirects=False)
        assert answer.ok, answer.text
        action = re.search(r'action="([^"]+)"', answer.text)
        assert action, answer.text
        step = given if "login" in answer.text and 'name="login"' in answer.text else {"prompt": "consent"}
        answer = browser.post(urljoin(answer.url, action[1]), step, allow_redirects=False)
    raise AssertionError("it leads nowhere")


def test_a_whole_login_with_somebody_elses_provider(live_server: Any, settings: Any) -> None:
    settings.BASE_URL, settings.DEMO, settings.ALLOWED_PRIVATE_HOSTS = live_server.url, True, ["127.0.0.1"]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    known = {
        "port": port, "client_id": "wenmai", "secret": SECRET, "logout_uri": f"{live_server.url}/",
        "redirect_uri": f"{live_server.url}/account/with/elsewhere/back",
        "hear_uri": f"{live_server.url}/openid/with/elsewhere/logout",
    }  # fmt: skip
    with Peer("oidc_provider.mjs", "oidc-provider", **known) as provider:
        upstream = make_upstream(slug="elsewhere", issuer=provider.read(), client_id="wenmai", secret=SECRET)
        asking.learn(upstream, clock.now())
        services.switch(upstream_id=upstream.pk, to=True, actor=SYSTEM, now=clock.now())
        browser, there = Client(), requests.Session()
        back = log_in_there(there, go(browser, "elsewhere")).removeprefix(live_server.url)
        first = browser.get(back)["Location"]
        assert "Person alice" in browser.get(first).content.decode()
        browser.post(first)
        assert is_in(browser)
        assert User.objects.filter(name="Person alice").count() == 1, "beside those who set the login up"
        second = Client()
        second.get(log_in_there(there, go(second, "elsewhere")).removeprefix(live_server.url))
        assert is_in(second)
        out = sent_to(browser.post("/account/leave"))
        assert not is_in(browser)
        # their page asks; yes, and they tell us from behind, which ends the second browser's login
        page = there.get(out)
        xsrf = re.search(r'name="xsrf" value="([^"]+)"', page.text)
        assert xsrf, page.text
        end = f"{upstream.issuer}/session/end/confirm"
        ended = there.post(end, {"xsrf": xsrf[1], "logout": "yes"}, allow_redirects=False)
        assert ended.headers["Location"] == f"{live_server.url}/"
        until = time.monotonic() + 10
        while is_in(second) and time.monotonic() < until:
            time.sleep(0.1)
        assert not is_in(second)
