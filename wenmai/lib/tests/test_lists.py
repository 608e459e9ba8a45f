"""Long lists are counted and turned through as far as anybody turns, whatever stands behind."""

import pytest
from django.db import connection
from django.http import HttpRequest
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from wenmai.journal.models import Entry
from wenmai.lib import lists
from wenmai.lib.templatetags.wenmai import counted


def asked(page: str) -> HttpRequest:
    return RequestFactory().get("/", {"page": page})


@pytest.mark.django_db
def test_rows_behind_the_last_that_is_turned_to_are_neither_counted_nor_read(monkeypatch) -> None:
    monkeypatch.setattr(lists, "MOST", 20)
    Entry.objects.bulk_create(Entry(name="n", subject_kind="k", subject_key=str(n)) for n in range(23))
    with CaptureQueriesContext(
        connection,
    ) as said:
        page = lists.page_of(asked("999"), Entry.objects.order_by("id"), 8)
        assert [row.subject_key for row in page] == ["16", "17", "18", "19"]
    assert "LIMIT 21" in said[0]["sql"]
    assert counted(page.paginator) == "20+"
    assert not page.has_next()


@pytest.mark.django_db
def test_a_short_list_is_counted_to_the_end(monkeypatch) -> None:
    monkeypatch.setattr(lists, "MOST", 20)
    Entry.objects.bulk_create(Entry(name="n", subject_kind="k", subject_key=str(n)) for n in range(20))
    page = lists.page_of(asked("nonsense"), Entry.objects.order_by("id"), 8)
    assert (counted(page.paginator), page.number) == ("20", 1)


@pytest.mark.parametrize(("rows", "words"), [([], "0"), (list(range(3)), "3"), (list(range(1001)), "1,000+")])
def test_a_list_in_memory_is_turned_like_any(rows, words) -> None:
    assert counted(lists.page_of(asked("1"), rows, 50).paginator) == words
