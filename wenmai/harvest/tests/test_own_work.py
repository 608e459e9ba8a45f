"""Nobody approves what they handed in themselves, where these duties stand apart."""

import io
from pathlib import Path
from typing import Any

import pytest

from wenmai.catalogue.models import Attachment, Feed
from wenmai.catalogue.testing import make_feed as make_catalogue_feed
from wenmai.catalogue.testing import make_record, make_review
from wenmai.files.models import StoredObject
from wenmai.harvest import intake, services
from wenmai.harvest.testing import make_feed, make_source
from wenmai.institutions.testing import make_organisation
from wenmai.lib import clock
from wenmai.people import queries as people
from wenmai.people.models import Separation
from wenmai.people.testing import client_of, make_separations, make_user
from wenmai.review.models import Case, Opinion

pytestmark = pytest.mark.django_db
ROWS = "id,title\n1,春晓\n2,静夜思\n"


@pytest.fixture(autouse=True)
def _own_intake(settings: Any, tmp_path: Path) -> None:
    settings.INTAKE_ROOT = tmp_path / "intake"
    make_separations()


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_what_somebody_handed_in_is_approved_by_a_colleague() -> None:
    library = make_organisation()
    author = make_user("author", role="organisation_admin", organisation_id=library.pk)
    source = make_source("upload", feed=make_feed("csv", "csv", library.pk))
    Feed.objects.update(on_arrival="hold")
    make_review()

    def hand_in(rows: str) -> None:
        digest, size = intake.store(io.BytesIO(rows.encode()))
        run = services.hand_in(
            source_id=source.pk, digest=digest, name="表.csv", size=size, in_worker=False,
            actor=people.actor(author), now=clock.now(),
        )  # fmt: skip
        services.carry_out(run.pk)

    hand_in(ROWS)
    rows = pairs()
    assert len(rows) == 2
    own = client_of(author).post("/desk/review/", {"case": rows, "verdict": "pass"}, follow=True)
    assert "有 2 件是您自己的" in text(own)
    assert not Opinion.objects.exists()
    colleague = client_of(make_user("colleague", role="reviewer", organisation_id=library.pk))
    colleague.post("/desk/review/", {"case": rows[:1], "verdict": "pass"})
    assert Case.objects.filter(stands=True).count() == 1
    Separation.objects.filter(one="author").update(is_on=False)
    client_of(author).post("/desk/review/", {"case": rows, "verdict": "pass"})
    assert Case.objects.filter(stands=True).count() == 1, "what began apart is reviewed apart"
    hand_in(ROWS.replace("静夜思", "夜思"))
    client_of(author).post("/desk/review/", {"case": pairs(), "verdict": "pass"})
    assert Case.objects.filter(stands=True).count() == 2


def pairs() -> list[str]:
    """What waits, as the page of the review sends it."""
    return [f"{one.pk}:{bytes(one.hash).hex()}" for one in Case.objects.filter(state="open").order_by("pk")]


def test_a_file_that_somebody_put_there_is_shown_by_a_colleague() -> None:
    library = make_organisation()
    author = make_user("author", role="organisation_admin", organisation_id=library.pk)
    record = make_record(make_catalogue_feed(on_arrival="hold", organisation_id=library.pk))
    stored = StoredObject.objects.create(
        hash="0" * 64, size=1, media_type="image/png", created_at=clock.now(), stored_at=clock.now()
    )
    one = Attachment.objects.create(record=record, object=stored, shown=False, by_id=author.pk)
    asked = {"file": [str(one.pk)], "decision": "approve"}
    own = client_of(author).post("/desk/catalogue/files/", asked, follow=True)
    assert "您自己放上的文件要请同事审核" in text(own)
    one.refresh_from_db()
    assert one.shown is False
    client_of(make_user("colleague", role="reviewer", organisation_id=library.pk)).post("/desk/catalogue/files/", asked)
    one.refresh_from_db()
    assert one.shown is True
