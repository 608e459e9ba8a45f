"""The rows of a batch, written with COPY; what changes is merged in one statement."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import zstandard
from django.db import connection

from wenmai.catalogue.models import State
from wenmai.catalogue.rules import Described, Fresh
from wenmai.lib import bulk

_COLUMNS = (
    "id", "feed_id", "source_key", "identifier", "state", "version", "shown_version", "shown_hash", "raw_hash",
    "recipe", "type", "title", "creator", "match_rule", "match_key", "content_tier", "metadata_tier", "graded_by",
    "work_id",
    "arrived_at", "changed_at",
)  # fmt: skip
# described[1:9] are the columns from `type` to `graded_by`
_VERSION_COLUMNS = (
    "record_id", "number", "intake_id", "elements", "content_hash", "raw", "raw_hash", "raw_size", "format",
    "datestamp", "created_at",
)  # fmt: skip
CALL_NUMBER_LIMIT = 200
_STAGE = """CREATE TEMP TABLE IF NOT EXISTS catalogue_arriving (
  id bigint, shows boolean, version int, content_hash bytea, raw_hash bytea, recipe text, type text, title text,
  creator text, match_key bigint, match_rule text, content_tier smallint, metadata_tier text,
  graded_by text) ON COMMIT DELETE ROWS"""
# A withdrawn record stays withdrawn; under review, what is shown stays as it was approved. Coming back after a deletion
# under review it must be approved again.
_MERGE = """
UPDATE catalogue_record r SET
  version = a.version, raw_hash = a.raw_hash, recipe = a.recipe, deleted_at = NULL, deletion = '',
  state = CASE WHEN r.state = 'withdrawn' THEN 'withdrawn' WHEN a.shows THEN 'published'
               WHEN r.deleted_at IS NOT NULL THEN 'held' ELSE r.state END,
  shown_version = CASE WHEN a.shows THEN a.version ELSE r.shown_version END,
  shown_hash = CASE WHEN a.shows THEN a.content_hash ELSE r.shown_hash END,
  changed_at = CASE WHEN a.shows OR r.deleted_at IS NOT NULL THEN %s ELSE r.changed_at END,
  type = CASE WHEN fits THEN a.type ELSE r.type END,
  title = CASE WHEN fits THEN a.title ELSE r.title END,
  creator = CASE WHEN fits THEN a.creator ELSE r.creator END,
  match_key = CASE WHEN fits THEN a.match_key ELSE r.match_key END,
  match_rule = CASE WHEN fits THEN a.match_rule ELSE r.match_rule END,
  work_id = CASE WHEN fits AND a.match_key <> r.match_key THEN NULL ELSE r.work_id END,
  content_tier = CASE WHEN fits THEN a.content_tier ELSE r.content_tier END,
  metadata_tier = CASE WHEN fits THEN a.metadata_tier ELSE r.metadata_tier END,
  graded_by = CASE WHEN fits THEN a.graded_by ELSE r.graded_by END
FROM (SELECT s.*, s.shows OR old.shown_version IS NULL AS fits, old.visible AS was_visible
        FROM catalogue_arriving s JOIN catalogue_record old ON old.id = s.id) a
WHERE r.id = a.id RETURNING r.id, a.fits, r.visible AND NOT a.was_visible"""
# What a withdrawn record goes back to when that is undone.
_GO_BACK_TO = """
UPDATE catalogue_withdrawal w SET state_before = CASE WHEN a.shows THEN 'published' ELSE 'held' END
FROM catalogue_arriving a
WHERE w.record_id = a.id AND w.restored_at IS NULL AND (a.shows OR a.id = ANY(%s))"""


class Written(NamedTuple):
    """A described record with its number; `publishes` is the feed's policy."""

    id: int
    fresh: Fresh
    described: Described
    recipe: str
    publishes: bool

    @property
    def key(self) -> str:
        return self.fresh.arrival.parsed.key

    @property
    def comes_back(self) -> bool:
        return self.fresh.standing is not None and self.fresh.standing.deleted

    @property
    def number(self) -> int:
        return self.fresh.standing.version + 1 if self.fresh.standing else 1


def insert_records(
    feed_id: int,
    new: list[Written],
    names: dict[str, str],
    works: dict[int, int],
    now: dt.datetime,
    moment: dt.datetime,
) -> None:
    """`names`: source key -> identifier; `works`: match key -> work; `moment`: of the change."""

    def row(one: Written) -> tuple[Any, ...]:
        described, shows = one.described, one.publishes
        return (
            one.id, feed_id, one.key, names[one.key],
            State.PUBLISHED.value if shows else State.HELD.value, 1, 1 if shows else None,
            described.content_hash if shows else None, one.fresh.raw_hash, one.recipe, *described[1:9],
            works.get(described.match_key), now, moment,
        )  # fmt: skip

    bulk.copy_in("catalogue_record", _COLUMNS, map(row, new))


class Merged(NamedTuple):
    """Records whose columns describe what arrived, and those that can be seen now and could not before."""

    described: set[int]
    appeared: list[int]


def update_records(written: list[Written], moment: dt.datetime) -> Merged:
    if not written:
        return Merged(set(), [])
    with connection.cursor() as cursor:
        cursor.execute(_STAGE)
        bulk.copy_in(
            "catalogue_arriving",
            ("id", "shows", "version", "content_hash", "raw_hash", "recipe", "type", "title", "creator", "match_rule",
             "match_key", "content_tier", "metadata_tier", "graded_by"),
            (
                (one.id, one.publishes, one.number, one.described.content_hash, one.fresh.raw_hash, one.recipe,
                 *one.described[1:9])
                for one in written
            ),
        )  # fmt: skip
        cursor.execute(_GO_BACK_TO, [[one.id for one in written if one.comes_back]])
        cursor.execute(_MERGE, [moment])
        merged = cursor.fetchall()
        cursor.execute("TRUNCATE catalogue_arriving")
    return Merged({row[0] for row in merged if row[1]}, [row[0] for row in merged if row[2]])


def insert_versions(intake_id: int, format: str, written: Iterable[Written], now: dt.datetime) -> None:
    bulk.copy_in("catalogue_recordversion", _VERSION_COLUMNS, _version_rows(intake_id, format, written, now))


def _version_rows(
    intake_id: int, format: str, written: Iterable[Written], now: dt.datetime
) -> Iterator[tuple[Any, ...]]:
    compress = zstandard.ZstdCompressor(level=3).compress
    for one in written:
        arrival = one.fresh.arrival
        yield (
            one.id, one.number, intake_id, one.described.packed, one.described.content_hash,
            compress(arrival.parsed.raw), one.fresh.raw_hash, len(arrival.parsed.raw), format,
            arrival.datestamp[:40], now,
        )  # fmt: skip


def replace_holdings(copies: Iterable[tuple[int, int, Iterable[str]]], changed: list[int]) -> None:
    """`copies`: (record, organisation, call numbers); those that the changed records had are taken away first."""
    if changed:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM catalogue_holding WHERE record_id = ANY(%s)", [changed])
    holdings = [
        (record_id, organisation_id, call_number)
        for record_id, organisation_id, texts in copies
        for call_number in dict.fromkeys(text[:CALL_NUMBER_LIMIT] for text in texts)
    ]
    if holdings:
        bulk.copy_in("catalogue_holding", ("record_id", "organisation_id", "call_number"), holdings)
