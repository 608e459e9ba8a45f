"""Organisations: created with a code for ever, changed, moved in one of the two hierarchies."""

import datetime as dt
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max, Value
from django.db.models.functions import Concat, Substr

from wenmai.institutions.models import Kind, Organisation, Place
from wenmai.institutions.rules import codes
from wenmai.institutions.rules import hierarchy as paths
from wenmai.institutions.rules.hierarchy import Hierarchy
from wenmai.journal import services as journal
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused

LONGEST_INTRO = 4000


@transaction.atomic
def create_organisation(
    *,
    name: str,
    kind: str,
    place_code: str,
    short_name: str = "",
    administrative_parent_id: int | None = None,
    professional_parent_id: int | None = None,
    reports_for_itself: bool = False,
    intro: str = "",
    demo: bool = False,
    code: str = "",
    actor: Actor,
    now: dt.datetime,
) -> Organisation:
    """A new organisation at the place that carries the code today; without `code` the next free one is given.

    Refused: name_missing, name_too_long, unknown_kind, unknown_place, unknown_organisation, parent_closed,
    code_invalid, code_taken, codes_used_up, too_deep, intro_too_long.
    """
    _check_words(name, short_name, intro)
    place = _place(place_code)
    _kind(kind)
    hierarchy_one_at_a_time()
    made = Organisation(
        id=_next_id(),
        code=_given(code) if code else _next_code(codes.stem(place.code, kind, _code_table())),
        name=name.strip(),
        short_name=short_name.strip(),
        kind=kind,
        place=place,
        administrative_parent_id=administrative_parent_id,
        professional_parent_id=professional_parent_id,
        reports_for_itself=reports_for_itself,
        intro=intro,
        demo=demo,
        created_at=now,
    )
    made.administrative_path = _path(made.id, administrative_parent_id, "administrative")
    made.professional_path = _path(made.id, professional_parent_id, "professional")
    made.save(force_insert=True)
    journal.record(
        name="institutions.organisation_created", subject_kind="organisation", subject_key=made.id,
        actor=actor, now=now, code=made.code, title=made.name, place=place.code,
    )  # fmt: skip
    return made


@transaction.atomic
def change_organisation(
    *,
    organisation_id: int,
    name: str,
    short_name: str,
    intro: str,
    kind: str = "",
    place_code: str = "",
    actor: Actor,
    now: dt.datetime,
) -> Organisation:
    """New words for an organisation, and where they are given a new kind and place; its code stays for ever.

    Refused: as for a new one. Nothing changed: no entry.
    """
    _check_words(name, short_name, intro)
    changed = locked(organisation_id)
    before = _told(changed)
    changed.name, changed.short_name, changed.intro = name.strip(), short_name.strip(), intro.strip()
    if kind:
        changed.kind = _kind(kind)
    if place_code and place_code != changed.place.code:
        changed.place = _place(place_code)
    after = _told(changed)
    differing = [word for word in before if before[word] != after[word]]
    if not differing:
        return changed
    changed.save(update_fields=["name", "short_name", "intro", "kind", "place"])
    journal.record(
        name="institutions.organisation_changed", subject_kind="organisation", subject_key=organisation_id,
        actor=actor, now=now, before={word: before[word] for word in differing},
        after={word: after[word] for word in differing},
    )  # fmt: skip
    return changed


def _told(one: Organisation) -> dict[str, str]:
    """What may change, as the journal tells it."""
    return {
        "name": one.name, "short_name": one.short_name, "intro": one.intro, "kind": one.kind, "place": one.place.code,
    }  # fmt: skip


