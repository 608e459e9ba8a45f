"""Who is let into whose lists, until when, and what was shown for it."""

import datetime as dt
from collections.abc import Sequence

from django.db.models import Q, QuerySet

from wenmai.files import queries as files
from wenmai.files.queries import FileView
from wenmai.institutions import queries as institutions
from wenmai.journal import queries as journal
from wenmai.journal.queries import Deed
from wenmai.lib import waiting
from wenmai.lib.access import Actor, Reach, Scope
from wenmai.lib.picking import Option
from wenmai.lib.waiting import Waits
from wenmai.orders.models import Paper, Qualification
from wenmai.orders.rules import Standing

MOST = 100
_EVERYWHERE = Scope((Reach("", ""),))


def qualifications(scope: Scope, words: str = "", standing: str = "") -> "QuerySet[Qualification]":
    """Asked of the scope's institutions; those that wait first, the oldest of them first."""
    rows = Qualification.objects.filter(organiser__in=institutions.ids_within(scope))
    if words:
        rows = rows.filter(Q(supplier__name__icontains=words) | Q(organiser__name__icontains=words))
    if standing in Standing.values:
        rows = rows.filter(standing=standing)
    return rows.select_related("organiser", "supplier").order_by("standing", "asked_at", "pk")


def my_qualifications(scope: Scope) -> list[Qualification]:
    """Of the scope's suppliers, the newest first."""
    rows = Qualification.objects.filter(supplier__in=institutions.ids_within(scope))
    return list(rows.select_related("organiser", "supplier").order_by("-asked_at", "-pk")[:MOST])


def qualification(qualification_id: int) -> Qualification | None:
    return Qualification.objects.select_related("organiser", "supplier").filter(pk=qualification_id).first()


def qualification_reach(qualification_id: int) -> Reach | None:
    """Where its organiser lies."""
    found = Qualification.objects.filter(pk=qualification_id).values_list("organiser_id", flat=True).first()
    return institutions.reach(found) if found is not None else None


def supplier_reach(qualification_id: int) -> Reach | None:
    """Where its supplier lies."""
    found = Qualification.objects.filter(pk=qualification_id).values_list("supplier_id", flat=True).first()
    return institutions.reach(found) if found is not None else None


def papers(qualification_id: int) -> list[tuple[Paper, FileView]]:
    rows = list(Paper.objects.filter(qualification=qualification_id).select_related("file").order_by("pk"))
    views = files.objects([one.file.hash for one in rows])
    return [(one, views[one.file.hash]) for one in rows if one.file.hash in views]


def qualification_trail(qualification_id: int) -> list[Deed]:
    return journal.deeds("orders_qualification", qualification_id)


def qualifications_waiting(scope: Scope, _actor: Actor) -> Waits:
    rows = Qualification.objects.filter(organiser__in=institutions.ids_within(scope), standing=Standing.ASKED)
    return waiting.count(rows, "asked_at")


def _good(organiser_id: int, day: dt.date) -> "QuerySet[Qualification]":
    return Qualification.objects.filter(organiser=organiser_id, standing=Standing.PASSED, valid_to__gte=day)


def is_qualified(organiser_id: int, supplier_id: int, day: dt.date) -> bool:
    return _good(organiser_id, day).filter(supplier=supplier_id).exists()


def suppliers(organiser_id: int, day: dt.date) -> "QuerySet[Qualification, int]":
    """The suppliers that are qualified there on that day, to stand in another query."""
    return _good(organiser_id, day).values_list("supplier_id", flat=True)


def organiser_options(words: str) -> Sequence[Option]:
    """Institutions anywhere: whoever keeps no list is refused where the form's answer goes."""
    return institutions.organisation_options(_EVERYWHERE, words) if words else []


def organiser_option(key: str) -> Option | None:
    return institutions.organisation_option(key)
