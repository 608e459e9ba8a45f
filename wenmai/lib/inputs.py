"""Fields of forms as browsers want them."""

from typing import Any

from django import forms


class DayInput(forms.DateInput):
    """A day in a browser's own calendar. It shows only what is written in this way: a day that comes in the words of
    the reader's language is left out, as if there were none."""

    input_type = "date"

    def __init__(self, **attributes: Any) -> None:
        super().__init__(attrs=attributes, format="%Y-%m-%d")
