"""Input of the identifier pages to values."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from wenmai.identifiers.models import KEY_LENGTH
from wenmai.identifiers.rules import codes
from wenmai.standards import queries as standards

MOST_KEYS = 100


class ReserveForm(forms.Form):
    """Which of the person's organisations, what kind of resource, and the numbers that it has at home."""

    organisation = forms.ChoiceField(label=_("机构"))
    type = forms.ChoiceField(label=_("资源类型"))
    keys = forms.CharField(
        label=_("内部编号"),
        help_text=_("每行一个，一次最多 100 个。同一个编号再要一次，得到的是同一个标识符。"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=MOST_KEYS * (KEY_LENGTH + 1),
        error_messages={"required": _("请至少写一个内部编号，例如馆藏登录号。")},
    )

    def __init__(self, *args: object, organisations: Sequence[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["organisation"].choices = list(organisations)  # type: ignore[attr-defined]
        self.fields["type"].choices = [  # type: ignore[attr-defined]
            (code, str(label)) for code, label in standards.vocabulary("type").terms.items() if code in codes.TYPES
        ]

    def clean_keys(self) -> list[str]:
        keys = list(dict.fromkeys(line.strip() for line in self.cleaned_data["keys"].splitlines() if line.strip()))
        if len(keys) > MOST_KEYS:
            raise forms.ValidationError(_("一次最多 100 个，请分几次来。"))
        if any(len(key) > KEY_LENGTH for key in keys):
            raise forms.ValidationError(_("有一行太长了：内部编号最多 500 个字符。"))
        return keys
