from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wenmai.harvest.models import DELETIONS, LEAVES
from wenmai.harvest.pages import FORMATS as OAI_FORMATS
from wenmai.harvest.rules import DEFAULT_BRAKE_PERCENT, Kind, Rhythm, administers, composed
from wenmai.harvest.rules.words import FORMATS, WEEKDAYS, words
from wenmai.institutions import queries as institutions
from wenmai.lib.access import Actor, Reach
from wenmai.lib.choosing import offer
from wenmai.lib.picking import Option, PickField
from wenmai.standards import queries as standards
from wenmai.standards.rules.mappings import BYTES_LIMIT

KIND_WORDS: list[tuple[str, str | Promise]] = [
    (Kind.OAI, _("对方有 OAI-PMH 服务器：我们按时去取")),
    (Kind.UPLOAD, _("工作人员在网页上传文件：MARC、XML、JSON、CSV、XLSX")),
    (Kind.FOLDER, _("本机的一个文件夹：文件放进去，我们按时去读（仅平台管理员）")),
]
RHYTHMS: list[tuple[str, str | Promise]] = [
    ("manual", _("只在有人发起时采收")),
    ("hours", _("每隔若干小时")),
    ("daily", _("每天一次")),
    ("weekly", _("每周一次")),
    ("cron", _("按 cron 写法（熟悉的人用）")),
]
POLICIES: list[tuple[str, str | Promise]] = [
    ("hold", _("先审后发：审核员看过，读者才看得到")),
    ("publish", _("到达即发布：新记录和新版本直接给读者看")),
]

NODE = Reach("", "")


class UploadForm(forms.Form):
    """One file; its format is found out unless it is said."""

    file = forms.FileField(label=_("文件"))
    format = forms.ChoiceField(label=_("格式"), required=False)
    whole = forms.BooleanField(label=_("这是我馆的全部记录：文件里没有的，视为已不再提供"), required=False)

    def __init__(self, *args: Any, formats: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "format", [("", _("自动识别")), *((one, words(FORMATS, one)) for one in formats)])


