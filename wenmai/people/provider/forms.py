"""Input of the desk's forms for apps."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wenmai.institutions import queries as institutions
from wenmai.lib.access import Actor, Scope
from wenmai.lib.picking import PickField
from wenmai.people.provider.models import AppTerms
from wenmai.people.provider.rules import SCOPES, Terms

LINES = {"rows": 3, "spellcheck": "false", "autocapitalize": "none"}


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


class TermsForm(forms.Form):
    """What an app may do."""

    name = forms.CharField(label=_("名称"), max_length=60, help_text=_("大家登录时看到的名字。"))
    redirect_uris = forms.CharField(
        label=_("登录后回到"), max_length=9_000, widget=forms.Textarea(attrs=LINES),
        help_text=_("一行一个，一个字符也不能差。要用 https。"),
    )  # fmt: skip
    logout_uris = forms.CharField(
        label=_("退出后回到"), max_length=9_000, required=False, widget=forms.Textarea(attrs=LINES),
        help_text=_("一行一个；没有就空着。"),
    )  # fmt: skip
    backchannel_uri = forms.CharField(
        label=_("退出通知发到"), max_length=400, required=False,
        help_text=_("有人在这里退出时，从后台告诉这个地址；没有就空着。"),
    )  # fmt: skip
    scopes = forms.MultipleChoiceField(
        label=_("可以要的内容"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=[(one, words) for one, words in SCOPES.items() if one != "openid"],
    )  # fmt: skip
    is_first_party = forms.BooleanField(
        label=_("自家应用，登录时不再问本人同意"), required=False,
        help_text=_("只给这个节点自己的应用；要由管整个节点的人审核。"),
    )  # fmt: skip

    def terms(self) -> Terms:
        given = self.cleaned_data
        return Terms(
            given["name"], _lines(given["redirect_uris"]), _lines(given["logout_uris"]),
            given["backchannel_uri"].strip(), tuple(given["scopes"]), given["is_first_party"],
        )  # fmt: skip


def filled(terms: AppTerms) -> dict[str, Any]:
    """For changing what stands there."""
    return {
        "name": terms.name, "redirect_uris": "\n".join(terms.redirect_uris),
        "logout_uris": "\n".join(terms.logout_uris), "backchannel_uri": terms.backchannel_uri,
        "scopes": terms.scopes, "is_first_party": terms.is_first_party,
    }  # fmt: skip


class ScopesForm(forms.Form):
    """What apps of an institution may ask for."""

    scopes = forms.MultipleChoiceField(
        label=_("应用可以要的内容"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=[(one, words) for one, words in SCOPES.items() if one != "openid"],
    )  # fmt: skip

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"] = PickField(
            label=_("机构"),
            find=lambda words: institutions.organisation_options(scope, words),
            named=institutions.organisation_option,
        )


class AppForm(TermsForm):
    """A new app, of an institution that the person at the desk answers for."""

    sector = forms.CharField(
        label=_("编号域"), max_length=100,
        help_text=_("同一个编号域里的应用看到同一个人的同一个编号，别的应用看到别的。一般写应用的域名，以后不改。"),
    )  # fmt: skip
    is_public = forms.BooleanField(
        label=_("不能保守密钥（手机应用、网页里的程序）"), required=False,
        help_text=_("这样的应用没有密钥，只靠 PKCE。"),
    )  # fmt: skip

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scope = actor.scope("apps.change")
        self.fields["organisation"] = PickField(
            label=_("机构"),
            find=lambda words: institutions.organisation_options(scope, words),
            named=institutions.organisation_option,
        )
