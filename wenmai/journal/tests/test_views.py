import pytest

from wenmai.journal.services import seals
from wenmai.journal.testing import past_the_program, seal_all, write
from wenmai.lib import clock
from wenmai.people.testing import client_of, make_user

ADDRESS = "/desk/journal/"


@pytest.mark.django_db(transaction=True)
def test_auditors_see_whether_the_chain_holds_and_when_somebody_looked() -> None:
    client = client_of(make_user("auditor", role="auditor"))
    page = client.get(ADDRESS).content.decode()
    assert "还没有封存过" in page
    assert "两天没有核对过了" in page
    entry = write(2)[0]
    seal_all()
    seals.verify(now=clock.now())
    page = client.get(ADDRESS).content.decode()
    assert "完好" in page
    assert "两天没有核对过了" not in page
    past_the_program("UPDATE journal_entry SET name = 'x' WHERE id = %s", entry.pk)
    seals.verify(now=clock.now())
    page = client.get(ADDRESS).content.decode()
    assert f"第 {entry.pk} 条记录被改过（第 1 号封条）" in page
    assert f"entry {entry.pk} was altered" in client.get(f"/en{ADDRESS}").content.decode().lower()


@pytest.mark.django_db
def test_others_do_not() -> None:
    assert client_of(make_user("cataloguer", role="cataloguer")).get(ADDRESS).status_code == 403
