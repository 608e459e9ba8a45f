"""schema.org for search engines, as JSON-LD that is safe inside a script element."""

import json
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.utils.safestring import SafeString, mark_safe

from wenmai.portal.rules.citations.source import Name, Source
from wenmai.standards.rules import parse_years

PARTS_TOLD = 50
_TYPES = {
    "text": "CreativeWork",
    "image": "ImageObject",
    "audio": "AudioObject",
    "video": "VideoObject",
    "ebook": "Book",
    "ancient_book": "Book",
    "database": "Dataset",
    "activity": "Event",
}
_SERIALS = {
    "periodical": "Periodical",
    "article-journal": "ScholarlyArticle",
    "article-newspaper": "NewsArticle",
}
_HOSTS = {"chapter": "Book", "article-journal": "Periodical", "article-newspaper": "Newspaper"}
_MEDIA = {"image": "ImageObject", "audio": "AudioObject", "video": "VideoObject"}
_FILES = {**_MEDIA, "ebook": "MediaObject", "pdf": "MediaObject"}
LICENCES = {
    "public_domain": "https://creativecommons.org/publicdomain/mark/1.0/",
    "cc_by": "https://creativecommons.org/licenses/by/4.0/",
    "cc_by_sa": "https://creativecommons.org/licenses/by-sa/4.0/",
    "cc_by_nc": "https://creativecommons.org/licenses/by-nc/4.0/",
}
_OPEN = ("public_domain", "cc_by", "cc_by_sa", "cc_by_nc", "free_use")
_WORDLESS = {"zxx", "und", "mul"}
_BODIES = re.compile(r"(?:[馆局社部厅团校站所会院]|公司|大学|中心|集团|程序|文工团|编辑部|委员会)\Z")
_MOMENT = re.compile(r"\A\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)?)?\Z")
_CLOCK = re.compile(r"\A(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})\Z")
_LAST = 9999
_ESCAPED = str.maketrans({"<": "\\u003C", ">": "\\u003E", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})

Told = dict[str, Any]


class File(NamedTuple):
    """An attached file; addresses are absolute, milliseconds 0 when unknown. `transcript`: what is said in it."""

    kind: str
    url: str
    media_type: str
    size: int
    width: int = 0
    height: int = 0
    duration_ms: int = 0
    thumbnail: str = ""
    captions: Sequence[tuple[str, str]] = ()
    transcript: str = ""


class Context(NamedTuple):
    """What stands around a record: its holder's page, its licence, when it came in (ISO 8601), wholes and parts as
    (address, title)."""

    licence: str
    provider_url: str
    arrived: str
    site: str
    site_url: str
    files: Sequence[File] = ()
    wholes: Sequence[tuple[str, str]] = ()
    parts: Sequence[tuple[str, str]] = ()


def json_ld(source: Source, around: Context) -> SafeString:
    kind = type_of(source)
    told = {
        "@context": "https://schema.org",
        "@type": kind,
        "@id": source.address,
        "url": source.address,
        "name": source.title,
        "alternateName": _one(_texts(source, "alternative")),
        "description": _one(_texts(source, "description")),
        "identifier": _identifiers(source),
        "keywords": _one(_texts(source, "subject")),
        "image": _one([one.thumbnail for one in around.files if one.thumbnail]),
    }
    if kind == "Event":
        told |= _event(source)
    else:
        told |= _work(source, kind, around)
        told |= _OF_TYPE.get(kind, _nothing)(source, around)
        told |= _files(kind, source, around)
    kept = {name: value for name, value in told.items() if value not in (None, "", [], ())}
    return mark_safe(json.dumps(kept, ensure_ascii=False).translate(_ESCAPED))  # noqa: S308 - no <, > or & is left


def type_of(source: Source) -> str:
    if source.type != "serial":
        return _TYPES.get(source.type, "CreativeWork")
    whole = "Newspaper" if source.shape.mark == "N" else "Periodical"
    return whole if source.shape.csl == "periodical" else _SERIALS[source.shape.csl]


def _work(source: Source, kind: str, around: Context) -> Told:
    licence = around.licence
    published = bool(source.first("publisher")) or kind in {"Book", "ScholarlyArticle", "NewsArticle"}
    return {
        "creator" if kind in _MEDIA.values() else "author": [_agent(name) for name in source.names],
        "contributor": [_agent(Name(name)) for name in _texts(source, "contributor")],
        "inLanguage": _one([code for code in _texts(source, "language") if code not in _WORDLESS]),
        "datePublished" if published else "dateCreated": edtf(source.date),
        "temporalCoverage": _one([when for text in _texts(source, "temporal") for when in (text, edtf(text)) if when]),
        "spatialCoverage": [{"@type": "Place", "name": name} for name in _texts(source, "spatial")],
        "genre": _one(_texts(source, "verse_form")),
        "license": LICENCES.get(licence, ""),
        "isAccessibleForFree": True if licence in _OPEN else None,
        "provider": _body(source.holder, around.provider_url),
        "publisher": _body(source.first("publisher")),
        "isPartOf": _wholes(source, around),
        "hasPart": [
            {"@type": "CreativeWork", "@id": url, "name": title} for url, title in around.parts[:PARTS_TOLD]
        ],
    }  # fmt: skip


