"""Input of the desk's pages about places."""

from collections.abc import Sequence
from typing import Any

from django import forms

from wenmai.booking.queries import ShareView
from wenmai.booking.rules import MOST_PLACES
from wenmai.booking.wording import share_words


class SharesForm(forms.Form):
    """How many places each share has; no fewer than are given away."""

    def __init__(self, *args: Any, shares: Sequence[ShareView], **more: Any) -> None:
        super().__init__(*args, **more)
        self._names = [one.name for one in shares]
        for one in shares:
            self.fields[f"share_{one.name}"] = forms.IntegerField(
                label=share_words(one.name), min_value=0, max_value=MOST_PLACES, initial=one.capacity
            )

    def numbers(self) -> dict[str, int]:
        return {name: self.cleaned_data[f"share_{name}"] for name in self._names}
