"""Input of the pages about volunteers."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wenmai.institutions import queries as institutions
from wenmai.lib import clock
from wenmai.lib.access import Reach, Scope
from wenmai.lib.inputs import DayInput
from wenmai.lib.picking import PickField
from wenmai.people.volunteers.rules import SKILLS, TERM_DAYS, TIMES, choices

EVERYWHERE = Scope((Reach("", ""),))


def usual_end() -> dt.date:
    return timezone.localdate(clock.now()) + dt.timedelta(days=TERM_DAYS)


def _day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=DayInput(), **more)


class RegisterForm(forms.Form):
    skills = forms.MultipleChoiceField(
        label=_("会做什么"), choices=lambda: choices(SKILLS), widget=forms.CheckboxSelectMultiple
    )
    times = forms.MultipleChoiceField(
        label=_("什么时候有空"), choices=lambda: choices(TIMES), widget=forms.CheckboxSelectMultiple
    )
    note = forms.CharField(label=_("想说的话"), max_length=100, required=False)
    shares_phone = forms.BooleanField(label=_("让这家机构看到我的手机号，好联系（可以不选）"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"] = PickField(
            label=_("在哪家机构"),
            find=lambda words: institutions.organisation_options(EVERYWHERE, words) if words else [],
            named=institutions.organisation_option,
        )


class TermForm(forms.Form):
    until_on = _day(_("任期到哪一天"), initial=usual_end)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("理由"), max_length=160, help_text=_("对方看得到。"))


class ServiceForm(forms.Form):
    on = _day(_("日期"))
    minutes = forms.IntegerField(label=_("分钟"), min_value=1, max_value=1440)
    service = forms.CharField(label=_("做了什么"), max_length=80)


class CheckForm(forms.Form):
    code = forms.CharField(
        label=_("查验码"), max_length=40, help_text=_("证明上的 12 个字母和数字。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )  # fmt: skip
