"""schema.org for search engines, as JSON-LD that is safe inside a script element."""

import json
from collections.abc import Mapping, Sequence

from django.utils.safestring import SafeString, mark_safe

_TYPES = {
    "text": "CreativeWork",
    "image": "ImageObject",
    "audio": "AudioObject",
    "video": "VideoObject",
    "ebook": "Book",
    "ancient_book": "Book",
    "serial": "Periodical",
    "database": "Dataset",
    "activity": "Event",
}
_LICENCES = {
    "public_domain": "https://creativecommons.org/publicdomain/mark/1.0/",
    "cc_by": "https://creativecommons.org/licenses/by/4.0/",
    "cc_by_sa": "https://creativecommons.org/licenses/by-sa/4.0/",
    "cc_by_nc": "https://creativecommons.org/licenses/by-nc/4.0/",
}
_OPEN = ("public_domain", "cc_by", "cc_by_sa", "cc_by_nc", "free_use")
_ESCAPED = str.maketrans({"<": "\\u003C", ">": "\\u003E", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})


def json_ld(
    *,
    type_code: str,
    address: str,
    identifier: str,
    holder: str,
    licence: str,
    elements: Mapping[str, Sequence[str]],
    pictures: Sequence[str] = (),
) -> SafeString:
    """Elements as texts by name; pictures as absolute addresses."""
    described: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": _TYPES.get(type_code, "CreativeWork"),
        "@id": address,
        "url": address,
        "identifier": identifier,
        "name": _one(elements.get("title", ())),
        "alternateName": _one(elements.get("alternative", ())),
        "author": [{"@type": "Person", "name": name} for name in elements.get("creator", ())],
        "about": _one(elements.get("subject", ())),
        "description": _one(elements.get("description", ())),
        "inLanguage": _one(elements.get("language", ())),
        "temporalCoverage": _one(elements.get("temporal", ())),
        "isPartOf": [{"@type": "CreativeWork", "name": name} for name in elements.get("part_of", ())],
        "license": _LICENCES.get(licence, ""),
        "isAccessibleForFree": True if licence in _OPEN else None,
        "provider": {"@type": "Organization", "name": holder} if holder else None,
        "image": list(pictures),
    }
    kept = {name: value for name, value in described.items() if value not in (None, "", [], ())}
    return mark_safe(json.dumps(kept, ensure_ascii=False).translate(_ESCAPED))  # noqa: S308 - no <, > or & is left


def _one(values: Sequence[str]) -> object:
    return values[0] if len(values) == 1 else list(values)
