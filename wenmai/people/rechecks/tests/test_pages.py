"""What the library's staff and a card's owner see of rechecks; the directory that is asked is a real one."""

import datetime as dt
import io
import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from wenmai.lib import clock, personal
from wenmai.lib.access import SYSTEM
from wenmai.people.looks.models import Look
from wenmai.people.models import CardSystem, ReaderCard
from wenmai.people.privacy import keeping
from wenmai.people.rechecks import queries, services
from wenmai.people.rechecks.models import Recheck, RecheckDay
from wenmai.people.services import card_systems, cards
from wenmai.people.testing import client_of, make_user
from wenmai.people.testing.cards import make_card_system
from wenmai.people.tests import slapd

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[slapd.Directory]:
    if slapd.SLAPD is None:
        assert not os.environ.get("CI"), "slapd is missing: tools/install-browser installs it"
        pytest.skip("no slapd on this machine: apt-get install slapd")
    with slapd.running(tmp_path_factory.mktemp("slapd")) as directory:
        yield directory


@pytest.fixture
def system(directory: slapd.Directory, settings: Any) -> CardSystem:
    settings.ALLOWED_PRIVATE_HOSTS = ["127.0.0.1"]
    made = make_card_system()
    CardSystem.objects.filter(pk=made.pk).update(
        kind="ldap",
        settings={
            "host": "127.0.0.1", "port": directory.port, "tls": "none", "base": slapd.BASE, "bind_dn": slapd.ADMIN,
            "until": "employeeType",
        },
    )  # fmt: skip
    made = card_systems.change_card_system(
        system_id=made.pk, name="目录", settings=CardSystem.objects.get(pk=made.pk).settings, secret=slapd.SECRET,
        actor=SYSTEM, now=clock.now(),
    )  # fmt: skip
    services.set_recheck(system_id=made.pk, is_on=True, per_minute=30, actor=SYSTEM, now=clock.now())
    return made


def link(system: CardSystem, number: str, pin: str) -> ReaderCard:
    user = make_user(f"reader-{number}")
    return cards.link_card(
        user_id=user.pk, system_id=system.pk, number=number, proof=pin, actor=SYSTEM, now=clock.now()
    )  # fmt: skip


def test_a_directory_is_asked_by_its_searching_account(system: CardSystem) -> None:
    for number, pin in (("L0001", "246810"), ("L0002", "135790"), ("a*(b)\\c", "222222")):
        link(system, number, pin)
    ReaderCard.objects.update(standing="good")
    ReaderCard.objects.filter(user__username="reader-L0001").update(standing="lost")
    services.recheck(system_id=system.pk, now=clock.now() + 2 * DAY)
    assert sorted(ReaderCard.objects.values_list("user__username", "standing")) == [
        ("reader-L0001", "good"), ("reader-L0002", "expired"), ("reader-a*(b)\\c", "good"),
    ]  # fmt: skip
    said = io.StringIO()
    call_command("cards", "rechecks", stdout=said)
    day = timezone.localdate(clock.now() + 2 * DAY)
    assert f"ldap  on  last asked {clock.now() + 2 * DAY:%Y-%m-%d}" in said.getvalue()
    assert f"{day}: asked 3, same 1, stopped 1, returned 1" in said.getvalue()


