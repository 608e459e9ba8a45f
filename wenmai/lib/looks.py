"""What a page of staff showed of other people: said by the page, written down by its door before anything is sent."""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from django.http import HttpRequest

if TYPE_CHECKING:
    from wenmai.lib.access import Actor, Reach


class Look(NamedTuple):
    """Of one person (the account's number), or of `shown` people in a list.

    `reason`: a code of `people.looks.rules.REASONS`, with a number where there is one (request:12); never words that
    somebody typed.
    """

    person: int | None
    shown: int
    reason: str = ""


Recorder = Callable[[HttpRequest, "Actor", str, "Reach | None", list[Look]], None]
_recorders: list[Recorder] = []


def register(record: Recorder) -> None:
    """In apps.py of whoever keeps the access log."""
    _recorders.append(record)


def note(request: HttpRequest, person: int, *, reason: str = "") -> None:
    """This page shows data of this account's person; said where they are read."""
    _of(request).append(Look(person, 1, reason))


def note_list(request: HttpRequest, shown: int, *, reason: str = "") -> None:
    """This page lists so many people."""
    _of(request).append(Look(None, shown, reason))


def write_down(request: HttpRequest, actor: "Actor", permission: str, where: "Reach | None", *, has_to: bool) -> None:
    """By the door. `has_to`: a page that shows people and has noted nothing is not sent."""
    noted = _of(request)
    if has_to and not noted:
        raise AssertionError("the page shows people and has not said so: looks.note, looks.note_list")
    others = [one for one in noted if one.person != actor.user_id]
    for record in _recorders if others else ():
        record(request, actor, permission, where, others)


def _of(request: HttpRequest) -> list[Look]:
    if not hasattr(request, "looks"):
        request.looks = []  # type: ignore[attr-defined]
    found: list[Look] = request.looks  # type: ignore[attr-defined]
    return found
