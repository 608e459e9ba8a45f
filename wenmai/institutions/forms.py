"""Input of the desk's forms for organisations."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wenmai.institutions import queries
from wenmai.institutions.models import Kind
from wenmai.institutions.queries.settings import Told
from wenmai.lib.access import Scope
from wenmai.lib.inputs import DayInput
from wenmai.lib.picking import PickField

PLACE_HELP = _("名称或代码都可以；同名的地方多，可以把上级写在前面，例如“槿溪 菱渡镇”。")


def place_field(**options: Any) -> PickField:
    """A place of today, by its code."""
    return PickField(
        label=_("所在地"), help_text=PLACE_HELP, find=queries.place_options, named=queries.place_option, **options
    )


def organisation_field(scope: Scope, **options: Any) -> PickField:
    """An open organisation of the scope, by its number."""
    return PickField(
        find=lambda words: queries.organisation_options(scope, words), named=queries.organisation_option, **options
    )


class WordsForm(forms.Form):
    """What an organisation says of itself; the services judge the values."""

    name = forms.CharField(label=_("名称"), max_length=100)
    short_name = forms.CharField(label=_("简称"), max_length=40, required=False)
    intro = forms.CharField(
        label=_("简介"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("读者在机构页上看到的话。"),
    )  # fmt: skip


class ChangeForm(WordsForm):
    """With kind and place, for those who decide above the organisation."""

    kind = forms.ChoiceField(label=_("类别"), choices=Kind)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"] = place_field()


class MoveForm(forms.Form):
    """The two superiors; who may be one is narrowed to the scope."""

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["administrative"] = organisation_field(scope, label=_("行政上级"), none=_("没有上级"))
        self.fields["professional"] = organisation_field(scope, label=_("总馆"), none=_("不是分馆"))


class NewForm(ChangeForm, MoveForm):
    """Everything that a new organisation has."""

    code = forms.CharField(
        label=_("机构代码"), max_length=16, required=False, help_text=_("16 位数字。留空由系统给；给了以后永远不改。")
    )


class CloseForm(forms.Form):
    closed_on = forms.DateField(label=_("停办日"), widget=DayInput())
    reason = forms.CharField(label=_("理由"), max_length=500)


class ReopenForm(forms.Form):
    reason = forms.CharField(label=_("理由"), max_length=500)


class SettingsForm(forms.Form):
    """The numbers of a group; empty: as above."""

    def __init__(self, *args: Any, told: Sequence[Told], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in told:
            usual = _("空着：照上面的 %(above)s。可以写 %(least)s 到 %(most)s。") % {
                "above": one.above, "least": one.setting.least, "most": one.setting.most,
            }  # fmt: skip
            self.fields[_field(one.setting.name)] = forms.IntegerField(
                label=str(one.setting.words), required=False, initial=one.own, min_value=one.setting.least,
                max_value=one.setting.most, help_text=f"{one.setting.note} {usual}".strip(),
            )  # fmt: skip
        self._names = [one.setting.name for one in told]

    def said(self) -> dict[str, int | None]:
        return {name: self.cleaned_data[_field(name)] for name in self._names}


def _field(name: str) -> str:
    return name.replace(".", "_")
