"""Where the next page begins: after a moment and a number. Nothing of it is kept here."""

import base64
import datetime as dt
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import Model, Q

from wenmai.gateway.taking.asking import No

if TYPE_CHECKING:
    from django.db.models import QuerySet

Row = TypeVar("Row", bound=Model)
_FIRST = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)
LONGEST, LATEST = 80, 253_402_300_800_000_000


def wrap(moment: dt.datetime, number: int) -> str:
    """Of the last one of a page."""
    text = f"1|{(moment - _FIRST) // _MICROSECOND}|{number}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def unwrap(token: str) -> tuple[dt.datetime, int]:
    """Refused: cursor_odd."""
    try:
        if len(token) > LONGEST:
            raise ValueError
        text = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True).decode("ascii")
        edition, moment, number = text.split("|")
        if edition != "1" or not 0 <= int(moment) < LATEST or not 0 <= int(number) < 2**63:
            raise ValueError
        return _FIRST + int(moment) * _MICROSECOND, int(number)
    except ValueError:
        raise No("cursor_odd") from None


def page(rows: "QuerySet[Row]", field: str, after: str, size: int, *, backwards: bool = False) -> tuple[list[Row], str]:
    """So many behind the cursor, by a moment and the number, in the order that `rows` have; and the next cursor, empty
    where nothing follows."""
    if after:
        moment, number = unwrap(after)
        side = "lt" if backwards else "gt"
        rows = rows.filter(Q(**{f"{field}__{side}": moment}) | Q(**{field: moment, f"pk__{side}": number}))
    found = list(rows[: size + 1])
    if len(found) <= size:
        return found, ""
    last: Any = found[size - 1]
    value = last
    for part in field.split("__"):
        value = getattr(value, part)
    return found[:size], wrap(value, last.pk)
