"""Input of the desk's forms for accounts."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wenmai.institutions import queries as institutions
from wenmai.lib import clock
from wenmai.lib.access import Actor, Scope
from wenmai.lib.choosing import offer
from wenmai.lib.inputs import DayInput
from wenmai.lib.picking import PickField
from wenmai.people.forms.entrance import IdentityForm
from wenmai.people.residence.forms import home_field
from wenmai.people.rules import ROLES, roles_to_give


class GrantForm(forms.Form):
    """A role, and where: the roles and the organisations are those that the person at the desk may give."""

    role = forms.ChoiceField(label=_("角色"))

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scope = actor.scope("accounts.change")
        offer(self, "role", [("", _("请选一个")), *((code, ROLES[code][0]) for code in roles_to_give(actor))])
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

        self.fields["until"] = forms.DateField(
            label=_("到哪一天"), required=False, help_text=_("不填就一直有效。"),
            widget=DayInput(),
        )  # fmt: skip

    def clean_until(self) -> dt.datetime | None:
        """The end of that day."""
        return end_of(self.cleaned_data["until"])


def end_of(day: dt.date | None) -> dt.datetime | None:
    """The moment when the day is over, here."""
    if day is None:
        return None
    return clock.midnight(day + dt.timedelta(days=1))


class AccountForm(GrantForm):
    """A new account with its first role."""

    username = forms.CharField(
        label=_("登录名"), max_length=60, help_text=_("登录时输入，不分大小写，以后不改。建议用字母和数字。")
    )
    name = forms.CharField(label=_("姓名"), max_length=60, help_text=_("同事和办理经过里看到的名字。"))


class CounterForm(forms.Form):
    """The eight digits that somebody at the counter shows."""

    code = forms.RegexField(
        r"^\s*\d{4}\s?\d{4}\s*$", label=_("到馆码"), help_text=_("读者手机上的 8 位数字，10 分钟内有效。"),
        error_messages={"invalid": _("到馆码是 8 位数字。")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric", "maxlength": "11"}),
    )  # fmt: skip

    def clean_code(self) -> str:
        return "".join(str(int(letter)) for letter in self.cleaned_data["code"] if letter.isdigit())


class PresenceForm(IdentityForm):
    """What the clerk reads from the document; `place`: the institution whose counter it is."""

    agreed = forms.BooleanField(label=_("我看过证件原件，是本人"))

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"] = PickField(
            label=_("在哪里核验"),
            find=lambda words: institutions.organisation_options(scope, words),
            named=institutions.organisation_option,
        )
        self.fields["home"] = home_field(label=_("住在哪里：看过居住证明（居住证、户口簿）才填"), none=_("没有看"))


class DelegationForm(forms.Form):
    """One of one's own roles, to a colleague, until a day."""

    grant = forms.ChoiceField(label=_("哪个角色"), widget=forms.RadioSelect)
    username = forms.CharField(
        label=_("同事的登录名"), max_length=60, widget=forms.TextInput(attrs={"autocapitalize": "none"})
    )  # fmt: skip
    until = forms.DateField(label=_("到哪一天"), widget=DayInput())

    def __init__(self, *args: Any, grants: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "grant", grants)

    def clean_until(self) -> dt.datetime | None:
        """The end of that day."""
        return end_of(self.cleaned_data["until"])


class VillageForm(forms.Form):
    """At which village's service point somebody is at work."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"] = PickField(
            label=_("服务点"),
            help_text=_("写村名或服务点的名称，再选一个。"),
            find=institutions.village_options,
            named=institutions.organisation_option,
        )