def _wholes(source: Source, around: Context) -> list[Told]:
    kind = _HOSTS.get(source.shape.csl, "CreativeWork")
    named = [name for name in _texts(source, "part_of") if name != source.title]
    linked = [{"@type": kind, "@id": url, "name": title} for url, title in around.wholes]
    return linked or [{"@type": kind, "name": name} for name in named]


def _nothing(source: Source, around: Context) -> Told:
    return {}


def _book(source: Source, around: Context) -> Told:
    digital = source.type == "ebook"
    return {
        "bookFormat": "https://schema.org/EBook" if digital else "",
        "bookEdition": source.edition,
        "isbn": _one(_texts(source, "isbn")),
    }


def _periodical(source: Source, around: Context) -> Told:
    return {"issn": _one(_texts(source, "issn"))}


def _dataset(source: Source, around: Context) -> Told:
    links = [url for url in _texts(source, "link") if url.startswith(("https://", "http://"))]
    return {
        "includedInDataCatalog": {"@type": "DataCatalog", "name": around.site, "url": around.site_url},
        "sameAs": _one(links),
        "conditionsOfAccess": _one(_texts(source, "access_method")),
    }


_OF_TYPE = {"Book": _book, "Periodical": _periodical, "Newspaper": _periodical, "Dataset": _dataset}


def _event(source: Source) -> Told:
    organisers = _texts(source, "organiser") or [source.holder]
    return {
        "startDate": _moment(source.first("starts")),
        "endDate": _moment(source.first("ends")),
        "location": [{"@type": "Place", "name": name, "address": name} for name in _texts(source, "venue")],
        "organizer": [_body(name) for name in organisers if name],
        "performer": [_agent(name) for name in source.names if name.text not in organisers],
        "inLanguage": _one([code for code in _texts(source, "language") if code not in _WORDLESS]),
    }


def _files(kind: str, source: Source, around: Context) -> Told:
    """The file of a picture, recording or film stands in the record itself, others beside it."""
    if kind in _MEDIA.values():
        own = next((one for one in around.files if _MEDIA.get(one.kind) == kind), None)
        rest = [one for one in around.files if one is not own]
        told = {**_file(own), "uploadDate": around.arrived} if own else {"duration": _duration(source)}
        # where a film gives no still, a picture beside it stands for it
        told["thumbnailUrl"] = next((one.thumbnail for one in (own, *rest) if one and one.thumbnail), "")
        told["creditText"] = source.holder if kind == "ImageObject" else ""
        return told | {"associatedMedia": [_media(one) for one in rest]}
    name = "distribution" if kind == "Dataset" else "encoding"
    return {name: [_media(one, "DataDownload" if kind == "Dataset" else "") for one in around.files]}


def _media(file: File, kind: str = "") -> Told:
    told = {"@type": kind or _FILES.get(file.kind, "MediaObject"), **_file(file)}
    return {name: value for name, value in told.items() if value}


def _file(file: File) -> Told:
    return {
        "contentUrl": file.url,
        "encodingFormat": file.media_type,
        "contentSize": f"{file.size} B" if file.size else "",
        "width": file.width or None,
        "height": file.height or None,
        "duration": f"PT{max(1, round(file.duration_ms / 1000))}S" if file.duration_ms else "",
        "thumbnailUrl": file.thumbnail,
        "caption": [
            {"@type": "MediaObject", "contentUrl": url, "encodingFormat": "text/vtt", "inLanguage": language}
            for url, language in file.captions
        ],
        "transcript": file.transcript,
    }


def _duration(source: Source) -> str:
    found = _CLOCK.match(source.first("duration"))
    if not found:
        return ""
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return f"PT{hours * 3600 + minutes * 60 + seconds}S"


def edtf(text: str) -> str:
    """A date in EDTF (ISO 8601-2): 1881, 2026-05-01, 0618/0907, 1983/.., -0220; empty for what no year can be read of.

    Years before our era are counted as ISO does, with a year 0.
    """
    if re.fullmatch(r"\d{4}(?:-\d\d(?:-\d\d)?)?", text.strip()):
        return text.strip()
    years = parse_years(text) if text else None
    if years is None:
        return ""
    first, last = (".." if year >= _LAST else _written(year) for year in years)
    return first if first == last else f"{first}/{last}"


def _written(year: int) -> str:
    year += year < 0
    return f"-{-year:04d}" if year < 0 else f"{year:04d}"


def _moment(text: str) -> str:
    return text if _MOMENT.match(text) else edtf(text)


def _identifiers(source: Source) -> object:
    return {"@type": "PropertyValue", "value": source.identifier, "url": source.address} if source.identifier else None


def _agent(name: Name) -> Told:
    return {"@type": "Organization" if _BODIES.search(name.text) else "Person", "name": name.text}


def _body(name: str, url: str = "") -> Told | None:
    told = {"@type": "Organization", "name": name, "url": url}
    return {key: value for key, value in told.items() if value} if name else None


def _texts(source: Source, name: str) -> Sequence[str]:
    return source.elements.get(name, ())


def _one(values: Sequence[str]) -> object:
    return values[0] if len(values) == 1 else list(values)
