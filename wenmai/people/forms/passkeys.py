"""allauth's forms for passkeys, which take what browsers send at its word: here every odd answer is a wrong one."""

import struct
from collections.abc import Callable
from typing import Any

from allauth.mfa.webauthn import forms as allauth
from allauth.mfa.webauthn.internal import auth
from django import forms
from django.forms import ValidationError
from django.utils.translation import gettext_lazy as _

from wenmai.people.queries import merges

SENTENCE = _("没有成功：这里没有您的通行密钥，或者操作取消了。请换一种方式。")
ODD = (KeyError, ValueError, TypeError, AttributeError, IndexError, OverflowError, struct.error)
"""What fido2's readers of JSON, CBOR and keys raise at content that is none."""


def _read(clean: Callable[[], Any]) -> Any:
    try:
        return clean()
    except ODD as odd:
        raise ValidationError(SENTENCE) from odd


class CredentialField(forms.JSONField):
    """Numbers that Python will not read, and nests that it cannot, are refused as anything else that is no JSON."""

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except (ValueError, RecursionError) as odd:
            raise ValidationError(SENTENCE) from odd


def _field() -> CredentialField:
    return CredentialField(required=True, widget=forms.HiddenInput)


class AddForm(allauth.AddWebAuthnForm):
    credential = _field()

    def clean(self) -> Any:
        return _read(super().clean)


class AuthenticateForm(allauth.AuthenticateWebAuthnForm):
    credential = _field()

    def clean_credential(self) -> Any:
        return _read(super().clean_credential)


class LoginForm(allauth.LoginWebAuthnForm):
    """A key names the account that it was made for; when that one has gone into another, it leads there."""

    credential = _field()

    def clean_credential(self) -> Any:
        def read() -> Any:
            credential = self.cleaned_data["credential"]
            auth.parse_authentication_response(credential)
            named = auth.extract_user_from_response(credential)
            kept = merges.kept_account(named)
            return clean() if kept == named else auth.complete_authentication(kept, credential)

        clean = super().clean_credential
        return _read(read)


class ReauthenticateForm(allauth.ReauthenticateWebAuthnForm):
    credential = _field()

    def clean_credential(self) -> Any:
        return _read(super().clean_credential)
