"""What other modules' tests need: places and organisations in a line."""

import datetime as dt

from wenmai.institutions import queries, services
from wenmai.institutions.models import Organisation, Place
from wenmai.institutions.rules import codes
from wenmai.lib.access import SYSTEM

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
OPENING = dt.date(1980, 1, 1)


def make_place(
    code: str = "990100",
    name: str = "",
    *,
    valid_from: dt.date = OPENING,
    valid_to: dt.date | None = None,
    demo: bool = True,
) -> Place:
    """A place; the places above it that the code speaks of are made too (99 is no province of GB/T 2260)."""
    current, _fresh = Place.objects.get_or_create(
        code=code,
        valid_from=valid_from,
        defaults={
            "prefix": codes.prefix(code),
            "name": name or f"测试{code}",
            "level": codes.level(code),
            "parent": _above(code, valid_from),
            "zone": codes.is_zone(code),
            "outside_denominators": code in codes.OUTSIDE_DENOMINATORS,
            "demo": demo,
            "valid_to": valid_to,
            "source": "test",
        },
    )
    queries.forget()
    return current


def _above(code: str, valid_from: dt.date) -> Place | None:
    above = {2: code[:2] + "0000", 3: code[:4] + "00", 4: code[:6], 5: code[:9]}.get(codes.level(code))
    if above and codes.is_aggregate(above):
        above = code[:2] + "0000"
    return make_place(above, valid_from=valid_from) if above else None


def make_organisation(
    name: str = "测试图书馆",
    *,
    kind: str = "library",
    place_code: str = "990100",
    administrative_parent: Organisation | None = None,
    professional_parent: Organisation | None = None,
    reports_for_itself: bool = False,
    demo: bool = True,
) -> Organisation:
    """An organisation through the service, its place made where it is missing."""
    if not Place.objects.filter(code=place_code, valid_to=None).exists():
        make_place(place_code)
    return services.create_organisation(
        name=name,
        kind=kind,
        place_code=place_code,
        administrative_parent_id=administrative_parent.pk if administrative_parent else None,
        professional_parent_id=professional_parent.pk if professional_parent else None,
        reports_for_itself=reports_for_itself,
        demo=demo,
        actor=SYSTEM,
        now=NOW,
    )
