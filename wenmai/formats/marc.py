"""What a MARC record is, whichever way it was written down."""

from dataclasses import dataclass
from typing import NamedTuple


class Field(NamedTuple):
    """A field. Control fields have `value`, data fields have `subfields` of (code, text).

    number    the how-manieth field of its tag this is, from 1
    link      tag and occurrence that subfield 6 names, as `245-01`; empty when it names none
    script    script of an 880 (MARC21 $6, ISO 15924 as `Hani`) or of an UNIMARC field ($7), empty when unknown
    """

    tag: str
    indicators: str
    subfields: list[tuple[str, str]]
    value: str
    number: int
    link: str = ""
    script: str = ""


@dataclass(frozen=True, slots=True)
class Marc:
    """A record: its leader (24 characters), its fields in order, and its family."""

    leader: str
    fields: list[Field]
    family: str  # "marc21" or "unimarc"

    def control(self, tag: str) -> str:
        """Value of the first control field with the tag; empty when there is none."""
        return next((field.value for field in self.fields if field.tag == tag), "")

    def first(self, tag: str, code: str) -> str:
        """Text of the first such subfield; empty when there is none."""
        for field in self.fields:
            if field.tag == tag:
                for name, text in field.subfields:
                    if name == code:
                        return text
        return ""
