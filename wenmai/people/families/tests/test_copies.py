"""A young child's data: a guardian takes a copy and closes the account, and nobody else does."""

import io
import zipfile
from typing import Any

import pytest

from wenmai.journal.models import Entry
from wenmai.lib import clock
from wenmai.people.families import services
from wenmai.people.models import User
from wenmai.people.privacy import exporting
from wenmai.people.privacy.models import Closing, Export
from wenmai.people.rules import levels
from wenmai.people.testing import client_of
from wenmai.people.testing.families import by, make_child, make_guardian

pytestmark = pytest.mark.django_db


@pytest.fixture
def guardian() -> User:
    return make_guardian("王兰")


def inside(user: User) -> Any:
    return client_of(user, levels.CODE, levels.PASSWORD)


def test_a_guardian_takes_a_copy_after_showing_who_they_are(guardian: User) -> None:
    child = make_child(guardian)
    page = f"/account/family/{child.pk}/export"
    browser = inside(guardian)
    assert page in browser.get(f"/account/family/{child.pk}/").content.decode()
    assert browser.post(page)["Location"] == page
    made = Export.objects.get(user=child)
    assert exporting.build_export(export_id=made.pk, now=clock.now())
    file = f"{page}/{made.pk}/file"
    assert file in browser.get(page).content.decode()
    answer = browser.get(file)
    names = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))).namelist()
    assert any(name.endswith(".json") for name in names)
    fetched = Entry.objects.get(name="people.export_fetched")
    assert (fetched.subject_key, fetched.actor_id) == (str(child.pk), guardian.pk)
    stale = client_of(guardian)
    for address in (page, file):
        assert stale.get(address)["Location"].startswith("/account/again"), "without a fresh proof"
    for other in (make_guardian("别人"), make_child(guardian)):
        for address in (page, file):
            assert inside(other).get(address).status_code in (403, 404)
    assert inside(child).get("/account/privacy/export").status_code == 403
    assert inside(child).get(f"/account/privacy/export/{made.pk}/file").status_code == 403


def test_from_14_on_it_is_the_childs_own(guardian: User) -> None:
    child = make_child(guardian, years=15)
    browser = inside(guardian)
    assert browser.get(f"/account/family/{child.pk}/export").status_code == 404
    assert "/export" not in browser.get(f"/account/family/{child.pk}/").content.decode()


def test_a_young_child_does_not_close_its_account_and_a_guardian_does(guardian: User) -> None:
    child = make_child(guardian)
    browser = inside(child)
    assert "请监护人" in browser.get("/account/privacy/close").content.decode()
    browser.post("/account/privacy/close", {"sure": "1"})
    assert not Closing.objects.exists()
    page = f"/account/family/{child.pk}/consent"
    inside(guardian).post(page, {"purpose": "basic", "to": "off"})
    child.refresh_from_db()
    assert not child.is_active
    services.give_consent(child_id=child.pk, purpose="basic", actor=by(guardian), now=clock.now())
