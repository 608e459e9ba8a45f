"""Input of the pages where readers link their cards."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wenmai.lib.picking import PickField
from wenmai.people.card_wording import PROOFS
from wenmai.people.queries import cards as queries


class LibraryForm(forms.Form):
    """Whose card it is."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["system"] = PickField(
            label=_("哪家图书馆的证"),
            find=queries.library_options,
            named=queries.library_option,
            few=queries.few_libraries(),
        )


class CardForm(forms.Form):
    """The number, and what proves that the card is theirs, which is handed on and kept nowhere."""

    number = forms.CharField(
        label=_("证号"), max_length=60, help_text=_("证上印的号码；空格可以不写。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )  # fmt: skip
    proof = forms.CharField(
        label=_("证的密码"), max_length=60, strip=False,
        help_text=_("在图书馆借书、查询用的密码。只用来问图书馆一次，这里不保存。"),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, *args: Any, proof: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if proof:
            self.fields["proof"].label = str(PROOFS[proof])
            self.fields["proof"].help_text = _("和图书馆登记的核对一次，这里不保存您填的。")
