"""Card systems and cards for other modules' tests."""

import io
from typing import Any

from wenmai.institutions.testing import make_organisation
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.people.models import CardSystem, PatronFile, ReaderCard, User
from wenmai.people.rules.cards import Holder, Standing
from wenmai.people.services import card_systems as services
from wenmai.people.services import patrons, standings
from wenmai.people.testing import make_user
from wenmai.people.testing.sip2 import Library

SECRET = "terminal-secret"  # noqa: S105 -- for tests


def make_card_system(
    library: Library | None = None, *, organisation_id: int = 0, name: str = "光塔图书馆读者证", is_on: bool = True
) -> CardSystem:
    """One by SIP2, which leads to the library where one is running, else to nowhere."""
    settings: dict[str, Any] = {
        "host": "127.0.0.1", "port": library.port if library else 9, "is_tls": False, "ca": "",
        "login": "wenmai", "institution": "GT", "location": "", "charset": "auto",
    }  # fmt: skip
    made = services.add_card_system(
        organisation_id=organisation_id or make_organisation().pk, kind="sip2", name=name, settings=settings,
        secret=SECRET, actor=SYSTEM, now=clock.now(),
    )  # fmt: skip
    return services.switch_card_system(system_id=made.pk, is_on=is_on, actor=SYSTEM, now=clock.now())


def make_card(user: User, organisation_id: int) -> ReaderCard:
    """A good one of that library."""
    card = ReaderCard(user=user, system=make_card_system(organisation_id=organisation_id), linked_at=clock.now())
    standings.accept(card, Holder(f"C{user.pk:06}", user.name, Standing.GOOD), now=clock.now(), is_proved=True)
    card.save()
    return card


def make_doubted_card(organisation_id: int, name: str) -> ReaderCard:
    """One whose library told this name at linking and tells another one now."""
    system = make_card_system(organisation_id=organisation_id, name=name)
    card = ReaderCard(user=make_user(f"reader-{organisation_id}"), system=system, linked_at=clock.now())
    holder = Holder("G0001", name, Standing.GOOD)
    standings.accept(card, holder, now=clock.now(), is_proved=True)
    standings.hear(card, holder._replace(name=f"{name}二"), now=clock.now())
    card.save()
    return card


def make_patron_system(proof: str = "secret", *, organisation_id: int = 0, name: str = "镇图书室读者证") -> CardSystem:
    """One whose readers a file tells of."""
    made = services.add_card_system(
        organisation_id=organisation_id or make_organisation("镇图书室").pk, kind="file", name=name,
        settings={"proof": proof}, secret="", actor=SYSTEM, now=clock.now(),
    )  # fmt: skip
    return services.switch_card_system(system_id=made.pk, is_on=True, actor=SYSTEM, now=clock.now())


def make_patrons(system: CardSystem, table: str | bytes, *, is_whole: bool = False, is_read: bool = True) -> PatronFile:
    """A file of them, read to its end."""
    content = table if isinstance(table, bytes) else table.encode()
    made = patrons.take_in_patrons(
        system_id=system.pk, file=io.BytesIO(content), name="读者.csv", size=len(content), is_whole=is_whole,
        actor=SYSTEM, now=clock.now(),
    )  # fmt: skip
    if is_read:
        patrons.read_patrons(file_id=made.pk)
    made.refresh_from_db()
    return made
