"""Input of the pages about needs."""

import secrets
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from wenmai.institutions import queries as institutions
from wenmai.lib.access import Reach, Scope
from wenmai.lib.picking import PickField
from wenmai.lib.refusal import Refused
from wenmai.people.rules import read_phone
from wenmai.standards import queries as standards
from wenmai.voices.rules import needs, purchases, rated, steps
from wenmai.voices.rules.needs import Face, Wish
from wenmai.voices.wording import sentence

EVERYWHERE = Scope((Reach("", ""),))
SCORES = ((5, _("很满意")), (4, _("满意")), (3, _("一般")), (2, _("不满意")), (1, _("很不满意")))


def kinds() -> list[tuple[str, str]]:
    return [(code, str(label)) for code, label in standards.vocabulary("need_kind").terms.items()]


def organisation_field(scope: Scope, few: Sequence[Any] = (), place: str = "") -> PickField:
    """`place`: the code of one whose own come first."""
    return PickField(
        label=_("给哪家机构"), find=lambda words: institutions.serving_options(scope, words, place),
        named=institutions.serving_option, few=few,
    )  # fmt: skip


class WishForm(forms.Form):
    """One need; its institution, kind, words."""

    words = forms.CharField(
        label=_("需要什么"), max_length=needs.WORDS, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("一次写一件事。不要写姓名、证件号。"), error_messages={"required": _("请写一写需要什么。")},
    )  # fmt: skip
    spot = forms.CharField(label=_("哪个村、哪条街（可不填）"), max_length=needs.SHORT, required=False)
    whom = forms.CharField(
        label=_("给谁（可不填）"), max_length=needs.SHORT, required=False, help_text=_("例如老人、放学的孩子。")
    )
    wished = forms.CharField(
        label=_("什么时候（可不填）"), max_length=needs.SHORT, required=False, help_text=_("例如周末下午、寒假。")
    )
    key = forms.CharField(max_length=64, widget=forms.HiddenInput, initial=lambda: secrets.token_hex(16))

    def __init__(
        self, *args: Any, scope: Scope = EVERYWHERE, few: Sequence[Any] = (), place: str = "", **more: Any
    ) -> None:  # fmt: skip
        super().__init__(*args, **more)
        self.fields["kind"] = forms.ChoiceField(label=_("哪一类"), choices=[("", _("请选一个")), *kinds()])
        self.fields["organisation"] = organisation_field(scope, few, place)

    def wish(self) -> Wish:
        return Wish(*(self.cleaned_data[name] for name in Wish._fields))


class PhoneWishForm(WishForm):
    """With a telephone; `phone` comes out as E.164, or empty where it may be."""

    phone = forms.CharField(
        label=_("手机号"), max_length=40, help_text=_("进展发到这个号码，不公开。"),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )  # fmt: skip

    def __init__(self, *args: Any, optional: bool = False, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["phone"].required = not optional

    def clean_phone(self) -> str:
        return checked_phone(self.cleaned_data["phone"])


def checked_phone(text: str) -> str:
    if not text.strip():
        return ""
    try:
        return read_phone(text)
    except Refused as refusal:
        raise forms.ValidationError(_t("手机号不对，请写 11 位。")) from refusal


class ListForm(forms.Form):
    """A list on paper: a line for each need, a telephone after a bar."""

    spot = forms.CharField(label=_("哪个村、哪条街（可不填）"), max_length=needs.SHORT, required=False)
    lines = forms.CharField(
        label=_("一行一条"), max_length=needs.MOST_LINES * 300, widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("有手机号就写在后面，用竖线隔开：想看花灯戏 | 13800138000"),
    )  # fmt: skip
    key = forms.CharField(max_length=64, widget=forms.HiddenInput, initial=lambda: secrets.token_hex(16))

    def __init__(self, *args: Any, scope: Scope, few: Sequence[Any] = (), **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["kind"] = forms.ChoiceField(label=_("哪一类"), choices=[("", _("请选一个")), *kinds()])
        self.fields["organisation"] = organisation_field(scope, few)

    def clean_lines(self) -> list[tuple[str, str]]:
        found = []
        rows = [row for row in self.cleaned_data["lines"].splitlines() if row.strip()]
        for place, row in enumerate(rows, 1):
            words, _bar, phone = row.replace("｜", "|").partition("|")
            try:
                found.append((words, checked_phone(phone)))
            except forms.ValidationError as error:
                raise forms.ValidationError(sentence(Refused("phone_odd", str(place)))) from error
        return found


class FaceForm(forms.Form):
    topic = forms.CharField(
        label=_("公开的标题"), max_length=needs.TOPIC, help_text=_("不写是谁提的。审核通过才公开。")
    )
    answer = forms.CharField(
        label=_("公开的答复"), max_length=needs.ANSWER, required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("落实了，或者决定不采纳，才写答复。"),
    )  # fmt: skip

    def face(self) -> Face:
        return Face(self.cleaned_data["topic"], self.cleaned_data["answer"])


class DecideForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("怎么办"), widget=forms.RadioSelect,
        choices=[(one.value, one.label) for one in steps.OUTCOMES], error_messages={"required": _("请选一个。")},
    )  # fmt: skip
    reason = forms.CharField(
        label=_("理由"), max_length=needs.REASON, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("部分采纳和不采纳必须写，会告诉提的人。"),
    )  # fmt: skip


class LinkForm(forms.Form):
    def __init__(self, *args: Any, offered: Sequence[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["kind"] = forms.ChoiceField(label=_("关联什么"), choices=offered)
        self.fields["key"] = forms.CharField(
            label=_("编号"), max_length=40, help_text=_("那一页网址里的数字，采购写清单上的编号。")
        )


class BackForm(forms.Form):
    """What somebody says when they are asked again."""

    score = forms.TypedChoiceField(label=_("满意吗"), coerce=int, choices=SCORES, widget=forms.RadioSelect)

    def __init__(self, *args: Any, is_promised: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        if is_promised:
            self.fields["delivered"] = forms.ChoiceField(
                label=_("落实了没有"), choices=(("yes", _("落实了")), ("no", _("没有"))), widget=forms.RadioSelect
            )
            self.order_fields(["delivered", "score"])

    def was_delivered(self) -> bool | None:
        said = self.cleaned_data.get("delivered")
        return None if said is None else said == "yes"


class RateForm(forms.Form):
    stars = forms.TypedChoiceField(label=_("满意吗"), coerce=int, choices=SCORES, widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("评语（可不填）"), max_length=rated.WORDS, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("审核通过才公开。不要写姓名和电话。"),
    )  # fmt: skip


class PurchaseForm(forms.Form):
    year = forms.IntegerField(label=_("年度"), min_value=2000, max_value=2200)
    item = forms.CharField(label=_("买什么"), max_length=purchases.ITEM)
    yuan = forms.DecimalField(
        label=_("预算（元）"), min_value=Decimal("0.01"), max_value=purchases.MOST_FEN // 100, decimal_places=2
    )

    def __init__(self, *args: Any, scope: Scope, few: Sequence[Any] = (), **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["organisation"] = organisation_field(scope, few)

    def fen(self) -> int:
        return int(self.cleaned_data["yuan"] * 100)


class ContactForm(forms.Form):
    """Why a whole telephone is needed."""

    reason = forms.ChoiceField(
        label=_("为什么要看"),
        choices=[("", _("请选一个")), ("ask", _("问清楚需要什么")), ("tell", _("告诉进展")), ("urgent", _("有急事"))],
        error_messages={"required": _("请从列出的缘由里选一个。")},
    )
