"""Word lists: a version is handed in as a file, and put in force by a person."""

import datetime as dt

from django.db import transaction

from wenmai.journal import services as journal
from wenmai.lib import bulk
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.review.models import ListVersion, WordList
from wenmai.review.rules import read_words

LONGEST_NAME, LONGEST_NOTE, MOST_LISTS = 60, 200, 50


@transaction.atomic
def hand_in_list(
    *, list_id: int | None, name: str, content: bytes, note: str, actor: Actor, now: dt.datetime
) -> ListVersion:
    """A version of a new list (`list_id` None, with a name) or of one that is there; not in force yet.

    Refused: list_name, name_taken, unknown_list, note_too_long, too_many_lists, and what `rules.read_words` refuses.
    """
    words = read_words(content)
    if len(note.strip()) > LONGEST_NOTE:
        raise Refused("note_too_long", str(LONGEST_NOTE))
    bulk.lock("review.lists")
    chosen = _new_list(name) if list_id is None else WordList.objects.filter(pk=list_id).first()
    if chosen is None:
        raise Refused("unknown_list")
    last = ListVersion.objects.filter(list=chosen).order_by("-number").values_list("number", flat=True).first()
    made = ListVersion.objects.create(
        list=chosen, number=(last or 0) + 1, words=words, note=note.strip(), entered_by=actor.user_id,
        entered_by_name=actor.name[:100], entered_at=now,
    )  # fmt: skip
    if list_id is None:
        _tell_list("review.list_made", made, actor, now)
    else:
        _tell_list("review.list_renewed", made, actor, now)
    return made


@transaction.atomic
def activate_list(*, version_id: int, actor: Actor, now: dt.datetime) -> ListVersion:
    """In the place of the list's earlier version, for what is handed in from now on. Refused: unknown_version,
    nobody."""
    if actor.user_id is None:
        raise Refused("nobody")
    bulk.lock("review.lists")
    found = ListVersion.objects.filter(pk=version_id).first()
    if found is None:
        raise Refused("unknown_version")
    if found.in_force:
        return found
    ListVersion.objects.filter(list_id=found.list_id, in_force=True).update(in_force=False)
    found.in_force, found.activated_by, found.activated_by_name, found.activated_at = (
        True,
        actor.user_id,
        actor.name,
        now,
    )
    found.save(update_fields=["in_force", "activated_by", "activated_by_name", "activated_at"])
    _tell_list("review.list_activated", found, actor, now)
    return found


@transaction.atomic
def retire_list(*, version_id: int, actor: Actor, now: dt.datetime) -> ListVersion:
    """It is not looked for any more. Refused: unknown_version."""
    bulk.lock("review.lists")
    found = ListVersion.objects.filter(pk=version_id, in_force=True).first()
    if found is None:
        raise Refused("unknown_version")
    found.in_force = False
    found.save(update_fields=["in_force"])
    _tell_list("review.list_retired", found, actor, now)
    return found


def _new_list(name: str) -> WordList:
    named = name.strip()
    if not named or len(named) > LONGEST_NAME or not named.isprintable():
        raise Refused("list_name", str(LONGEST_NAME))
    if WordList.objects.filter(name=named).exists():
        raise Refused("name_taken", named)
    if WordList.objects.count() >= MOST_LISTS:
        raise Refused("too_many_lists", str(MOST_LISTS))
    return WordList.objects.create(name=named)


def _tell_list(name: str, version: ListVersion, actor: Actor, now: dt.datetime) -> None:
    journal.record(
        name=name, subject_kind="word_list", subject_key=version.list_id, actor=actor, now=now, number=version.number,
        count=len(version.words),
    )  # fmt: skip
