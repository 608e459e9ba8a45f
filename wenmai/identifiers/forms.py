"""Input of the identifier pages to values."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from wenmai.identifiers.models import KEY_LENGTH
from wenmai.identifiers.rules import codes
from wenmai.institutions import queries as institutions
from wenmai.lib.access import Actor
from wenmai.lib.choosing import offer
from wenmai.lib.picking import Option, PickField
from wenmai.standards import queries as standards

MOST_KEYS = 100


class ReserveForm(forms.Form):
    """Which of the person's organisations, what kind of resource, and the numbers that it has at home."""

    type = forms.ChoiceField(label=_("资源类型"))
    keys = forms.CharField(
        label=_("内部编号"),
        help_text=_("每行一个，一次最多 100 个。同一个编号再要一次，得到的是同一个标识符。"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=MOST_KEYS * (KEY_LENGTH + 1),
        error_messages={"required": _("请至少写一个内部编号，例如馆藏登录号。")},
    )

    def __init__(self, *args: object, actor: Actor, few: Sequence[Option] = (), **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.actor = actor
        scope = actor.scope("identifiers.change")
        self.fields["organisation"] = PickField(
            label=_("机构"),
            find=lambda words: institutions.organisation_options(scope, words),
            named=institutions.organisation_option,
            few=few,
        )
        self.order_fields(["organisation", "type", "keys"])
        terms = standards.vocabulary("type").terms.items()
        offer(self, "type", ((code, str(label)) for code, label in terms if code in codes.TYPES))

    def clean_organisation(self) -> str:
        """The code of one that the person answers for."""
        chosen = institutions.organisation(int(self.cleaned_data["organisation"]))
        reach = institutions.reach(chosen.id) if chosen else None
        if chosen is None or reach is None or not self.actor.may("identifiers.change", reach):
            raise forms.ValidationError(_("没有这个机构，或它不在您负责的范围内。"))
        return chosen.code

    def clean_keys(self) -> list[str]:
        keys = list(dict.fromkeys(line.strip() for line in self.cleaned_data["keys"].splitlines() if line.strip()))
        if len(keys) > MOST_KEYS:
            raise forms.ValidationError(_("一次最多 100 个，请分几次来。"))
        if any(len(key) > KEY_LENGTH for key in keys):
            raise forms.ValidationError(_("有一行太长了：内部编号最多 500 个字符。"))
        return keys
