"""The pages about reader cards, of their owners and of the library's staff."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from wenmai.institutions.testing import make_organisation
from wenmai.lib import clock, lists
from wenmai.people.models import CardSystem, ReaderCard
from wenmai.people.queries import cards as queries
from wenmai.people.testing import client_of, make_user
from wenmai.people.testing.cards import make_card_system, make_doubted_card
from wenmai.people.testing.sip2 import Library, Reader, running

pytestmark = pytest.mark.django_db
PIN = "246810"
SETTINGS = {
    "name": "光塔图书馆读者证", "host": "127.0.0.1", "port": "6001", "login": "wenmai", "secret": "terminal-secret",
    "institution": "GT", "location": "", "charset": "auto", "ca": "",
}  # fmt: skip


@pytest.fixture
def library(settings: Any) -> Iterator[Library]:
    settings.ALLOWED_PRIVATE_HOSTS = ["127.0.0.1"]
    with running() as library:
        yield library


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_from_the_library_to_the_linked_card(library: Library, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    system = make_card_system(library)
    client = client_of(make_user())
    assert "还没有绑定读者证" in text(client.get("/account/cards/"))
    assert "光塔图书馆读者证" in text(client.get("/account/cards/new"))
    chosen = client.get("/account/cards/new", {"system": system.pk})
    assert chosen.headers["Location"] == f"/account/cards/new/{system.pk}"
    refused = client.post(chosen.headers["Location"], {"number": "0001", "proof": "987654"})
    assert refused.status_code == 400
    assert "证号或密码不对" in text(refused)
    assert "987654" not in text(refused)
    answer = client.post(chosen.headers["Location"], {"number": "0001", "proof": PIN}, follow=True)
    assert "读者证已绑定" in text(answer)
    assert "2030-12-31" in text(answer)
    assert PIN not in caplog.text + text(answer)
    card = ReaderCard.objects.get()
    assert "刚刚核对过" in text(client.post(f"/account/cards/{card.pk}/refresh", follow=True))
    assert "已解除绑定" in text(client.post(f"/account/cards/{card.pk}/unlink", follow=True))
    assert not ReaderCard.objects.exists()


@pytest.mark.parametrize(
    ("status", "until", "words"),
    [
        ("Y", "20301231", "已停用"), (" " * 4 + "Y", "20301231", "已挂失"), ("", "20200101", "已过期"),
        (" " * 10 + "Y", "20301231", "有欠费或逾期"),
    ],
)  # fmt: skip
def test_the_state_is_told_in_words(library: Library, status: str, until: str, words: str) -> None:
    library.readers = [Reader(status=status.ljust(14), until=until)]
    system = make_card_system(library)
    client = client_of(make_user())
    page = text(client.post(f"/account/cards/new/{system.pk}", {"number": "0001", "proof": PIN}, follow=True))
    assert words in page


def test_others_cards_are_not_there(library: Library) -> None:
    system = make_card_system(library)
    client_of(make_user()).post(f"/account/cards/new/{system.pk}", {"number": "0001", "proof": PIN})
    card, stranger = ReaderCard.objects.get(), client_of(make_user("stranger"))
    assert "0001" not in text(stranger.get("/account/cards/"))
    for verb in ("unlink", "refresh"):
        assert "没有这张证" in text(stranger.post(f"/account/cards/{card.pk}/{verb}", follow=True))
    assert ReaderCard.objects.exists()
    assert Client().get("/account/cards/").status_code == 302


def test_what_is_off_cannot_be_chosen() -> None:
    system = make_card_system(is_on=False)
    client = client_of(make_user())
    assert client.get(f"/account/cards/new/{system.pk}").status_code == 404
    assert client.get("/account/cards/new", {"system": system.pk}).status_code == 400
    assert "还没有图书馆开放绑定" in text(client.get("/account/cards/"))


def test_an_administrator_connects_a_library(library: Library) -> None:
    organisation = make_organisation("光塔图书馆")
    client = client_of(make_user("admin", role="organisation_admin", organisation_id=organisation.pk))
    begin = f"/desk/cards/new?organisation={organisation.pk}&kind=sip2"
    page = text(client.get(begin))
    assert "光塔图书馆" in page
    made = client.post(begin, {**SETTINGS, "port": library.port}, follow=True)
    assert "还没有打开" in text(made)
    system = CardSystem.objects.get()
    assert (system.is_on, system.settings["port"]) == (False, library.port)
    where = f"/desk/cards/{system.pk}/"
    tried = text(client.post(f"{where}try", {"number": "0001"}))
    for words in ("接通了", "登录成功", "光塔图书馆 · 2.00", "状态：可用", "故意用错的密码问，被拒绝了"):
        assert words in tried
    assert "王小明" not in tried
    assert "已打开" in text(client.post(f"{where}switch", {"to": "on"}, follow=True))
    changed = client.post(f"{where}change", {**SETTINGS, "secret": "", "host": "evil.example", "port": library.port})
    assert changed.status_code == 400
    assert "请再输一次登录密码" in text(changed)
    assert "terminal-secret" not in text(client.get(f"{where}change")) + text(client.get(where))
    assert "光塔图书馆" in text(client.get("/desk/cards/"))


def test_a_library_inside_is_refused_in_words(settings: Any) -> None:
    settings.ALLOWED_PRIVATE_HOSTS = []
    with running() as library:
        system = make_card_system(library)
        client = client_of(make_user("admin", role="organisation_admin", organisation_id=system.organisation_id))
        assert "WENMAI_ALLOWED_PRIVATE_HOSTS" in text(client.post(f"/desk/cards/{system.pk}/try"))
        reader = client_of(make_user("reader"))
        away = text(reader.post(f"/account/cards/new/{system.pk}", {"number": "0001", "proof": PIN}))
        assert "连不上图书馆的系统" in away
        assert "WENMAI" not in away
    assert library.connections == 0
    assert "读者没问成" in text(client.get(f"/desk/cards/{system.pk}/"))


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("host", "http://x.example", "不像主机名"),
        ("host", "x.example:6001", "不像主机名"),
        ("port", "0", ""),
        ("port", "70000", ""),
        ("ca", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "不是 PEM 证书"),
        ("ca", "-----BEGIN PRIVATE KEY-----", "私钥不要给任何人"),
        ("login", "a|COb", "竖线"),
        ("charset", "utf-7", ""),
    ],
)
def test_settings_that_are_none(field: str, value: str, words: str) -> None:
    organisation = make_organisation()
    client = client_of(make_user("admin", role="platform_admin"))
    answer = client.post(f"/desk/cards/new?organisation={organisation.pk}&kind=sip2", {**SETTINGS, field: value})
    assert answer.status_code == 400
    assert words in text(answer)
    assert not CardSystem.objects.exists()


def test_who_may_look_may_not_change() -> None:
    system = make_card_system()
    auditor = client_of(make_user("auditor", role="auditor"))
    assert "试一试" not in text(auditor.get(f"/desk/cards/{system.pk}/"))
    for verb in ("try", "switch", "change"):
        assert auditor.post(f"/desk/cards/{system.pk}/{verb}").status_code == 403
    assert client_of(make_user("x", role="cataloguer")).get("/desk/cards/").status_code == 403


def test_nobody_connects_a_library_of_others() -> None:
    own, other = make_organisation("本馆"), make_organisation("外馆")
    client = client_of(make_user("admin", role="organisation_admin", organisation_id=own.pk))
    answer = client.post(f"/desk/cards/new?organisation={other.pk}&kind=sip2", SETTINGS)
    assert answer.status_code == 403
    assert not CardSystem.objects.exists()


def test_the_list_counts_the_cards_of_its_own_lines_and_no_further_than_anybody_reads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lists, "MOST", 2)
    doubted = make_doubted_card(make_organisation("大馆").pk, "大馆读者证")
    idle = make_card_system(name="小馆读者证", organisation_id=make_organisation("小馆").pk)
    for number in range(3):
        ReaderCard.objects.create(
            user=doubted.user, system=doubted.system, number_sealed="x", number_index=f"{number}", standing="good",
            linked_at=clock.now(), checked_at=clock.now(),
        )  # fmt: skip
    assert queries.card_counts([doubted.system_id, idle.pk]) == {doubted.system_id: 3, idle.pk: 0}
    assert "2+" in text(client_of(make_user("admin", role="platform_admin")).get("/desk/cards/"))
