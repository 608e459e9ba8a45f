"""Questions and answers on a small index, by the promises of the design."""

import csv
import random
import re
import threading
from collections import Counter
from pathlib import Path

import pytest
import tantivy
from django.conf import LazySettings
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from wenmai.search import queries, rules, testing
from wenmai.search.index import generations, writing
from wenmai.search.queries import Query
from wenmai.search.tests.poems import POEMS
from wenmai.search.values import FACETS, Document, Sort

pytestmark = pytest.mark.usefixtures("poems")


def keys(text: str, **more: object) -> set[str]:
    return set(queries.find(Query(text, **more)).keys)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("春晓", {"1", "2"}),
        ("春曉", {"1", "2"}),
        ("處處聞啼鳥", {"1", "2"}),
        ("处处闻", {"1", "2"}),
        ("清清", {"5"}),  # written with an old form
        ("红豆", {"4"}),
        ("眠", {"1", "2"}),
        ("孟浩然 花落", {"1", "2"}),
        ("ＭＯＯＮ", {"9"}),
        ("moon 明月", {"9"}),
        ("明月", {"3", "9"}),
        ("menghaoran", {"1", "2"}),
        ("meng hao ran", {"1", "2"}),
        ("mengHaoran", {"1", "2"}),
        ("mhr", {"1", "2"}),
        ("liqingzhao", {"5"}),
        ("liqz", {"5"}),
        ("zenggong", {"6"}),
        ("zhashenxing", {"7"}),
        ("chashenxing", {"7"}),
        ("wangwei", {"4"}),
        ("libai", {"3"}),
        ("li bai", {"3", "9"}),
        ("chunxiao menghaoran", {"1", "2"}),
        ('"夜来风雨声，花落"', {"1", "2"}),
        ("“花落知多少”", {"1", "2"}),
    ],
)
def test_found(text: str, found: set[str]) -> None:
    answer = queries.find(Query(text))
    assert set(answer.keys) == found
    assert not answer.relaxed
    assert answer.total == len(found)


@pytest.mark.parametrize("text", ["声花", "晓处", '"夜来花落"', '"风雨声花落"'])
def test_no_phrase_spans_a_comma_that_was_not_asked_for(text: str) -> None:
    answer = queries.find(Query(text))
    assert answer.relaxed or not answer.total


def test_titles_come_before_texts() -> None:
    assert queries.find(Query("春")).keys[0] == "8"
    assert queries.find(Query("相思")).keys[0] == "4"


def test_most_of_a_question_is_better_than_nothing() -> None:
    answer = queries.find(Query("床前明月光疑是地上霜"))
    assert (answer.keys, answer.relaxed) == (["3"], True)
    assert queries.find(Query("mountains")).keys == []
    assert queries.find(Query("mountai")).keys == ["9"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("孟浩染", "孟浩然"),  # sounds alike
        ("李青照", "李清照"),
        ("查慎形", "查慎行"),
        ("登鸟雀楼", "登鹳雀楼"),  # one character off
        ("menghaorang", "孟浩然"),
        ("mountian", "mountain"),
        ("孟浩染 花落", "孟浩然 花落"),
    ],
)
def test_did_you_mean(typed: str, meant: str) -> None:
    assert queries.find(Query(typed)).suggestion == meant


def test_no_suggestion_that_finds_nothing() -> None:
    assert queries.find(Query("孟浩染", filters={"institution": ["c"]})).suggestion == ""
    assert queries.find(Query("孟浩染 黄河")).suggestion == ""


def test_facets_are_exact() -> None:
    answer = queries.find(Query(facets=FACETS))
    for name in FACETS:
        counted: dict[str, int] = {}
        for document in POEMS:
            for code in document.facets.get(name, ()):
                counted[code] = counted.get(code, 0) + 1
        assert dict(answer.facets[name]) == counted
    assert answer.facets["region"][0] == ("44", 12)


