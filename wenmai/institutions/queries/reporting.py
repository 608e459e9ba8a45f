"""Who reports for whom: every organisation belongs to exactly one reporting unit, or stands outside all of them.

A unit is a place (a province, say) or an organisation that reports for itself (新疆生产建设兵团): what lies
below it administratively is its own, wherever it stands, and never also its region's. Hong Kong, Macao and
Taiwan are no units: nothing is expected of them, so they are never "unreported" and stand in no denominator.
"""

from collections.abc import Iterable
from typing import Literal, NamedTuple

from django.db import connection

from wenmai.institutions.models import Organisation, Place
from wenmai.institutions.rules import codes, hierarchy


class ReportingUnit(NamedTuple):
    """`key` is stable: "place:650000" or "organisation:12"."""

    key: str
    kind: Literal["place", "organisation"]
    name: str
    place_code: str
    organisation_id: int | None
    demo: bool


def reporting_units(within: str = "") -> list[ReportingUnit]:
    """Who reports to this level, in the order of the codes.

    `within` empty: the provinces. Otherwise that place's own level (本级) and the places directly below. Beside
    them stand the organisations that report for themselves and sit in one of the places below, at its level.
    """
    code = codes.full(within) if within else ""
    if code in codes.OUTSIDE_DENOMINATORS:
        return []
    parts = Place.objects.filter(valid_to=None, outside_denominators=False, differs=False)
    below = parts.filter(parent__code=code) if code else parts.filter(level=codes.PROVINCE)
    places = list(below.values_list("code", "name", "demo"))
    units = [ReportingUnit(f"place:{code}", "place", name, code, None, demo) for code, name, demo in places]
    units += _for_themselves([place[0] for place in places])
    if code:
        here = parts.filter(code=code).values_list("name", "demo")
        units += [ReportingUnit(f"place:{code}", "place", name, code, None, demo) for name, demo in here]
    return sorted(units, key=lambda unit: (unit.place_code, unit.key))


def reported_by(organisation_ids: Iterable[int], within: str = "") -> dict[int, str]:
    """Organisation -> key of the one unit that counts it; those outside every unit are left out."""
    return dict(_counted(within, list(organisation_ids)))


def reporting_organisation_ids(unit_key: str, within: str = "") -> list[int]:
    """The organisations that this unit counts, and no other unit does."""
    return sorted(pk for pk, key in _counted(within, None) if key == unit_key)


def _for_themselves(place_codes: list[str]) -> list[ReportingUnit]:
    """At these places; not those below another that reports for itself: they report to that one."""
    own = list(
        Organisation.objects.filter(reports_for_itself=True).values_list(
            "id", "name", "place__code", "demo", "administrative_path"
        )
    )
    reporters = {pk for pk, *_rest in own}
    return [
        ReportingUnit(f"organisation:{pk}", "organisation", name, code, pk, demo)
        for pk, name, code, demo, path in own
        if code in place_codes and not reporters.intersection(hierarchy.ids(path)[:-1])
    ]


def _counted(within: str, organisation_ids: list[int] | None) -> list[tuple[int, str]]:
    units = reporting_units(within)
    places = [unit.place_code for unit in units if unit.kind == "place"]
    with connection.cursor() as cursor:
        cursor.execute(
            _COUNTED,
            {
                "own": [unit.organisation_id for unit in units if unit.organisation_id is not None],
                "within": codes.prefix(codes.full(within)) if within else "",
                "codes": places,
                "prefixes": [codes.prefix(code) for code in places],
                "only": organisation_ids,
            },
        )
        return list(cursor.fetchall())


# The outermost organisation above that reports for itself says where the figure surfaces: beside its own place.
# Only without one does the place of the organisation decide; the longest fitting code wins.
_COUNTED = """
SELECT o.id, CASE WHEN own.id = ANY(%(own)s::bigint[]) THEN 'organisation:' || own.id ELSE 'place:' || unit.code END
FROM institutions_organisation o
LEFT JOIN LATERAL (
  SELECT s.id, s.place_id FROM institutions_organisation s
  WHERE s.reports_for_itself AND o.administrative_path LIKE s.administrative_path || '%%'
  ORDER BY length(s.administrative_path) LIMIT 1) own ON true
JOIN institutions_place p ON p.id = coalesce(own.place_id, o.place_id)
LEFT JOIN LATERAL (
  SELECT u.code FROM unnest(%(prefixes)s::text[], %(codes)s::text[]) AS u(prefix, code)
  WHERE p.prefix LIKE u.prefix || '%%'
  ORDER BY length(u.prefix) DESC LIMIT 1) unit ON true
WHERE unit.code IS NOT NULL
  AND (own.id IS NULL OR p.prefix <> %(within)s)
  AND (%(only)s::bigint[] IS NULL OR o.id = ANY(%(only)s::bigint[]))
"""
