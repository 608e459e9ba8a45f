from django import forms
from django.utils.translation import gettext_lazy as _

from wenmai.lib.inputs import DayInput
from wenmai.standards.rules.values import Stage
from wenmai.standards.wording import STAGE


class ActivationForm(forms.Form):
    """A stage, its first day (empty: not planned) and the reason."""

    stage = forms.ChoiceField(
        label=_("阶段"), choices=[(s.value, STAGE[s]) for s in (Stage.ANNOUNCED, Stage.OPTIONAL, Stage.MANDATORY)]
    )
    starts_on = forms.DateField(
        label=_("从哪一天起"),
        required=False,
        help_text=_("留空就是不启用这一阶段。"),
        widget=DayInput(),
    )
    reason = forms.CharField(
        label=_("理由"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("理由会公开在这一项的页面上。"),
    )
