"""What a clerk says about a card that is shown."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wenmai.formats.cardtoken import LONGEST
from wenmai.institutions import queries as institutions
from wenmai.lib.access import Scope
from wenmai.lib.picking import PickField
from wenmai.people.models.agreements import SERVICES


class CheckForm(forms.Form):
    """At which institution, for what, and what stood in the picture."""

    service = forms.ChoiceField(label=_("来做什么"), choices=[("", _("不限")), *SERVICES], required=False)
    token = forms.CharField(
        label=_("证上的二维码"),
        help_text=_("用扫码枪对着读者的手机或打印的证扫一下，或点“用相机扫”。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"required": _("请先扫读者的证。")},
    )  # fmt: skip

    field_order = ("place", "service", "token")

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"] = PickField(
            label=_("在哪里"),
            find=lambda words: institutions.organisation_options(scope, words),
            named=institutions.organisation_option,
        )
        self.order_fields(self.field_order)

    def clean_token(self) -> str:
        """A scanner may type spaces around it; what is much too long is none."""
        return str(self.cleaned_data["token"])[: LONGEST + 1].strip()
