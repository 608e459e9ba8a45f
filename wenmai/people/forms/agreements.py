"""Input about agreements between libraries."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wenmai.institutions import queries as institutions
from wenmai.lib.access import Actor, Reach, Scope
from wenmai.lib.inputs import DayInput
from wenmai.lib.picking import PickField
from wenmai.people.models.agreements import SERVICES

EVERYWHERE = Scope((Reach("", ""),))


class AgreementForm(forms.Form):
    """Between one of the asker's institutions and any other."""

    direction = forms.ChoiceField(
        label=_("谁认谁的证"),
        choices=[("ours_there", _("对方认我们的证")), ("theirs_here", _("我们认对方的证"))],
        widget=forms.RadioSelect,
        help_text=_("互相都认，就提两份。"),
    )
    services = forms.MultipleChoiceField(label=_("认哪些服务"), choices=SERVICES, widget=forms.CheckboxSelectMultiple)
    says_number = forms.BooleanField(
        label=_("二维码里给对方证号"), required=False, help_text=_("不给，对方只看到一个代号。借还一般要给。")
    )
    from_on = forms.DateField(label=_("从哪天起"), widget=DayInput())
    until_on = forms.DateField(label=_("到哪天止"), widget=DayInput())

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scope = actor.scope("cards.change")
        self.fields["own"] = PickField(
            label=_("我们"), find=lambda words: institutions.organisation_options(scope, words),
            named=institutions.organisation_option, few=institutions.few_organisations(scope),
        )  # fmt: skip
        self.fields["other"] = PickField(
            label=_("对方"), find=lambda words: institutions.organisation_options(EVERYWHERE, words),
            named=institutions.organisation_option,
        )  # fmt: skip


class EndForm(forms.Form):
    reason = forms.CharField(label=_("终止的理由"), max_length=160)
