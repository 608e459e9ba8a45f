"""Input of the desk's forms."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wenmai.institutions import queries as institutions
from wenmai.lib import clock
from wenmai.lib.access import Scope
from wenmai.lib.choosing import offer
from wenmai.lib.inputs import DayInput
from wenmai.lib.picking import PickField
from wenmai.lib.refusal import Refused
from wenmai.people.rules import read_phone
from wenmai.review.rules import DEFAULT, MOST_STEPS, Step, kinds, permission_words, sampling


class PlanForm(forms.Form):
    """Up to five steps; one without a name is none."""

    kind = forms.ChoiceField(label=_("哪一类"), required=False)

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "kind", [("", _("每一类")), *((key, one.name) for key, one in kinds().items())])
        self.fields["organisation"] = PickField(
            label=_("机构"), help_text=_("这家机构和它下面没有自己步骤的机构。"),
            find=lambda words: institutions.organisation_options(scope, words),
            named=institutions.organisation_option, none=str(_("整个节点")) if scope.everywhere else "",
        )  # fmt: skip
        choices = [("", _("请选一个")), *permission_words("").items()]
        for number in range(1, MOST_STEPS + 1):
            usual = DEFAULT[number - 1] if number <= len(DEFAULT) else None
            self.fields[f"name{number}"] = forms.CharField(
                label=_("名称"), max_length=20, required=False, initial=usual.name if usual else ""
            )
            self.fields[f"permission{number}"] = forms.ChoiceField(
                label=_("由谁审"), choices=choices, required=False, initial=usual.permission if usual else ""
            )
            self.fields[f"days{number}"] = forms.IntegerField(
                label=_("工作日"), min_value=1, max_value=60, required=False, initial=usual.days if usual else 2
            )

    def rows(self) -> list[tuple[int, list[forms.BoundField]]]:
        """The fields of each step, for the page."""
        names = ("name", "permission", "days")
        return [(number, [self[f"{name}{number}"] for name in names]) for number in range(1, MOST_STEPS + 1)]

    def steps(self) -> list[Step]:
        given = self.cleaned_data
        return [
            Step(given[f"name{number}"], given[f"permission{number}"], given[f"days{number}"] or 0)
            for number in range(1, MOST_STEPS + 1)
            if given[f"name{number}"].strip()
        ]


class SampleForm(forms.Form):
    """What to draw from, and how many; the last whole month where nobody says otherwise."""

    kind = forms.ChoiceField(label=_("哪一类"), required=False)
    first_day = forms.DateField(label=_("从哪天通过的"), widget=DayInput())
    last_day = forms.DateField(label=_("到哪天"), widget=DayInput())
    percent = forms.IntegerField(label=_("抽百分之几"), min_value=1, max_value=100, initial=sampling.PERCENT)
    least = forms.IntegerField(
        label=_("最少几件"), min_value=0, max_value=sampling.MOST_DRAWN, initial=sampling.LEAST
    )  # fmt: skip
    seed = forms.CharField(
        label=_("种子"), max_length=64, required=False,
        help_text=_("可以不填，由系统随机定；也可以填事先公布的，例如某天的开奖号码。6 到 64 个字母和数字。"),
    )  # fmt: skip

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "kind", [("", _("每一类")), *((key, one.name) for key, one in kinds().items())])
        last = timezone.localdate(clock.now()).replace(day=1) - dt.timedelta(days=1)
        self.fields["first_day"].initial, self.fields["last_day"].initial = last.replace(day=1), last
        self.fields["organisation"] = PickField(
            label=_("机构"), help_text=_("这家机构和它下面的机构。"),
            find=lambda words: institutions.organisation_options(scope, words),
            named=institutions.organisation_option, none=str(_("整个节点")) if scope.everywhere else "",
        )  # fmt: skip


class ListForm(forms.Form):
    """A file of words: for a new list, or a version of one that is there."""

    of = forms.ChoiceField(label=_("哪个词表"), required=False)
    name = forms.CharField(label=_("新词表的名称"), max_length=60, required=False)
    file = forms.FileField(label=_("文件"), help_text=_("纯文本，一行一个词；# 后面是说明。"))
    note = forms.CharField(
        label=_("来源或依据"), max_length=200, required=False, help_text=_("例如：哪个部门哪一天发的。")
    )

    def __init__(self, *args: Any, lists: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "of", [("", _("新的词表")), *lists])


class InvitationForm(forms.Form):
    """Somebody from outside, for one step. `phone` comes out as E.164."""

    step = forms.TypedChoiceField(label=_("哪一步"), coerce=int)
    name = forms.CharField(label=_("姓名"), max_length=60)
    employer = forms.CharField(label=_("单位"), max_length=100)
    phone = forms.CharField(
        label=_("手机号"), max_length=40, help_text=_("打开链接时发验证码到这里核对；审完三个月后只留末四位。"),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off", "inputmode": "tel"}),
    )  # fmt: skip
    until = forms.DateField(label=_("到哪一天"), widget=DayInput(), help_text=_("最长 30 天。"))

    def __init__(self, *args: Any, steps: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "step", steps)

    def clean_phone(self) -> str:
        try:
            return read_phone(self.cleaned_data["phone"])
        except Refused as refusal:
            raise forms.ValidationError(_("请写能收短信的手机号，例如 138 0013 8000。")) from refusal
