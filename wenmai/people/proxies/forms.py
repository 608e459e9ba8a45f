"""Input of the pages about proxies."""

import datetime as dt
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wenmai.institutions import queries as institutions
from wenmai.lib import clock
from wenmai.lib.access import Scope
from wenmai.lib.inputs import DayInput
from wenmai.lib.picking import PickField
from wenmai.people import matters
from wenmai.people.forms.entrance import IdentityForm
from wenmai.people.forms.staff import end_of
from wenmai.people.proxies.rules import DAYS


def usual_end() -> dt.date:
    return timezone.localdate(clock.now()) + dt.timedelta(days=DAYS)


def _until() -> forms.DateField:
    return forms.DateField(
        label=_("到哪一天"), initial=usual_end, help_text=_("最长一年；到期自动终止，也可以随时终止。"),
        widget=DayInput(),
    )  # fmt: skip


def _matters() -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=_("可以代办的事"), choices=lambda: [(one.key, one.words) for one in matters.all_matters()],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请选至少一件可以代办的事。")},
    )  # fmt: skip


def _code(label: Any, help_text: Any) -> forms.RegexField:
    return forms.RegexField(
        r"^\s*\d{4}\s?\d{4}\s*$", label=label, help_text=help_text,
        error_messages={"invalid": _("是 8 位数字，请再看一遍。")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric", "maxlength": "11"}),
    )  # fmt: skip


def digits(text: str) -> str:
    """Also those of other scripts, as plain ones."""
    return "".join(str(int(letter)) for letter in text if letter.isdigit())


class OfferForm(forms.Form):
    matters = _matters()
    until = _until()

    def clean_until(self) -> dt.datetime | None:
        return end_of(self.cleaned_data["until"])


class RenewForm(forms.Form):
    until = _until()

    def clean_until(self) -> dt.datetime | None:
        return end_of(self.cleaned_data["until"])


class TakeForm(forms.Form):
    code = _code(_("代办码"), _("委托人手机上的 8 位数字，10 分钟内有效。"))

    def clean_code(self) -> str:
        return digits(self.cleaned_data["code"])


class CounterProxyForm(IdentityForm):
    """What the clerk fills in while both people stand there; document, name and number are the principal's."""

    field_order = ("code", "document", "name", "number", "matters", "until", "place", "agreed")
    code = _code(_("代办人的到馆码"), _("代办人手机上“我的账号 · 实名核验”里的 8 位数字。"))
    matters = _matters()
    until = _until()
    agreed = forms.BooleanField(label=_("两个人都在，两份证件原件我都看过，委托人说了同意"))

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"] = PickField(
            label=_("在哪里办的"),
            find=lambda words: institutions.organisation_options(scope, words),
            named=institutions.organisation_option,
        )
        self.order_fields(self.field_order)

    def clean_code(self) -> str:
        return digits(self.cleaned_data["code"])

    def clean_until(self) -> dt.datetime | None:
        return end_of(self.cleaned_data["until"])

    @property
    def plain(self) -> list[tuple[str, str]]:
        """As it was sent, for the page that asks once more."""
        assert isinstance(self.data, QueryDict)
        kept = [(name, values) for name, values in self.data.lists() if name not in ("csrfmiddlewaretoken", "confirm")]
        return [(name, str(value)) for name, values in kept for value in values]
