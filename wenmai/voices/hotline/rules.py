"""What a row of a hotline's file says, decided on plain values. All limits are ours; no standard names the columns."""

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wenmai.lib.refusal import Refused
from wenmai.people.rules import read_phone
from wenmai.voices.rules.needs import NUMBER, Wish, plain

MOST_BYTES, MOST_ROWS, MOST_COLUMNS, MOST_CELL = 8 << 20, 5_000, 60, 5_000
OLDEST = dt.timedelta(days=3 * 366)
AHEAD = dt.timedelta(days=1)
"""A clock elsewhere may be ahead of ours by so much."""
FIELDS: Mapping[str, str | Promise] = {
    "number": _("工单编号"), "words": _("诉求内容"), "topic": _("标题"), "phone": _("联系电话"),
    "spot": _("地点"), "kind": _("类别"), "at": _("来电时间"),
}  # fmt: skip
NEEDED = ("number", "words")
_GUESSES: Mapping[str, tuple[str, ...]] = {
    "number": ("工单编号", "工单号", "诉求编号", "受理编号", "流水号", "编号", "单号", "number"),
    "words": ("诉求内容", "工单内容", "诉求描述", "问题描述", "受理内容", "来电内容", "反映内容", "内容", "words"),
    "topic": ("工单标题", "诉求标题", "标题", "主题", "title"),
    "phone": ("联系电话", "来电号码", "联系方式", "手机号码", "手机号", "来电电话", "电话号码", "电话", "phone"),
    "spot": ("事发地址", "诉求地址", "事发地点", "详细地址", "所属区域", "地址", "地点", "区域", "place"),
    "kind": ("诉求类型", "诉求分类", "工单类型", "事项分类", "类别", "类型", "分类", "kind"),
    "at": ("来电时间", "受理时间", "诉求时间", "登记时间", "创建时间", "时间", "日期", "date"),
}  # fmt: skip
"""Headings by which a column is proposed; what stands further in front is likelier."""
_MOMENT = re.compile(r"(\d{4})\D{1,2}(\d{1,2})\D{1,2}(\d{1,2})(?:\D{1,3}(\d{1,2})\D(\d{1,2})(?:\D(\d{1,2}))?)?")
_LANDLINE = re.compile(r"(?:86)?(0\d{2,3}[2-9]\d{6,7})(?:\d{1,5})?")


class Line(NamedTuple):
    """A row that fits. `phone`: E.164, the digits of a landline, or nothing; `at`: none where no column says it."""

    number: str
    wish: Wish
    phone: str
    at: dt.datetime | None


class Usual(NamedTuple):
    """What counts where a row says nothing: the kind; `kinds`: words of a kind -> its code."""

    kind: str
    kinds: Mapping[str, str]
    zone: dt.tzinfo
    now: dt.datetime


def guess(header: Sequence[str]) -> dict[str, str]:
    """Field -> the heading that is likeliest, each heading once."""
    found: dict[str, str] = {}
    folded = {name: _folded(name) for name in header}
    for is_exact in (True, False):
        for field, words in _GUESSES.items():
            if field in found:
                continue
            free = [name for name in header if name not in found.values()]
            fits = [
                name for word in words for name in free
                if (folded[name] == word if is_exact else word in folded[name] and len(word) > 1)
            ]  # fmt: skip
            if fits:
                found[field] = fits[0]
    return found


def checked_mapping(mapping: Mapping[str, str], header: Sequence[str]) -> dict[str, str]:
    """Refused: column_missing (detail: what), column_twice (detail: the heading), column_odd."""
    kept = {field: name for field, name in mapping.items() if name}
    if not {*kept} <= {*FIELDS} or not {*kept.values()} <= {*header}:
        raise Refused("column_odd")
    for field in NEEDED:
        if field not in kept:
            raise Refused("column_missing", str(FIELDS[field]))
    for name in kept.values():
        if [*kept.values()].count(name) > 1:
            raise Refused("column_twice", name[:40])
    return kept


def read_line(cells: Mapping[str, str], mapping: Mapping[str, str], usual: Usual) -> Line:
    """Refused: row_number_missing, row_number_long, words_missing, words_long (detail), row_phone_odd, row_day_odd."""
    said = {field: unmarked(cells.get(name, "")) for field, name in mapping.items()}
    number = plain(said["number"], NUMBER + 1)
    if not number:
        raise Refused("row_number_missing")
    if len(number) > NUMBER:
        raise Refused("row_number_long", str(NUMBER))
    topic, words = said.get("topic", "").strip(), said["words"].strip()
    whole = f"{topic}\n{words}" if topic and words and topic not in words else words or topic
    kind = usual.kinds.get(_folded(said.get("kind", "")), usual.kind)
    return Line(
        number, Wish(whole, kind, said.get("spot", "")).checked(), _phone(said.get("phone", "")),
        _moment(said.get("at", ""), usual),
    )  # fmt: skip


def unmarked(cell: str) -> str:
    """Without the mark that our own tables put before what a spreadsheet would take for a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in ("=", "+", "-", "@") else cell


def _folded(text: str) -> str:
    return re.sub(r"[\s*＊:：（）()]+", "", unicodedata.normalize("NFKC", text[:100])).casefold()


def _phone(text: str) -> str:
    """Nothing where no digit stands there (匿名, 无)."""
    plain_text = unicodedata.normalize("NFKC", text[:60])
    if not any(one.isdigit() for one in plain_text):
        return ""
    try:
        return read_phone(plain_text)
    except Refused:
        digits = re.sub(r"[\s\-()转+]+", "", plain_text)
        if found := _LANDLINE.fullmatch(digits):
            return found.group(1)
        raise Refused("row_phone_odd") from None


def _moment(text: str, usual: Usual) -> dt.datetime | None:
    if not text.strip():
        return None
    found = _MOMENT.search(unicodedata.normalize("NFKC", text[:60]))
    try:
        if found is None:
            raise ValueError
        year, month, day, hour, minute, second = (int(one or 0) for one in found.groups())
        at = dt.datetime(year, month, day, hour, minute, second, tzinfo=usual.zone)
    except ValueError:
        raise Refused("row_day_odd") from None
    if not usual.now - OLDEST < at <= usual.now + AHEAD:
        raise Refused("row_day_odd")
    return min(at, usual.now)
