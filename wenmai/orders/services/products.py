"""A product is written, handed in, and shown in just the words that the review has passed."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import transaction

from wenmai.files import queries as stored
from wenmai.files import services as files
from wenmai.institutions import queries as institutions
from wenmai.journal import services as journal
from wenmai.lib.access import Actor
from wenmai.lib.numbers import row_number
from wenmai.lib.refusal import Refused
from wenmai.orders import queries
from wenmai.orders.models import Edition, Product
from wenmai.orders.rules import REVIEWED, Content, Photo, read, supply
from wenmai.review import queries as reviewing
from wenmai.review import services as review

if TYPE_CHECKING:
    from wenmai.journal.models import Entry

HEARD = {"review.approved", "review.returned", "review.refused", "review.taken_down", "review.restored"}


@transaction.atomic
def write(
    *, content: Content, supplier_id: int | None = None, product_id: int | None = None, demo: bool = False,
    actor: Actor, now: dt.datetime,
) -> Product:  # fmt: skip
    """A new product of the supplier, or a new edition of one; the same words make none.

    Refused: unknown_supplier, unknown_product, and as `Content.checked`.
    """
    kept = content.checked()
    found = _new(supplier_id or 0, demo, now) if product_id is None else _locked(product_id)
    if {one.hash for one in kept.photos} - stored.known([one.hash for one in kept.photos]):
        raise Refused("photo_alt")
    if found.latest is not None and bytes(found.latest.content_hash) == kept.hash:
        return found
    made = Edition.objects.create(
        product=found, number=found.latest.number + 1 if found.latest else 1, content=kept.written(),
        content_hash=kept.hash, kind=kept.kind, title=kept.title, price=kept.price, by=actor.user_id, made_at=now,
    )  # fmt: skip
    found.latest = made
    found.save(update_fields=["latest"])
    _note("orders.product_written", found.pk, actor, now, edition=made.number, supplier=found.supplier_id)
    return found


def _new(supplier_id: int, demo: bool, now: dt.datetime) -> Product:
    supplier = institutions.organisation(supplier_id)
    if supplier is None or supplier.closed_on or supplier.kind not in supply.SUPPLIERS:
        raise Refused("unknown_supplier")
    return Product.objects.create(supplier_id=supplier_id, demo=demo, made_at=now)


@transaction.atomic
def add_photo(
    *, product_id: int, stream: Any, alt: str, name: str = "", actor: Actor, now: dt.datetime
) -> Product:  # fmt: skip
    """Refused: unknown_product, photos_many, photo_alt, and as `files.store_photo`."""
    content = _written(product_id)
    kept = files.store_photo(stream, name=name, actor=actor, now=now)
    photos = tuple(one for one in content.photos if one.hash != kept.hash)
    more = content._replace(photos=(*photos, Photo(kept.hash, alt)))
    return write(content=more, product_id=product_id, actor=actor, now=now)


@transaction.atomic
def drop_photo(*, product_id: int, hash: str, actor: Actor, now: dt.datetime) -> Product:
    """Refused: unknown_product."""
    content = _written(product_id)
    left = content._replace(photos=tuple(one for one in content.photos if one.hash != hash))
    return write(content=left, product_id=product_id, actor=actor, now=now)


@transaction.atomic
def submit(*, product_id: int, actor: Actor, now: dt.datetime) -> None:
    """Its latest edition goes to the review. Refused: unknown_product, nothing_new (it is shown, or on its way),
    refused_for_good."""
    found = _locked(product_id)
    assert found.latest is not None, "made with its first edition"
    done = review.submit(kind=REVIEWED, subject=queries.submission_of(found, found.latest), actor=actor, now=now)
    if done.refused:
        raise Refused("refused_for_good")
    if not done.opened:
        raise Refused("nothing_new")
    _note("orders.product_submitted", product_id, actor, now, edition=found.latest.number)


def hear(entry: "Entry") -> None:
    """Again: nothing more happens."""
    if entry.subject_kind != REVIEWED:
        return
    actor = Actor(entry.actor_id, entry.actor_name)
    for key in entry.detail.get("keys") or [entry.subject_key]:
        follow_review(product_id=row_number(str(key)) or 0, actor=actor, now=entry.at)


@transaction.atomic
def follow_review(*, product_id: int, actor: Actor, now: dt.datetime) -> None:
    """Shows what stands in the review now, whatever has been heard; nothing where nothing does."""
    found = Product.objects.select_for_update(no_key=True).filter(pk=product_id).first()
    if found is None:
        return
    stands = reviewing.approved(REVIEWED, [str(product_id)]).get(str(product_id))
    if reviewing.is_down(REVIEWED, str(product_id)):
        if found.hidden_at is None:
            found.shown, found.hidden_at = None, now
            found.save(update_fields=["shown", "hidden_at"])
            _note("orders.product_hidden", product_id, actor, now)
    elif stands is not None:
        edition = Edition.objects.filter(product=found, content_hash=stands).order_by("-number").first()
        if edition is not None and (found.shown_id != edition.pk or found.hidden_at is not None):
            found.shown, found.hidden_at = edition, None
            found.save(update_fields=["shown", "hidden_at"])
            _note("orders.product_shown", product_id, actor, now, edition=edition.number)


def _locked(product_id: int) -> Product:
    rows = Product.objects.select_for_update(of=("self",), no_key=True).select_related("latest")
    found = rows.filter(pk=product_id).first()
    if found is None:
        raise Refused("unknown_product")
    return found


def _written(product_id: int) -> Content:
    latest = _locked(product_id).latest
    assert latest is not None, "made with its first edition"
    return read(latest.content)


def _note(name: str, product_id: int, actor: Actor, now: dt.datetime, **detail: Any) -> None:
    journal.record(name=name, subject_kind="orders_product", subject_key=product_id, actor=actor, now=now, **detail)