class BeginningForm(forms.Form):
    """The first step of a new source: whose it is and of what kind."""

    name = forms.CharField(
        label=_("名称"), max_length=100, help_text=_("读者和同事看到的名字，例如“市图书馆馆藏书目”。")
    )
    kind = forms.ChoiceField(label=_("记录从哪里来"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, actor: Actor, few: Sequence[Option] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        scope = actor.scope("sources.change")
        self.fields["organisation"] = PickField(
            label=_("谁的记录"),
            find=lambda words: institutions.organisation_options(scope, words),
            named=institutions.organisation_option,
            few=few,
        )
        kinds = [one for one in KIND_WORDS if administers(actor) or one[0] != Kind.FOLDER]
        offer(self, "kind", kinds)
        self.order_fields(["organisation", "name", "kind"])

    def clean_organisation(self) -> int:
        chosen = int(self.cleaned_data["organisation"])
        reach = institutions.reach(chosen)
        if reach is None or not self.actor.may("sources.change", reach):
            raise forms.ValidationError(_("没有这个机构，或它不在您负责的范围内。"))
        return chosen


class SettingsForm(forms.Form):
    """What is set of a source of this kind and of its feed; the services judge the values."""

    name = forms.CharField(label=_("名称"), max_length=100)
    address = forms.CharField(label=_("地址"), max_length=500, strip=True)
    allow_private_hosts = forms.BooleanField(
        label=_("允许指向内部网络"), required=False, help_text=_("只有平台管理员可以允许，并要清楚对方是谁。")
    )
    # a field of this name hides nothing: Django takes fields off the class before it looks for `Form.prefix`
    prefix = forms.CharField(  # type: ignore[assignment]
        label=_("元数据前缀"),
        max_length=60,
        required=False,
        help_text=_("对方给这种格式起的名字，例如 oai_dc、marc21。"),
    )
    reading = forms.ChoiceField(label=_("格式与对照表"))
    sets = forms.CharField(
        label=_("集合"), max_length=2000, required=False, help_text=_("每行一个；留空为全部。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    rhythm = forms.ChoiceField(label=_("什么时候采收"), choices=RHYTHMS)
    hours = forms.IntegerField(label=_("每隔几小时"), min_value=1, max_value=720, required=False)
    weekday = forms.ChoiceField(label=_("星期几"), choices=list(WEEKDAYS.items()), required=False)
    time = forms.RegexField(
        label=_("几点"), regex=r"^([01]\d|2[0-3]):[0-5]\d$", required=False,
        widget=forms.TextInput(attrs={"type": "time"}),
    )  # fmt: skip
    cron = forms.CharField(
        label=_("cron"), max_length=55, required=False, help_text=_("分 时 日 月 星期，例如 30 3 1 * *。")
    )
    deletions = forms.ChoiceField(
        label=_("来源不再提供的记录"), choices=DELETIONS,
        help_text=_("拿不准时用自动：来源报告删除的照办，不报告的和它的清单比对。"),
    )  # fmt: skip
    brake_percent = forms.IntegerField(
        label=_("删除上限（%）"), min_value=0, max_value=100, initial=DEFAULT_BRAKE_PERCENT,
        help_text=_("一次缺失超过这个比例时，先等人确认。"),
    )  # fmt: skip
    on_arrival = forms.ChoiceField(label=_("记录到达后"), choices=POLICIES, widget=forms.RadioSelect, initial="hold")
    code = forms.SlugField(
        label=_("代码"), max_length=60, required=False,
        help_text=_("命令行和唯一标识用，建立后不变；留空由系统起。"),
    )  # fmt: skip

    NOT_OF = {
        Kind.UPLOAD: (
            "address", "allow_private_hosts", "prefix", "sets", "rhythm", "hours", "weekday", "time", "cron",
            "deletions", "brake_percent",
        ),
        Kind.FOLDER: ("allow_private_hosts", "prefix", "sets"),
        Kind.OAI: (),
    }  # fmt: skip

    def __init__(
        self, *args: Any, kind: str, administers: bool, is_new: bool, crosswalks: Sequence[str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        left_out = [*self.NOT_OF[Kind(kind)], *(() if is_new else ("code",))]
        if not administers and kind == Kind.OAI and not self.initial.get("allow_private_hosts"):
            left_out.append("allow_private_hosts")
        for name in left_out:
            del self.fields[name]
        offer(self, "reading", readings(kind, crosswalks, str(self.initial.get("reading", ""))))

    def clean(self) -> dict[str, Any]:
        """The values as the services take them."""
        values = dict(self.cleaned_data)
        if "reading" in values:
            values["crosswalk"], values["format"] = values.pop("reading").split(":")
        if "sets" in values:
            ticked = self.data.getlist("set") if hasattr(self.data, "getlist") else []
            lines = [line.strip() for line in values["sets"].splitlines()]
            values["sets"] = list(dict.fromkeys(one for one in [*ticked, *lines] if one))[:100]
        if "rhythm" in values:
            parts = {name: values.pop(name, None) for name in ("hours", "weekday", "time", "cron")}
            rhythm = Rhythm(values.pop("rhythm"), **{name: part for name, part in parts.items() if part})
            values["schedule"] = composed(rhythm)
        return values


class ClosingForm(forms.Form):
    """What becomes of the records, and why the source is closed."""

    leaves = forms.ChoiceField(label=_("它的记录"), choices=LEAVES, widget=forms.RadioSelect, initial="keep")
    reason = forms.CharField(label=_("关闭的理由"), max_length=160, strip=True)


class MappingForm(forms.Form):
    """A mapping by file or by text, for whom, and a sample to try it on."""

    file = forms.FileField(label=_("对照表文件（JSON）"), required=False, allow_empty_file=True)
    text = forms.CharField(
        label=_("或者把内容写在这里"), required=False, strip=False, max_length=BYTES_LIMIT,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false"}),
    )  # fmt: skip
    sample = forms.FileField(
        label=_("样例文件"), required=False, allow_empty_file=True,
        help_text=_("来源的几条记录，最多 8 MB；只试著录，不保存。"),
    )  # fmt: skip
    note = forms.CharField(label=_("改了什么"), required=False, max_length=300)

    def __init__(self, *args: Any, actor: Actor | None = None, few: Sequence[Option] = (), **kwargs: Any) -> None:
        """`actor`: who chooses the owner, of a new one; whoever may is asked for the whole node first."""
        super().__init__(*args, **kwargs)
        if actor is None:
            return
        self.actor = actor
        scope = actor.scope("sources.change")
        node_wide = actor.may("sources.change", NODE)
        self.fields["organisation"] = PickField(
            label=_("给谁用"),
            find=lambda words: institutions.organisation_options(scope, words),
            named=institutions.organisation_option,
            none=str(_("全平台，各机构都可以用")) if node_wide else "",
            few=() if node_wide else few,
        )
        self.order_fields(["organisation"])

    def clean_organisation(self) -> int | None:
        """None is the whole node."""
        asked = self.cleaned_data["organisation"]
        reach = institutions.reach(int(asked)) if asked else NODE
        if reach is None or not self.actor.may("sources.change", reach):
            raise forms.ValidationError(_("没有这个机构，或它不在您负责的范围内。"))
        return int(asked) if asked else None


def readings(kind: str, crosswalks: Sequence[str], kept: str = "") -> list[tuple[str, Any]]:
    """Crosswalk and format for a choice: own ones, those for everybody, those made for one source's files.

    What is uploaded says its own format, so there a crosswalk stands once. `kept`: what was chosen before.
    """
    own: list[tuple[str, str]] = []
    general: list[tuple[str, str]] = []
    special: list[tuple[str, str]] = []
    for name in crosswalks:
        crosswalk = standards.crosswalk(name)
        formats: Iterable[str] = (one for one in crosswalk.formats if kind != Kind.OAI or one in OAI_FORMATS)
        group = own if standards.is_own(name) else special if crosswalk.files else general
        about = crosswalk.about or name
        if kind == Kind.UPLOAD:
            value = kept if kept.partition(":")[0] == name else f"{name}:{crosswalk.formats[0]}"
            group.append((value, about))
            continue
        group += [(f"{name}:{format}", f"{words(FORMATS, format)} · {about}") for format in formats]
    groups: list[tuple[Any, Any]] = [(_("自己写的"), own), (_("通用"), general), (_("为某一来源写的"), special)]
    return [one for one in groups if one[1]]
