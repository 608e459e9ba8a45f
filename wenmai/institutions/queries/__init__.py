"""Every read worth a name: organisations and their subtrees, places on a day, who reports."""

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
    Succession,
    ancestors,
    forget,
    lineage,
    place,
    places,
    region_options,
    successors,
)
from wenmai.institutions.queries.reporting import (
    ReportingUnit,
    reported_by,
    reporting_organisation_ids,
    reporting_units,
)

__all__ = [
    "OrganisationView",
    "PlaceView",
    "ReportingUnit",
    "Succession",
    "administrative_paths",
    "ancestors",
    "by_code",
    "demo_organisations",
    "forget",
    "lineage",
    "organisation",
    "organisations",
    "place",
    "places",
    "reach",
    "reaches",
    "region_options",
    "reported_by",
    "reporting_organisation_ids",
    "reporting_units",
    "subtree_ids",
    "successors",
    "within",
]
