"""openid-client, a relying party that is not ours, logs our people in."""

from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.peers.peer import Peer
from wenmai.people.provider.testing import BACK, OUT, allow, make_app, sent_to
from wenmai.people.testing import client_of, make_user

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_a_scope_that_the_node_withdrew_is_left_out_and_the_client_is_told(live_server: Any, settings: Any) -> None:
    settings.BASE_URL = live_server.url
    made, browser = make_app(scopes=("openid", "profile", "phone")), client_of(make_user("reader"))
    allow(made.app.organisation_id, "profile")
    known = {"client_id": made.app.client_id, "secret": made.secret}
    with Peer("openid_client.mjs", "openid-client", issuer=live_server.url, redirect_uri=BACK, **known) as party:
        address = party.do("ask", "openid profile phone").removeprefix(live_server.url)
        page = browser.get(address)
        first = party.do(
            "come_back", sent_to(browser.post(address, {"question": page.context["question"], "answer": "yes"}))
        )
        assert first["tokens"]["scope"] == "openid profile"
        assert party.do("userinfo") == {"sub": first["claims"]["sub"], "name": "reader"}
        assert party.do("refresh")["tokens"]["scope"] == "openid profile"
        lost = browser.get(party.do("ask", "openid mail").removeprefix(live_server.url))
        assert party.refused("come_back", lost["Location"])["error"] == "invalid_scope"


@pytest.mark.parametrize("is_public", [False, True])
def test_a_whole_login_with_somebody_elses_client(live_server: Any, settings: Any, is_public: bool) -> None:
    settings.BASE_URL = live_server.url
    made, browser = make_app(is_public=is_public), client_of(make_user("reader"))
    known = {"client_id": made.app.client_id, "secret": made.secret or None}
    with Peer("openid_client.mjs", "openid-client", issuer=live_server.url, redirect_uri=BACK, **known) as party:
        assert party.do("metadata")["issuer"] == live_server.url
        address = party.do("ask").removeprefix(live_server.url)
        page = browser.get(address)
        back = sent_to(browser.post(address, {"question": page.context["question"], "answer": "yes"}))
        first = party.do("come_back", back)
        assert first["claims"]["sid"]
        assert party.do("userinfo") == {"sub": first["claims"]["sub"], "name": "reader"}
        second = party.do("refresh")
        assert second["claims"]["sub"] == first["claims"]["sub"]
        assert second["tokens"]["refresh_token"] != first["tokens"]["refresh_token"]
        if not is_public:
            assert party.do("introspect")["active"] is True
        out = urlsplit(party.do("leave", OUT))
        answer = browser.get(f"{out.path}?{out.query}")
        assert answer.status_code == 302, answer.content.decode()
        assert answer["Location"] == OUT
        assert party.refused("refresh")["error"] == "invalid_grant"
        # RFC 9207: an answer that does not say who gave it, or says somebody else, is not taken
        assert party.refused("come_back", back.partition("&iss=")[0])["code"] == "OAUTH_INVALID_RESPONSE"
