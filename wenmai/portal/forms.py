"""Input of the portal's forms to values."""

from django import forms
from django.utils.translation import gettext_lazy as _

from wenmai.portal import rules
from wenmai.portal.models import WORDS_MOST, Report


class ReportForm(forms.Form):
    kind = forms.ChoiceField(label=_("您要做什么"), choices=Report.Kind, widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("请说明"),
        max_length=WORDS_MOST,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("请写下哪里不对，或您要举报什么。")},
    )
    contact = forms.CharField(
        label=_("联系方式（可不填）"),
        max_length=100,
        required=False,
        help_text=_("电话或邮箱。只用来答复这一条，处理完不再使用。"),
    )
    page = forms.CharField(max_length=500, required=False, widget=forms.HiddenInput)

    def clean_page(self) -> str:
        return rules.own_page(self.cleaned_data["page"])


class ContactForm(forms.Form):
    """Why a whole contact is needed."""

    reason = forms.ChoiceField(
        label=_("为什么要看"),
        choices=[("", _("请选一个")), *rules.CONTACT_REASONS.items()],
        error_messages={"required": _("请从列出的缘由里选一个。")},
    )


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label=_("处理结果"),
        max_length=500,
        error_messages={"required": _("请写下处理结果。")},
    )
