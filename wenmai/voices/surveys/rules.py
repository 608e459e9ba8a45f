"""Questions, answers and the steps of a survey, decided on plain values. All limits are ours; none is a norm."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from wenmai.lib.refusal import Refused
from wenmai.voices.rules.needs import names_a_person, plain

REVIEWED = "voices.survey"
TITLE, INTRO, CONCLUSION, TEXT, OPTION, REMARK = 60, 400, 1_000, 100, 40, 300
MOST_QUESTIONS, MOST_OPTIONS, MOST_DAYS = 10, 10, 92
MOST_DRAWN, MOST_ANSWERS, MOST_FROM_ADDRESS = 20_000, 20_000, 20
"""Of one survey; and answers to an open one from one address on a day."""
BOX = 20
"""So many answers wait together before they are written: docs/adr/0032."""
LEAST_SHOWN, LEAST_GROUP = 5, 30
"""Fewer answers than this show nothing at all; a group with fewer is not shown for itself."""
SCALE = range(1, 6)
AGES = {"u18": _("18 岁以下"), "18": _("18–34 岁"), "35": _("35–59 岁"), "60": _("60 岁以上")}
CONFIDENCES = (90, 95, 99)


class State(TextChoices):
    DRAFT = "draft", _("在写")
    ASKING = "asking", _("在问")
    ENDED = "ended", _("问完了")
    PUBLISHED = "published", _("结果公开")


ALLOWED: frozenset[tuple[str, str]] = frozenset({
    ("draft", "asking"), ("asking", "ended"), ("ended", "published"), ("published", "ended"),
})  # fmt: skip
"""The database knows the same pairs (trigger `voices_survey_moves`); a test compares them."""


class Population(TextChoices):
    ATTENDED = "attended", _("抽样：在这里参加过的人")
    OPEN = "open", _("不抽样：谁来都能填")


class Kind(TextChoices):
    SCALE = "scale", _("打分（1–5）")
    SINGLE = "single", _("选一个")
    SEVERAL = "several", _("选几个")
    WORDS = "words", _("写几句话")


class Question(NamedTuple):
    kind: str
    text: str
    options: tuple[str, ...] = ()


class Face(NamedTuple):
    """What people read: reviewed before anybody is asked, and again with the conclusion before the result is shown."""

    title: str
    intro: str
    questions: tuple[Question, ...]
    conclusion: str = ""

    def checked(self, *, asks_importance: bool) -> "Face":
        """Refused: title_missing, too_many_questions, question_odd (detail: which), options_odd (detail: which),
        importance_of_nothing, names_a_person."""
        title, intro = plain(self.title, TITLE), plain(self.intro, INTRO, lines=True)
        if not title:
            raise Refused("title_missing")
        if len(self.questions) > MOST_QUESTIONS:
            raise Refused("too_many_questions", str(MOST_QUESTIONS))
        questions = tuple(_checked(one, place) for place, one in enumerate(self.questions, 1))
        if asks_importance and not any(one.kind == Kind.SCALE for one in questions):
            raise Refused("importance_of_nothing")
        made = Face(title, intro, questions, plain(self.conclusion, CONCLUSION, lines=True))
        said = (
            made.title,
            made.intro,
            made.conclusion,
            *(text for one in questions for text in (one.text, *one.options)),
        )
        if any(names_a_person(text) for text in said):
            raise Refused("names_a_person")
        return made

    def written(self) -> dict[str, Any]:
        return {**self._asdict(), "questions": [one._asdict() | {"options": [*one.options]} for one in self.questions]}

    @property
    def hash(self) -> bytes:
        text = json.dumps(self.written(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).digest()


def _checked(one: Question, place: int) -> Question:
    text = plain(one.text, TEXT)
    if not text or one.kind not in Kind.values:
        raise Refused("question_odd", str(place))
    if one.kind not in (Kind.SINGLE, Kind.SEVERAL):
        return Question(one.kind, text)
    options = tuple(dict.fromkeys(filter(None, (plain(option, OPTION) for option in one.options))))
    if not 2 <= len(options) <= MOST_OPTIONS:
        raise Refused("options_odd", str(place))
    return Question(one.kind, text, options)


def read_face(said: Mapping[str, Any]) -> Face:
    questions = tuple(Question(one["kind"], one["text"], tuple(one["options"])) for one in said.get("questions", ()))
    return Face(said.get("title", ""), said.get("intro", ""), questions, said.get("conclusion", ""))


class Plan(NamedTuple):
    """`margin`: per cent to either side; `confidence`, `expected` (of those asked answer so many): per cent."""

    population: str
    margin: int = 5
    confidence: int = 95
    expected: int = 30
    asks_importance: bool = False

    def checked(self) -> "Plan":
        """Refused: population_odd, margin_odd, confidence_odd, expected_odd."""
        for is_odd, code in (
            (self.population not in Population.values, "population_odd"),
            (not 1 <= self.margin <= 20, "margin_odd"),
            (self.confidence not in CONFIDENCES, "confidence_odd"),
            (not 1 <= self.expected <= 100, "expected_odd"),
        ):
            if is_odd:
                raise Refused(code)
        return self


class Answers(NamedTuple):
    """One person's, without words: `content` 1–5; for each question a number, a list of places or nothing;
    `importance` likewise; `age`, `region`: as they say themselves, or empty."""

    content: int
    said: tuple[int | tuple[int, ...] | None, ...]
    importance: tuple[int | None, ...]
    age: str = ""
    region: str = ""


class Sheet(NamedTuple):
    """What a form brings. `words`: question's place -> words."""

    answers: Answers
    words: Mapping[int, str]


def checked_sheet(sheet: Sheet, questions: Sequence[Question], regions: Sequence[str]) -> Sheet:
    """Refused: score_odd, answer_odd (detail: which), names_a_person."""
    given = sheet.answers
    if given.content not in SCALE:
        raise Refused("score_odd")
    if len(given.said) != len(questions) or len(given.importance) != len(questions):
        raise Refused("answer_odd", "0")
    for place, (one, said, weight) in enumerate(zip(questions, given.said, given.importance, strict=True), 1):
        if not _fits(one, said) or (weight is not None and (one.kind != Kind.SCALE or weight not in SCALE)):
            raise Refused("answer_odd", str(place))
    words = {place: plain(text, REMARK, lines=True) for place, text in sheet.words.items()}
    if any(questions[place].kind != Kind.WORDS for place in words):
        raise Refused("answer_odd", "0")
    if any(map(names_a_person, words.values())):
        raise Refused("names_a_person")
    kept = given._replace(
        age=given.age if given.age in AGES else "", region=given.region if given.region in regions else ""
    )
    return Sheet(kept, {place: text for place, text in words.items() if text})


def _fits(one: Question, said: int | tuple[int, ...] | None) -> bool:
    if said is None:
        return True
    if one.kind == Kind.SCALE:
        return said in SCALE
    if one.kind == Kind.SINGLE:
        return said in range(len(one.options))
    if one.kind == Kind.SEVERAL and isinstance(said, tuple):
        return len(said) == len({*said}) and all(place in range(len(one.options)) for place in said)
    return False


def check_move(before: str, after: str) -> None:
    """Refused: survey_step_odd (detail: where it stands)."""
    if (before, after) not in ALLOWED:
        raise Refused("survey_step_odd", str(State(before).label))
