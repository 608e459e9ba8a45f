"""Input about other nodes and agreements with their libraries."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wenmai.institutions import queries as institutions
from wenmai.lib.access import Actor
from wenmai.lib.inputs import DayInput
from wenmai.lib.picking import PickField
from wenmai.people.models.agreements import SERVICES
from wenmai.people.recognition.models import Peer
from wenmai.people.recognition.rules import GIVES, HOSTS

PLAIN = {"spellcheck": "false", "autocapitalize": "none", "autocomplete": "off"}


class PeerForm(forms.Form):
    issuer = forms.CharField(
        label=_("对方平台的网址"), max_length=400, help_text=_("例如 https://wenmai.example.cn，不带后面的路径。"),
        widget=forms.TextInput(attrs={**PLAIN, "inputmode": "url"}),
    )  # fmt: skip
    name = forms.CharField(label=_("名称"), max_length=60, help_text=_("读者会看到，例如“漪岭省文脉”。"))
    pin = forms.CharField(
        label=_("文件公钥的指纹"), max_length=80, widget=forms.TextInput(attrs=PLAIN),
        help_text=_("43 个字符，在对方的“读者证”页上。要用电话或当面核对，不要从网上抄。"),
    )  # fmt: skip


class ProposeForm(forms.Form):
    """Between one of the asker's institutions and one of another node."""

    direction = forms.ChoiceField(
        label=_("谁认谁的证"), choices=[(GIVES, _("对方认我们的证")), (HOSTS, _("我们认对方的证"))],
        widget=forms.RadioSelect, help_text=_("互相都认，就提两份。"),
    )  # fmt: skip
    their_code = forms.CharField(
        label=_("对方机构的代码"), max_length=20, help_text=_("16 位数字。"),
        widget=forms.TextInput(attrs={**PLAIN, "inputmode": "numeric"}),
    )  # fmt: skip
    their_name = forms.CharField(label=_("对方机构的名称"), max_length=120)
    services = forms.MultipleChoiceField(
        label=_("认哪些服务"), choices=SERVICES, widget=forms.CheckboxSelectMultiple, required=False,
        help_text=_("一个都不勾，就只认身份：看得到是谁的证，什么门都不开。"),
    )  # fmt: skip
    says_number = forms.BooleanField(
        label=_("给证号"), required=False,
        help_text=_("不给，对方只看到末几位和一个代号。给也要读者自己同意。借还一般要给。"),
    )  # fmt: skip
    from_on = forms.DateField(label=_("从哪天起"), widget=DayInput())
    until_on = forms.DateField(label=_("到哪天止"), widget=DayInput())

    def __init__(self, *args: Any, actor: Actor, peers: list[Peer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scope = actor.scope("cards.change")
        self.fields["peer"] = forms.TypedChoiceField(
            label=_("对方平台"), coerce=int, choices=[(one.pk, one.name) for one in peers if one.approved_at]
        )
        self.fields["own"] = PickField(
            label=_("我们"), find=lambda words: institutions.organisation_options(scope, words),
            named=institutions.organisation_option, few=institutions.few_organisations(scope),
        )  # fmt: skip
