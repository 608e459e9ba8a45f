"""Input of the pages about requests and what is offered for them."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wenmai.lib.choosing import offer
from wenmai.orders.asking import rules
from wenmai.orders.forms import day_field, moment_field, yuan_field
from wenmai.orders.rules import Kind, fen, products, states, supply


class WantedForm(forms.Form):
    """What a station needs."""

    kind = forms.ChoiceField(label=_("类别"), choices=Kind.choices)
    title = forms.CharField(
        label=_("想要什么"), max_length=rules.TITLE, help_text=_("例如“重阳节给老人演一场花灯戏”。供应商都看得到。")
    )  # fmt: skip
    whom = forms.CharField(label=_("给谁"), required=False, max_length=rules.WHOM)
    heads = forms.IntegerField(label=_("预计多少人"), min_value=1, max_value=states.MOST_HEADS)
    first = day_field(_("想从哪天"))
    last = day_field(_("想到哪天"))
    place = forms.CharField(label=_("在哪里"), max_length=states.PLACE)
    most = yuan_field(_("最多多少元"), help_text=_("合计不超过这么多；从本站的额度里出，选定才扣。"))
    words = forms.CharField(label=_("说明"), required=False, max_length=states.WORDS)

    def wanted(self) -> rules.Wanted:
        given = {name: self.cleaned_data[name] for name in rules.Wanted._fields}
        return rules.Wanted(**{**given, "most": fen(given["most"])})


class NewWantedForm(WantedForm):
    """In which season."""

    season = forms.ChoiceField(label=_("用哪一季的额度"))
    field_order = ("season",)

    def __init__(self, *args: Any, seasons: Sequence[tuple[int, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        offer(self, "season", ((str(number), words) for number, words in seasons))


class DeadlineForm(forms.Form):
    until = moment_field(_("报价到几时截止"))


class BidForm(forms.Form):
    """A product on show, or what is described."""

    product = forms.ChoiceField(
        label=_("用哪个产品"), required=False, help_text=_("公布着的产品；没有合适的就不选，在下面写。")
    )  # fmt: skip
    title = forms.CharField(label=_("名称"), required=False, max_length=rules.TITLE, help_text=_("没有选产品时写。"))
    text = forms.CharField(
        label=_("介绍"), required=False, max_length=rules.TEXT, widget=forms.Textarea(attrs={"rows": 4})
    )
    minutes = forms.IntegerField(label=_("一场多少分钟"), min_value=1, max_value=products.MOST_MINUTES, initial=60)
    price = yuan_field(_("每场多少元"))
    sessions = forms.IntegerField(label=_("几场"), min_value=1, max_value=rules.MOST_SESSIONS, initial=1)
    first = day_field(_("从哪天可以"))
    last = day_field(_("到哪天可以"))
    words = forms.CharField(label=_("说明"), required=False, max_length=supply.REASON)

    def __init__(self, *args: Any, products: Sequence[tuple[int, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        choices = [("", _("不选，自己写")), *((str(number), words) for number, words in products)]
        offer(self, "product", choices)

    def said(self) -> rules.Said:
        given = {name: self.cleaned_data[name] for name in rules.Said._fields if name != "product_id"}
        product = self.cleaned_data["product"]
        return rules.Said(**{**given, "price": fen(given["price"]), "product_id": int(product) if product else None})
