from django import forms
from django.utils.translation import gettext_lazy as _

from wenmai.people.rechecks.rules import A_MINUTE, LEAST_A_MINUTE, MOST_A_MINUTE


class RecheckForm(forms.Form):
    """Whether the library allows it, and how quickly."""

    is_on = forms.BooleanField(
        label=_("图书馆同意：不用读者的密码，每天复查绑好的证"), required=False,
        help_text=_("先问业务系统厂商：有的系统把不带密码的询问算作输错密码，那就不要打开。"),
    )  # fmt: skip
    per_minute = forms.IntegerField(
        label=_("一分钟最多问几张"), min_value=LEAST_A_MINUTE, max_value=MOST_A_MINUTE, initial=A_MINUTE
    )
