"""A profile as JSON Schema, draft 2020-12, and a record in the shape that the schema describes."""

from collections.abc import Mapping, Sequence
from typing import Any

from wenmai.formats.values import Value
from wenmai.standards.rules.forms import FORMS
from wenmai.standards.rules.profiles import Element, Obligation, Profile
from wenmai.standards.rules.values import Vocabulary

DRAFT = "https://json-schema.org/draft/2020-12/schema"
Json = dict[str, Any]


def as_json(elements: Mapping[str, Sequence[Value]]) -> Json:
    """A record as the schema describes it: each element a list of `{text, source, lang}`, empty parts left out."""
    return {
        code: [_value(text, source, lang) for text, source, lang in values]
        for code, values in elements.items()
        if values
    }


def _value(text: str, source: str, lang: str) -> Json:
    value: Json = {"text": text}
    if source:
        value["source"] = source
    if lang:
        value["lang"] = lang
    return value


def schema(profile: Profile, vocabularies: Mapping[str, Vocabulary]) -> Json:
    """The profile's breaking rules, as `check` has them at the stage mandatory; what only warns is told as `examples`.

    Titles and descriptions are Chinese with the English in `$comment`. The `$id` is a name, not an address, so that a
    schema means the same at every node.
    """
    required = [e.code for e in profile.elements if e.obligation is Obligation.MANDATORY and not e.instead]
    choices = [
        {"anyOf": [{"required": [code]} for code in (e.code, *e.instead)]}
        for e in profile.elements
        if e.obligation is Obligation.MANDATORY and e.instead
    ]
    document: Json = {
        "$schema": DRAFT,
        "$id": f"urn:wenmai:profile:{profile.code}:{profile.version}",
        "title": profile.title.zh,
        "description": profile.introduction.zh,
        "$comment": f"{profile.title.en}. {profile.introduction.en}",
        "type": "object",
        "properties": {element.code: _property(element, vocabularies) for element in profile.elements},
        "required": required,
        "$defs": {"value": _VALUE},
    }
    if choices:
        document["allOf"] = choices
    return document


_VALUE: Json = {
    "type": "object",
    "properties": {
        "text": {"type": "string", "minLength": 1, "pattern": r"\S"},
        "source": {"type": "string", "$comment": "path of the value in the native record"},
        "lang": {"type": "string", "$comment": "BCP 47 tag"},
    },
    "required": ["text"],
    "additionalProperties": False,
}


def _property(element: Element, vocabularies: Mapping[str, Vocabulary]) -> Json:
    text: Json = {"maxLength": element.limit}
    if element.vocabulary:
        codes = list(vocabularies[element.vocabulary].terms)
        text["enum" if element.closed else "examples"] = codes
    elif element.form and (form := FORMS[element.form]).otherwise == "malformed":
        text["pattern"] = form.pattern
    described: Json = {
        "title": element.label.zh,
        "description": element.definition.zh,
        "$comment": f"{element.label.en}. {element.definition.en}",
        "type": "array",
        "minItems": 1,
        "items": {"$ref": "#/$defs/value", "properties": {"text": text}},
    }
    if not element.repeatable:
        described["maxItems"] = 1
    return described
