"""Input of the pages where people come in and look after their own account."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wenmai.lib.refusal import Refused
from wenmai.people.rules import DOCUMENTS, read_phone
from wenmai.people.wording import sentence


class PhoneForm(forms.Form):
    """`phone` comes out as E.164."""

    phone = forms.CharField(
        label=_("手机号"), max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )  # fmt: skip

    def clean_phone(self) -> str:
        try:
            return read_phone(self.cleaned_data["phone"])
        except Refused as refusal:
            raise forms.ValidationError(sentence(refusal)) from refusal


class CodeForm(forms.Form):
    code = forms.RegexField(
        r"^\s*\d{3}\s?\d{3}\s*$", label=_("验证码"), strip=True,
        error_messages={"invalid": _("验证码是 6 位数字。")},
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": "9"}),
    )  # fmt: skip

    def clean_code(self) -> str:
        """Full-width digits are digits."""
        return "".join(str(int(letter)) for letter in self.cleaned_data["code"] if letter.isdigit())


class PasswordLoginForm(forms.Form):
    """Login name or telephone, with the password."""

    username = forms.CharField(
        label=_("登录名或手机号"), max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )  # fmt: skip
    password = forms.CharField(
        label=_("密码"), max_length=200, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )  # fmt: skip


class NameForm(forms.Form):
    name = forms.CharField(label=_("姓名"), max_length=60)


class IdentityForm(forms.Form):
    """A document and its holder; whether they belong together is asked elsewhere."""

    document = forms.ChoiceField(label=_("证件"), choices=[*DOCUMENTS.items()])
    name = forms.CharField(
        label=_("证件上的姓名"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )  # fmt: skip
    number = forms.CharField(
        label=_("证件号码"), max_length=100,
        help_text=_("护照请写下方机读区的第二行，44 个字符。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )  # fmt: skip
    agreed = forms.BooleanField(label=_("我同意"))

    def field_of(self, code: str) -> str | None:
        """Where a refusal stands."""
        if code == "document_name":
            return "name"
        return "number" if code.startswith("document_") and code != "document_taken" else None


class NewPasswordForm(forms.Form):
    """A password of one's own, typed twice."""

    new = forms.CharField(
        label=_("新密码"), max_length=200, strip=False,
        help_text=_("至少 10 个字符；不能太常见，也不能和姓名、登录名差不多。"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip
    again = forms.CharField(
        label=_("再输一次新密码"), max_length=200, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("new") != given.get("again"):
            self.add_error("again", _("两次输入的新密码不一样。"))
        return given
