"""Input of the desk's pages about activities."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wenmai.activities.models import Edition
from wenmai.activities.rules import CHECK_MINUTES, LONGEST, SHARES, Content, Groups, Mode, Plan, Way
from wenmai.activities.rules.sessions import MOST_PLACES
from wenmai.activities.wording import sentence
from wenmai.booking.rules import times
from wenmai.booking.rules.times import Times
from wenmai.institutions import queries as institutions
from wenmai.lib.access import Scope
from wenmai.lib.choosing import offer
from wenmai.lib.inputs import DayInput
from wenmai.lib.levels import Level
from wenmai.lib.picking import Option, PickField
from wenmai.lib.refusal import Refused
from wenmai.standards import queries as standards

LEVELS = ((1, _("有手机号就行")), (2, _("要实名")), (3, _("要当面核验过")))
EVERY = (
    ("once", _("只这一次")), ("daily", _("每天")), ("weekly", _("每周")), ("biweekly", _("每两周")),
    ("monthly", _("每月，同一个星期几")),
)  # fmt: skip
SHARE_WORDS = {"open": _("公开名额"), "group": _("团体名额"), "elder": _("老年人名额"), "door": _("现场名额")}
LARGEST_COVER, LARGEST_PLAN = 40 * 1024 * 1024, 10 * 1024 * 1024
"""A photo as a telephone takes it, and a document. Ours."""


def _named(name: str, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=Edition._meta.get_field(name).verbose_name, max_length=LONGEST[name], **more  # type: ignore[union-attr]
    )  # fmt: skip


def _long(name: str, rows: int, **more: Any) -> forms.CharField:
    return _named(name, required=False, widget=forms.Textarea(attrs={"rows": rows}), **more)


def _terms(code: str) -> list[tuple[str, str]]:
    return [(term, str(label)) for term, label in standards.vocabulary(code).terms.items()]


class ActivityForm(forms.Form):
    title = _named("title")
    series = _named("series", required=False, help_text=_("属于一个系列就写系列的名称。"))
    summary = _named("summary", help_text=_("列表里给大家看的一句话。"))
    description = _long("description", 8)
    kinds = forms.MultipleChoiceField(label=_("类别"), widget=forms.CheckboxSelectMultiple)
    audiences = forms.MultipleChoiceField(label=_("适合谁"), widget=forms.CheckboxSelectMultiple)
    way = forms.ChoiceField(label=_("怎样参加"), choices=Way, initial=Way.ON_SITE)
    place = _named("place", help_text=_("大家要去的地方；线上的写平台。"))
    mode = forms.ChoiceField(label=_("报名方式"), choices=Mode, initial=Mode.FIRST)
    groups = forms.ChoiceField(label=_("团体"), choices=Groups, initial=Groups.NONE)
    most = forms.IntegerField(label=_("一次最多几人"), min_value=1, max_value=20, initial=5)
    cancel_hours = forms.IntegerField(
        label=_("开始前几小时为止可以取消"), min_value=0, max_value=720, required=False,
        help_text=_("之后取消算晚了。空着：照机构的规定。"),
    )  # fmt: skip
    age_from = forms.IntegerField(label=_("满几岁"), required=False, min_value=0, max_value=120)
    age_to = forms.IntegerField(label=_("不超过几岁"), required=False, min_value=0, max_value=120)
    region = PickField(
        label=_("面向哪里的居民"), find=institutions.place_options, named=institutions.place_option, none=str(_("不限"))
    )
    level = forms.TypedChoiceField(label=_("谁能报名"), choices=LEVELS, coerce=int, initial=int(Level.PHONE))
    crowd = forms.IntegerField(label=_("预计人数"), min_value=0, max_value=1_000_000, initial=0)
    safety_plan = _long("safety_plan", 4)
    safety_file = forms.FileField(label=_("安全预案文件"), required=False)
    cover = forms.FileField(label=_("封面"), required=False, help_text=_("横的图片，最大 40 MB。"))
    cover_alt = _named("cover_alt", required=False, help_text=_("图上有什么，给看不见的人听。"))
    contact = _named("contact", required=False, help_text=_("大家看得到的电话或窗口，不写个人手机号。"))
    accessibility = _long("accessibility", 3, help_text=_("坡道、手语、字幕、轮椅席。"))
    language = forms.ChoiceField(label=_("语言"), initial="zh")

    def __init__(self, *args: Any, things: Iterable[tuple[int, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, code in (("kinds", "activity_kind"), ("audiences", "audience"), ("language", "language")):
            offer(self, name, _terms(code))
        self.fields["thing"] = forms.TypedChoiceField(
            label=_("场地"), required=False, coerce=int, empty_value=None, choices=[("", _("不占登记的场地")), *things]
        )

    def content(self, *, cover: str, safety_file: str, cancel_hours: int) -> Content:
        """`cover`, `safety_file`: the hashes of what is stored; `cancel_hours`: the institution's."""
        given = dict(self.cleaned_data)
        if given["cancel_hours"] is None:
            given["cancel_hours"] = cancel_hours
        thing_id = given.pop("thing")
        for name in ("cover", "safety_file", "organisation"):
            given.pop(name, None)
        kinds, audiences = tuple(given.pop("kinds")), tuple(given.pop("audiences"))
        return Content(
            **given, kinds=kinds, audiences=audiences, thing_id=thing_id, cover=cover, safety_file=safety_file
        )

    def clean_cover(self) -> Any:
        return _within(self.cleaned_data["cover"], LARGEST_COVER)

    def clean_safety_file(self) -> Any:
        return _within(self.cleaned_data["safety_file"], LARGEST_PLAN)

    def refuse(self, refusal: Refused) -> None:
        """Beside the field, where it is about one."""
        field = refusal.detail if refusal.detail in self.fields else None
        named = {"cover_without_words": "cover_alt", "cover_no_picture": "cover", "safety_missing": "safety_plan"}
        self.add_error(field or named.get(refusal.code), sentence(refusal))