def test_facets_stay_exact_over_many_segments_and_removals(settings: LazySettings, tmp_path: Path) -> None:
    """Trap 2 of the design: by default each segment counts its most frequent codes only."""
    settings.SEARCH_ROOT = tmp_path
    name = testing.make_index([])
    codes = {str(number): f"i{number * number % 301}" for number in range(900)}
    for part in range(6):
        writer = writing.open_writer(name)
        for key, code in codes.items():
            if int(key) % 6 == part:
                document = Document("record", key, 1, "书", facets={"institution": [code], "region": ["11", code]})
                writer.replace("record", key, writing.converted(document))
        if part == 5:
            for key in [key for key in codes if int(key) % 7 == 0]:
                writer.remove("record", key)
                del codes[key]
        writer.commit()
        writer.close()
    answer = queries.find(Query("书", facets=("institution", "region"), facet_size=1_000))
    assert dict(answer.facets["institution"]) == Counter(codes.values())
    assert dict(answer.facets["region"]) == Counter(codes.values()) | {"11": len(codes)}
    assert answer.total == len(codes)


def test_filters_are_alternatives_within_a_name_and_joined_across() -> None:
    assert keys("", filters={"institution": ["b", "c"]}) == {"2", "4", "6", "7", "9"}
    assert keys("", filters={"institution": ["b", "c"], "theme": ["moon"]}) == {"6", "9"}
    assert keys("", filters={"region": ["440305"]}) == {str(n) for n in range(1, 13)} - {"4", "5"}
    assert keys("", filters={"region": ["4403"]}) == {str(n) for n in range(1, 13)} - {"5"}
    assert keys("春", filters={"institution": ["a"], "nonsense": ["x"]}) == {"1", "8", "11"}
    assert keys("", filters={"theme": ["nothing such"]}) == set()


def test_a_facet_counts_what_choosing_it_would_give() -> None:
    answer = queries.find(Query(filters={"institution": ["b"]}, facets=("institution", "theme")))
    assert answer.total == 3
    assert dict(answer.facets["institution"]) == {"a": 6, "b": 3, "c": 2}
    assert dict(answer.facets["theme"]) == {"spring": 1, "moon": 1}


def test_years_overlap() -> None:
    assert keys("", year_from=1900) == {"8"}
    assert keys("", year_from=900, year_to=960) == {"1", "2", "3", "4", "5", "6", "9", "10", "11"}
    assert keys("", year_to=617) == set()
    assert keys("", year_from=10**30, year_to=-(10**30)) == set()


@pytest.mark.parametrize(
    ("sort", "first", "last"), [("year", 1, 7), ("-year", 8, 7), ("newest", 12, 1), ("title", 12, 7)]
)
def test_sorts(sort: Sort, first: int, last: int) -> None:
    """By year: what has none comes last."""
    found = queries.find(Query(sort=sort)).keys
    if sort in {"year", "-year"}:
        assert found[-2:] in (["7", "12"], ["12", "7"])
    else:
        assert found[-1] == str(last)
    assert sort == "title" or found[0] == str(first)
    if sort == "title":
        titles = [POEMS[int(key) - 1].title for key in found]
        assert titles == sorted(titles, key=rules.sort_title)


def test_paging_reaches_everything_once() -> None:
    pages = [queries.find(Query(size=5, page=page)) for page in (1, 2, 3)]
    assert sorted(int(key) for page in pages for key in page.keys) == list(range(1, 13))
    assert {page.last_page for page in pages} == {3}
    assert queries.find(Query(size=5, page=10**9)).keys == []
    assert queries.find(Query(size=10**9, page=-3)).total == 12


@pytest.mark.parametrize(
    ("prefix", "first", "role", "count"),
    [
        ("孟", "孟浩然", "creator", 2),
        ("孟浩", "孟浩然", "creator", 2),
        ("menghao", "孟浩然", "creator", 2),
        ("mengha", "孟浩然", "creator", 2),
        ("mhr", "孟浩然", "creator", 2),
        ("liqz", "李清照", "creator", 1),
        ("chunx", "春曉", "title", 2),
        ("春晓", "春曉", "title", 2),
        ("moon o", "Moon over the Mountain Pass", "title", 1),
    ],
)
def test_suggestions(prefix: str, first: str, role: str, count: int) -> None:
    found = queries.suggest(prefix)[0]
    assert (rules.fold(found.text), found.role, found.count) == (rules.fold(first), role, count)


