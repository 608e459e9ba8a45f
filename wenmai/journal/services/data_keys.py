"""What is done to the keys of the data at rest, told: `lib` does it, and knows no journal."""

import datetime as dt

from wenmai.journal import services as journal
from wenmai.lib import keyring, resealing
from wenmai.lib.access import Actor
from wenmai.lib.resealing import Progress

KIND = "data_key"


def make(*, actor: Actor, now: dt.datetime) -> keyring.Key:
    """A new key seals from now on."""
    key = resealing.rotate(now=now)
    journal.record(
        name="journal.data_key_made", subject_kind=KIND, subject_key=key.id, actor=actor, now=now,
        algorithm=key.algorithm,
    )  # fmt: skip
    return key


def note_brought_over(*, key_id: str, done: list[Progress], actor: Actor, now: dt.datetime) -> None:
    """Every value that could be opened stands under this key; how many of which column."""
    journal.record(
        name="journal.data_keys_rotated", subject_kind=KIND, subject_key=key_id, actor=actor, now=now,
        resealed={str(one.column): one.resealed for one in done if one.resealed},
        unreadable={str(one.column): one.unreadable for one in done if one.unreadable},
    )  # fmt: skip


def retire(*, key_id: str, actor: Actor, now: dt.datetime) -> None:
    """Refused as by `resealing.retire`."""
    resealing.retire(key_id=key_id, now=now)
    journal.record(name="journal.data_key_retired", subject_kind=KIND, subject_key=key_id, actor=actor, now=now)
