"""Who comes by an app's token to do something of their own here: the door for modules above."""

import datetime as dt
from typing import NamedTuple

from wenmai.lib import vault
from wenmai.lib.access import Actor
from wenmai.lib.levels import Level
from wenmai.people.families import queries as families
from wenmai.people.provider import queries as provider
from wenmai.people.provider.facts import ACR
from wenmai.people.provider.rules import SCOPES
from wenmai.people.queries.identities import level_known


class Visitor(NamedTuple):
    """`actor` has no role: an app acts for a reader. `scopes`: what was agreed to and the node still allows."""

    actor: Actor
    app_id: int
    sector: str
    scopes: frozenset[str]
    is_child: bool


def visitor(token: str, now: dt.datetime) -> Visitor | None:
    """Whose access token this is; nobody's where it has run out, its login has ended or the app is stopped.

    The level is what the login had shown, as long as the account still has it.
    """
    login = provider.login_by_access(token, now) if token.isascii() and len(token) <= 200 else None
    if login is None:
        return None
    shown = login.acr.rpartition(":")[2]
    level = min(Level(int(shown)) if shown in "0123" and shown else Level.GUEST, level_known(login.user, now))
    actor = Actor(login.user_id, "", (), level)
    return Visitor(
        actor, login.app_id, login.app.sector, frozenset(login.scopes), families.is_child(login.user_id)
    )  # fmt: skip


def acr(level: int) -> str:
    """As an app names it when it sends somebody to step up."""
    return ACR.format(int(level))


def reference(sector: str, kind: str, number: int) -> str:
    """What the apps of a sector call a companion or a group: always the same, and nothing to other sectors."""
    return vault.index(f"{sector}\n{kind}\n{number}", purpose="people.app_reference")[:22]


def scope_words() -> dict[str, str]:
    """Scope -> what people read when they agree."""
    return {name: str(words) for name, words in SCOPES.items()}
