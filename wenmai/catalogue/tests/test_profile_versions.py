"""The day on which a stricter version of a profile becomes mandatory, on a clock: graded, not lost."""

import datetime as dt
import shutil
from pathlib import Path

import pytest

from wenmai.catalogue import queries, services
from wenmai.catalogue.models import Record
from wenmai.catalogue.rules import Outcome
from wenmai.catalogue.testing import ORIGIN, arrival, make_feed
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM
from wenmai.standards import queries as standards
from wenmai.standards import services as deciding
from wenmai.standards.rules import Stage
from wenmai.standards.rules.tables import REGISTRY
from wenmai.standards.testing import use_registry

pytestmark = pytest.mark.django_db
DAY = dt.date(2027, 7, 1)
STRICTER = '[change.publisher]\nobligation = "mandatory"\n'
COMPLETE = {"identifier": "1", "format": "text/plain", "language": "zh", "licence": "public_domain"}


@pytest.fixture
def stricter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Text 1.1 is in force; 2.0 asks for a publisher too, and this node makes it mandatory on the day."""
    root = tmp_path / "registry"
    shutil.copytree(REGISTRY, root)
    text = (root / "profiles/text/1.1.toml").read_text("utf-8").replace('version = "1.1"', 'version = "2.0"')
    text = text.replace('[change.publisher]\nobligation = "optional"\n', STRICTER)
    (root / "profiles/text/2.0.toml").write_text(text, "utf-8")
    use_registry(root, monkeypatch)
    for subject, starts_on in (("profile/text/1.1", dt.date(2027, 2, 1)), ("profile/text/2.0", DAY)):
        deciding.activate(
            subject=subject, stage=Stage.MANDATORY, starts_on=starts_on, reason="试行期满", actor=SYSTEM, now=at(DAY)
        )


def at(day: dt.date) -> dt.datetime:
    """The first minutes of that day at the node, which in UTC still is the day before."""
    return dt.datetime.combine(day, dt.time(0, 5), dt.timezone(dt.timedelta(hours=8))).astimezone(dt.UTC)


@pytest.mark.usefixtures("stricter")
def test_records_stay_are_graded_by_the_new_version_and_the_next_ones_are_told_what_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    feed = make_feed()

    def take_in(day: dt.date, key: str, **elements: str) -> Outcome:
        batch = [arrival(key, deleted=False, **COMPLETE, **elements)]
        return services.take_in(feed_id=feed.pk, batch=batch, origin=ORIGIN, actor=SYSTEM, now=at(day))

    before = DAY - dt.timedelta(days=1)
    assert take_in(before, "old").new == 1
    record = Record.objects.get()
    monkeypatch.setattr(standards, "today", lambda: before)
    page = queries.record_page(record.pk)
    assert page is not None
    assert page.grade.metadata != "D"

    # the day comes: what is here stays to be seen, and once re-graded its page says what the new version misses
    monkeypatch.setattr(standards, "today", lambda: DAY)
    monkeypatch.setattr(clock, "now", lambda: at(DAY))
    page = queries.record_page(record.pk)
    assert page is not None
    assert (page.grade.metadata, page.graded_by.name) == ("C", "text/1.1")
    services.follow_standards()
    page = queries.record_page(record.pk)
    assert page is not None
    assert page.grade.metadata == "D"
    assert [reason.elements for reason in page.grade.reasons if reason.code == "missing"] == [("publisher",)]
    # harvested again unchanged, nothing happens to it
    assert take_in(DAY, "old").unchanged == 1
    # changed without the publisher, the change waits in quarantine with its reason, and what was shown goes on
    (rejected,) = take_in(DAY, "old", description="改过").rejected
    assert rejected.code == "profile_missing"
    assert "出版者" in rejected.detail
    assert (Record.objects.get().version, Record.objects.get().visible) == (1, True)
    (rejected,) = take_in(DAY, "fresh").rejected
    assert rejected.code == "profile_missing"
    # mended, both come in
    assert take_in(DAY, "old", description="改过", publisher="某社").changed == 1
    assert take_in(DAY, "fresh", publisher="某社").new == 1
    assert Record.objects.filter(visible=True).count() == 2
