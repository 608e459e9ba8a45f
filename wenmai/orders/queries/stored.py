"""Stored objects that products and papers need, and to whom they are shown."""

from collections.abc import Iterable, Sequence

from wenmai.files import queries as files
from wenmai.institutions import queries as institutions
from wenmai.lib.access import Actor
from wenmai.orders.models import Edition, Paper, Product, Report
from wenmai.orders.settling.models import Settlement

MOST = 50
_SIDES = (
    ("season__list__organiser", "orders.view"), ("offer__product__supplier", "orders.supply"),
    ("station", "orders.ask"),
)  # fmt: skip


def claims_files(ids: Sequence[int]) -> set[int]:
    """Those of all editions: what was once approved can be shown again; papers; photos of reports; vouchers."""
    found = {*Paper.objects.filter(file__in=ids).values_list("file_id", flat=True)}
    for number, view in files.objects_by_id(ids).items():
        reported = Report.objects.filter(photos__contains=[view.hash])
        paid = Settlement.objects.filter(scans__contains=[view.hash])
        shown = Edition.objects.filter(content__photos__contains=[{"hash": view.hash}])
        if shown.exists() or reported.exists() or paid.exists():
            found.add(number)
    return found


def shows_file(hash: str, actor: Actor) -> bool:
    """Photos of what is on show to everybody; of drafts to the supplier and the reviewers; papers to the supplier and
    the organiser they were shown to; photos of reports to the three sides of the order, vouchers to
    both of a settlement."""
    named = [{"hash": hash}]
    if Product.objects.filter(shown__content__photos__contains=named).exists():
        return True
    if not actor.is_staff:
        return False
    rows = Edition.objects.filter(content__photos__contains=named).order_by()
    if _may(
        actor, rows.values_list("product__supplier_id", flat=True).distinct()[:MOST], "orders.supply", "review.view"
    ):
        return True
    papers = Paper.objects.filter(file__hash=hash).order_by()
    suppliers = papers.values_list("qualification__supplier_id", flat=True).distinct()[:MOST]
    organisers = papers.values_list("qualification__organiser_id", flat=True).distinct()[:MOST]
    if _may(actor, suppliers, "orders.supply") or _may(actor, organisers, "orders.view"):
        return True
    paid = Settlement.objects.filter(scans__contains=[hash]).order_by()
    for side, permission in (("organiser_id", "orders.view"), ("supplier_id", "orders.supply")):
        if _may(actor, paid.values_list(side, flat=True).distinct()[:MOST], permission):
            return True
    reported = Report.objects.filter(photos__contains=[hash]).order_by()
    return any(
        _may(actor, reported.values_list(f"order__{where}_id", flat=True).distinct()[:MOST], permission)
        for where, permission in _SIDES
    )


def _may(actor: Actor, ids: Iterable[int], *permissions: str) -> bool:
    return any(actor.may(one, reach) for reach in institutions.reaches(list(ids)).values() for one in permissions)
