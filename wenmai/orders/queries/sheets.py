"""The confirmation sheet of an order as it would be printed now."""

from typing import NamedTuple

from wenmai.lib import vault
from wenmai.orders.models import Order
from wenmai.orders.queries.orders import kept, order, steps
from wenmai.orders.queries.products import content_of
from wenmai.orders.rules import sheets
from wenmai.orders.rules.sheets import Confirmed, SheetContent
from wenmai.orders.rules.states import Side, State

_USE = "orders.sheets"


class Standing(NamedTuple):
    """Of a sheet in somebody's hand. `state`: stands, changed or off; `content` only where it stands."""

    state: str
    number: int
    content: SheetContent | None = None


def sheet(found: Order) -> SheetContent | None:
    """Nothing before the confirmation, and of what was called off."""
    if not sheets.has_sheet(found.state) or found.begins_at is None or found.ends_at is None:
        return None
    product, offer = content_of(found.offer.edition), found.offer
    names = {
        State.DISPATCHED: (Side.COUNTY, found.season.list.organiser.name),
        State.ACCEPTED: (Side.SUPPLIER, offer.product.supplier.name),
        State.CONFIRMED: (Side.STATION, found.station.name),
    }
    last = {one.after: one.at for one in steps(found.pk)}
    return SheetContent(
        number=found.pk, organiser=found.season.list.organiser.name, station=found.station.name,
        supplier=offer.product.supplier.name, kind=product.kind, title=product.title, begins_at=found.begins_at,
        ends_at=found.ends_at, place=found.place, heads=found.heads, words=found.words, price=found.price,
        minutes=product.minutes, room=product.room, power=product.power, stage=product.stage,
        kept=tuple(one.stay.thing.name for one in kept(found.pk)),
        confirmed=tuple(Confirmed(side, name, last[step]) for step, (side, name) in names.items() if step in last),
    )  # fmt: skip


def sheet_code(content: SheetContent) -> str:
    return sheets.make_code(vault.secret_of(_USE), content)


def sheet_standing(text: str) -> Standing | None:
    """Nothing where the code is not one of ours."""
    code = sheets.read_code(vault.secret_of(_USE), text)
    found = order(code.number) if code is not None else None
    if code is None or found is None:
        return None
    if found.state == State.CANCELLED:
        return Standing("off", found.pk)
    content = sheet(found)
    if content is None or not sheets.says(code, content):
        return Standing("changed", found.pk)
    return Standing("stands", found.pk, content)
