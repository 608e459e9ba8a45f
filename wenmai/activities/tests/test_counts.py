"""Heads that were counted, with photos that show it: kept as they were, without the place, in the desk's locker."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction

from wenmai.activities import queries, services
from wenmai.activities.models import Arrival
from wenmai.activities.tests.test_doors import soon
from wenmai.activities.tests.test_services import enrol, reader, refused
from wenmai.files import queries as files
from wenmai.files.testing import SECRET, picture, told
from wenmai.institutions.testing import make_organisation
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.people.testing import client_of, make_user

pytestmark = pytest.mark.django_db


def photo(whole: bytes, name: str = "a.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, whole, "image/jpeg")


def test_a_count_has_photos_that_only_its_house_sees(monkeypatch: pytest.MonkeyPatch) -> None:
    here = make_organisation("州文化馆")
    session = soon(here.pk)
    staff = client_of(make_user("door", role="door_staff", organisation_id=here.pk))
    page = f"/desk/activities/doors/{session.pk}/"

    def count(*photos: Any, key: str, heads: str = "3") -> str:
        said = {"heads": heads, "way": "in", "key": key, "photos": photos, "words": "后门进来的"}
        return staff.post(f"{page}count", said, follow=True).content.decode()

    assert "数上了" in count(photo(told("JPEG")), photo(picture(), "b.png"), key="a")
    made = Arrival.objects.get()
    assert (made.heads, made.words, len(made.photos)) == (3, "后门进来的", 2)
    kept = files.find(made.photos[0])
    assert kept is not None
    assert "不是照片" in count(photo(b"%PDF-1.4"), key="b")
    assert "不是照片" in count(photo(picture(format="GIF")), key="b")
    assert "照片坏了" in count(photo(told("JPEG")[:300]), key="b")
    assert "最多 6 张" in count(*[photo(picture())] * 7, key="b")
    with monkeypatch.context() as patch:
        patch.setattr("wenmai.files.services.photos.PHOTO_LIMIT", 100)
        assert "照片太大" in count(photo(picture()), key="b")
    assert Arrival.objects.count() == 1
    refused("photo_gone", services.count_heads, session_id=session.pk, heads=1, key="c", photos=["0" * 64])

    officer = client_of(make_user("officer", role="activity_officer", organisation_id=here.pk))
    locker = officer.get("/desk/evidence?kind=activities").content.decode()
    assert "+3 人：后门进来的" in locker
    far = client_of(make_user("far", role="activity_officer", organisation_id=make_organisation("别家").pk))
    assert "后门进来的" not in far.get("/desk/evidence?kind=activities").content.decode()
    where = f"/files/{kept.hash}"
    seen = officer.get(where)
    body = seen.getvalue() if seen.status_code == 200 else b""
    assert body
    assert SECRET not in body
    assert {far.get(where).status_code, reader_client().get(where).status_code} <= {403, 404}
    assert kept.pk in queries.claims_files([kept.pk])


def reader_client() -> Any:
    return client_of(reader(9))


def test_what_was_counted_stays() -> None:
    session, now = soon(), clock.now()
    services.count_heads(session_id=session.pk, heads=3, key="a", actor=SYSTEM, now=now)
    for change in (lambda: Arrival.objects.update(heads=4), lambda: Arrival.objects.all().delete()):
        with pytest.raises(DatabaseError, match="stays as it was"), transaction.atomic():
            change()
    made = enrol(session, reader(1))
    services.check_in(session_id=session.pk, enrolment_id=made.pk, way="name", actor=SYSTEM, now=now)
    with pytest.raises(DatabaseError, match="activities_photos_of_counts"), transaction.atomic():
        Arrival.objects.filter(enrolment=made).update(photos=["x"])
