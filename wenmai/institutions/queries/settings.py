"""Which number counts at an institution, who says so, and whom another one would concern."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple

from django.db.models import Max, Q, QuerySet

from wenmai.institutions.models import Organisation, Setting
from wenmai.institutions.queries.organisations import administrative_paths, names
from wenmai.institutions.rules import settings as rules

MOST_NAMED, AT_ONCE = 20, 1_000


class Told(NamedTuple):
    """One number as it counts somewhere. `own`: said there; `above`: what would count without that; `origin`: the name
    of the institution above that says it, empty for the node; `is_usual`: nobody has said anything."""

    setting: rules.Setting
    value: int
    own: int | None
    above: int
    origin: str
    is_usual: bool
    by: str = ""
    at: dt.datetime | None = None


class Concern(NamedTuple):
    """`reached`: open institutions for which the number would be another; `apart`: those below that say it themselves,
    the first ones, and how many there are."""

    setting: rules.Setting
    before: int
    after: int
    reached: int
    apart: list[tuple[str, int]]
    apart_count: int


def setting(name: str, organisation_id: int) -> int:
    """The number that counts there now."""
    return settings_for([name], [organisation_id])[organisation_id][name]


def settings_for(names: Collection[str], organisation_ids: Collection[int]) -> dict[int, dict[str, int]]:
    """Organisation -> name -> number; two questions for however many."""
    paths = administrative_paths(organisation_ids)
    known = _known(names, {one for path in paths.values() for one in rules.upwards(path)})
    return {
        one: {name: _counts(known, paths.get(one, ""), name) for name in names} for one in organisation_ids
    }  # fmt: skip


def ripe(
    rows: "QuerySet[Any]", names: Collection[str], *, organisation: str, since: str, now: dt.datetime
) -> Iterator[int]:  # fmt: skip
    """Numbers of the rows that are so many days old as their institution says (the longest of `names`), oldest first.

    `organisation`, `since`: the rows' fields. All are looked at that can be over: none waits behind those of an
    institution that takes its time.
    """
    least = max(rules.setting_of(name).least for name in names)
    old = rows.filter(**{f"{since}__lte": now - dt.timedelta(days=least)}).order_by(since, "pk")
    found = old.values_list("pk", organisation, since).iterator(AT_ONCE)
    while page := list(islice(found, AT_ONCE)):
        said = settings_for(names, {owner for _number, owner, _at in page})
        for number, owner, at in page:
            if at + dt.timedelta(days=max(said[owner].values())) <= now:
                yield number


def highest(name: str) -> int:
    """Of all that is said now anywhere, and the default: what a job has to look ahead."""
    rows = Setting.objects.filter(name=name, replaced_at=None).aggregate(most=Max("value"))
    return max(rows["most"] or 0, _usual(name))


def _usual(name: str) -> int:
    return rules.setting_of(name).usual


def _counts(known: Mapping[tuple[int | None, str], int], path: str, name: str) -> int:
    found = rules.nearest(known, path, name)
    return found[1] if found is not None else _usual(name)


def _known(names: Iterable[str], organisation_ids: Collection[int]) -> dict[tuple[int | None, str], int]:
    where = Q(organisation__in=list(organisation_ids)) | Q(organisation=None)
    rows = Setting.objects.filter(where, name__in=list(names), replaced_at=None)
    return {(one, name): value for one, name, value in rows.values_list("organisation_id", "name", "value")}


def told(group: rules.Group, organisation_id: int | None) -> list[Told]:
    """The numbers of a group as they count at an institution, or on the whole node."""
    path = administrative_paths([organisation_id]).get(organisation_id, "") if organisation_id else ""
    wanted = {one.name for one in group.settings}
    known = _known(wanted, rules.upwards(path))
    above = {key: value for key, value in known.items() if key[0] != organisation_id}
    origins = {name: rules.nearest(known, path, name) for name in wanted}
    called = names([one[0] for one in origins.values() if one is not None and one[0] is not None])
    said = Setting.objects.filter(organisation=organisation_id, name__in=wanted, replaced_at=None)
    who = {one.name: one for one in said}
    found = []
    for one in group.settings:
        origin, row = origins[one.name], who.get(one.name)
        found.append(
            Told(
                one, origin[1] if origin else one.usual, row.value if row else None, _counts(above, path, one.name),
                called.get(origin[0] or 0, "") if origin else "", origin is None, row.entered_by_name if row else "",
                row.entered_at if row else None,
            )
        )  # fmt: skip
    return found


def concerned(group: rules.Group, organisation_id: int | None, said: Mapping[str, int | None]) -> list[Concern]:
    """What would be different, and for how many; only what changes."""
    top = administrative_paths([organisation_id]).get(organisation_id, "") if organisation_id else ""
    found = []
    for one in told(group, organisation_id):
        if one.setting.name not in said or said[one.setting.name] == one.own:
            continue
        wanted = said[one.setting.name]
        apart = _apart(one.setting.name, organisation_id, top)
        rows = Organisation.objects.filter(administrative_path__startswith=top, closed_on=None)
        for path, _name, _value in apart:
            rows = rows.exclude(administrative_path__startswith=path)
        found.append(
            Concern(
                one.setting, one.value, one.above if wanted is None else wanted, rows.count(),
                [(name, value) for _path, name, value in apart[:MOST_NAMED]], len(apart),
            )
        )  # fmt: skip
    return found


def _apart(name: str, organisation_id: int | None, top: str) -> list[tuple[str, str, int]]:
    rows = Setting.objects.filter(name=name, replaced_at=None, organisation__administrative_path__startswith=top)
    fields = ("organisation__administrative_path", "organisation__name", "value")
    return list(rows.exclude(organisation=organisation_id).order_by(fields[0]).values_list(*fields))
