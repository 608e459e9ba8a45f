"""What tests of other modules need: two people with a proxy between them, and a browser that acts by it."""

import datetime as dt
from collections.abc import Sequence

from django.test import Client

from wenmai.lib import clock
from wenmai.lib.access import Actor
from wenmai.people.models import User
from wenmai.people.proxies import services
from wenmai.people.proxies.models import Proxy
from wenmai.people.rules import levels
from wenmai.people.testing import client_of


def make_proxy(principal: User, proxy: User, matters: Sequence[str] = ("cards.show", "cards.link")) -> Proxy:
    now = clock.now()
    code = services.offer(user_id=principal.pk, matters=matters, until=now + dt.timedelta(days=30), now=now)
    return services.accept(code=code, actor=Actor(proxy.pk, proxy.name), now=now)


def acting(proxy: Proxy) -> Client:
    """The proxy's browser, acting."""
    client = client_of(proxy.proxy, levels.CODE)
    assert client.post(f"/account/proxies/{proxy.pk}/act").headers["Location"] == "/account/cards/"
    return client
