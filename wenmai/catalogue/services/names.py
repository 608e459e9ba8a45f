"""A record that is gone ends its name in a tombstone; one that comes back has its name back."""

import datetime as dt
from collections.abc import Sequence

from wenmai.catalogue.models import Record, State
from wenmai.identifiers import services as identifiers
from wenmai.lib.access import Actor


def end_names(ids: Sequence[int], *, reason: str, actor: Actor, now: dt.datetime) -> None:
    """`/id/…` answers 410 with the reason and the title."""
    titles = dict(Record.objects.filter(id__in=list(ids), identifier__isnull=False).values_list("identifier", "title"))
    if titles:
        named = {name: title for name, title in titles.items() if name}
        identifiers.withdraw(list(named), reason=reason[:500], titles=named, actor=actor, now=now)


def revive_names(ids: Sequence[int], *, actor: Actor, now: dt.datetime) -> None:
    """Only for those that are neither deleted nor withdrawn any more."""
    back = Record.objects.filter(id__in=list(ids), identifier__isnull=False, deleted_at=None)
    names = [name for name in back.exclude(state=State.WITHDRAWN).values_list("identifier", flat=True) if name]
    if names:
        identifiers.reinstate(names, actor=actor, now=now)
