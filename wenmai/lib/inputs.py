"""Fields of forms as browsers want them, and what they say where nothing is given."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

WORDS: dict[type[forms.Field], Any] = {
    forms.Field: _("这一项必填。"),
    forms.ChoiceField: _("请选一个。"),
    forms.MultipleChoiceField: _("请至少选一个。"),
    forms.BooleanField: _("请先勾选这一项。"),
    forms.FileField: _("请选一个文件。"),
}


def speak() -> None:
    """When the program starts: a field that says nothing of its own says what there is to do, not what it is."""
    for kind, words in WORDS.items():
        kind.default_error_messages = {**kind.__dict__.get("default_error_messages", {}), "required": words}


class DayInput(forms.DateInput):
    """A day in a browser's own calendar. It shows only what is written in this way: a day that comes in the words of
    the reader's language is left out, as if there were none."""

    input_type = "date"

    def __init__(self, **attributes: Any) -> None:
        super().__init__(attrs=attributes, format="%Y-%m-%d")
