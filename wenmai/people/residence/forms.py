from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wenmai.institutions import queries as institutions
from wenmai.lib.picking import PickField


def home_field(**options: Any) -> PickField:
    """A place of today, by its code."""
    return PickField(find=institutions.place_options, named=institutions.place_option, **options)


class ResidenceForm(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"] = home_field(
            label=_("住在哪里"), help_text=_("写名称；同名的地方多，可以把上级写在前面，例如“槿溪 菱渡镇”。")
        )