@transaction.atomic
def move(
    *,
    organisation_id: int,
    parent_id: int | None,
    hierarchy: Hierarchy = "administrative",
    actor: Actor,
    now: dt.datetime,
) -> Organisation:
    """Puts the organisation, with all below it, under another parent (or none) in one hierarchy.

    Refused: unknown_organisation, parent_closed, cycle, too_deep.
    """
    hierarchy_one_at_a_time()
    moved = locked(organisation_id)
    field = f"{hierarchy}_path"
    old, new = getattr(moved, field), _path(organisation_id, parent_id, hierarchy)
    if new == old:
        return moved
    if new.startswith(old):
        raise Refused("cycle", str(parent_id))
    _move_subtree(field, old, new)
    before = getattr(moved, f"{hierarchy}_parent_id")
    Organisation.objects.filter(id=organisation_id).update(**{f"{hierarchy}_parent_id": parent_id})
    moved.refresh_from_db()
    journal.record(
        name="institutions.organisation_moved", subject_kind="organisation", subject_key=organisation_id,
        actor=actor, now=now, hierarchy=hierarchy, before=before, after=parent_id,
    )  # fmt: skip
    return moved


def _move_subtree(field: str, old: str, new: str) -> None:
    subtree = Organisation.objects.filter(**{f"{field}__startswith": old})
    deepest = max(len(path) for path in subtree.values_list(field, flat=True))
    if deepest - len(old) + len(new) > paths.LONGEST_PATH:
        raise Refused("too_deep", new)
    subtree.update(**{field: Concat(Value(new), Substr(field, len(old) + 1))})


def _check_words(name: str, short_name: str, intro: str) -> None:
    if not name.strip():
        raise Refused("name_missing")
    for words, longest in ((name, 100), (short_name, 40)):
        if len(words.strip()) > longest:
            raise Refused("name_too_long", str(longest))
    if len(intro) > LONGEST_INTRO:
        raise Refused("intro_too_long", str(LONGEST_INTRO))


def _kind(kind: str) -> str:
    if kind not in Kind.values:
        raise Refused("unknown_kind", kind[:40])
    return kind


def _place(code: str) -> Place:
    found = Place.objects.filter(code=code, valid_to=None).first()
    if found is None:
        raise Refused("unknown_place", code[:40])
    return found


def locked(organisation_id: int) -> Organisation:
    found = Organisation.objects.select_for_update().filter(id=organisation_id).first()
    if found is None:
        raise Refused("unknown_organisation", str(organisation_id))
    return found


def hierarchy_one_at_a_time() -> None:
    """Two changes of a hierarchy at once could make a cycle together; the same lock as the table's own."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('institutions.hierarchy'))")


def _next_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('institutions_organisation', 'id'))")
        return int(cursor.fetchone()[0])


def _path(organisation_id: int, parent_id: int | None, of: Hierarchy) -> str:
    parent = ""
    if parent_id is not None:
        found = Organisation.objects.filter(id=parent_id).values_list(f"{of}_path", "closed_on").first()
        if found is None:
            raise Refused("unknown_organisation", str(parent_id))
        parent, closed_on = found
        if closed_on is not None:
            raise Refused("parent_closed", str(parent_id))
    path = paths.path(parent, organisation_id)
    if len(path) > paths.LONGEST_PATH:
        raise Refused("too_deep", path)
    return path


def _given(code: str) -> str:
    if not codes.is_institution_code(code):
        raise Refused("code_invalid", code[:40])
    if Organisation.objects.filter(code=code).exists():
        raise Refused("code_taken", code)
    return code


def _next_code(stem: str) -> str:
    """The one after the highest given under these twelve digits; none is ever freed, so none comes twice."""
    last = Organisation.objects.filter(code__startswith=stem).aggregate(last=Max("code"))["last"]
    serial = int(last[-4:]) + 1 if last else 1
    if serial > codes.SERIALS:
        raise Refused("codes_used_up", stem)
    return f"{stem}{serial:04}"


@cache
def _code_table() -> dict[str, tuple[str, str]]:
    default = Path(__file__).parent.parent / "codes.json"
    return codes.code_table(Path(settings.INSTITUTION_CODES or default))
