"""Input of the pages about suppliers, products and lists."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wenmai.institutions import queries as institutions
from wenmai.lib.access import Scope
from wenmai.lib.choosing import offer
from wenmai.lib.inputs import DayInput
from wenmai.lib.picking import Option, PickField
from wenmai.orders import queries
from wenmai.orders.rules import Content, Kind, fen, products, quotas, states, supply


def yuan_field(label: Any, **more: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, min_value=0, max_value=supply.MOST_FEN // 100, decimal_places=2, **more)


def organisation_field(label: Any, scope: Scope, few: Sequence[Option], **more: Any) -> PickField:
    """One of the scope."""
    return PickField(
        find=lambda words: institutions.organisation_options(scope, words), named=institutions.organisation_option,
        few=few, label=label, **more,
    )  # fmt: skip


class ContentForm(forms.Form):
    kind = forms.ChoiceField(label=_("类别"), choices=Kind.choices)
    title = forms.CharField(label=_("名称"), max_length=products.TITLE)
    text = forms.CharField(
        label=_("介绍"), max_length=products.TEXT, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("演什么、讲什么，谁来，有什么特色。审核通过就照这样公布。"),
    )  # fmt: skip
    minutes = forms.IntegerField(label=_("一场多少分钟"), min_value=1, max_value=products.MOST_MINUTES, initial=90)
    audience = forms.CharField(label=_("适合谁"), required=False, max_length=products.NOTE)
    capacity = forms.IntegerField(label=_("一场能容多少人"), min_value=1, max_value=products.MOST_PEOPLE, initial=100)
    room = forms.IntegerField(
        label=_("场地至少多少平方米"), min_value=0, max_value=products.MOST_ROOM, initial=0,
        help_text=_("0 是不挑场地。"),
    )  # fmt: skip
    power = forms.CharField(
        label=_("用电"), required=False, max_length=products.NOTE, help_text=_("例如 380 伏、30 千瓦。")
    )
    stage = forms.CharField(
        label=_("舞台"), required=False, max_length=products.NOTE, help_text=_("例如台口宽 8 米，要侧幕。")
    )
    price = yuan_field(_("报价（元，每场）"), initial=0)

    def content(self, before: Content | None) -> Content:
        """With the photos that there are."""
        given = dict(self.cleaned_data)
        given.pop("organisation", None)
        given["price"] = fen(given["price"])
        return (before or Content())._replace(**given)


class NewContentForm(ContentForm):
    """Of which supplier."""

    def __init__(self, *args: Any, scope: Scope, few: Sequence[Option], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["organisation"] = organisation_field(_("哪家供应商"), scope, few)


def filled(content: Content) -> dict[str, Any]:
    return {**content._asdict(), "price": Decimal(content.price) / 100}


class PhotoForm(forms.Form):
    file = forms.FileField(label=_("照片"))
    alt = forms.CharField(label=_("照片上是什么"), max_length=products.ALT, help_text=_("读给看不见的人听。"))


class AskForm(forms.Form):
    statement = forms.CharField(
        label=_("说明"), max_length=supply.STATEMENT, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("做什么，做了多久，在哪些地方做过。"),
    )  # fmt: skip

    def __init__(self, *args: Any, scope: Scope, few: Sequence[Option], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["organisation"] = organisation_field(_("哪家供应商"), scope, few)
        self.fields["organiser"] = PickField(
            find=queries.organiser_options, named=queries.organiser_option, label=_("向哪家主办机构申请")
        )


class PaperForm(forms.Form):
    name = forms.CharField(label=_("材料名称"), max_length=supply.PAPER)
    file = forms.FileField(label=_("文件"), help_text=_("PDF 或照片，不超过 20 MB。"))


class DecisionForm(forms.Form):
    valid_to = forms.DateField(
        label=_("合格到哪天"), required=False, widget=DayInput()
    )  # fmt: skip
    reason = forms.CharField(label=_("理由"), required=False, max_length=supply.REASON)


class ListForm(forms.Form):
    year = forms.IntegerField(label=_("年度"))

    def __init__(self, *args: Any, scope: Scope, few: Sequence[Option], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["organisation"] = organisation_field(_("主办机构"), scope, few)


class OfferForm(forms.Form):
    price = yuan_field(_("每场多少元"))
    sessions = forms.IntegerField(label=_("全年多少场"), min_value=1, max_value=supply.MOST_SESSIONS)
    rank = forms.IntegerField(
        label=_("次序"), min_value=1, max_value=999, initial=100,
        help_text=_("同类里先给谁：一家接不了，照次序问下一家。"),
    )  # fmt: skip


def moment_field(label: Any, **more: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(
        label=label, widget=widget, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"], **more
    )  # fmt: skip


def day_field(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=DayInput(), **more)


class TimesForm(forms.Form):
    """When stations order, when it is delivered."""

    orders_from = moment_field(_("几时开始点单"))
    orders_until = moment_field(_("几时结束点单"))
    serves_from = day_field(_("从哪天开始送"))
    serves_until = day_field(_("送到哪天"))

    def times(self) -> quotas.Times:
        return quotas.Times(**{name: self.cleaned_data[name] for name in quotas.Times._fields})


class SeasonForm(TimesForm):
    name = forms.CharField(label=_("名称"), max_length=quotas.NAME, help_text=_("例如“春季”。"))
    field_order = ("name", "orders_from", "orders_until", "serves_from", "serves_until")


class BudgetForm(forms.Form):
    yuan = forms.DecimalField(
        label=_("全季多少元"), min_value=0, max_value=quotas.MOST_FEN // 100, decimal_places=2
    )  # fmt: skip
    sessions = forms.IntegerField(label=_("全季多少场"), min_value=0, max_value=quotas.MOST_SESSIONS)
    reason = forms.CharField(
        label=_("理由"), required=False, max_length=supply.REASON, help_text=_("第一次不用写，以后调整要写。")
    )  # fmt: skip

    def amount(self) -> quotas.Amount:
        return quotas.Amount(fen(self.cleaned_data["yuan"]), self.cleaned_data["sessions"])


class OpeningsForm(forms.Form):
    """Up to six: from when on how many per cent."""

    ROWS = 6

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for number in range(1, self.ROWS + 1):
            self.fields[f"at{number}"] = moment_field(_("第 %(n)s 次几时") % {"n": number}, required=False)
            self.fields[f"percent{number}"] = forms.IntegerField(
                label=_("放到百分之几"), required=False, min_value=1, max_value=100
            )

    def openings(self) -> list[tuple[Any, int]]:
        pairs = [(self.cleaned_data[f"at{n}"], self.cleaned_data[f"percent{n}"]) for n in range(1, self.ROWS + 1)]
        return [(at, percent or 0) for at, percent in pairs if at is not None]


class ReleaseForm(forms.Form):
    offer = forms.ChoiceField(label=_("产品"))
    opens_at = moment_field(_("几时放出"))
    sessions = forms.IntegerField(label=_("几场"), min_value=1, max_value=supply.MOST_SESSIONS)
    per_station = forms.IntegerField(
        label=_("每站最多几场"), min_value=0, max_value=supply.MOST_SESSIONS, initial=0, help_text=_("0 是不限。")
    )

    def __init__(self, *args: Any, offers: Sequence[tuple[int, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        offer(self, "offer", ((str(number), words) for number, words in offers))


class WishForm(forms.Form):
    heads = forms.IntegerField(label=_("预计多少人"), min_value=1, max_value=states.MOST_HEADS)
    first = day_field(_("想从哪天"))
    last = day_field(_("想到哪天"))
    place = forms.CharField(label=_("在哪里"), max_length=states.PLACE)
    words = forms.CharField(label=_("说明"), required=False, max_length=states.WORDS)

    def wish(self) -> states.Wish:
        return states.Wish(**{name: self.cleaned_data[name] for name in states.Wish._fields})


class DispatchForm(forms.Form):
    begins_at = moment_field(_("几时开始"))
    ends_at = moment_field(_("几时结束"))
    place = forms.CharField(label=_("在哪里"), max_length=states.PLACE)
    things = forms.MultipleChoiceField(
        label=_("占住谁、占住哪里"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("供应商、主办机构和站点登记的团队、教师、车辆、场地；有冲突会说出来。"),
    )  # fmt: skip

    def __init__(self, *args: Any, things: Sequence[tuple[int, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        offer(self, "things", ((str(number), words) for number, words in things))
