"""A mapping in plain words: which element comes from where, and what is done on the way."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wenmai.standards.rules.values import Label

Words = str | Promise

CLEANUPS: dict[str, Words] = {
    "tidy": gettext_lazy("整理空白"),
    "one_line": gettext_lazy("并成一行"),
    "isbd": gettext_lazy("去掉末尾的著录标识符"),
    "brackets": gettext_lazy("去掉整个外面的方括号"),
    "stated": gettext_lazy("去掉标识符、方括号和问号，写明不详的不取"),
    "dynasty": gettext_lazy("去掉名字前的朝代"),
    "isbn": gettext_lazy("取书号"),
    "issn": gettext_lazy("取刊号"),
    "year": gettext_lazy("取年份"),
    "date": gettext_lazy("写成标准日期"),
    "language": gettext_lazy("换成语种代码"),
    "isbn_uri": gettext_lazy("写明是书号的才取"),
    "issn_uri": gettext_lazy("写明是刊号的才取"),
    "licence": gettext_lazy("换成许可代码，认不出的不取"),
    "first_clause": gettext_lazy("取第一句"),
    "supplied": gettext_lazy("加上自拟题名的括号"),
    "url": gettext_lazy("是网址的才取"),
    "digits": gettext_lazy("取数字"),
    "upper": gettext_lazy("改成大写"),
    "lower": gettext_lazy("改成小写"),
    "embedded_001": gettext_lazy("取所连记录的编号"),
}


class Line(NamedTuple):
    """One rule: the element's label, where its values come from, and what is done with them."""

    label: Label | str
    sources: list[str]
    notes: list[str]


class Plain(NamedTuple):
    """`key`: how a record is known again. `fixed`, `fallbacks`: label and texts that no field gives."""

    key: str
    lines: list[Line]
    fixed: list[tuple[Label | str, str]]
    fallbacks: list[tuple[Label | str, str]]


def plain(plan: Mapping[str, Any], labels: Mapping[str, Label]) -> Plain:
    """Of a mapping that compiles; `labels` are those of the elements."""
    return Plain(
        _key(plan),
        [_line(rule, labels) for rule in plan["rules"]],
        _texts(plan.get("constants", {}), labels),
        _texts(plan.get("defaults", {}), labels),
    )


def _key(plan: Mapping[str, Any]) -> str:
    key = plan.get("key")
    if not key:
        return _("用记录自己的编号")
    paths = "、".join(_listed(next(iter(key.values()))))
    if "digest" in key:
        return _("由 %(paths)s 的内容算出，内容一改就是另一条记录") % {"paths": paths}
    words = _("取自 %(paths)s 中第一个不空的") if "、" in paths else _("取自 %(paths)s")
    return words % {"paths": paths}


def _line(rule: Mapping[str, Any], labels: Mapping[str, Label]) -> Line:
    sources = [rule["template"]] if "template" in rule else _listed(rule["from"])
    notes = [note for word, say in _NOTES.items() if rule.get(word) for note in say(rule)]
    return Line(labels.get(rule["to"], rule["to"]), sources, notes)


def _texts(plan: Mapping[str, Any], labels: Mapping[str, Label]) -> list[tuple[Label | str, str]]:
    return [(labels.get(code, code), "、".join(_listed(texts))) for code, texts in plan.items()]


def _listed(found: Any) -> list[str]:
    return [found] if isinstance(found, str) else list(found)


def _one(words: Words, word: str) -> Callable[[Mapping[str, Any]], list[str]]:
    return lambda rule: [str(words) % {"value": rule[word]}]


def _cleaned(rule: Mapping[str, Any]) -> list[str]:
    return [str(CLEANUPS[name]) for name in rule["clean"]]


def _translated(rule: Mapping[str, Any]) -> list[str]:
    said = [_("按对照改写 %(count)s 个词") % {"count": len(rule["values"])}]
    if "otherwise" in rule:
        other = rule["otherwise"]
        said.append(_("其余写作“%(value)s”") % {"value": other} if other else _("其余的不取"))
    return said


def _places(rule: Mapping[str, Any]) -> list[str]:
    start, end = rule["positions"]
    return [_("取第 %(start)s 到 %(end)s 个字符") % {"start": start + 1, "end": end}]


def _required(words: Words, any_: Words, word: str) -> Callable[[Mapping[str, Any]], list[str]]:
    return lambda rule: [
        str(any_ if text == "*" else words) % {"code": code, "text": text} for code, text in rule[word].items()
    ]


def _paired(rule: Mapping[str, Any]) -> list[str]:
    kept = rule["paired"]
    if kept == "keep":
        return []
    return [_("有原文时不取拉丁转写") if kept == "drop" else _("拉丁转写另作 %(value)s") % {"value": kept}]


_NOTES: dict[str, Callable[[Mapping[str, Any]], list[str]]] = {
    "template": lambda _rule: [_("各处都有内容时照此拼成")],
    "fallback": lambda _rule: [_("前面没有取到时才取")],
    "leader": lambda rule: [
        _("头标第 %(place)s 位须是 %(value)s 之一") % {"place": place, "value": value}
        for place, value in rule["leader"].items()
    ],
    "indicators": _one(gettext_lazy("指示符须是 %(value)s"), "indicators"),
    "where": _required(
        gettext_lazy("子字段 $%(code)s 须以“%(text)s”开头"), gettext_lazy("须有子字段 $%(code)s"), "where"
    ),
    "unless": _required(
        gettext_lazy("子字段 $%(code)s 以“%(text)s”开头的不取"), gettext_lazy("有子字段 $%(code)s 的不取"), "unless"
    ),
    "scheme": _one(gettext_lazy("只取类型是 %(value)s 的"), "scheme"),
    "subfields": _one(gettext_lazy("取子字段 %(value)s"), "subfields"),
    "each": lambda _rule: [_("每个子字段各成一个值")],
    "positions": _places,
    "qualified": lambda _rule: [_("前面加上给号机构的代码")],
    "join": _one(gettext_lazy("几段用“%(value)s”连起来"), "join"),
    "split": _one(gettext_lazy("遇到“%(value)s”分成几个值"), "split"),
    "every": _one(gettext_lazy("每 %(value)s 个字符分成一个值"), "every"),
    "clean": _cleaned,
    "values": _translated,
    "prefix": _one(gettext_lazy("前面加“%(value)s”"), "prefix"),
    "lang": _one(gettext_lazy("语种是 %(value)s"), "lang"),
    "limit": _one(gettext_lazy("最多取 %(value)s 个"), "limit"),
    "paired": _paired,
}
