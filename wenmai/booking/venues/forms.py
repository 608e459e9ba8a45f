"""Input of the pages about venues."""

import datetime as dt
import secrets
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wenmai.booking import queries
from wenmai.booking.forms import day_field, minute_field
from wenmai.booking.models import Thing
from wenmai.booking.rules import times
from wenmai.booking.rules.times import Times
from wenmai.booking.venues.rules import faces, series, steps
from wenmai.booking.venues.rules.faces import Face
from wenmai.booking.wording import sentence
from wenmai.lib.refusal import Refused


class TimesForm(forms.Form):
    """A day and two times of it; `24:00` is written 00:00."""

    day = day_field(_("日期"))
    begins = minute_field(_("从几点"))
    ends = minute_field(_("到几点"))
    key = forms.CharField(max_length=64, widget=forms.HiddenInput, initial=lambda: secrets.token_hex(16))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not {"day", "begins", "ends"} <= {*given}:
            return given
        last = given["day"] + dt.timedelta(days=given["ends"] == dt.time(0))
        begins = dt.datetime.combine(given["day"], given["begins"], tzinfo=queries.zone())
        try:
            given["times"] = times.checked_times(
                begins, dt.datetime.combine(last, given["ends"], tzinfo=queries.zone())
            )
        except Refused as refusal:
            raise forms.ValidationError(sentence(refusal)) from refusal
        return given

    @property
    def times(self) -> Times:
        return Times(*self.cleaned_data["times"])


class AskForm(TimesForm):
    purpose = forms.CharField(label=_("做什么用"), max_length=steps.PURPOSE)
    heads = forms.IntegerField(label=_("多少人"), min_value=1, max_value=faces.MOST_PEOPLE)
    accepted = forms.CharField(max_length=64, widget=forms.HiddenInput)
    agrees = forms.BooleanField(label=_("我看过使用规定，照着做"))

    def __init__(self, *args: Any, groups: Sequence[tuple[int, str]], extras: Sequence[Thing], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["group"] = forms.TypedChoiceField(
            label=_("谁用"), required=False, coerce=int, empty_value=None,
            choices=[("", _("我个人")), *((str(number), name) for number, name in groups)],
        )  # fmt: skip
        self._extras = [(one.pk, f"extra_{one.pk}") for one in extras]
        for one in extras:
            self.fields[f"extra_{one.pk}"] = forms.IntegerField(
                label=one.name, required=False, min_value=0, max_value=one.units,
                help_text=_("最多 %(units)s 个") % {"units": one.units},
            )  # fmt: skip

    def extra_fields(self) -> list[Any]:
        return [self[name] for _number, name in self._extras]

    def extras(self) -> dict[int, int]:
        return {number: self.cleaned_data[name] or 0 for number, name in self._extras}


class SeriesForm(AskForm):
    """The same hour again and again; which of its days is asked beside it, once they were shown."""

    every = forms.ChoiceField(label=_("多久一次"), choices=tuple(series.EVERY.items()), initial="weekly")
    until = day_field(_("到哪天"))
    TIMES = ("day", "begins", "ends", "every", "until")

    def __init__(self, *args: Any, asks: bool, **more: Any) -> None:
        """`asks`: it is sent, not only looked at: what is missing is missing."""
        super().__init__(*args, **more)
        self.fields["day"].label = _("第一次是哪天")
        if not asks:
            for name in ("purpose", "heads", "accepted", "agrees", "key"):
                self.fields[name].required = False

    def hidden_times(self) -> list[Any]:
        """What was looked at, to be sent along."""
        return [self[name].as_hidden() for name in self.TIMES]


class FaceForm(forms.Form):
    about = forms.CharField(label=_("介绍"), max_length=faces.ABOUT, widget=forms.Textarea(attrs={"rows": 4}))
    capacity = forms.IntegerField(label=_("能容多少人"), min_value=1, max_value=faces.MOST_PEOPLE)
    access = forms.MultipleChoiceField(
        label=_("无障碍"), required=False, choices=tuple(faces.ACCESS.items()), widget=forms.CheckboxSelectMultiple
    )
    access_note = forms.CharField(
        label=_("无障碍的说明"), required=False, max_length=faces.NOTE, help_text=_("例如从哪个门进，轮椅多宽过得去。")
    )
    equipment = forms.CharField(
        label=_("场内的设备"), required=False, max_length=faces.NOTE, widget=forms.Textarea(attrs={"rows": 2})
    )
    house_rules = forms.CharField(
        label=_("使用规定"), max_length=faces.HOUSE_RULES, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("约的人要先看过。不能收费、传销、传教之类的，也写在这里。"),
    )  # fmt: skip
    approval = forms.ChoiceField(label=_("怎么约"), choices=tuple(faces.APPROVALS.items()), initial="staff")
    who = forms.ChoiceField(label=_("谁能约"), choices=tuple(faces.WHO.items()), initial="phone")
    askers = forms.ChoiceField(label=_("给谁用"), choices=tuple(faces.ASKERS.items()), initial="anyone")
    price = forms.DecimalField(
        label=_("价格（元，每小时）"), min_value=0, max_value=faces.MOST_PRICE // 100, decimal_places=2, initial=0,
        help_text=_("0 是免费。钱在柜台收，网上不收。"),
    )  # fmt: skip
    price_note = forms.CharField(label=_("价格的说明"), required=False, max_length=faces.NOTE)

    def face(self, before: Face) -> Face:
        """With the photos that there are."""
        given = dict(self.cleaned_data)
        given["price"] = int((given["price"] * 100).to_integral_value())
        given["access"] = tuple(given["access"])
        return before._replace(**given)


def face_filled(face: Face) -> dict[str, Any]:
    return {**face._asdict(), "access": list(face.access), "price": Decimal(face.price) / 100}


class PhotoForm(forms.Form):
    file = forms.FileField(label=_("照片"))
    alt = forms.CharField(label=_("照片上是什么"), max_length=faces.ALT, help_text=_("读给看不见的人听。"))
