"""The name of a record leads to its page as long as that can be seen. Before, it is reserved; after, a tombstone."""

import datetime as dt
from collections.abc import Sequence

from wenmai.catalogue.models import Record
from wenmai.identifiers import services as identifiers
from wenmai.identifiers.rules import Binding
from wenmai.lib.access import Actor


def address(record_id: int) -> str:
    """Where a record's page is."""
    return f"/records/{record_id}"


def end_names(ids: Sequence[int], *, reason: str, actor: Actor, now: dt.datetime) -> None:
    """`/id/…` answers 410 with the reason and the title; what never was public says nothing and stays reserved."""
    public = Record.objects.filter(id__in=list(ids), identifier__isnull=False, shown_version__isnull=False)
    titles = {name: title for name, title in public.values_list("identifier", "title") if name}
    if titles:
        identifiers.withdraw(list(titles), reason=reason[:500], titles=titles, actor=actor, now=now)


def lead_names(ids: Sequence[int], *, actor: Actor, now: dt.datetime) -> None:
    """For records that have just appeared or come back: the names of those that can be seen lead to their pages."""
    visible = Record.objects.filter(id__in=list(ids), identifier__isnull=False, visible=True)
    bindings = [Binding(name, address(number)) for number, name in visible.values_list("id", "identifier") if name]
    if bindings:
        identifiers.reinstate([one.name for one in bindings], actor=actor, now=now)
        identifiers.register(bindings, actor=actor, now=now)
