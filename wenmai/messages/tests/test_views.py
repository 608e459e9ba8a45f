import pytest

from wenmai.institutions.testing import make_organisation
from wenmai.lib import clock
from wenmai.messages import services
from wenmai.messages.testing import PHONE, make_sms
from wenmai.messages.testing.server import Provider
from wenmai.people.testing import client_of, make_user

pytestmark = pytest.mark.django_db
WHERE = "/desk/messages/"


def test_an_operator_sees_what_became_of_each_and_no_content(provider: Provider) -> None:
    provider.modes = ["accept", "decline"]
    for _each in range(2):
        services.deliver(message_id=make_sms(), now=clock.now)
    client = client_of(make_user("admin", role="platform_admin"))
    page = client.get(WHERE).content.decode()
    assert page.count("138****8000") == 2
    assert "短信网关拒绝：BLACKLISTED" in page
    assert PHONE[3:] not in page
    assert "482913" not in page
    failed = client.get(f"{WHERE}?state=failed").content.decode()
    assert failed.count("138****8000") == 1
    assert client.get(f"{WHERE}?state=%00").status_code == 400
    assert client.get(f"{WHERE}?state=x&page=x").status_code == 200
    assert WHERE in client.get("/desk/").content.decode()


def test_the_page_says_when_nothing_can_be_sent(settings) -> None:
    settings.SMS_GATEWAY = "none"
    page = client_of(make_user("admin", role="platform_admin")).get(WHERE).content.decode()
    assert "没有设置短信网关" in page
    assert "还没有这样的短信" in page


@pytest.mark.parametrize("role", ["organisation_admin", "auditor", "reviewer"])
def test_others_do_not(role: str) -> None:
    client = client_of(make_user("other", role=role))
    assert client.get(WHERE).status_code == 403
    assert WHERE not in client.get("/desk/").content.decode()


def test_an_administrator_of_a_part_does_not() -> None:
    client = client_of(make_user("part", role="platform_admin", organisation_id=make_organisation("分馆").pk))
    assert client.get(WHERE).status_code == 403
    assert WHERE not in client.get("/desk/").content.decode()
