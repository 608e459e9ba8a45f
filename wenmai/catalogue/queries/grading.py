"""By which profile version records are graded, and which of them another one counts for now."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import orjson
from django.db import connection

from wenmai.catalogue import rules
from wenmai.catalogue.models import Regrading
from wenmai.formats.values import Elements, Value
from wenmai.standards import queries as standards
from wenmai.standards.rules import Label, Profile

Targets = Mapping[str, str]
# Records to be graded: which of them, and by what.
_OUTDATED = """catalogue_record r WHERE r.deleted_at IS NULL
  AND (%(everything)s OR r.graded_by <> coalesce(%(targets)s::jsonb ->> r.type, %(core)s))"""
# Which elements there are, and which licence: a grade asks no more, so the texts stay in the database.
_FACTS = """
SELECT r.id, r.type, r.content_tier, r.metadata_tier, r.graded_by,
  ARRAY(SELECT jsonb_object_keys(v.elements)), coalesce((v.elements -> 'licence' -> 0)::text, ''),
  EXISTS (SELECT FROM catalogue_attachment a WHERE a.record_id = r.id AND a.shown AND a.captions_of_id IS NULL)
FROM {chosen} r JOIN catalogue_recordversion v
  ON v.record_id = r.id AND v.number = coalesce(r.shown_version, r.version) ORDER BY r.id"""
_CHOSEN = f"""WITH chosen AS MATERIALIZED (
  SELECT r.* FROM {_OUTDATED} AND r.id > %(after)s ORDER BY r.id LIMIT %(limit)s)"""
_THERE = """WITH chosen AS MATERIALIZED (
  SELECT * FROM catalogue_record WHERE id > %(after)s AND deleted_at IS NULL ORDER BY id LIMIT %(limit)s)"""


class Facts(NamedTuple):
    """What a record's grade is made of, and the one it has."""

    id: int
    type: str
    content_tier: int
    metadata_tier: str
    graded_by: str
    names: frozenset[str]
    licence: str
    has_files: bool

    @property
    def elements(self) -> Elements:
        """The elements as far as a grade looks at them."""
        return {name: [Value(self.licence if name == "licence" else "…", "")] for name in self.names}


class Graded(NamedTuple):
    """So many records of a type are graded by a version, None if none has said yet; `wanted` is the one for today."""

    type: Label
    by: Profile | None
    wanted: Profile
    record_count: int

    @property
    def is_right(self) -> bool:
        return self.by is not None and self.by.name == self.wanted.name


def targets(day: dt.date) -> dict[str, str]:
    """What records of each type are graded by on a day; `core` for types that have no profile of their own."""
    return {code: profile.name for code, profile in standards.profiles(on=day).items()}


def outdated_count(wanted: Targets, *, everything: bool = False) -> int:
    """Records that another version has graded. Looks at every record."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {_OUTDATED}", {"everything": everything, **_values(wanted)})
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def outdated(wanted: Targets, *, after: int, limit: int, everything: bool = False) -> list[Facts]:
    """The next of them in the order of their number, without the texts."""
    values = {"everything": everything, "after": after, "limit": limit, **_values(wanted)}
    return _facts(_CHOSEN, values)


def graded_by() -> list[Graded]:
    """How many records each version has graded. Looks at every record."""
    types, profiles = standards.vocabulary("type"), standards.profiles()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT type, graded_by, count(*) FROM catalogue_record WHERE deleted_at IS NULL GROUP BY 1, 2"
            " ORDER BY 1, 2 DESC"
        )
        return [
            Graded(types.label(code), standards.named(name), profiles.get(code, profiles["core"]), count)
            for code, name, count in cursor.fetchall()
        ]


def misgraded() -> Iterator[int]:
    """Records whose tiers are not those that the version they name gives them; streamed."""
    after, known = 0, dict[tuple[Any, ...], rules.Tiers]()
    while rows := _facts(_THERE, {"after": after, "limit": 2000}):
        after = rows[-1].id
        for one in rows:
            profile = standards.named(one.graded_by)
            if profile and tiers(one, profile, known) != (one.content_tier, one.metadata_tier, one.graded_by):
                yield one.id


def tiers(one: Facts, profile: Profile, known: dict[tuple[Any, ...], rules.Tiers]) -> rules.Tiers:
    """Records with the same elements have the same ones; `known` keeps them, up to a limit."""
    question = (profile.name, one.names, one.licence, one.has_files)
    found = known.get(question)
    if found is None:
        if len(known) >= 10_000:
            known.clear()
        found = known[question] = rules.tiers_by(profile, one.elements, one.has_files)
    return found


def open_regrading() -> Regrading | None:
    return Regrading.objects.filter(finished_at=None).first()


def regradings(limit: int = 20) -> list[Regrading]:
    """The last ones that are done and had anything to do, newest first."""
    return list(Regrading.objects.filter(total_count__gt=0, finished_at__isnull=False).order_by("-id")[:limit])


def _facts(chosen: str, values: Mapping[str, Any]) -> list[Facts]:
    with connection.cursor() as cursor:
        cursor.execute(chosen + _FACTS.format(chosen="chosen"), values)
        return [
            Facts._make((*head, frozenset(names), orjson.loads(licence)[0] if licence else "", has_files))
            for *head, names, licence, has_files in cursor.fetchall()
        ]


def _values(wanted: Targets) -> dict[str, Any]:
    return {"targets": orjson.dumps(wanted).decode(), "core": wanted["core"]}
