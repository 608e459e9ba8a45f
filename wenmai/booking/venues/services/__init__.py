"""Every change of venues and of what is asked of them."""

from wenmai.booking.venues.services.answering import answer, put_elsewhere
from wenmai.booking.venues.services.asking import Ask, ask, cancel, move
from wenmai.booking.venues.services.faces import HEARD, add_photo, drop_photo, hear, set_face
from wenmai.booking.venues.services.series import Again, answer_series, ask_series, cancel_series
from wenmai.booking.venues.services.using import (
    arrive,
    end_due,
    finish,
    leave,
    note_condition,
    note_payment,
    report_damage,
    settle_damage,
)

__all__ = [
    "HEARD",
    "Again",
    "Ask",
    "add_photo",
    "answer",
    "answer_series",
    "arrive",
    "ask",
    "ask_series",
    "cancel",
    "cancel_series",
    "drop_photo",
    "end_due",
    "finish",
    "hear",
    "leave",
    "move",
    "note_condition",
    "note_payment",
    "put_elsewhere",
    "report_damage",
    "set_face",
    "settle_damage",
]
