"""Words for the codes of the registry, for pages and messages."""

from collections.abc import Callable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from wenmai.standards.rules.changes import Facet
from wenmai.standards.rules.profiles import Element, Obligation
from wenmai.standards.rules.values import Evidence, Kind, Label, Stage, Vocabulary

Words = str | Promise

EVIDENCE: dict[Evidence, Words] = {
    Evidence.POLICY: _("据政策全文"),
    Evidence.READ: _("据原文"),
    Evidence.SOURCE: _("据公开来源摘录"),
    Evidence.KNOWN: _("未核实"),
    Evidence.RECALLED: _("未核实，把握低"),
    Evidence.OURS: _("本系统默认"),
}

# What nobody verified is not called a norm: only the series that its number belongs to is named.
KIND: dict[Kind, tuple[Words, Words]] = {
    Kind.LAW: (_("法律"), _("法律")),
    Kind.POLICY: (_("政策文件"), _("政策文件")),
    Kind.PROGRAMME: (_("工程规范"), _("工程规范")),
    Kind.NATIONAL: (_("国家标准"), _("编号属 GB 系列")),
    Kind.INDUSTRY: (_("文化行业标准"), _("编号属 WH 系列")),
    Kind.LOCAL: (_("地方标准"), _("编号属 DB 系列")),
    Kind.INTERNATIONAL: (_("国际标准"), _("编号属 ISO 系列")),
    Kind.OPEN: (_("通行的开放规范"), _("通行的开放规范")),
    Kind.PRACTICE: (_("行业事实标准"), _("行业事实标准")),
    Kind.OURS: (_("本系统默认"), _("本系统默认")),
}

STAGE: dict[Stage, Words] = {
    Stage.NONE: _("未启用"),
    Stage.ANNOUNCED: _("已公布"),
    Stage.OPTIONAL: _("可选用"),
    Stage.MANDATORY: _("必须遵守"),
}

OBLIGATION: dict[Obligation, Words] = {
    Obligation.MANDATORY: _("必备"),
    Obligation.RECOMMENDED: _("推荐"),
    Obligation.OPTIONAL: _("可选"),
}

FACET: dict[Facet, Words] = {
    Facet.ADDED: _("新增"),
    Facet.REMOVED: _("取消"),
    Facet.OBLIGATION: _("义务"),
    Facet.INSTEAD: _("可代替的元素"),
    Facet.REPEATABLE: _("可否重复"),
    Facet.VALUES: _("取值"),
    Facet.LIMIT: _("字数上限"),
}

FORM: dict[str, Words] = {
    "address": _("网址"),
    "date": _("认得出年代的日期"),
    "duration": _("时:分:秒、ISO 8601 或秒数"),
    "isbn": _("校验位正确的书号"),
    "issn": _("校验位正确的刊号"),
    "language": _("语种代码"),
    "media": _("媒体类型"),
    "number": _("数"),
    "whole": _("整数"),
}

MODULE: dict[str, Words] = {
    "catalogue": _("总目录"),
    "files": _("文件"),
    "formats": _("格式"),
    "gateway": _("开放接口"),
    "harvest": _("采收"),
    "identifiers": _("标识符"),
    "institutions": _("机构"),
    "portal": _("门户"),
    "search": _("检索"),
    "standards": _("标准"),
    "usage": _("使用计量"),
}

REFUSAL: dict[str, Words] = {
    "unknown_subject": _("登记册里没有这一项。"),
    "unknown_stage": _("请从三个阶段里选一个。"),
    "no_reason": _("请写明理由：决定会记录在案。"),
    "long_reason": _("理由太长，请写在五百字以内。"),
    "stage_order": _("三个阶段要依次启用：后一阶段不能早于前一阶段，也不能跳过。"),
    "unchanged": _("日期没有变，无须决定。"),
}


def said_of(vocabularies: Mapping[str, Vocabulary], labels: Mapping[str, Label]) -> Callable[[Facet, Element], Words]:
    """What a side of an element is, in words for the table that compares two versions."""

    def values(element: Element) -> str:
        if element.vocabulary:
            words = str(vocabularies[element.vocabulary].title)
            return words if element.closed else gettext("%(words)s（推荐）") % {"words": words}
        return str(FORM[element.form]) if element.form else gettext("文字")

    def once(element: Element) -> str:
        return gettext("可重复") if element.repeatable else gettext("只一个")

    def instead(element: Element) -> str:
        return " / ".join(str(labels[other]) for other in element.instead) or gettext("无")

    def said(facet: Facet, element: Element) -> Words:
        if facet in {Facet.ADDED, Facet.REMOVED}:
            return f"{OBLIGATION[element.obligation]} · {once(element)} · {values(element)}"
        words: dict[Facet, Words] = {
            Facet.OBLIGATION: OBLIGATION[element.obligation],
            Facet.INSTEAD: instead(element),
            Facet.REPEATABLE: once(element),
            Facet.VALUES: values(element),
            Facet.LIMIT: str(element.limit),
        }
        return words[facet]

    return said
