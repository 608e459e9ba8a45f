"""The page of a record: what the catalogue, the registry, the files and the usage counts say of it."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from wenmai.catalogue import queries as catalogue
from wenmai.formats.values import Elements, Value
from wenmai.portal import rules
from wenmai.portal.queries import pools
from wenmai.portal.queries.files import languages, pictures, spoken
from wenmai.portal.queries.hits import kin, language, related
from wenmai.portal.queries.pools import EVERYTHING, Pool
from wenmai.portal.queries.readings import Set, reading
from wenmai.portal.queries.structured import address, structured
from wenmai.portal.queries.words import EXPORTS, LICENCE_WORDS, OPEN_LICENCES, WORK_RULES, term
from wenmai.portal.values import Citation, Fact, Grade, Licence, Line, Link, Origin, Raw, RecordPage, Version
from wenmai.standards import queries as standards
from wenmai.usage import queries as usage

SAME_CREATOR = 6
COUNTED = dt.timedelta(days=30)
RAW_SHOWN = 40_000
UNSEEN = ("text", "whole_key", "part_key", "part_position", "other_key")
"""Read on the page itself, or followed as links, not in the list of facts."""
TWICE = ("creator", "contributor", "publisher", "publication_place")
"""Where MARC21 gives the original script and its Latin form for one and the same."""


class Pages(NamedTuple):
    """A record as the catalogue gives it, and as the page shows it."""

    page: RecordPage
    organisation_id: int


def record(record_id: int, today: dt.date, setting: Set, pool: Pool = EVERYTHING) -> Pages | None:
    """None when the record is not visible. What it leads to is in the pool as well."""
    found = catalogue.record_page(record_id)
    if found is None:
        return None
    found, by_creator = _within(pool, found)
    url = reverse("portal:record", args=[found.id])
    licence = _first(found.elements, "licence") or "unknown"
    since = today - COUNTED
    cited = _source(found)
    files = pictures(found.attachments, setting.captions)
    setting = setting if setting.captions in languages(files) else setting._replace(captions="")
    page = RecordPage(
        key=str(found.id),
        url=url,
        title=found.title,
        type_code=found.type,
        type_label=term("type", found.type),
        lang=language(_first(found.elements, "language")),
        creators=[Link(name, rules.Asked(text=name).address(reverse("portal:search"))) for name in found.creators],
        period=_first(found.elements, "temporal"),
        crumbs=_crumbs(found),
        reading=reading("\n\n".join(value.text for value in found.elements.get("text", ())), setting, url),
        files=files,
        spoken=spoken(files, setting, url),
        facts=facts(found.elements, found.type),
        identifier=found.identifier,
        identifier_url=cited.address if found.identifier else "",
        citation=_citation(cited, today),
        licence=_licence(licence),
        grade=_grade(found),
        exports=exports(found.id),
        origin=_origin(found),
        editions=kin(found.siblings, str(WORK_RULES.get(found.rule, ""))),
        wholes=related(found.wholes),
        parts=related(found.parts),
        part_count=found.part_count,
        by_creator=kin(by_creator),
        opened_count=usage.counts("record", [found.id], since)[str(found.id)].get("record.open", 0),
        opened_since=since,
        structured=structured(found, cited, licence, files),
    )
    return Pages(page, found.organisation_id)


def _within(pool: Pool, found: catalogue.RecordPage) -> tuple[catalogue.RecordPage, list[catalogue.Card]]:
    """The record without what lies outside the pool, and what else its creator has in it: one question for all."""
    others = catalogue.of_creator("；".join(found.creators[:3]), found.id, SAME_CREATOR)
    if not pool:
        return found, others
    near = [one.id for one in (*others, *found.siblings)] + [one.id for one in (*found.wholes, *found.parts)]
    kept = pools.inside(pool, near)
    parts = [one for one in found.parts if one.id in kept]
    found = replace(
        found, siblings=[one for one in found.siblings if one.id in kept], parts=parts, part_count=len(parts),
        wholes=[one for one in found.wholes if one.id in kept],
    )  # fmt: skip
    return found, [one for one in others if one.id in kept]


def _grade(found: catalogue.RecordPage) -> Grade:
    by = found.graded_by
    page = Link(f"{by.title} {by.version}", reverse("standards:profile_version", args=[by.code, by.version]))
    return Grade(found.grade.content, found.grade.metadata, [str(reason) for reason in found.grade.reasons], page)


def _licence(code: str) -> Licence:
    return Licence(code, term("licence", code), str(LICENCE_WORDS.get(code, "")), code in OPEN_LICENCES)


def _citation(cited: rules.Source, today: dt.date) -> Citation:
    bibtex, ris, csl = (reverse("portal:cite", args=[int(cited.key), form]) for form in ("bib", "ris", "csl"))
    return Citation(rules.gbt7714(cited, today), bibtex, ris, csl, rules.embedded(cited))


def exports(record_id: int) -> list[Link]:
    """In what formats the record can be taken away."""
    kept = [Link(str(label), reverse("portal:export", args=[record_id, form])) for form, label in EXPORTS.items()]
    return [*kept, Link("JSON", reverse("api:record", args=[record_id]) + "?format=json")]


def _origin(found: catalogue.RecordPage) -> Origin | None:
    """None when the version shown is not among the newest that the catalogue lists."""
    shown = next((version for version in found.versions if version.shown), None)
    if shown is None:
        return None
    return Origin(
        institution=Link(found.organisation_name, reverse("portal:institution", args=[found.organisation_id])),
        feed=found.feed_name,
        received_at=found.arrived_at,
        changed_at=found.changed_at,
        format=shown.format,
        raw_hash=shown.raw_hash,
        raw_url=reverse("portal:raw", args=[found.id]),
        versions=[Version(one.number, one.created_at, one.format, one.shown) for one in found.versions],
    )


def _source(found: catalogue.RecordPage) -> rules.Source:
    """The record as something to be cited."""
    elements = {code: _texts(code, values) for code, values in found.elements.items()}
    if kinds := elements.get("edition_type"):
        elements["edition_type"] = [term("edition_type", kind) for kind in kinds]
    return rules.Source(
        key=str(found.id),
        type=found.type,
        title=found.title,
        holder=found.organisation_name,
        address=address(found.id, found.identifier),
        identifier=found.identifier,
        elements=elements,
        has_files=bool(found.attachments),
    )


def _texts(code: str, values: Sequence[Value]) -> list[str]:
    """Of names in two scripts those of the work's own: one person, place or publisher is not two."""
    own = [value.text for value in values if not value.lang.endswith("-Latn")] if code in TWICE else []
    return own or [value.text for value in values]


