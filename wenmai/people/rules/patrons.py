"""Files of patrons: what a row must have, in whatever spelling libraries have it."""

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from typing import NamedTuple

from wenmai.lib.refusal import Refused
from wenmai.people.rules.cards import Standing, fold_card_number
from wenmai.people.rules.phones import read_phone

MOST_ROWS = 100_000
MOST_BYTES = 20 * 1024 * 1024
MOST_SHOWN = 1_000
"""Rejects that are listed; all are counted."""
LEAVES_PERCENT, LEAVES_FEW = 20, 10
"""A file of all readers in which more are missing than these removes nobody until a person says so."""
SHORTEST_SECRET = 6

_COLUMNS = {
    "number": ("证号", "读者证号", "读者条码", "卡号", "number", "card number", "barcode", "card"),
    "name": ("姓名", "读者姓名", "name"),
    "birthday": ("生日", "出生日期", "出生年月日", "birthday", "date of birth"),
    "phone": ("手机", "手机号", "手机号码", "电话", "phone", "mobile"),
    "secret": ("密码", "口令", "secret", "password", "pin"),
    "valid_until": ("有效期", "有效期至", "到期日", "失效日期", "valid until", "expires"),
    "standing": ("状态", "证状态", "status"),
}
_STANDINGS = {
    Standing.GOOD: ("", "正常", "有效", "可用", "good", "active", "ok"),
    Standing.OWING: ("欠费", "逾期", "owing"),
    Standing.EXPIRED: ("过期", "失效", "expired"),
    Standing.BLOCKED: ("停用", "冻结", "暂停", "注销", "blocked", "suspended"),
    Standing.LOST: ("挂失", "遗失", "lost"),
}
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+?\d+")
PROOFS = ("secret", "phone", "birthday")


class Row(NamedTuple):
    """A reader as the library's file has them; `proof` is folded."""

    number: str
    name: str
    proof: str
    standing: str
    valid_until: dt.date | None


class Cells:
    """The cells of a row by what they mean; headings are known in several spellings."""

    def __init__(self, body: Mapping[str, str]) -> None:
        folded = {" ".join(unicodedata.normalize("NFKC", key).lower().split()): value for key, value in body.items()}
        self._found = {
            meaning: folded[name] for meaning, names in _COLUMNS.items() for name in reversed(names) if name in folded
        }

    def __contains__(self, meaning: str) -> bool:
        return meaning in self._found

    def of(self, meaning: str) -> str:
        return str(self._found.get(meaning, "")).strip()


def read_row(body: Mapping[str, str], proof_kind: str) -> Row:
    """Refused: number_missing, number_odd, number_scientific (a spreadsheet has rounded it), proof_missing, proof_odd,
    day_odd, standing_unknown."""
    cells = Cells(body)
    if _SCIENTIFIC.fullmatch(cells.of("number")):
        raise Refused("number_scientific")
    try:
        number = fold_card_number(cells.of("number"))
    except Refused as odd:
        raise Refused(odd.code.removeprefix("card_")) from None
    proof = cells.of(proof_kind)
    if not proof:
        raise Refused("proof_missing")
    until = cells.of("valid_until")
    return Row(number, cells.of("name")[:200], fold_proof(proof_kind, proof), _standing(cells), _until(until))


def fold_proof(kind: str, text: str) -> str:
    """One form for what the library writes and what the reader types. Refused: proof_odd."""
    text = unicodedata.normalize("NFKC", text).strip()
    if kind == "birthday":
        day = read_day(text)
        if day is None or day.year < 1880:
            raise Refused("proof_odd")
        return day.isoformat()
    if kind == "phone":
        try:
            return read_phone(text)
        except Refused:
            raise Refused("proof_odd") from None
    if not SHORTEST_SECRET <= len(text) <= 60:
        raise Refused("proof_odd")
    return text


def read_day(text: str) -> dt.date | None:
    """`1990-01-02`, `1990/1/2`, `1990年1月2日`, `19900102`, with or without a time behind it."""
    parts = re.fullmatch(r"(\d{4})(?:[-/.年]\s?(\d{1,2})[-/.月]\s?(\d{1,2})日?|(\d{2})(\d{2}))(?:[ T].*)?", text)
    if parts is None:
        return None
    year, month, day, month_too, day_too = parts.groups()
    try:
        return dt.date(int(year), int(month or month_too), int(day or day_too))
    except ValueError:
        return None


def _until(text: str) -> dt.date | None:
    day = read_day(unicodedata.normalize("NFKC", text)) if text else None
    if text and day is None:
        raise Refused("day_odd")
    return day


def _standing(cells: Cells) -> str:
    said = cells.of("standing").lower()
    for standing, names in _STANDINGS.items():
        if said in names:
            return standing.value
    raise Refused("standing_unknown")


def leaves_too_many(missing: int, total: int) -> bool:
    """Whether so many readers cannot have left at once: it looks like half a file."""
    return missing > max(LEAVES_FEW, total * LEAVES_PERCENT // 100)
