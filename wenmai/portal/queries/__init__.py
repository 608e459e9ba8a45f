"""Reads that join several modules into what a page of the portal shows."""

from wenmai.portal.queries.finding import find, suggestions
from wenmai.portal.queries.home import home
from wenmai.portal.queries.institutions import Group, groups, institution
from wenmai.portal.queries.places import find_places, place, provinces
from wenmai.portal.queries.readings import Set
from wenmai.portal.queries.records import exports, raw, record, source
from wenmai.portal.queries.reports import (
    contact_of,
    open_report_count,
    open_reports,
    organisation_of,
    reach_of,
    reports,
    sent_within_the_hour,
    with_contacts,
)
from wenmai.portal.queries.today import OnNow, on_now
from wenmai.portal.queries.viewers import Chapters, Viewer, viewer

__all__ = [
    "Chapters",
    "Group",
    "OnNow",
    "Set",
    "Viewer",
    "contact_of",
    "exports",
    "find",
    "find_places",
    "groups",
    "home",
    "institution",
    "on_now",
    "open_report_count",
    "open_reports",
    "organisation_of",
    "place",
    "provinces",
    "raw",
    "reach_of",
    "record",
    "reports",
    "sent_within_the_hour",
    "source",
    "suggestions",
    "viewer",
    "with_contacts",
]
