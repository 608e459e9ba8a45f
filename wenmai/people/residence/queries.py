import datetime as dt
from typing import NamedTuple

from wenmai.institutions import queries as institutions
from wenmai.people.residence.models import Residence


class Home(NamedTuple):
    """`name` with the places above it; a code that no place has any more is its own name. `proven_by`: whose counter
    has seen a paper."""

    code: str
    name: str
    said_at: dt.datetime
    proven_at: dt.datetime | None
    proven_by: str


def home(user_id: int) -> Home | None:
    found = Residence.objects.select_related("proven_by").filter(user_id=user_id).first()
    if found is None:
        return None
    place = institutions.place_option(found.place)
    return Home(
        found.place, place.label if place else found.place, found.said_at, found.proven_at,
        found.proven_by.name if found.proven_by else "",
    )  # fmt: skip


def lives_in(user_id: int) -> tuple[str, bool]:
    """The digits with which codes of places within it begin, "" where nothing was said; and whether a counter has seen
    a paper about it."""
    found = Residence.objects.filter(user_id=user_id).values_list("place", "proven_at").first()
    if found is None:
        return "", False
    place = institutions.place(found[0])
    return place.prefix if place else found[0], found[1] is not None
