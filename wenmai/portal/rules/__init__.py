"""Decisions of the portal on plain values: addresses of searches, readings, citations, structured text, reports."""

from wenmai.portal.rules.asked import Asked, asked
from wenmai.portal.rules.citations import Source, bibtex, csl_json, embedded, gbt7714, ris
from wenmai.portal.rules.raws import legible
from wenmai.portal.rules.readings import reading, simplified
from wenmai.portal.rules.reports import CONTACT, CONTACT_REASONS, client_of, limit_reached, own_page, subject_of
from wenmai.portal.rules.structured import Context, File, json_ld

__all__ = [
    "CONTACT",
    "CONTACT_REASONS",
    "Asked",
    "Context",
    "File",
    "Source",
    "asked",
    "bibtex",
    "client_of",
    "csl_json",
    "embedded",
    "gbt7714",
    "json_ld",
    "legible",
    "limit_reached",
    "own_page",
    "reading",
    "ris",
    "simplified",
    "subject_of",
]