def test_staff_decide_about_a_suspended_card_and_are_written_down(system: CardSystem) -> None:
    card = link(system, "L0001", "246810")
    ReaderCard.objects.filter(pk=card.pk).update(name_sealed=card_name("赵一"))
    services.recheck(system_id=system.pk, now=clock.now() + 2 * DAY)
    owner = client_of(card.user)
    page = owner.get("/account/cards/").content.decode()
    assert ("另一个姓名" in page, "赵一" in page, "王小明" in page) == (True, True, False)
    stranger = client_of(
        make_user("stranger", role="organisation_admin", organisation_id=make_card_system().organisation_id)
    )
    assert "小明" not in stranger.get("/desk/cards/doubts/").content.decode()
    assert stranger.post(f"/desk/cards/doubts/{card.pk}/settle", {"reader": "same"}).status_code == 403
    admin = client_of(make_user("admin", role="organisation_admin", organisation_id=system.organisation_id))
    assert "待确认的读者证" in admin.get("/desk/").content.decode()
    page = admin.get("/desk/cards/doubts/").content.decode()
    assert ("*一" in page, "*小明" in page, "****1" in page) == (True, True, True)
    assert ("赵一" in page, "王小明" in page, "L0001" in page) == (False, False, False)
    assert Look.objects.filter(person_id=card.user_id, page="desk:people:card_doubts").exists()
    done = admin.post(f"/desk/cards/doubts/{card.pk}/settle", {"reader": "same"}, follow=True).content.decode()
    assert "是同一位读者" in done
    assert admin.post(f"/desk/cards/doubts/{card.pk}/settle", {"reader": "same"}).status_code == 404
    assert "王小明" in owner.get("/account/cards/").content.decode()


def card_name(name: str) -> str:
    from wenmai.lib import vault

    return vault.seal(name, purpose="people.card_name")


def test_a_doubt_that_nobody_decides_ends_the_link(system: CardSystem) -> None:
    card = link(system, "L0001", "246810")
    ReaderCard.objects.filter(pk=card.pk).update(name_sealed=card_name("赵一"))
    now = clock.now() + 2 * DAY
    services.recheck(system_id=system.pk, now=now)
    assert keeping.enforce_retention(now=now + 89 * DAY)["people.card_doubts"] == 0
    assert keeping.enforce_retention(now=now + 91 * DAY)["people.card_doubts"] == 1
    assert not ReaderCard.objects.exists()
    assert "people.card_doubts" in {rule.name for rule in personal.rules()}


def test_the_page_of_a_system_says_how_it_is(system: CardSystem) -> None:
    admin = client_of(make_user("admin", role="organisation_admin", organisation_id=system.organisation_id))
    where = f"/desk/cards/{system.pk}/"
    assert admin.post(f"{where}recheck", {"per_minute": "0"}).status_code == 400
    admin.post(f"{where}recheck", {"per_minute": "20"})
    assert Recheck.objects.values_list("is_on", "per_minute").get() == (False, 20)
    assert "没有打开" in admin.get(where).content.decode()
    admin.post(f"{where}recheck", {"is_on": "on", "per_minute": "20"})
    Recheck.objects.update(held_at=clock.now(), held_count=12)
    RecheckDay.objects.create(system=system, day=timezone.localdate(clock.now()), asked_count=7, same_count=7)
    page = admin.get(where).content.decode()
    assert ("12 张证不能用了" in page, "<td>" in page) == (True, True)
    assert "复查等人看" in admin.get("/desk/cards/").content.decode()
    assert "再问一次" in admin.post(f"{where}recheck/release", {"answers": "again"}, follow=True).content.decode()
    assert not Recheck.objects.filter(held_at__isnull=False).exists()
    assert (
        "可能同事刚处理过" in admin.post(f"{where}recheck/release", {"answers": "true"}, follow=True).content.decode()
    )
    viewer = client_of(make_user("other", role="village_admin", organisation_id=system.organisation_id))
    for verb in ("recheck", "recheck/release"):
        assert viewer.post(f"{where}{verb}", {"per_minute": "5"}).status_code == 403
    CardSystem.objects.filter(pk=system.pk).update(kind="cas")
    assert "这种方式不能复查" in admin.get(where).content.decode()


def test_a_system_that_is_closed_or_paused_has_no_turn(system: CardSystem) -> None:
    link(system, "L0001", "246810")
    later = clock.now() + 2 * DAY
    assert queries.due_systems(later) == [system.pk]
    card_systems.switch_card_system(system_id=system.pk, is_on=False, actor=SYSTEM, now=clock.now())
    assert queries.due_systems(later) == []
