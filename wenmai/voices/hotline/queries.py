"""Files of a hotline as the desk reads them."""

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils import timezone

from wenmai.institutions import queries as institutions
from wenmai.lib import masks, vault
from wenmai.lib.access import Reach, Scope
from wenmai.lib.refusal import Refused
from wenmai.standards import queries as standards
from wenmai.voices.hotline.models import HotlineBatch, HotlineFile
from wenmai.voices.hotline.rules import Line, Usual, read_line

ROWS = "voices.hotline_rows"
PREVIEWED = 5


class Row(NamedTuple):
    """`number`: of the row in the file, the header's being 1; `code`, `detail`: why it was refused, or nothing."""

    number: int
    cells: list[str]
    code: str = ""
    detail: str = ""


class Seen(NamedTuple):
    """What would become of a row: a line with a masked telephone, or a refusal."""

    row: int
    line: Line | None
    refusal: Refused | None


def sealed(rows: list[Row]) -> str:
    return vault.seal(json.dumps(rows, ensure_ascii=False), purpose=ROWS)


def opened(batch: HotlineBatch) -> list[Row]:
    return [Row(*row) for row in json.loads(vault.unseal(batch.rows_sealed, purpose=ROWS))]


def file(file_id: int) -> HotlineFile | None:
    return HotlineFile.objects.select_related("organisation").filter(pk=file_id).first()


def reach(file_id: int) -> Reach | None:
    found = HotlineFile.objects.filter(pk=file_id).values_list("organisation_id", flat=True).first()
    return institutions.reach(found) if found is not None else None


def files(scope: Scope) -> "QuerySet[HotlineFile]":
    """The newest first."""
    rows = HotlineFile.objects.filter(organisation__in=institutions.ids_within(scope)).select_related("organisation")
    return rows.order_by("-at", "-pk")


def usual(kind: str, now: dt.datetime) -> Usual:
    """Kinds are named by their code or by their words."""
    terms = standards.vocabulary("need_kind").terms
    words = {str(label).casefold(): code for code, label in terms.items()} | {code: code for code in terms}
    return Usual(kind, words, timezone.get_default_timezone(), now)


def preview(one: HotlineFile, mapping: Mapping[str, str], now: dt.datetime) -> list[Seen]:
    """The first rows, telephones masked."""
    batch = one.batches.order_by("place").first()
    rows = opened(batch)[:PREVIEWED] if batch is not None else []
    said, found = usual("", now), []
    for row in rows:
        try:
            if row.code:
                raise Refused(row.code, row.detail)
            line = read_line(dict(zip(one.header, row.cells, strict=False)), mapping, said)
            found.append(Seen(row.number, line._replace(phone=masks.phone(line.phone)), None))
        except Refused as refusal:
            found.append(Seen(row.number, None, refusal))
    return found


def refused(one: HotlineFile) -> Iterator[Row]:
    """Rows that came back, batch by batch."""
    for batch in one.batches.filter(is_read=True).order_by("place").iterator(chunk_size=1):
        yield from opened(batch)


def has_refused(one: HotlineFile) -> bool:
    """Whether they are still there."""
    return one.batches.filter(is_read=True).exists()


def stuck(before: dt.datetime) -> list[int]:
    """Files that should have been read long ago."""
    rows = HotlineFile.objects.filter(state=HotlineFile.State.READING, at__lt=before)
    return list(rows.order_by("pk").values_list("pk", flat=True))
