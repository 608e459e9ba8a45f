"""The desk's list of needs as a workbook, narrowed as the page is; no telephones, no names."""

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from wenmai.lib import clock, sheets
from wenmai.voices import queries
from wenmai.voices.rules.needs import without_numbers

if TYPE_CHECKING:
    from wenmai.voices.models import Need

MOST, _BATCH = 50_000, 500
"""Needs of one workbook: what is more is narrowed first. Ours."""


def table(rows: "Iterable[Need]") -> StreamingHttpResponse:
    """`rows`: with their institutions, read by and by."""
    today = timezone.localdate(clock.now())
    head = (
        _("编号"), _("机构"), _("从哪里来"), _("热线编号"), _("类别"), _("需要什么"), _("哪个村、哪条街"), _("给谁"),
        _("什么时候"), _("几人需要"), _("状态"), _("理由"), _("期限"), _("过期"), _("公开的标题"), _("公开的答复"),
        _("提出时间"), _("公开反馈时间"), _("按时反馈"),
    )  # fmt: skip
    return sheets.xlsx(f"needs-{today}", _("需求"), head, _cells(islice(rows, MOST), today))


def _cells(rows: "Iterable[Need]", today: dt.date) -> Iterator[tuple[object, ...]]:
    yes, no = _("是"), _("否")
    rest = iter(rows)
    while some := list(islice(rest, _BATCH)):
        for one, kind, people, is_late in queries.lines(some, today):
            shown = one.shown or {}
            in_time = "" if one.answered_in_time is None else yes if one.answered_in_time else no
            words = (without_numbers(text) for text in (one.words, one.spot, one.whom, one.wished))
            yield (
                one.pk, one.organisation.name, one.get_channel_display(), one.number, kind, *words, people,
                one.get_step_display(), without_numbers(one.reason), one.due_on, yes if is_late else "",
                shown.get("topic", ""), shown.get("answer", ""), one.made_at, one.answered_at, in_time,
            )  # fmt: skip
