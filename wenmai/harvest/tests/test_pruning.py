import datetime as dt

import pytest

from wenmai.harvest import queries, services, upkeep
from wenmai.harvest.models import Quarantine, Run
from wenmai.harvest.testing import harvest, make_feed, make_source
from wenmai.journal import queries as journal
from wenmai.lib import clock
from wenmai.people.testing import client_of, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def runs(tmp_path):
    """Two runs with the same three rejects, both long ago."""
    (tmp_path / "a.csv").write_text("编号,题名\r\n1,静夜思\r\n2,\r\n3,\r\n,无号\r\n", encoding="utf-8")
    source = make_source("folder", tmp_path, feed=make_feed("csv", "csv"))
    made = [harvest(source), harvest(source)]
    Run.objects.update(ended_at=clock.now() - dt.timedelta(days=200))
    return made


def test_rejects_go_after_their_time_and_the_numbers_stay(runs):
    old, last = runs
    before = queries.reject_shares(old.pk)
    assert services.prune_rejects(days=180, now=clock.now()) == 3
    assert set(Quarantine.objects.values_list("run_id", flat=True)) == {last.pk}
    old.refresh_from_db()
    assert (old.quarantined_count, bool(old.pruned_at)) == (3, True)
    assert queries.reject_shares(old.pk) == before
    assert [share.number for share in before] == [2, 1]
    assert all(finding.holds for finding in upkeep.check())
    entry = journal.trail("runs", f"{old.pk}…")[0]
    assert (entry.name, entry.detail) == ("harvest.rejects_pruned", {"runs": [old.pk], "count": 3})
    assert services.prune_rejects(days=180, now=clock.now()) == 0


@pytest.mark.parametrize("days", [0, 365])
def test_what_is_younger_stays_and_nought_keeps_for_ever(runs, days):
    assert services.prune_rejects(days=days, now=clock.now()) == 0
    assert Quarantine.objects.count() == 6


def test_the_page_of_a_pruned_run_says_so(runs):
    old, last = runs
    services.prune_rejects(days=180, now=clock.now())
    client = client_of(make_user("root", role="platform_admin"))
    page = client.get(f"/sources/{old.source_id}/runs/{old.pk}").content.decode()
    assert "保留期已过" in page
    assert "下载原因表" not in page
    assert "记录既没有题名" in page
    assert "下载原因表" in client.get(f"/sources/{last.source_id}/runs/{last.pk}").content.decode()
