"""docs/reference/profiles.md, written from the registry's files so that it cannot fall behind them."""

from collections.abc import Iterator
from itertools import zip_longest

from wenmai.standards.files import Registry
from wenmai.standards.rules.changes import changes
from wenmai.standards.rules.profiles import Element, Obligation, Profile
from wenmai.standards.rules.values import Vocabulary

_OBLIGATIONS = {
    Obligation.MANDATORY: "必备 mandatory",
    Obligation.RECOMMENDED: "推荐 recommended",
    Obligation.OPTIONAL: "可选 optional",
}


def profiles_reference(registry: Registry) -> str:
    """The whole document, Markdown."""
    return "\n".join(_lines(registry)) + "\n"


def _lines(registry: Registry) -> Iterator[str]:
    yield "# 元数据规范 Metadata profiles"
    yield ""
    yield "本页由 `wenmai standards export` 从 `wenmai/standards/registry/` 的文件生成，请改文件，不改本页。"
    yield "This page is written by `wenmai standards export` from the files under `wenmai/standards/registry/`."
    yield ""
    yield "全部是本系统默认，不是国家标准。All of it is our default, none of it a national standard."
    core = registry.profiles["core"]
    for versions in [core, *(v for code, v in sorted(registry.profiles.items()) if code != "core")]:
        # the newest first; each with what it changed in the one that follows it in this list
        for profile, previous in zip_longest(versions.values(), list(versions.values())[1:]):
            yield from _profile(profile, previous)
    yield ""
    yield "## 词表 Vocabularies"
    yield ""
    yield "| 代码 | 名称 | 依据 | 用词 |"
    yield "|---|---|---|---|"
    for vocabulary in registry.vocabularies.values():
        yield _vocabulary(vocabulary)


def _profile(profile: Profile, previous: Profile | None) -> Iterator[str]:
    yield ""
    yield f"## {profile.title.zh} {profile.title.en} · `{profile.code}` {profile.version}"
    yield ""
    yield f"{profile.introduction.zh} {profile.introduction.en}"
    plan = [f"{stage} {day}" for stage, day in zip(("公布", "可选用", "必须"), profile.plan, strict=True) if day]
    yield ""
    yield f"默认启用 Activation: {'，'.join(plan) or '未定'}。"
    yield ""
    if previous:
        yield f"{profile.reason.zh} {profile.reason.en}"
        yield ""
        told = "、".join(f"`{change.element.code}` {change.facet}" for change in changes(previous, profile))
        yield f"比 {previous.version} 版 Compared with {previous.version}: {told or '—'}."
        yield ""
    elements = [e for e in profile.elements if profile.code == "core" or not e.core]
    changed = [e for e in profile.elements if e.core and profile.code != "core"]
    if changed:
        kinds = {
            kind: "、".join(f"`{e.code}`" for e in changed if e.obligation is kind)
            for kind in (Obligation.MANDATORY, Obligation.RECOMMENDED)
        }
        yield (
            "公共核心元素之中 Of the core: " + "；".join(f"{_OBLIGATIONS[k]} {v}" for k, v in kinds.items() if v) + "。"
        )
        yield ""
    if elements:
        yield "| 元素 | 名称 | 义务 | 可重复 | 取值 | DC | MARC21 | CNMARC |"
        yield "|---|---|---|---|---|---|---|---|"
        yield from (_element(element) for element in elements)


def _element(element: Element) -> str:
    taken = element.form or "文字"
    if element.vocabulary:
        taken = f"词表 {element.vocabulary}" + ("" if element.closed else "（推荐）")
    instead = f"，或 {'、'.join(element.instead)}" if element.instead else ""
    cells = (
        f"`{element.code}`",
        f"{element.label.zh} {element.label.en}",
        _OBLIGATIONS[element.obligation] + instead,
        "是" if element.repeatable else "否",
        taken,
        element.mapped.dc,
        " ".join(element.mapped.marc21),
        " ".join(element.mapped.cnmarc),
    )
    return f"| {' | '.join(cells)} |"


def _vocabulary(vocabulary: Vocabulary) -> str:
    words = "、".join(label.zh for label in list(vocabulary.terms.values())[:12])
    more = f" …（共 {len(vocabulary.terms)}）" if len(vocabulary.terms) > 12 else ""
    verification = vocabulary.verification
    return (
        f"| `{vocabulary.code}` | {vocabulary.title.zh} {vocabulary.title.en} "
        f"| [{verification.evidence}] {verification.source.zh} | {words}{more} |"
    )
