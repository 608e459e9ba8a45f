"""Card systems and cards for other modules' tests."""

from typing import Any

from wenmai.institutions.testing import make_organisation
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.people.models import CardSystem
from wenmai.people.services import card_systems as services
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
