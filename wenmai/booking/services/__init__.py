"""Every change of the ledger, one verb each."""

from wenmai.booking.absences.services import Who, appeal
from wenmai.booking.absences.services import cancelled as note_cancelled
from wenmai.booking.absences.services import decide as decide_appeal
from wenmai.booking.absences.services import lift_of as lift_absences
from wenmai.booking.absences.services import missed as note_missed
from wenmai.booking.services.claims import cancel, confirm, expire_due, release, reserve
from wenmai.booking.services.pools import change_pool, close_pool, open_pool, set_shares
from wenmai.booking.services.stays import (
    Wish,
    block,
    book,
    confirm_stays,
    end_stay,
    expire_stays,
    preempt,
    release_stays,
)
from wenmai.booking.services.things import (
    Shape,
    add_thing,
    change_days,
    change_thing,
    hit_by,
    retire_thing,
    set_hours,
    undo_change,
)
from wenmai.booking.services.waiting import leave, offer_out_of_turn, wait

__all__ = [
    "Shape",
    "Who",
    "Wish",
    "add_thing",
    "appeal",
    "block",
    "book",
    "cancel",
    "change_days",
    "change_pool",
    "change_thing",
    "close_pool",
    "confirm",
    "confirm_stays",
    "decide_appeal",
    "end_stay",
    "expire_due",
    "expire_stays",
    "hit_by",
    "leave",
    "lift_absences",
    "note_cancelled",
    "note_missed",
    "offer_out_of_turn",
    "open_pool",
    "preempt",
    "release",
    "release_stays",
    "reserve",
    "retire_thing",
    "set_hours",
    "set_shares",
    "undo_change",
    "wait",
]
