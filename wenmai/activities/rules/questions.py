"""What an organiser asks at enrolment, and what is answered, as plain values. Limits are ours, no norm."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from wenmai.booking.rules import plain
from wenmai.lib.refusal import Refused

MOST, MOST_OPTIONS = 10, 12
LONGEST, LONGEST_OPTION, LONGEST_ANSWER = 120, 60, 400
YES, NO = "yes", "no"
_KNOWN = re.compile(
    r"身份证|证件号|证件号码|护照|社保卡|银行卡|卡号|手机号|手机号码|电话|密码|验证码|住址|家庭地址"
    r"|\b(?:id|identity|passport|bank|card|phone|mobile|telephone)\s*(?:card|number|no\b|nr\b)|password|home address",
    re.IGNORECASE,
)
"""What accounts have, sealed, or what nobody needs for an activity."""


class Kind(TextChoices):
    WORDS = "words", _("写几个字")
    ONE = "one", _("选一个")
    SEVERAL = "several", _("选几个")
    YES = "yes", _("是或者否")


class Seen(TextChoices):
    STAFF = "staff", _("主办方")
    DOOR = "door", _("主办方和门口的人")


class Question(NamedTuple):
    """`options` where something is chosen; `seen`: who reads the answers."""

    words: str
    kind: str = Kind.WORDS
    options: tuple[str, ...] = ()
    required: bool = False
    seen: str = Seen.STAFF


class Answered(NamedTuple):
    """`number`: of the question, from 0; `said`: one text, or what was chosen."""

    number: int
    said: tuple[str, ...]


def read(kept: Sequence[Mapping[str, Any]]) -> tuple[Question, ...]:
    """As an edition keeps them."""
    return tuple(Question(**{**one, "options": tuple(one["options"])}) for one in kept)


def written(questions: Sequence[Question]) -> list[dict[str, Any]]:
    return [
        {**one._asdict(), "kind": str(one.kind), "seen": str(one.seen), "options": [*one.options]} for one in questions
    ]


def checked(questions: Sequence[Question]) -> tuple[Question, ...]:
    """Refused: questions_many (detail: the most), question_missing, question_long, question_twice, question_known (all:
    the question), question_odd, options_odd (detail: the question)."""
    if len(questions) > MOST:
        raise Refused("questions_many", str(MOST))
    kept = tuple(_checked(one) for one in questions)
    words = [one.words.casefold() for one in kept]
    for one in kept:
        if words.count(one.words.casefold()) > 1:
            raise Refused("question_twice", one.words)
    return kept


def _checked(one: Question) -> Question:
    words = plain(one.words, LONGEST + 1)
    if not words:
        raise Refused("question_missing")
    if len(words) > LONGEST:
        raise Refused("question_long", words[:20])
    if one.kind not in Kind.values or one.seen not in Seen.values:
        raise Refused("question_odd", words)
    options = tuple(kept for option in one.options if (kept := plain(option, LONGEST_OPTION)))
    if one.kind not in (Kind.ONE, Kind.SEVERAL):
        options = ()
    elif not 2 <= len(options) <= MOST_OPTIONS or len({*options}) != len(options):
        raise Refused("options_odd", words)
    for text in (words, *options):
        if _KNOWN.search(text):
            raise Refused("question_known", words)
    return Question(words, str(one.kind), options, bool(one.required), str(one.seen))


def answered(questions: Sequence[Question], given: Mapping[int, Sequence[str]]) -> list[Answered]:
    """What was said to each, by its number; what was left out is left out. Refused: answer_missing, answer_odd,
    answer_long (detail: the question)."""
    found = []
    for number, one in enumerate(questions):
        said = tuple(dict.fromkeys(kept for text in given.get(number, ()) if (kept := plain(text, LONGEST_ANSWER + 1))))
        if not said:
            if one.required:
                raise Refused("answer_missing", one.words)
            continue
        if any(len(text) > LONGEST_ANSWER for text in said):
            raise Refused("answer_long", one.words)
        known = {Kind.ONE: one.options, Kind.SEVERAL: one.options, Kind.YES: (YES, NO)}.get(Kind(one.kind))
        if (known is not None and not {*said} <= {*known}) or (one.kind != Kind.SEVERAL and len(said) > 1):
            raise Refused("answer_odd", one.words)
        found.append(Answered(number, said))
    return found
