from collections.abc import Iterator

import pytest

from wenmai.messages.testing.server import KEY_ID, SECRET, Provider, serving


@pytest.fixture
def provider(settings) -> Iterator[Provider]:
    """A provider that the node is set up for."""
    with serving() as served:
        settings.SMS_GATEWAY, settings.SMS_URL = "http", served.url
        settings.SMS_KEY_ID, settings.SMS_SECRET = KEY_ID, SECRET
        settings.SMS_TEMPLATES = {"login_code": "SMS_100001"}
        settings.ALLOWED_PRIVATE_HOSTS = ["127.0.0.1"]
        yield served