def test_suggestions_begin_with_what_was_typed() -> None:
    assert {suggestion.text for suggestion in queries.suggest("春")} >= {"春", "春望"}
    assert all(rules.fold(suggestion.text).startswith("春") for suggestion in queries.suggest("春"))
    assert queries.suggest("haoran") == []
    assert queries.suggest("") == []
    assert len(queries.suggest("春", limit=1)) == 1


HOSTILE = [
    '"', '""', "“", "(", "a AND b", "title:x", "*", "~", "\\", "\x00", "' OR 1=1 --", "[1 TO 2]", "\ud800", "𠀀" * 500,
    "|", "| |", "春|晓", "\x1f", "\ue000", "a" * 10_000, "- - -", "+", "^3", "{臯兀}", "\u200b", "é" * 300, "%",
    "9" * 400,
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_anything_can_be_asked(text: str) -> None:
    assert queries.find(Query(text, facets=FACETS)).state == "ready"
    queries.suggest(text)


@given(st.text(st.characters(), max_size=30))
@examples(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_typed_there_is_an_answer(text: str) -> None:
    assert queries.find(Query(text)).state == "ready"
    queries.suggest(text)


def test_without_an_index_the_answer_is_empty(settings: LazySettings, tmp_path: Path) -> None:
    settings.SEARCH_ROOT = tmp_path / "nowhere"
    assert queries.find(Query("春")).state == "empty"
    assert queries.suggest("春") == []


def test_an_index_of_another_release_is_not_read(settings: LazySettings, tmp_path: Path) -> None:
    settings.SEARCH_ROOT = tmp_path
    name = testing.make_index(POEMS[:1])
    (generations.folder(name) / "made_by.json").write_text('{"analysis": 1, "schema": 0}')
    assert queries.find(Query("春")).state == "empty"


def test_a_switch_is_seen_at_once_and_an_old_answer_stays_whole(settings: LazySettings, tmp_path: Path) -> None:
    settings.SEARCH_ROOT = tmp_path
    old = testing.make_index(POEMS[:3])
    assert queries.find(Query()).total == 3
    from wenmai.search.index.reading import snapshot

    shot = snapshot()
    testing.make_index(POEMS)
    import shutil

    shutil.rmtree(generations.folder(old))
    assert queries.find(Query()).total == len(POEMS)
    assert shot is not None
    assert (
        len([shot.searcher.doc(address) for _score, address in shot.searcher.search(everything(), limit=9).hits]) == 3
    )


def everything() -> tantivy.Query:
    return tantivy.Query.all_query()


def test_many_threads_ask_at_once() -> None:
    wrong: list[str] = []

    def ask() -> None:
        for text in ("春晓", "mhr", "明月", "孟浩染"):
            totals = [queries.find(Query(text, facets=FACETS)).total for _ in range(10)]
            wrong.extend(text for total in totals if not total)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.slow
def test_every_fragment_of_two_to_four_characters_is_found(
    settings: LazySettings, tmp_path: Path, shared: Path
) -> None:
    settings.SEARCH_ROOT = tmp_path
    poems = []
    for name in ("先秦", "汉", "隋", "金"):
        with (shared / "data" / "poetry-csv" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
            poems += [(row["题目"], row["作者"], row["内容"]) for row in csv.DictReader(stream)]
    testing.make_index(
        Document("record", str(place), place, title, (), (author,), text)
        for place, (title, author, text) in enumerate(poems)
    )
    folded = [rules.fold("|".join(poem)) for poem in poems]
    chance = random.Random(7)
    for _ in range(400):
        place = chance.randrange(len(poems))
        runs = re.findall("[\u4e00-\u9fff]{4,}", poems[place][2])
        if not runs:
            continue
        run = chance.choice(runs)
        start, length = chance.randrange(len(run) - 3), chance.choice([2, 3, 4])
        fragment = run[start : start + length]
        wanted = rules.fold(fragment)
        holders = {str(place) for place, poem in enumerate(folded) if wanted in poem}
        found = queries.find(Query(fragment, size=100))
        assert found.total == len(holders)
        assert set(found.keys) <= holders
