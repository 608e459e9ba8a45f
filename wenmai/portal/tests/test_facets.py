"""Every facet of the search page against the tables it was made from."""

import re
from itertools import product

import pytest
from django.db import connection
from django.test import Client

from wenmai.catalogue import queries as catalogue
from wenmai.catalogue.testing import make_feed, make_record
from wenmai.institutions.testing import make_organisation
from wenmai.portal import queries, rules
from wenmai.search.testing import make_index

pytestmark = pytest.mark.django_db
KINDS = ("text", "image", "audio")
LICENCES = ("public_domain", "cc_by", "login")
PERIODS = ("唐", "宋")
VALUES = {
    "type": "ARRAY[r.type]",
    "institution": "ARRAY[f.organisation_id::text]",
    "licence": "ARRAY[coalesce(v.elements #>> '{licence,0,0}', 'unknown')]",
    "theme": "ARRAY(SELECT one ->> 0 FROM jsonb_array_elements(v.elements -> 'theme') one)",
    "language": "ARRAY(SELECT one ->> 0 FROM jsonb_array_elements(v.elements -> 'language') one)",
}
SQL = """SELECT value, count(*) FROM catalogue_record r JOIN catalogue_feed f ON f.id = r.feed_id
JOIN catalogue_recordversion v ON v.record_id = r.id AND v.number = r.shown_version, unnest({values}) value
WHERE r.visible AND {where} GROUP BY value"""


@pytest.fixture
def _shelf() -> None:
    owners = (make_organisation("甲馆"), make_organisation("乙馆", place_code="990200"))
    feeds = [make_feed(organisation_id=owner.pk, name=owner.name) for owner in owners]
    feeds.append(make_feed(on_arrival="hold", organisation_id=owners[0].pk, name="待审"))
    for at, (kind, licence, period) in enumerate(product(KINDS, LICENCES, PERIODS)):
        told = {
            "type": kind,
            "temporal": period,
            "language": ("zh", "en")[at % 2],
            "theme": ["全民阅读", "旅游"][: at % 3],
        }
        feed = feeds[at % 5 % 3]
        make_record(feed, f"k{at}", title=f"明月 {at}", **told, **({"licence": licence} if at % 4 else {}))
    make_index(catalogue.documents(list(catalogue.keys())))


def counted(name: str, where: str = "true") -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(SQL.format(values=VALUES[name], where=where))
        return dict(cursor.fetchall())


def shown(asked: rules.Asked, name: str) -> dict[str, int]:
    facets = {facet.code: facet for facet in queries.find(asked).facets}
    facet = facets.get(name)
    return {one.code: one.total for one in (*facet.choices, *facet.rest)} if facet else {}


@pytest.mark.usefixtures("_shelf")
@pytest.mark.parametrize("name", VALUES)
@pytest.mark.parametrize("text", ["", "明月"])
def test_counts_are_those_of_the_tables(name: str, text: str) -> None:
    expected = counted(name)
    assert len(expected) > 1
    assert shown(rules.Asked(text=text), name) == expected


@pytest.mark.usefixtures("_shelf")
@pytest.mark.parametrize("name", VALUES)
def test_a_filter_narrows_the_others_and_leaves_its_own_values_to_choose(name: str) -> None:
    asked = rules.Asked(filters={"type": ("image",)})
    where = "true" if name == "type" else "r.type = 'image'"
    assert shown(asked, name) == counted(name, where)
    assert queries.find(asked).total == counted("type")["image"]


@pytest.mark.usefixtures("_shelf")
def test_what_was_chosen_is_seen_and_can_be_taken_back_whatever_is_found() -> None:
    for filters in ({"type": ("text",)}, {"type": ("video",)}, {"theme": ("没有",), "licence": ("cc_by",)}):
        found = queries.find(rules.Asked(text="明月", filters=filters))
        for name, codes in filters.items():
            chosen = [one for one in next(f for f in found.facets if f.code == name).choices if one.current]
            assert [one.code for one in chosen] == list(codes)
            assert all(codes[0] not in one.url.split(name)[-1] for one in chosen)
        assert len(found.chips) == len(filters)
        page = Client().get(rules.Asked(text="明月", filters=filters).address("/search")).content.decode()
        assert len(re.findall('class="chip"', page)) == len(filters)


@pytest.mark.usefixtures("_shelf")
def test_a_page_beyond_the_end_is_the_last() -> None:
    found = queries.find(rules.Asked(text="明月", page=999), size=5)
    assert found.pager.page == found.pager.pages > 1
    assert found.hits
    assert not found.pager.next


@pytest.mark.usefixtures("_shelf")
@pytest.mark.parametrize(
    "query",
    [
        "q=" + "明月" * 400,
        "q=%00%01%02",
        'q="明月',
        "q=%F0%A0%80%80%EF%BF%BF",
        "q=明月+AND+(+OR+NOT",
        "q=明月&page=999999",
        "q=明月&page=-1&sort=evil&from=abc&to=99999",
        "q=*:*&type=*",
        "q=明月&type=text&licence=cc_by&theme=旅游&language=zh&period=tang&from=600&to=1000&sort=year&region=99&institution=1",
        "from=1000&to=600",
    ],
)
def test_odd_questions_are_answered(query: str) -> None:
    assert Client().get(f"/search?{query}").status_code == 200
