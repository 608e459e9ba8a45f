import dataclasses

import pytest

from wenmai.standards import files, rules
from wenmai.standards.rules import Facet
from wenmai.standards.rules.checks import BREAKING
from wenmai.standards.rules.profiles import Obligation, Profile
from wenmai.standards.tests.records import POEM

VERSIONS = files.registry().profiles
TEXT = VERSIONS["text"]["1.0"]


def with_element(profile: Profile, code: str, **values: object) -> Profile:
    elements = tuple(
        dataclasses.replace(one, **values) if one.code == code else one  # type: ignore[arg-type]
        for one in profile.elements
    )
    return dataclasses.replace(profile, elements=elements)


def told(older: Profile, newer: Profile) -> list[tuple[str, Facet, bool]]:
    return [(change.element.code, change.facet, change.stricter) for change in rules.changes(older, newer)]


@pytest.mark.parametrize(
    ("code", "number", "added"),
    [
        ("text", 1, ["verse_form", "tune", "first_line", "annotation"]),
        ("ancient_book", 1, ["page_layout", "prefaces", "condition"]),
        *((code, 2, ["publication_place"]) for code in ("text", "ancient_book")),
        *((code, 1, ["publication_place"]) for code in ("core", "audio", "database", "ebook", "image")),
        *((code, 1, ["publication_place"]) for code in ("serial", "video")),
    ],
)
def test_the_later_versions_only_add_what_may_be_left_out(code: str, number: int, added: list[str]) -> None:
    older, newer = VERSIONS[code][f"1.{number - 1}"], VERSIONS[code][f"1.{number}"]
    assert told(older, newer) == [(element, Facet.ADDED, False) for element in added]
    assert newer.reason.zh
    assert newer.reason.en


def test_a_record_of_the_older_version_follows_the_newer_one() -> None:
    assert not [p for p in rules.check(VERSIONS["text"]["1.1"], POEM) if p.code in BREAKING]


@pytest.mark.parametrize(
    ("code", "values", "facet", "stricter"),
    [
        ("creator", {"obligation": Obligation.MANDATORY}, Facet.OBLIGATION, True),
        ("title", {"obligation": Obligation.OPTIONAL}, Facet.OBLIGATION, False),
        ("rights", {"instead": ()}, Facet.INSTEAD, True),
        ("creator", {"repeatable": False}, Facet.REPEATABLE, True),
        ("type", {"repeatable": True}, Facet.REPEATABLE, False),
        ("licence", {"vocabulary": "", "closed": False}, Facet.VALUES, False),
        ("creator", {"form": "date"}, Facet.VALUES, True),
        ("title", {"limit": 10}, Facet.LIMIT, True),
        ("title", {"limit": 9999}, Facet.LIMIT, False),
    ],
)
def test_each_side_of_an_element_is_compared(
    code: str, values: dict[str, object], facet: Facet, stricter: bool
) -> None:
    changed = with_element(TEXT, code, **values)
    assert told(TEXT, changed) == [(code, facet, stricter)]
    assert told(TEXT, TEXT) == []


def test_what_is_gone_is_told_last() -> None:
    shorter = dataclasses.replace(TEXT, elements=TEXT.elements[1:])
    assert told(TEXT, shorter) == [(TEXT.elements[0].code, Facet.REMOVED, False)]
