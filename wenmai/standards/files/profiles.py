"""profiles/<code>/<version>.toml and grades.toml: elements, what they inherit from the core, what a grade asks for."""

from collections.abc import Mapping
from dataclasses import replace

from wenmai.standards.files.sheets import Sheet
from wenmai.standards.rules.forms import FORMS
from wenmai.standards.rules.grades import FILES
from wenmai.standards.rules.profiles import Element, Group, Mapped, Obligation, Profile, Thresholds, compiled
from wenmai.standards.rules.values import Evidence, Vocabulary

DEFAULT_LIMIT = 4000
_LISTS = ("reach", "here", "whole", "quality", "free", "reuse")
_OWN = ("reach", "here", "whole", "quality")  # a profile may ask for other elements, not for other licences


def read_thresholds(sheet: Sheet, vocabularies: Mapping[str, Vocabulary]) -> Thresholds:
    """grades.toml: the defaults that every profile starts from."""
    if sheet.choice("evidence", Evidence) is not Evidence.OURS:
        raise sheet.fault("evidence must be P: the thresholds are ours")
    content, metadata = sheet.table("content"), sheet.table("metadata")
    lists = {name: content.words(name) for name in _LISTS}
    shares, aspects = metadata.numbers("shares", 2), metadata.numbers("aspects", 2)
    if shares[0] > shares[1] or aspects[0] > aspects[1] or not 0 <= shares[0] <= shares[1] <= 100:
        raise metadata.fault("tier A must ask for no less than tier B, shares are percent")
    groups = []
    for aspect in metadata.tables("aspect"):
        groups.append(Group(aspect.code("code"), aspect.label("label"), frozenset(aspect.words("elements"))))
        aspect.close()
    licences = vocabularies["licence"].terms if "licence" in vocabularies else {}
    for name in (*lists["free"], *lists["reuse"]):
        if name not in licences:
            raise content.fault(f"“{name}” is no licence of the vocabulary")
    if aspects[1] > len(groups):
        raise metadata.fault("tier A asks for more aspects than there are")
    for table in (content, metadata, sheet):
        table.close()
    return Thresholds(**lists, shares=(shares[0], shares[1]), aspects=(aspects[0], aspects[1]), groups=tuple(groups))


def read_profile(
    sheet: Sheet,
    defaults: Thresholds,
    vocabularies: Mapping[str, Vocabulary],
    cores: Mapping[str, Profile],
) -> Profile:
    """One profile; `cores` are the profiles that `extends` may name, as `core/1.0`."""
    code, version = sheet.code("code"), sheet.version("version")
    base = _base(sheet, cores)
    elements = {element.code: element for element in base}
    for name, change in sheet.table("change", {}).entries():
        if name not in elements:
            raise change.fault("changes an element that the core does not have")
        elements[name] = replace(elements[name], obligation=change.choice("obligation", Obligation))
        change.close()
    for table in sheet.tables("element", []):
        element = _read_element(table, vocabularies, core=not base)
        if element.code in elements:
            raise table.fault("is there twice")
        elements[element.code] = element
    profile = compiled(
        code=code,
        version=version,
        title=sheet.label("title"),
        introduction=sheet.label("introduction"),
        verification=sheet.verification(),
        plan=sheet.plan(),
        reason=sheet.label("reason", ""),
        elements=tuple(elements.values()),
        thresholds=_read_grade(sheet, defaults),
        vocabularies=vocabularies,
    )
    sheet.close()
    _refuse_strangers(sheet, profile)
    return profile


def _base(sheet: Sheet, cores: Mapping[str, Profile]) -> tuple[Element, ...]:
    name = sheet.text("extends", "")
    if not name:
        return ()
    if name not in cores:
        raise sheet.fault(f"extends “{name}”, which is not there")
    return cores[name].elements


def _read_element(table: Sheet, vocabularies: Mapping[str, Vocabulary], *, core: bool) -> Element:
    vocabulary, closed = "", False
    if table.has("vocabulary"):
        inner = table.table("vocabulary")
        vocabulary, closed = inner.code("code"), inner.flag("closed")
        inner.close()
        if vocabulary not in vocabularies:
            raise table.fault(f"vocabulary “{vocabulary}” is not there")
    form = table.text("form", "")
    if form and form not in FORMS:
        raise table.fault(f"form “{form}” must be one of {', '.join(sorted(FORMS))}")
    if form and vocabulary:
        raise table.fault("has a form and a vocabulary: choose one")
    element = Element(
        code=table.code("code"),
        label=table.label("label"),
        definition=table.label("definition"),
        obligation=table.choice("obligation", Obligation),
        repeatable=table.flag("repeatable"),
        vocabulary=vocabulary,
        closed=closed,
        form=form,
        instead=table.words("instead", []),
        limit=table.number("limit", DEFAULT_LIMIT),
        mapped=Mapped(table.text("dc", ""), table.words("marc21", []), table.words("cnmarc", [])),
        core=core,
    )
    table.close()
    return element


def _read_grade(sheet: Sheet, defaults: Thresholds) -> Thresholds:
    table = sheet.table("grade", {})
    reach, here, whole, quality = (table.words(name, list(getattr(defaults, name))) for name in _OWN)
    table.close()
    return defaults._replace(reach=reach, here=here, whole=whole, quality=quality)


def _refuse_strangers(sheet: Sheet, profile: Profile) -> None:
    """Names in the profile that nothing answers to: they would make a rule that never holds."""
    known = profile.labels.keys() | {FILES}
    asked = profile.thresholds
    for name in (*asked.reach, *asked.here, *asked.whole, *asked.quality):
        if name not in known:
            raise sheet.fault(f"grade: “{name}” is no element of the profile")
    for element in profile.elements:
        for name in element.instead:
            if name not in known:
                raise sheet.fault(f"element {element.code}: instead “{name}” is no element of the profile")
