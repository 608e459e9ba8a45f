"""Input of the desk's pages about things."""

import datetime as dt
import secrets
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wenmai.booking import queries
from wenmai.booking.models import Thing, WeekPlan
from wenmai.booking.rules import times
from wenmai.booking.rules.hours import HOLIDAY, Span, read_spans, written
from wenmai.booking.rules.times import Times
from wenmai.booking.services import Shape
from wenmai.booking.wording import sentence
from wenmai.institutions import queries as institutions
from wenmai.lib.access import Scope
from wenmai.lib.inputs import DayInput
from wenmai.lib.picking import Option, PickField
from wenmai.lib.refusal import Refused

WEEKDAYS = (
    (1, _("星期一")), (2, _("星期二")), (3, _("星期三")), (4, _("星期四")), (5, _("星期五")), (6, _("星期六")),
    (7, _("星期日")),
)  # fmt: skip
EVERY = (
    ("once", _("只这一次")), ("daily", _("每天")), ("weekly", _("每周")), ("biweekly", _("每两周")),
    ("monthly", _("每月，同一个星期几")),
)  # fmt: skip
DEEDS = (("block", _("占用，大家都约不了")), ("in_house", _("馆内活动优先，公众约的让出来")))


def day_field(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=DayInput(), **more)


def minute_field(label: Any) -> forms.TimeField:
    return forms.TimeField(label=label, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))


def number_field(label: Any, usual: int) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        help_text=_("空着：照机构的规定；机构没有规定，照本系统默认 %(usual)s。") % {"usual": usual},
    )


class ThingForm(forms.Form):
    name = forms.CharField(label=_("名称"), max_length=80)
    kind = forms.ChoiceField(label=_("类别"), choices=Thing.Kind)
    units = forms.IntegerField(
        label=_("数量"),
        min_value=1,
        max_value=times.MOST_UNITS,
        initial=1,
        help_text=_("可以分别借出的份数，场地通常是 1。"),
    )
    buffer_before = forms.IntegerField(
        label=_("之前留出（分钟）"),
        min_value=0,
        max_value=times.MOST_BUFFER,
        initial=0,
        help_text=_("布置用，别人约不到。"),
    )
    buffer_after = forms.IntegerField(
        label=_("之后留出（分钟）"),
        min_value=0,
        max_value=times.MOST_BUFFER,
        initial=0,
        help_text=_("清场用，别人约不到。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["longest_minutes"] = number_field(_("一次最长（分钟）"), times.LONGEST_MINUTES)
        self.fields["lead_minutes"] = number_field(_("最晚提前（分钟）"), times.LEAD_MINUTES)
        self.fields["window_days"] = number_field(_("可以约到几天以后"), times.WINDOW_DAYS)

    def shape(self) -> Shape:
        return Shape(**{name: self.cleaned_data[name] for name in Shape._fields})


class NewThingForm(ThingForm):
    def __init__(self, *args: Any, scope: Scope, few: Sequence[Option] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"] = PickField(
            label=_("机构"), find=lambda words: institutions.organisation_options(scope, words),
            named=institutions.organisation_option, few=few,
        )  # fmt: skip


class SpansField(forms.CharField):
    """Cleans to the spans."""

    def to_python(self, value: Any) -> Any:
        try:
            return read_spans(super().to_python(value) or "")
        except Refused as refusal:
            raise forms.ValidationError(sentence(refusal)) from refusal


class HoursForm(forms.Form):
    valid_from = day_field(_("自哪天起"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, words in WEEKDAYS:
            self.fields[f"day{number}"] = SpansField(label=words, required=False, max_length=120)
        self.fields["holidays"] = forms.ChoiceField(
            label=_("法定节假日"), choices=WeekPlan.Holidays, initial=WeekPlan.Holidays.USUAL
        )
        self.fields[f"day{HOLIDAY}"] = SpansField(
            label=_("法定节假日的时间"), required=False, max_length=120, help_text=_("选了“另有时间”才算数。")
        )
        self.fields["makeup_as"] = forms.TypedChoiceField(
            label=_("调休上班的周末"), required=False, coerce=int, empty_value=None,
            choices=[("", _("照那天星期几")), *WEEKDAYS], help_text=_("照哪一天的时间开放。"),
        )  # fmt: skip

    def days(self) -> list[Any]:
        return [self[f"day{number}"] for number, _words in WEEKDAYS]

    def holiday(self) -> Any:
        return self[f"day{HOLIDAY}"]

    def wish(self) -> dict[str, Any]:
        given = self.cleaned_data
        spans: dict[int, list[Span]] = {number: given[f"day{number}"] for number in range(8)}
        return {
            "valid_from": given["valid_from"], "holidays": given["holidays"], "makeup_as": given["makeup_as"],
            "spans": spans,
        }  # fmt: skip


def filled(plan: WeekPlan | None, today: dt.date) -> dict[str, Any]:
    """What a form for the next plan begins with: the plan that counts."""
    if plan is None:
        return {"valid_from": today}
    found: dict[str, Any] = {"valid_from": today, "holidays": plan.holidays, "makeup_as": plan.makeup_as}
    spans = list(plan.spans.all())
    for number in range(8):
        found[f"day{number}"] = written(Span(one.opens, one.closes) for one in spans if one.weekday == number)
    return found


class ChangeForm(forms.Form):
    from_on = day_field(_("从"))
    until_on = day_field(_("到"))
    hours = forms.CharField(
        label=_("加开的时间"), required=False, max_length=40, help_text=_("例如 18:00-21:00；空着：这些天不开放。")
    )
    reason = forms.CharField(label=_("原因"), max_length=160, help_text=_("大家看得到。"))
    whole = forms.BooleanField(label=_("全机构的资源都这样"), required=False)

    def clean_hours(self) -> Span | None:
        try:
            spans = read_spans(self.cleaned_data["hours"])
        except Refused as refusal:
            raise forms.ValidationError(sentence(refusal)) from refusal
        if len(spans) > 1:
            raise forms.ValidationError(_("一次写一段时间，几段就分几次加。"))
        return spans[0] if spans else None


class BlockForm(forms.Form):
    """What to keep free, once or again and again."""

    deed = forms.ChoiceField(label=_("做什么"), choices=DEEDS, initial="block", widget=forms.RadioSelect)
    day = day_field(_("日期"))
    begins = minute_field(_("从几点"))
    ends = minute_field(_("到几点"))
    every = forms.ChoiceField(label=_("重复"), choices=EVERY, initial="once")
    until = day_field(_("重复到哪天"), required=False)
    count = forms.IntegerField(label=_("或者一共几次"), required=False, min_value=1, max_value=times.MOST_TIMES)
    reason = forms.CharField(label=_("理由"), max_length=160, help_text=_("大家看得到。"))
    key = forms.CharField(max_length=64, widget=forms.HiddenInput, initial=lambda: secrets.token_hex(16))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if self.errors:
            return given
        midnight = dt.time(0)
        begins = dt.datetime.combine(given["day"], given["begins"], tzinfo=queries.zone())
        last = given["day"] + dt.timedelta(days=1) if given["ends"] == midnight else given["day"]
        ends = dt.datetime.combine(last, given["ends"], tzinfo=queries.zone())
        try:
            first = times.checked_times(begins, ends)
            given["times"] = times.occurrences(
                Times(*first), given["every"], given["until"], given["count"], queries.zone()
            )
        except Refused as refusal:
            raise forms.ValidationError(sentence(refusal)) from refusal
        return given