def source(record_id: int) -> rules.Source | None:
    found = catalogue.record_page(record_id)
    return _source(found) if found else None


def facts(elements: Elements, type_code: str) -> list[Fact]:
    """Every value of every element that any version of the profile knows, in the order of the newest; then the others.

    A version that is only announced names its new elements already.
    """
    newest = standards.newest(type_code)
    known = [element.code for element in newest.elements]
    others = standards.element_labels()
    found = []
    for code in [*known, *(code for code in elements if code not in known)]:
        values = elements.get(code, ())
        if values and code not in UNSEEN:
            label = newest.labels.get(code) or others.get(code)
            found.append(Fact(code, str(label) if label else code, [_line(code, value) for value in values]))
    return found


def _line(code: str, value: Value) -> Line:
    vocabulary = code if code in ("type", "licence", "theme", "language", "audience") else ""
    return Line(
        term(vocabulary, value.text) if vocabulary else value.text, value.source, _linked(value.text), value.lang
    )


def _linked(text: str) -> str:
    return text if text.startswith(("http://", "https://")) and " " not in text else ""


def _crumbs(found: catalogue.RecordPage) -> list[Link]:
    base = reverse("portal:search")
    kind = rules.Asked(filters={"type": (found.type,)})
    part = _first(found.elements, "part_of")
    crumbs = [Link(_("总目录"), base), Link(term("type", found.type), kind.address(base))]
    return crumbs + ([Link(part, rules.Asked(text=part).address(base))] if part else [])


def _first(elements: Elements, name: str) -> str:
    values = elements.get(name, ())
    return values[0].text if values else ""


def raw(record_id: int) -> tuple[Raw, bytes] | None:
    """The native record of the version shown: as a page, and as the bytes that came."""
    found, kept = catalogue.record_page(record_id), catalogue.raw(record_id)
    if found is None or kept is None:
        return None
    body, form = kept
    url = reverse("portal:record", args=[found.id])
    text = rules.legible(body[:RAW_SHOWN], cut=len(body) > RAW_SHOWN)
    here = reverse("portal:raw", args=[found.id])
    page = Raw(
        found.title,
        url,
        f"{here}?as=bytes",
        form,
        len(body),
        found.changed_at,
        text,
        hashlib.sha256(body).hexdigest(),
        len(body) > RAW_SHOWN,
    )
    return page, body
