"""The grade of a record: how much of the content can be had (0–4), how well it is described (A–D), and why."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wenmai.formats.values import Value
from wenmai.standards.rules.profiles import Group, Profile, Thresholds
from wenmai.standards.rules.values import Label

FILES = "@files"
FILES_LABEL = Label("文件", "files")
_ANY_OF = {"missing", "no_content", "content_elsewhere", "not_whole"}


class Reason(NamedTuple):
    """One thing that keeps a record from the grade `raises_to`; `labels` name what would help, any of them."""

    code: str
    raises_to: str
    elements: tuple[str, ...]
    labels: tuple[Label, ...]
    short: int = 0

    def __str__(self) -> str:
        return sentence_of_reason(self)


class Grade(NamedTuple):
    """Content tier 0–4 and metadata tier A–D, A best. The thresholds are ours (registry/grades.toml), not a norm.

    The tiers take after the spirit of Europeana's publishing framework; the numbers and the order A–D are ours.
    """

    content: int
    metadata: str
    reasons: tuple[Reason, ...]


def grade(profile: Profile, elements: Mapping[str, Sequence[Value]], has_files: bool) -> Grade:
    """The grade and what would raise each of its two tiers by one. `has_files`: are files of this record kept here?"""
    present = {code for code, values in elements.items() if values}
    licences = elements.get("licence")
    licence = licences[0].text if licences else ""
    if has_files:
        present.add(FILES)
    content, wanting = _content(profile, present, licence)
    metadata, lacking = _metadata(profile, present)
    return Grade(content, metadata, (*wanting, *lacking))


def _content(profile: Profile, present: set[str], licence: str) -> tuple[int, tuple[Reason, ...]]:
    asked = profile.thresholds
    if present.isdisjoint(asked.reach):
        return 0, (_reason(profile, "no_content", "1", asked.reach),)
    if licence in {"", "unknown"}:
        return 1, (_reason(profile, "licence_unknown", "2", ("licence",)),)
    short = _short_of_three(profile, asked, present, licence)
    if short:
        return 2, short
    short = _short_of_four(profile, asked, present, licence)
    return (3, short) if short else (4, ())


def _short_of_three(profile: Profile, asked: Thresholds, present: set[str], licence: str) -> tuple[Reason, ...]:
    reasons = []
    if present.isdisjoint(asked.here):
        reasons.append(_reason(profile, "content_elsewhere", "3", asked.here))
    if licence not in asked.free:
        reasons.append(_reason(profile, "licence_closed", "3", ("licence",)))
    return tuple(reasons)


def _short_of_four(profile: Profile, asked: Thresholds, present: set[str], licence: str) -> tuple[Reason, ...]:
    reasons = []
    if present.isdisjoint(asked.whole):
        reasons.append(_reason(profile, "not_whole", "4", asked.whole))
    reasons += [_reason(profile, "quality_unstated", "4", (code,)) for code in asked.quality if code not in present]
    if licence not in asked.reuse:
        reasons.append(_reason(profile, "licence_no_reuse", "4", ("licence",)))
    return tuple(reasons)


def _metadata(profile: Profile, present: set[str]) -> tuple[str, tuple[Reason, ...]]:
    missing = [
        _reason(profile, "missing", "C", (code, *instead))
        for code, instead in profile.mandatory
        if code not in present and present.isdisjoint(instead)
    ]
    if missing:
        return "D", tuple(missing)
    asked = profile.thresholds
    had = len(profile.recommended.keys() & present)
    bare = [group for group in asked.groups if group.elements.isdisjoint(present)]
    covered = len(asked.groups) - len(bare)
    tier = "C"
    for raised, share, aspects in zip("BA", asked.shares, asked.aspects, strict=True):
        wanted = -(-len(profile.recommended) * share // 100)
        if had < wanted or covered < aspects:
            return tier, _short(profile, present, bare, raised, wanted - had, aspects - covered)
        tier = raised
    return tier, ()


def _short(
    profile: Profile, present: set[str], bare: list[Group], raised: str, elements: int, aspects: int
) -> tuple[Reason, ...]:
    reasons = []
    if elements > 0:
        absent = {code: label for code, label in profile.recommended.items() if code not in present}
        reasons.append(Reason("few_elements", raised, tuple(absent), tuple(absent.values()), elements))
    if aspects > 0:
        named = tuple(group.label for group in bare)
        reasons.append(Reason("few_aspects", raised, tuple(group.code for group in bare), named, aspects))
    return tuple(reasons)


def _reason(profile: Profile, code: str, raised: str, elements: tuple[str, ...]) -> Reason:
    labels = profile.labels
    return Reason(code, raised, elements, tuple([labels.get(e, FILES_LABEL) for e in elements]))


def sentence_of_reason(reason: Reason) -> str:
    """The reason in words, in the language of the request."""
    between = _("或") if reason.code in _ANY_OF else _("、")
    named = between.join(str(label) for label in reason.labels)
    facts = {"elements": named, "tier": reason.raises_to, "count": reason.short}
    sentences = {
        "no_content": _("没有可打开的内容；补上%(elements)s，内容可升到 %(tier)s 级。"),
        "licence_unknown": _("没有写明许可；写明后，内容可升到 %(tier)s 级。"),
        "content_elsewhere": _("内容只在别处；补上%(elements)s，内容可升到 %(tier)s 级。"),
        "licence_closed": _("许可不允许自由阅览，内容停在 2 级。"),
        "not_whole": _("缺%(elements)s；补上后，内容可升到 %(tier)s 级。"),
        "quality_unstated": _("没有写明%(elements)s；补上后，内容可升到 %(tier)s 级。"),
        "licence_no_reuse": _("许可不允许自由再利用，内容停在 3 级。"),
        "missing": _("缺必备元素%(elements)s；必备元素齐了，元数据升到 %(tier)s 级。"),
        "few_elements": ngettext(
            "推荐元素还差 %(count)s 项到 %(tier)s 级，可补：%(elements)s。",
            "推荐元素还差 %(count)s 项到 %(tier)s 级，可补：%(elements)s。",
            reason.short,
        ),
        "few_aspects": _("著录方面还差 %(count)s 个到 %(tier)s 级，可补：%(elements)s。"),
    }
    return sentences[reason.code] % facts
