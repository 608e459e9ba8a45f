from django import forms
from django.utils.translation import gettext_lazy as _

from wenmai.people.unmasking.rules import LONGEST, REASONS


class ReasonForm(forms.Form):
    """What for. `token`: good for one press."""

    reason = forms.ChoiceField(label=_("为什么要看"), choices=[("", _("请选一个")), *REASONS.items()])
    words = forms.CharField(
        label=_("说明"), max_length=LONGEST, required=False, help_text=_("本人和审计员都看得到。选“别的”时必须写。")
    )
