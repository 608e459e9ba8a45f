import datetime as dt

import pytest

from wenmai.people.rechecks.rules import is_credible, mark, next_due, outcome, pause
from wenmai.people.rules.cards import doubt_about


@pytest.mark.parametrize(
    ("lately", "marks", "credible"),
    [
        ("", "", True), ("", "xxxxxxxxx", True), ("", "xxxxxxxxxx", False), ("xxxxx", "xxxxx", False),
        ("xxxxx" + "." * 15, "xxxxx", True), ("", ("x" * 9 + "." * 11) * 3, True), ("", "." * 50 + "x" * 10, False),
        ("x" * 9, "." + "x" + "." * 30, False), (".x" * 9, "..", True), ("x" * 20, "....", True),
    ],
)  # fmt: skip
def test_answers_that_are_not_believed(lately: str, marks: str, credible: bool) -> None:
    assert is_credible(lately, marks, 20) is credible


@pytest.mark.parametrize(
    ("alive", "lately", "marks", "credible"),
    [
        (1, "", "x", True), (2, "", "xx", False), (2, "", "x.", True), (1, "x", "x", False), (1, "x.", ".x", False),
        (1, "x...", "x", True), (3, "", "xx.", False), (4, "", "xx..", True), (4, "", "xxx.", False),
        (4, "", "x.xx", False), (2, "xx", ".x", False), (9, "", "xxxx.....", True), (9, "", "xxxxx....", False),
        (0, "", "..", True), (2, "", "..", True), (1, "." * 19, "x", True),
    ],
)  # fmt: skip
def test_a_small_library_does_not_lose_half_of_its_cards_in_a_row(
    alive: int, lately: str, marks: str, credible: bool
) -> None:
    assert is_credible(lately, marks, alive) is credible


@pytest.mark.parametrize(
    ("before", "after", "what", "sign"),
    [
        ("good", "good", "same", "."), ("good", "owing", "shifted", "."), ("owing", "lost", "stopped", "x"),
        ("good", "expired", "stopped", "."), ("gone", "good", "returned", "."), ("doubted", "owing", "returned", "."),
        ("good", "doubted", "doubted", "x"), ("lost", "gone", "shifted", "."), ("lost", "doubted", "doubted", "."),
    ],
)  # fmt: skip
def test_what_an_answer_counts_as(before: str, after: str, what: str, sign: str) -> None:
    assert (outcome(before, after), mark(before, after)) == (what, sign)


@pytest.mark.parametrize(
    ("name", "name_now", "doubt"),
    [
        ("王小明", "王小明", ""), ("王小明", " 王 小明 ", ""), ("Anna·Berg", "ANNA BERG", ""),
        ("王小明", "王小名", "name"),
        ("", "王小明", ""), ("王小明", "", ""), ("王小明", "**", ""), ("王小明", "王*明", "name"), ("ＡＢ", "ab", ""),
    ],
)  # fmt: skip
def test_a_name_that_may_be_somebody_elses(name: str, name_now: str, doubt: str) -> None:
    assert doubt_about(index="1", index_now="1", name=name, name_now=name_now) == doubt
    assert doubt_about(index="1", index_now="2", name=name, name_now=name_now) == "number"


def test_moments() -> None:
    now = dt.datetime(2026, 11, 30, tzinfo=dt.UTC)
    hours = [(next_due(now, share) - now) / dt.timedelta(hours=1) for share in (0, 0.5, 1)]
    assert hours == pytest.approx([21.6, 24, 26.4])
    minutes = [pause(count, 0.5) / dt.timedelta(minutes=1) for count in (1, 2, 3, 8, 9, 30_000)]
    assert minutes == pytest.approx([2, 4, 8, 256, 360, 360])
