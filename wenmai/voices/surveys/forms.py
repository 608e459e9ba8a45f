"""Input of surveys: writing one, and answering one."""

import secrets
from collections.abc import Sequence
from typing import Any, NamedTuple

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from wenmai.lib.access import Scope
from wenmai.lib.choosing import offer
from wenmai.lib.inputs import DayInput
from wenmai.voices.forms import SCORES, organisation_field
from wenmai.voices.rules import attending
from wenmai.voices.surveys.rules import (
    AGES,
    CONCLUSION,
    CONFIDENCES,
    INTRO,
    MOST_OPTIONS,
    MOST_QUESTIONS,
    OPTION,
    REMARK,
    TEXT,
    TITLE,
    Answers,
    Face,
    Kind,
    Plan,
    Population,
    Question,
    Sheet,
)

WEIGHTS = ((5, _("很重要")), (4, _("重要")), (3, _("一般")), (2, _("不太重要")), (1, _("不重要")))
FREE = 3
"""So many empty questions are offered behind those that are written."""


class Block(NamedTuple):
    """The fields of one question of one's own."""

    place: int
    kind: forms.BoundField
    text: forms.BoundField
    options: forms.BoundField


class SurveyForm(forms.Form):
    """A survey's words and how it is drawn; questions of one's own in blocks `kind_1`, `text_1`, `options_1`, …"""

    title = forms.CharField(label=_("标题"), max_length=TITLE)
    intro = forms.CharField(
        label=_("说明（可不填）"), max_length=INTRO, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("为什么问、结果用来做什么。"),
    )  # fmt: skip
    population = forms.ChoiceField(label=_("问谁"), choices=Population.choices, widget=forms.RadioSelect)
    attended = forms.MultipleChoiceField(
        label=_("参加过什么（抽样才填）"), required=False, widget=forms.CheckboxSelectMultiple
    )
    since = forms.DateField(
        label=_("从哪天（抽样才填）"), required=False, widget=DayInput()
    )  # fmt: skip
    until = forms.DateField(
        label=_("到哪天（抽样才填）"), required=False, widget=DayInput()
    )  # fmt: skip
    margin = forms.IntegerField(
        label=_("误差不超过几个百分点"), initial=5, min_value=1, max_value=20,
        help_text=_("越小要问的人越多。没有国家标准，通常用 5。"),
    )  # fmt: skip
    confidence = forms.TypedChoiceField(
        label=_("置信水平"), coerce=int, initial=95, choices=[(one, f"{one}%") for one in CONFIDENCES]
    )
    expected = forms.IntegerField(
        label=_("预计百分之几的人会答"), initial=30, min_value=1, max_value=100,
        help_text=_("按它算要抽多少人。"),
    )  # fmt: skip
    asks_importance = forms.BooleanField(
        label=_("打分题也问有多重要，用来算加权满意度（SA03）"), required=False
    )  # fmt: skip

    def __init__(
        self, *args: Any, scope: Scope, few: Sequence[Any] = (), written: int = 0, is_new: bool = True, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        kinds = [(one.key, str(one.name)) for one in attending.kinds().values()]
        offer(self, "attended", kinds)
        if is_new:
            self.fields["organisation"] = organisation_field(scope, few)
        self.places = range(1, min(MOST_QUESTIONS, max(written + FREE, self._sent())) + 1)
        for place in self.places:
            self.fields[f"kind_{place}"] = forms.ChoiceField(
                label=_t("怎么答"), choices=[("", _t("不问")), *Kind.choices], required=False
            )
            self.fields[f"text_{place}"] = forms.CharField(label=_t("问什么"), max_length=TEXT, required=False)
            self.fields[f"options_{place}"] = forms.CharField(
                label=_t("选项（一行一个，选择题才填）"), required=False, max_length=MOST_OPTIONS * (OPTION + 2),
                widget=forms.Textarea(attrs={"rows": 3}),
            )  # fmt: skip

    def _sent(self) -> int:
        return max((place for place in range(1, MOST_QUESTIONS + 1) if f"kind_{place}" in self.data), default=0)

    def blocks(self) -> list[Block]:
        return [Block(one, *(self[f"{name}_{one}"] for name in ("kind", "text", "options"))) for one in self.places]

    def face(self) -> Face:
        given = self.cleaned_data
        questions = tuple(
            Question(given[f"kind_{one}"], given[f"text_{one}"], tuple(given[f"options_{one}"].splitlines()))
            for one in self.places
            if given[f"kind_{one}"] or given[f"text_{one}"].strip()
        )
        return Face(given["title"], given["intro"], questions)

    def plan(self) -> Plan:
        return Plan(*(self.cleaned_data[name] for name in Plan._fields))


def initial_of(face: Face) -> dict[str, Any]:
    said: dict[str, Any] = {"title": face.title, "intro": face.intro}
    for place, one in enumerate(face.questions, 1):
        said |= {f"kind_{place}": one.kind, f"text_{place}": one.text, f"options_{place}": "\n".join(one.options)}
    return said


class OpenForm(forms.Form):
    ends_on = forms.DateField(label=_("问到哪天"), widget=DayInput())


class ConcludeForm(forms.Form):
    conclusion = forms.CharField(
        label=_("结论（公开结果时写在上面）"), max_length=CONCLUSION, required=False,
        widget=forms.Textarea(attrs={"rows": 4}), help_text=_("准备怎么改。写了要再审核一次。"),
    )  # fmt: skip


class Asked(NamedTuple):
    """One question as the form draws it; `way`: radio, boxes or field."""

    place: int
    way: str
    field: forms.BoundField
    weight: forms.BoundField | None


class AnswerForm(forms.Form):
    """The whole questionnaire. Only the first question has to be answered."""

    content = forms.TypedChoiceField(
        label=_("总的来说，您满意吗"), coerce=int, choices=SCORES, widget=forms.RadioSelect,
        error_messages={"required": _("请选满意不满意。")},
    )  # fmt: skip

    def __init__(
        self, *args: Any, face: Face, regions: Sequence[Sequence[str]], asks_importance: bool, **more: Any
    ) -> None:  # fmt: skip
        super().__init__(*args, **more)
        self.questions, self.asks_importance = face.questions, asks_importance
        for place, one in enumerate(face.questions):
            self.fields[f"q{place}"] = self._field(one)
            if asks_importance and one.kind == Kind.SCALE:
                self.fields[f"w{place}"] = forms.TypedChoiceField(
                    label=_t("这一点对您有多重要"), coerce=int, empty_value=None, choices=WEIGHTS, required=False,
                    widget=forms.RadioSelect,
                )  # fmt: skip
        none = ("", _t("不说"))
        self.fields["age"] = forms.ChoiceField(label=_t("您的年龄"), choices=[none, *AGES.items()], required=False)
        if regions:
            places = [none, *((code, name) for code, name in regions)]
            self.fields["region"] = forms.ChoiceField(label=_t("您住在哪里"), choices=places, required=False)
        self.fields["key"] = forms.CharField(
            max_length=64, required=False, widget=forms.HiddenInput, initial=lambda: secrets.token_hex(16)
        )

    def clean_key(self) -> str:
        """A form without one counts for itself."""
        return self.cleaned_data["key"] or secrets.token_hex(16)

    @staticmethod
    def _field(one: Question) -> forms.Field:
        options = list(enumerate(one.options))
        if one.kind == Kind.SCALE:
            return forms.TypedChoiceField(
                label=one.text, coerce=int, empty_value=None, choices=SCORES, required=False, widget=forms.RadioSelect
            )
        if one.kind == Kind.SINGLE:
            return forms.TypedChoiceField(
                label=one.text, coerce=int, empty_value=None, choices=options, required=False, widget=forms.RadioSelect
            )
        if one.kind == Kind.SEVERAL:
            return forms.TypedMultipleChoiceField(
                label=one.text, coerce=int, choices=options, required=False, widget=forms.CheckboxSelectMultiple
            )
        return forms.CharField(
            label=one.text, max_length=REMARK, required=False, widget=forms.Textarea(attrs={"rows": 3}),
            help_text=_t("不要写姓名和电话。"),
        )  # fmt: skip

    def asked(self) -> list[Asked]:
        ways = {Kind.SCALE: "choices", Kind.SINGLE: "choices", Kind.SEVERAL: "choices", Kind.WORDS: "field"}
        return [
            Asked(
                place + 1, ways[Kind(one.kind)], self[f"q{place}"],
                self[f"w{place}"] if f"w{place}" in self.fields else None,
            )
            for place, one in enumerate(self.questions)
        ]  # fmt: skip

    def sheet(self) -> Sheet:
        given = self.cleaned_data
        said: list[int | tuple[int, ...] | None] = []
        for place, one in enumerate(self.questions):
            value = given.get(f"q{place}")
            if one.kind == Kind.SEVERAL:
                said.append(tuple(sorted(value)) if value else None)
            else:
                said.append(None if one.kind == Kind.WORDS else value)
        weights = tuple(given.get(f"w{place}") for place in range(len(self.questions)))
        words = {
            place: given[f"q{place}"] for place, one in enumerate(self.questions)
            if one.kind == Kind.WORDS and given[f"q{place}"].strip()
        }  # fmt: skip
        answers = Answers(given["content"], tuple(said), weights, given.get("age", ""), given.get("region", ""))
        return Sheet(answers, words)
