"""A village with one telephone: people without one, and the one who acts for each of them."""

import datetime as dt

from wenmai.lib import clock
from wenmai.lib.access import SYSTEM, Actor, OnBehalf
from wenmai.lib.levels import Level
from wenmai.people.models import User
from wenmai.people.proxies import services
from wenmai.people.rules import Document
from wenmai.people.rules.documents import mod_11_2

MATTERS = ("activities",)


def make_villager(keeper: User, place_id: int, number: int) -> Actor:
    """The keeper, acting for somebody who has no telephone and came to the counter. `number`: below 180."""
    now = clock.now()
    digits = f"5226011950010{1 + number // 20}{number:03}"
    given = services.record_at_counter(
        proxy_user_id=keeper.pk, document=Document("resident", digits + mod_11_2(digits)),
        holder="村民" + "甲乙丙丁戊己庚辛"[number % 8], matters=MATTERS, until=now + dt.timedelta(days=99),
        place_id=place_id, actor=SYSTEM, now=now,
    )  # fmt: skip
    assert given.principal.phone_index is None
    behalf = OnBehalf(given.principal_id, given.principal.name, given.pk, frozenset(MATTERS))
    return Actor(keeper.pk, keeper.name, (), Level.PHONE, behalf)
