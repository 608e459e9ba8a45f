"""Input of the desk's pages about places."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wenmai.booking import rules
from wenmai.booking.queries import ShareView
from wenmai.booking.rules import MOST_PLACES
from wenmai.booking.rules.places import MOST_MINUTES
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


class NumbersForm(forms.Form):
    """What the pool says for itself; nothing: the system's own."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for name, label, usual, most in (
            ("most", _("一份最多几个"), rules.MOST, 1_000),
            ("hold_minutes", _("暂留多少分钟"), rules.HOLD_MINUTES, MOST_MINUTES),
            ("offer_minutes", _("轮到候补的，留多少分钟"), rules.OFFER_MINUTES, MOST_MINUTES),
            ("last_day_minutes", _("最后一天轮到候补的，留多少分钟"), rules.LAST_DAY_MINUTES, MOST_MINUTES),
        ):
            words = _("空着：照本系统默认 %(usual)s。") % {"usual": usual}
            self.fields[name] = forms.IntegerField(
                label=label, required=False, min_value=1, max_value=most, help_text=words
            )

    def chosen(self) -> rules.Numbers:
        return rules.Numbers(**self.cleaned_data)
