"""Every read worth a name: organisations and their subtrees, places on a day, who reports."""

from wenmai.institutions.queries.choices import (
    organisation_option,
    organisation_options,
    place_option,
    place_options,
)
from wenmai.institutions.queries.finding import FoundPlace, find_places, names_exactly
from wenmai.institutions.queries.organisations import (
    OrganisationView,
    administrative_paths,
    by_code,
    demo_organisations,
    organisation,
    organisations,
    reach,
    reaches,
    subtree_ids,
    within,
)
from wenmai.institutions.queries.places import (
    PlaceView,
    Recognised,
    Succession,
    ancestors,
    forget,
    lineage,
    place,
    places,
    recognise,
    region_options,
    successors,
)
from wenmai.institutions.queries.reporting import (
    ReportingUnit,
    reported_by,
    reporting_organisation_ids,
    reporting_units,
)
from wenmai.institutions.queries.staff import Around, Asked, around, find_organisations, staff_list
from wenmai.institutions.queries.trail import Deed, trail

__all__ = [
    "Around",
    "Asked",
    "Deed",
    "FoundPlace",
    "OrganisationView",
    "PlaceView",
    "Recognised",
    "ReportingUnit",
    "Succession",
    "administrative_paths",
    "ancestors",
    "around",
    "by_code",
    "demo_organisations",
    "find_organisations",
    "find_places",
    "forget",
    "lineage",
    "names_exactly",
    "organisation",
    "organisation_option",
    "organisation_options",
    "organisations",
    "place",
    "place_option",
    "place_options",
    "places",
    "reach",
    "reaches",
    "recognise",
    "region_options",
    "reported_by",
    "reporting_organisation_ids",
    "reporting_units",
    "staff_list",
    "subtree_ids",
    "successors",
    "trail",
    "within",
]
