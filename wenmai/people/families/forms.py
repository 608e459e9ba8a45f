"""Input of the pages of families."""

import datetime as dt

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wenmai.institutions import queries as institutions
from wenmai.lib.access import Scope
from wenmai.lib.inputs import DayInput
from wenmai.lib.picking import PickField
from wenmai.lib.refusal import Refused
from wenmai.people.families import limits, rules
from wenmai.people.families.services.children import NewChild
from wenmai.people.families.wording import sentence
from wenmai.people.forms import CounterForm

_DIGITS = {"autocomplete": "off", "inputmode": "numeric", "maxlength": "16"}


class TenField(forms.CharField):
    """A code of a family; comes out as ten digits."""

    def __init__(self, *, label: str | Promise, required: bool = True, help_text: str | Promise = "") -> None:
        super().__init__(
            label=label, max_length=40, required=required, help_text=help_text,  # type: ignore[arg-type]
            widget=forms.TextInput(attrs=_DIGITS),
        )  # fmt: skip

    def clean(self, value: str) -> str:
        text: str = super().clean(value)
        try:
            return rules.read_code(text) if text else ""
        except Refused as refusal:
            raise forms.ValidationError(sentence(refusal)) from refusal


class BornField(forms.DateField):
    def __init__(self) -> None:
        widget = DayInput(autocomplete="off")
        super().__init__(label=_("孩子的出生日期"), help_text=_("例如 2015-06-01。"), widget=widget)


class FamilyForm(forms.Form):
    """What its refusals are about stands beside the field."""

    def say(self, refusal: Refused) -> None:
        field = {
            "born_later": "born", "born_of_age": "born", "born_differs": "born", "username_taken": "username",
            "username_missing": "username", "weak_password": "password", "family_code_over": "code",
            "family_code_often": "code",
        }.get(refusal.code)  # fmt: skip
        self.add_error(field if field in self.fields else None, sentence(refusal))


class NewChildForm(FamilyForm):
    name = forms.CharField(label=_("怎么称呼孩子"), max_length=60, help_text=_("可以用小名。"))
    username = forms.CharField(
        label=_("登录名"), max_length=60, help_text=_("孩子登录时写它，不分大小写，以后不改。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )  # fmt: skip
    born = BornField()
    password = forms.CharField(
        label=_("密码"), max_length=200, required=False, strip=False,
        help_text=_("至少 10 个字符。不设也可以：孩子每次用您出示的登录码进来。"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip
    agreed = forms.BooleanField(label=_("我是孩子的监护人，看过下面的说明，同意"))

    def new(self) -> NewChild:
        given = self.cleaned_data
        return NewChild(given["name"], given["username"], given["born"], given["password"])


class LinkForm(FamilyForm):
    code = TenField(label=_("孩子手机上的关联码"), help_text=_("孩子在“我的账号 · 家庭”里出示，10 分钟内有效。"))
    born = BornField()
    agreed = forms.BooleanField(label=_("我是孩子的监护人，看过下面的说明，同意"))


class ShowForm(FamilyForm):
    """A child says its own birth date before it shows a code."""

    born = BornField()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["born"].label = _("我的出生日期")


class JoinForm(FamilyForm):
    code = TenField(label=_("邀请码"), help_text=_("另一位监护人在孩子的那一页上出示。"))


class EnterForm(FamilyForm):
    code = TenField(label=_("登录码"), help_text=_("请爸爸妈妈（监护人）在“我的账号 · 家庭”里出示。"))


class ChildPasswordForm(FamilyForm):
    password = forms.CharField(
        label=_("孩子的新密码"), max_length=200, strip=False, help_text=_("至少 10 个字符。"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip


class AtCounterForm(CounterForm, FamilyForm):
    """What a clerk has before them: the guardian's counter code, the child's code or a new account, documents seen."""

    child_code = TenField(
        label=_("孩子的关联码"), required=False, help_text=_("孩子已有账号的，由孩子出示；没有账号的不写。")
    )
    name = forms.CharField(label=_("怎么称呼孩子"), max_length=60, required=False, help_text=_("只为新账号写。"))
    username = forms.CharField(
        label=_("孩子的登录名"), max_length=60, required=False, help_text=_("只为新账号写。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )  # fmt: skip
    born = BornField()
    seen_guardian = forms.BooleanField(label=_("我看过监护人的证件原件，是本人，满 18 岁"))
    seen_kinship = forms.BooleanField(label=_("我看过户口簿或出生证明等，能说明监护关系和孩子的出生日期"))
    agreed = forms.BooleanField(label=_("监护人读过下面的说明，同意"))

    def __init__(self, *args: object, scope: Scope, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["code"].label = _("监护人的到馆码")
        self.fields["place"] = PickField(
            label=_("在哪里办理"),
            find=lambda words: institutions.organisation_options(scope, words),
            named=institutions.organisation_option,
        )

    def clean(self) -> None:
        given = self.cleaned_data
        if not given.get("child_code") and not (given.get("name") and given.get("username")):
            self.add_error("child_code", _("请写孩子的关联码；没有账号的，写称呼和登录名。"))

    def new(self) -> NewChild | None:
        given = self.cleaned_data
        born: dt.date = given["born"]
        return None if given["child_code"] else NewChild(given["name"], given["username"], born)


MINUTES = [(one, one) for one in range(0, limits.MOST_MINUTES + 1, limits.STEP)]


def _clock(bounds: tuple[int, int]) -> list[tuple[int, str]]:
    return [(one, limits.clock_words(one)) for one in range(bounds[0], bounds[1] + 1, 30)]


class MoreForm(FamilyForm):
    code = TenField(label=_("监护人给的码"), help_text=_("监护人在“家庭”里出示，10 分钟内有效。"))


class LimitsForm(forms.Form):
    week = forms.TypedChoiceField(label=_("周一到周五，每天多少分钟"), choices=MINUTES, coerce=int)
    weekend = forms.TypedChoiceField(label=_("周六和周日，每天多少分钟"), choices=MINUTES, coerce=int)
    off_from = forms.TypedChoiceField(label=_("晚上从几点停"), choices=_clock(limits.FROM_BOUNDS), coerce=int)
    off_until = forms.TypedChoiceField(label=_("早上到几点"), choices=_clock(limits.UNTIL_BOUNDS), coerce=int)
