"""Products as their suppliers, the review and the public read them."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from wenmai.files import queries as files
from wenmai.files.queries import FileView
from wenmai.institutions import queries as institutions
from wenmai.journal import queries as journal
from wenmai.journal.queries import Deed
from wenmai.lib.access import Reach, Scope
from wenmai.lib.numbers import row_number
from wenmai.orders.models import Edition, Product
from wenmai.orders.rules import REVIEWED, Content, Kind, read, yuan
from wenmai.review import queries as review
from wenmai.review.rules import Field, Subject, Submission


class Status(NamedTuple):
    """`tone`: warn, open or nothing, for the tag; `why`: what the review said when it came back."""

    words: str
    tone: str = ""
    why: str = ""
    may_submit: bool = False


def products(scope: Scope, words: str = "", kind: str = "") -> "QuerySet[Product]":
    """Of the scope's suppliers, the newest first."""
    rows = Product.objects.filter(supplier__in=institutions.ids_within(scope))
    if words:
        rows = rows.filter(Q(latest__title__icontains=words) | Q(supplier__name__icontains=words))
    if kind in Kind.values:
        rows = rows.filter(latest__kind=kind)
    return rows.select_related("supplier", "latest", "shown").order_by("-made_at", "-pk")


def product(product_id: int) -> Product | None:
    return Product.objects.select_related("supplier", "latest", "shown").filter(pk=product_id).first()


def public_product(product_id: int) -> Product | None:
    """On show, of a supplier that is open."""
    rows = Product.objects.filter(pk=product_id, shown__isnull=False, supplier__closed_on=None)
    return rows.select_related("supplier__place", "shown").first()


def product_reach(product_id: int) -> Reach | None:
    found = Product.objects.filter(pk=product_id).values_list("supplier_id", flat=True).first()
    return institutions.reach(found) if found is not None else None


def product_trail(product_id: int) -> list[Deed]:
    return journal.deeds("orders_product", product_id)


def content_of(edition: Edition) -> Content:
    return read(edition.content)


def photos(content: Content) -> list[tuple[FileView, str]]:
    """With their words; what is not stored any more is left out."""
    stored = files.objects([one.hash for one in content.photos])
    return [(stored[one.hash], one.alt) for one in content.photos if one.hash in stored]


def status_of(found: Product) -> Status:
    """Where the latest edition stands."""
    key, latest = str(found.pk), found.latest
    assert latest is not None, "made with its first edition"
    if found.hidden_at is not None:
        return Status(_("已下架"), "warn")
    if review.open_cases(REVIEWED, [key]):
        return Status(_("公布着，修改稿在审核") if found.shown_id else _("审核中"), "warn")
    if found.shown_id == latest.pk:
        return Status(_("已公布"), "open")
    said = review.came_back(REVIEWED, [key]).get(key)
    if said is not None and said[0] == bytes(latest.content_hash):
        return Status(_("没有通过，请修改"), "warn", said[1], may_submit=True)
    if found.shown_id is not None:
        return Status(_("公布着，有没送审的修改"), "warn", may_submit=True)
    return Status(_("草稿"), may_submit=True)


def facts(content: Content) -> list[Field]:
    """All but title and text, with names for people; what is empty is left out."""
    room = _("%(room)s 平方米以上") % {"room": content.room} if content.room else ""
    said = [
        (_("类别"), str(Kind(content.kind).label)), (_("一场多长"), _("%(n)s 分钟") % {"n": content.minutes}),
        (_("报价"), _("每场 %(yuan)s 元") % {"yuan": yuan(content.price)} if content.price else _("免费")),
        (_("适合谁"), content.audience), (_("能容多少人"), _("%(n)s 人") % {"n": content.capacity}),
        (_("场地要多大"), room), (_("用电"), content.power), (_("舞台"), content.stage),
    ]  # fmt: skip
    return [Field(label, text) for label, text in said if text]


def _fields(edition: Edition) -> list[Field]:
    """What a reviewer reads."""
    content = content_of(edition)
    pictures = "；".join(one.alt for one in content.photos)
    said = [Field(_("名称"), content.title), Field(_("介绍"), content.text), *facts(content)]
    return [*said, Field(_("照片"), pictures)] if pictures else said


def submission_of(found: Product, edition: Edition) -> Submission:
    return Submission(
        str(found.pk), bytes(edition.content_hash), edition.title, found.supplier_id, edition.by, _fields(edition)
    )


def _rows(keys: Sequence[str]) -> "QuerySet[Product]":
    numbers = [number for key in keys if (number := row_number(key)) is not None]
    return Product.objects.filter(pk__in=numbers, latest__isnull=False).select_related("latest")


def read_for_review(keys: Sequence[str]) -> Mapping[str, Subject]:
    found = {}
    for one in _rows(keys):
        assert one.latest is not None, "narrowed to those that have one"
        found[str(one.pk)] = Subject(
            one.latest.title, bytes(one.latest.content_hash), _fields(one.latest), one.supplier_id, one.latest.by
        )
    return found


def hashes_for_review(keys: Sequence[str]) -> Mapping[str, bytes]:
    return {str(pk): bytes(hash) for pk, hash in _rows(keys).values_list("pk", "latest__content_hash")}


def earlier_for_review(key: str, hash: bytes) -> Sequence[Field] | None:
    rows = Edition.objects.filter(product=row_number(key) or 0, content_hash=hash)
    found = rows.order_by("-number").first()
    return _fields(found) if found else None
