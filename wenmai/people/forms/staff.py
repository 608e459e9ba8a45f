"""Input of the desk's forms for accounts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wenmai.institutions import queries as institutions
from wenmai.lib.access import Actor
from wenmai.lib.picking import PickField
from wenmai.people.forms.entrance import NewPasswordForm
from wenmai.people.rules import ROLES, roles_to_give


class GrantForm(forms.Form):
    """A role, and where: the roles and the organisations are those that the person at the desk may give."""

    role = forms.ChoiceField(label=_("角色"))

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scope = actor.scope("accounts.change")
        role = self.fields["role"]
        assert isinstance(role, forms.ChoiceField)
        role.choices = [("", _("请选一个")), *((code, ROLES[code][0]) for code in roles_to_give(actor))]
        node_wide = any(not reach.organisation_path for reach in scope.reaches)
        self.fields["organisation"] = PickField(
            label=_("机构"),
            help_text=_("这家机构和它下面的机构。"),
            find=lambda words: institutions.organisation_options(scope, words),
            named=institutions.organisation_option,
            none=str(_("所有机构")) if node_wide else "",
        )
        self.fields["region"] = PickField(
            label=_("地区"),
            help_text=_("只管这个地区里的机构。"),
            find=institutions.place_options,
            named=institutions.place_option,
            none=str(_("不限地区")),
        )


class AccountForm(GrantForm):
    """A new account with its first role."""

    username = forms.CharField(
        label=_("登录名"), max_length=60, help_text=_("登录时输入，不分大小写，以后不改。建议用字母和数字。")
    )
    name = forms.CharField(label=_("姓名"), max_length=60, help_text=_("同事和办理经过里看到的名字。"))


class PasswordForm(NewPasswordForm):
    """With the one that is good now."""

    old = forms.CharField(
        label=_("现在的密码"), max_length=200, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )  # fmt: skip
