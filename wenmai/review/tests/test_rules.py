"""Steps, word lists and the walk through a text, without a database."""

import csv
from pathlib import Path

import pytest

from wenmai.lib.refusal import Refused
from wenmai.review.rules import DEFAULT, Screen, Step, checked_steps, read_words


def found(words: list[str], text: str) -> list[tuple[str, str]]:
    return [(one.word, one.found) for one in Screen([(1, words)]).find(text)]


@pytest.mark.parametrize(
    ("words", "text", "expected"),
    [
        (["赌博"], "严禁赌博。", [("赌博", "赌博")]),
        (["赌博"], "严禁賭博。", [("赌博", "賭博")]),  # traditional
        (["Casino"], "ＣＡＳＩＮＯ 与 casinos", [("Casino", "ＣＡＳＩＮＯ")]),  # width and case; a whole word only
        (["ass"], "class, ass!", [("ass", "ass")]),
        (["天安", "天安门"], "天安门", [("天安", "天安"), ("天安门", "天安门")]),
        (["aa"], "aaaa", []),
        (["哈哈"], "哈哈哈", [("哈哈", "哈哈"), ("哈哈", "哈哈")]),  # overlapping
        (["末尾"], "末", []),
        (["x系统"], "用x系统的", [("x系统", "x系统")]),
        ([], "什么都没有", []),
    ],
)
def test_words_are_found(words: list[str], text: str, expected: list[tuple[str, str]]) -> None:
    assert found(words, text) == expected


def test_what_stands_around_a_hit_is_shown_as_written() -> None:
    (hit,) = Screen([(7, ["賭博"])]).find("前" * 40 + "赌博" + "後" * 40)
    assert (hit.version_id, hit.word, hit.before, hit.found, hit.after) == (7, "賭博", "前" * 16, "赌博", "後" * 16)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("赌博\n\n# 说明\n赌博 # 又一次\n賭博\nＣａｓｉｎｏ\r\n".encode(), ["赌博", "Ｃａｓｉｎｏ"]),
        ("\ufeff违禁".encode(), ["违禁"]),
        ("违禁\n".encode("gb18030"), ["违禁"]),
    ],
)
def test_lists_are_read(content: bytes, expected: list[str]) -> None:
    assert read_words(content) == expected


@pytest.mark.parametrize(
    ("content", "code", "detail"),
    [
        (b"", "list_empty", ""),
        (b"# nothing\n\n", "list_empty", ""),
        ("好词\n单\n".encode(), "word_too_short", "2"),
        (("长" * 41).encode(), "word_too_long", "1"),
        ("坏\u202e词".encode(), "word_unfit", "1"),
        (b"a\x00b", "word_unfit", "1"),
        (b"\xff\xff\xff", "list_encoding", ""),
        (b"x" * 1_000_001, "list_too_large", "1,000,000"),
        ("\n".join(f"词{n}" for n in range(20_001)).encode(), "list_too_many", "20,000"),
    ],
)
def test_lists_that_nobody_can_use(content: bytes, code: str, detail: str) -> None:
    with pytest.raises(Refused) as refused:
        read_words(content)
    assert (refused.value.code, refused.value.detail) == (code, detail)


@pytest.mark.parametrize(
    ("steps", "code"),
    [
        ([], "no_steps"),
        ([Step("审", "review.first", 1)] * 6, "too_many_steps"),
        ([Step(" ", "review.first", 1)], "step_name"),
        ([Step("长" * 21, "review.first", 1)], "step_name"),
        ([Step("审", "accounts.change", 1)], "step_permission"),
        ([Step("审", "review.first", 0)], "step_days"),
        ([Step("审", "review.first", 61)], "step_days"),
    ],
)
def test_plans_that_nobody_could_follow(steps: list[Step], code: str) -> None:
    with pytest.raises(Refused, match=code):
        checked_steps("", steps)


def test_the_default_is_three_reviews_of_two_days() -> None:
    assert [(one.name, one.days) for one in checked_steps("", DEFAULT)] == [("初审", 2), ("复审", 2), ("终审", 2)]
    assert len({one.permission for one in DEFAULT}) == 3


def test_the_poems_are_full_of_false_ones(shared: Path) -> None:
    """Words that many a list has, on real poems: all that is hit is harmless, so that no hit may decide."""
    screen = Screen([(1, ["杀人"])])
    with (shared / "data" / "poetry-csv" / "南北朝.csv").open(encoding="utf-8", newline="") as file:
        hits = [hit for row in csv.reader(file) for text in row for hit in screen.find(text)]
    assert [hit.before[-3:] + hit.found for hit in hits] == ["。报恩杀人", "蛾眉误杀人"]
