"""Input of the pages about groups."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wenmai.institutions import queries as institutions
from wenmai.lib.access import Reach, Scope
from wenmai.lib.picking import PickField
from wenmai.people.forms.entrance import PhoneForm
from wenmai.people.groups.rules import ABOUT, KINDS, NAME, kind_words
from wenmai.people.proxies.forms import digits

EVERYWHERE = Scope((Reach("", ""),))


class GroupForm(forms.Form):
    name = forms.CharField(label=_("名称"), max_length=NAME)
    kind = forms.ChoiceField(label=_("类别"), choices=lambda: [(code, kind_words(code)) for code in KINDS])
    about = forms.CharField(
        label=_("介绍"), max_length=ABOUT, required=False, help_text=_("做什么、什么时候、在哪里。不要写手机号。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


class AskForm(forms.Form):
    """Which institution it belongs to, if any."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"] = PickField(
            label=_("属于哪家机构（馆办团队）"),
            help_text=_("文化馆、图书馆、文化站等。要等它的工作人员同意。"),
            find=lambda words: institutions.organisation_options(EVERYWHERE, words) if words else [],
            named=institutions.organisation_option,
            none=str(_("不属于哪家机构")),
        )

    @property
    def organisation_id(self) -> int | None:
        key = self.cleaned_data.get("organisation", "")
        return int(key) if key else None


class NewGroupForm(AskForm, GroupForm):
    """Both at once."""


class JoinForm(forms.Form):
    code = forms.RegexField(
        r"^\s*\d{4}\s?\d{4}\s*$", label=_("入队码"), help_text=_("负责人给您的 8 位数字，7 天内有效。"),
        error_messages={"invalid": _("是 8 位数字，请再看一遍。")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric", "maxlength": "11"}),
    )  # fmt: skip

    def clean_code(self) -> str:
        return digits(self.cleaned_data["code"])


class InviteForm(PhoneForm):
    """The telephone of who is invited."""


class AnswerForm(forms.Form):
    reason = forms.CharField(
        label=_("理由"), max_length=160, required=False, help_text=_("不同意时必填，负责人看得到。")
    )
