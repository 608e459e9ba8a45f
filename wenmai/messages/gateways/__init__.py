"""The port to whoever carries SMS. One gateway per node, named by a setting; another kind registers itself by name."""

from collections.abc import Callable, Mapping
from typing import NamedTuple, Protocol

from django.conf import settings


class Sms(NamedTuple):
    """`key` is the same at every attempt; `provider_template` is empty where the setting names none."""

    key: str
    phone: str
    template: str
    provider_template: str
    language: str
    values: Mapping[str, str]
    text: str


class Accepted(NamedTuple):
    """The provider has it, under this name."""

    id: str


class Declined(NamedTuple):
    """Asking again does not help."""

    code: str


class Later(NamedTuple):
    """It may help; `after_s`: the provider said when."""

    code: str
    after_s: float | None = None


Answer = Accepted | Declined | Later


class Gateway(Protocol):
    """`inbox`: a page where messages are shown instead of being sent; empty where they are."""

    is_on: bool
    inbox: str

    def send(self, sms: Sms) -> Answer:
        """Within `rules.HOLD`. Raises nothing that the outside can cause."""


class Off:
    """`none`: nothing can be sent."""

    is_on = False
    inbox = ""

    def send(self, sms: Sms) -> Answer:
        return Declined("sms_off")


def _over_http() -> Gateway:
    from wenmai.messages.gateways.http import HttpGateway

    return HttpGateway(
        url=settings.SMS_URL,
        key_id=settings.SMS_KEY_ID,
        secret=settings.SMS_SECRET,
        allowed_hosts=settings.ALLOWED_PRIVATE_HOSTS,
    )


_made: dict[str, Callable[[], Gateway]] = {"none": Off, "http": _over_http}


def register(name: str, make: Callable[[], Gateway]) -> None:
    """In apps.py of whoever brings a further kind."""
    _made[name] = make


def gateway() -> Gateway:
    return _made[settings.SMS_GATEWAY]()
