"""Does a record follow its profile?"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from django.utils.translation import gettext as _

from wenmai.formats.values import Value
from wenmai.standards.rules.profiles import Profile
from wenmai.standards.rules.values import Label, Stage


class Severity(StrEnum):
    """error: the profile is broken and it is mandatory · warning: it should be mended · notice: for information."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


class Problem(NamedTuple):
    """One thing about one value. `position` counts the element's values from 0, -1 means the element as a whole.

    Codes that break a profile: missing, repeated, not_in_vocabulary, malformed, too_long, blank.
    Codes that only warn: unlisted (open vocabulary), unreadable_date, doubtful (check digit), unknown_element.
    """

    code: str
    element: str
    label: Label
    position: int
    severity: Severity
    text: str

    def __str__(self) -> str:
        return sentence_of_problem(self)


BREAKING = frozenset({"missing", "repeated", "not_in_vocabulary", "malformed", "too_long", "blank"})
_BROKEN = {
    Stage.MANDATORY: Severity.ERROR,
    Stage.OPTIONAL: Severity.WARNING,
    Stage.ANNOUNCED: Severity.NOTICE,
    Stage.NONE: Severity.NOTICE,
}
_SHOWN = 80


def check(profile: Profile, elements: Mapping[str, Sequence[Value]]) -> tuple[Problem, ...]:
    """Everything in which a record departs from the profile; empty when nothing.

    `elements` is the canonical record of `formats`. How grave a broken rule is depends on the profile's stage: an error
    only when it is mandatory, a warning while it is optional, a notice while it is announced.
    """
    found: list[Problem] = []
    rules = profile.rules
    for code, values in elements.items():
        rule = rules.get(code)
        if rule is None:
            found.append(_problem(profile, "unknown_element", code, -1, ""))
            continue
        once, limit, test, otherwise = rule
        if once and len(values) > 1:
            found.append(_problem(profile, "repeated", code, -1, str(len(values))))
        for position, (text, _source, _lang) in enumerate(values):
            if not text or text.isspace():
                found.append(_problem(profile, "blank", code, position, ""))
            elif len(text) > limit:
                found.append(_problem(profile, "too_long", code, position, text))
            elif test is not None and not test(text):
                found.append(_problem(profile, otherwise, code, position, text))
    for code, instead in profile.mandatory:
        if not elements.get(code) and not any(elements.get(other) for other in instead):
            found.append(_problem(profile, "missing", code, -1, ""))
    return tuple(found)


def _problem(profile: Profile, code: str, element: str, position: int, text: str) -> Problem:
    severity = _BROKEN[profile.stage] if code in BREAKING else Severity.NOTICE
    label = profile.labels.get(element) or Label(element, element)
    return Problem(code, element, label, position, severity, text[:_SHOWN])


def sentence_of_problem(problem: Problem) -> str:
    """The problem in words, in the language of the request."""
    label, text = str(problem.label), problem.text
    sentences = {
        "missing": _("缺必备元素“%(element)s”。"),
        "repeated": _("“%(element)s”只能有一个值，这里有 %(text)s 个。"),
        "not_in_vocabulary": _("“%(element)s”的值“%(text)s”不在规定的词表里。"),
        "malformed": _("“%(element)s”的值“%(text)s”不合规定的写法。"),
        "too_long": _("“%(element)s”的值过长，开头是“%(text)s”。"),
        "blank": _("“%(element)s”有一个空值。"),
        "unlisted": _("“%(element)s”的值“%(text)s”不在推荐的词表里。"),
        "unreadable_date": _("“%(element)s”的值“%(text)s”认不出年代。"),
        "doubtful": _("“%(element)s”的值“%(text)s”校验位不对，请核对。"),
        "unknown_element": _("规范里没有“%(element)s”这个元素。"),
    }
    return sentences[problem.code] % {"element": label, "text": text}
