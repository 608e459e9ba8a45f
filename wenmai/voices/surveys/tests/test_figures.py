"""Formulas against numbers that stand in textbooks or follow from their limits; questions and answers as values."""

import math
from typing import Any

import pytest

from wenmai.lib.refusal import Refused
from wenmai.voices.surveys import figures
from wenmai.voices.surveys.results import computed
from wenmai.voices.surveys.rules import Answers, Face, Kind, Plan, Question, Sheet, checked_sheet
from wenmai.voices.surveys.testing import FACE, QUESTIONS, sheet


@pytest.mark.parametrize(
    ("population", "margin", "confidence", "wanted"),
    [
        (10**9, 5, 95, 385), (10_000, 5, 95, 370), (1_000, 5, 95, 278), (500, 5, 95, 218), (10**9, 5, 99, 664),
        (10**9, 3, 95, 1068), (10**9, 10, 90, 68), (3, 5, 95, 3), (1, 20, 90, 1), (0, 5, 95, 0),
    ],
)  # fmt: skip
def test_how_many_answers_are_needed(population: int, margin: int, confidence: int, wanted: int) -> None:
    """The tables of every textbook: 385 without end, 370 of ten thousand, 278 of a thousand."""
    assert figures.needed(population, margin, confidence) == wanted
    if 1 < wanted < population:
        assert figures.margin_of(wanted, population, confidence) <= margin
        assert figures.margin_of(wanted - 2, population, confidence) > margin


def test_so_many_are_asked_and_never_more_than_there_are() -> None:
    assert figures.asked(278, 30, 1_000) == 927
    assert figures.asked(278, 20, 1_000) == 1_000
    assert figures.asked(278, 100, 1_000) == 278


def test_intervals() -> None:
    low, high = figures.wilson(8, 10, 10**9, 95)
    assert (round(low, 4), round(high, 4)) == (0.4902, 0.9433), "eight of ten, as Wilson has it"
    assert figures.wilson(0, 10, 10**9, 95).low == 0
    assert math.isclose(figures.wilson(10, 10, 10**9, 95).high, 1)
    assert figures.wilson(8, 10, 10, 95) == (0.8, 0.8), "who asks everybody is sure"
    narrow = figures.wilson(8, 10, 20, 95)
    assert low < narrow.low < 0.8 < narrow.high < high
    mean = figures.mean_interval([0, 0, 10, 0, 10], 10**9, 95)
    assert (round(mean.low, 2), round(mean.high, 2)) == (3.55, 4.45)
    assert figures.mean_interval([0, 0, 0, 0, 1], 100, 95) == (1, 5)
    assert figures.mean_interval([0, 0, 0, 0, 9], 9, 95) == (5, 5)


def test_sa03_is_the_handbooks() -> None:
    assert figures.sa03([5, 3], [4, 2]) == (5 * 4 + 3 * 2) / 8
    assert figures.sa03([], []) is None


def test_small_groups_stay_hidden_by_subtraction_too() -> None:
    assert figures.shown_groups({"a": 40, "b": 29, "c": 31}, 100, 30, 5) == ["a", "c"]
    assert figures.shown_groups({"a": 40, "b": 35}, 78, 30, 5) == ["a"], "three more would be told by subtraction"
    assert figures.shown_groups({"a": 40, "b": 35}, 75, 30, 5) == ["a", "b"]
    assert figures.shown_groups({"a": 40}, 43, 30, 5) == []


def test_what_came_out_hides_what_is_few() -> None:
    rows: list[list[Any]] = [
        list(sheet(5 - number % 3, age="60" if number < 40 else "18").answers) for number in range(60)
    ]
    found = computed(FACE, rows, population=80, margin=10, confidence=95)
    assert found["answers"] == 60
    assert found["is_reached"]
    assert found["content"]["counts"] == [0, 0, 20, 20, 20]
    assert (found["content"]["mean"], found["content"]["sa01"]) == (4, 80)
    low, high = found["content"]["share_interval"]
    assert low < found["content"]["share"] < high
    assert found["sa03"] == round((5 * 4 + 3 * 4) / 8, 4)
    assert found["questions"][2]["counts"] == [60, 0, 0]
    assert found["questions"][3]["counts"] == [60, 0, 60]
    assert [one["name"] for one in found["ages"]] == ["60"], "twenty are too few to stand alone"
    assert computed(FACE, rows[:4], population=80, margin=10, confidence=95) == {"answers": 4}
    wide = computed(FACE, rows, population=None, margin=10, confidence=95)
    assert "reached" not in wide
    assert wide["content"]["share_interval"] is None
    few = [[5, [3 if number < 4 else None, 5, None, None, None], [None] * 5, "", ""] for number in range(9)]
    assert computed(FACE, few, population=90, margin=10, confidence=95)["questions"][0] == {"answers": 4}


@pytest.mark.parametrize(
    ("face", "importance", "code"),
    [
        (Face(" ", "", ()), False, "title_missing"),
        (Face("题", "", (Question(Kind.WORDS, "说"),) * 11), False, "too_many_questions: 10"),
        (Face("题", "", (Question("ghost", "说"),)), False, "question_odd: 1"),
        (Face("题", "", (QUESTIONS[0], Question(Kind.SCALE, ""))), False, "question_odd: 2"),
        (Face("题", "", (Question(Kind.SINGLE, "选", ("甲", "甲 ")),)), False, "options_odd: 1"),
        (Face("题", "", (Question(Kind.SEVERAL, "选", tuple("一二三四五六七八九十甲")),)), False, "options_odd: 1"),
        (Face("题", "", (Question(Kind.WORDS, "说"),)), True, "importance_of_nothing"),
        (Face("题", "打 13800138000", ()), False, "names_a_person"),
    ],
    ids=range(8),
)
def test_odd_questions_are_refused(face: Face, importance: bool, code: str) -> None:
    with pytest.raises(Refused, match=code):
        face.checked(asks_importance=importance)


def test_odd_plans_and_answers_are_refused() -> None:
    for plan, code in (
        (Plan("all"), "population_odd"), (Plan("open", margin=0), "margin_odd"),
        (Plan("open", 5, 80), "confidence_odd"),
        (Plan("open", expected=0), "expected_odd"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=code):
            plan.checked()
    good = sheet()
    for answers, words, code in (
        (good.answers._replace(content=6), {}, "score_odd"),
        (good.answers._replace(said=(6, 5, 0, (0, 2), None)), {}, "answer_odd: 1"),
        (good.answers._replace(said=(4, 5, 3, (0, 2), None)), {}, "answer_odd: 3"),
        (good.answers._replace(said=(4, 5, 0, (0, 0), None)), {}, "answer_odd: 4"),
        (good.answers._replace(said=(4, 5, 0, (0, 2), 1)), {}, "answer_odd: 5"),
        (good.answers._replace(said=(4,)), {}, "answer_odd: 0"),
        (good.answers._replace(importance=(5, 3, 1, None, None)), {}, "answer_odd: 3"),
        (good.answers, {0: "话"}, "answer_odd: 0"),
        (good.answers, {4: "打 13800138000"}, "names_a_person"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=code):
            checked_sheet(Sheet(answers, words), QUESTIONS, ["53"])
    kept = checked_sheet(Sheet(Answers(*good.answers[:3], age="x", region="44"), {4: " "}), QUESTIONS, ["53"])
    assert (kept.answers.age, kept.answers.region, kept.words) == ("", "", {})