def _within(file: Any, most: int) -> Any:
    if file and file.size > most:
        raise forms.ValidationError(_("文件太大，最大 %(most)s MB。") % {"most": most // 1024 // 1024})
    return file


def filled(content: Content) -> dict[str, Any]:
    said = content._asdict()
    return {**said, "thing": said.pop("thing_id"), "cover": None, "safety_file": None}


class NewActivityForm(ActivityForm):
    def __init__(self, *args: Any, scope: Scope, few: Sequence[Option] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"] = PickField(
            label=_("机构"), find=lambda words: institutions.organisation_options(scope, words),
            named=institutions.organisation_option, few=few,
        )  # fmt: skip


class PlacesForm(forms.Form):
    """How many places each share has, where people enrol."""

    def __init__(self, *args: Any, enrols: bool, goes_first: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.enrols = enrols
        if goes_first:
            self.fields["over"] = forms.CharField(
                label=_("场地有人约了也要用，理由"), max_length=160, required=False,
                help_text=_("空着：有人约了就不加。写了：大家约的取消，这个理由会告诉他们。"),
            )  # fmt: skip
        for name in SHARES if enrols else ():
            self.fields[f"places_{name}"] = forms.IntegerField(
                label=SHARE_WORDS[name], min_value=0, max_value=MOST_PLACES, initial=30 if name == "open" else 0
            )

    def places(self) -> dict[str, int]:
        return {name: self.cleaned_data[f"places_{name}"] for name in SHARES} if self.enrols else {}

    def over(self) -> str:
        return str(self.cleaned_data.get("over") or "")

    def place_fields(self) -> list[Any]:
        return [self[f"places_{name}"] for name in SHARES] if self.enrols else []


class SessionsForm(PlacesForm):
    """One time, or again and again."""

    day = forms.DateField(label=_("日期"), widget=DayInput())
    begins = forms.TimeField(label=_("从几点"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    ends = forms.TimeField(label=_("到几点"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    every = forms.ChoiceField(label=_("重复"), choices=EVERY, initial="once")
    until = forms.DateField(label=_("重复到哪天"), required=False, widget=DayInput())
    count = forms.IntegerField(label=_("或者一共几次"), required=False, min_value=1, max_value=60)
    enrol_days = forms.IntegerField(label=_("报名从几天前开始"), min_value=0, max_value=366, initial=14, required=False)
    enrol_minutes = forms.IntegerField(
        label=_("报名在开始前几分钟截止"), min_value=0, max_value=44_640, initial=60, required=False
    )
    check_minutes = forms.IntegerField(
        label=_("签到从开始前几分钟开始"), min_value=0, max_value=1440, initial=CHECK_MINUTES
    )
    late_minutes = forms.IntegerField(
        label=_("签到到开始后几分钟截止"), min_value=0, max_value=1440, initial=0, required=False,
        help_text=_("0 是到结束为止。"),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if self.errors:
            return given
        zone = timezone.get_default_timezone()
        begins = dt.datetime.combine(given["day"], given["begins"], tzinfo=zone)
        last = given["day"] + dt.timedelta(days=1) if given["ends"] <= given["begins"] else given["day"]
        ends = dt.datetime.combine(last, given["ends"], tzinfo=zone)
        try:
            turns = times.occurrences(Times(begins, ends), given["every"], given["until"], given["count"], zone)
        except Refused as refusal:
            raise forms.ValidationError(sentence(refusal)) from refusal
        given["plans"] = [self._plan(one) for one in turns]
        return given

    def _plan(self, one: Times) -> Plan:
        given = self.cleaned_data
        opens = one.starts_at - dt.timedelta(days=given.get("enrol_days") or 0)
        shuts = one.starts_at - dt.timedelta(minutes=given.get("enrol_minutes") or 0)
        return Plan(
            one.starts_at, one.ends_at, opens if self.enrols else None, shuts if self.enrols else None,
            one.starts_at - dt.timedelta(minutes=given["check_minutes"]), self._last_check(one), self.places(),
        )  # fmt: skip

    def _last_check(self, one: Times) -> dt.datetime:
        late = self.cleaned_data.get("late_minutes") or 0
        return min(one.ends_at, one.starts_at + dt.timedelta(minutes=late)) if late else one.ends_at


def _moment(label: Any) -> forms.DateTimeField:
    shape = "%Y-%m-%dT%H:%M"
    return forms.DateTimeField(
        label=label, input_formats=[shape], widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=shape)
    )


class SessionForm(PlacesForm):
    begins_at = _moment(_("开始"))
    ends_at = _moment(_("结束"))
    check_from = _moment(_("签到开始"))
    check_until = _moment(_("签到截止"))

    def __init__(self, *args: Any, enrols: bool, **kwargs: Any) -> None:
        super().__init__(*args, enrols=enrols, **kwargs)
        if enrols:
            self.fields["enrol_from"], self.fields["enrol_until"] = _moment(_("报名开始")), _moment(_("报名截止"))

    def plan(self) -> Plan:
        given = self.cleaned_data
        return Plan(
            given["begins_at"], given["ends_at"], given.get("enrol_from"), given.get("enrol_until"),
            given["check_from"], given["check_until"], self.places(),
        )  # fmt: skip


class MoveForm(SessionForm):
    """Times that people are told of, with the reason where there is one to be said."""

    def __init__(self, *args: Any, needs_reason: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if needs_reason:
            self.fields["reason"] = forms.CharField(label=_("理由"), max_length=160, help_text=_("大家看得到。"))
