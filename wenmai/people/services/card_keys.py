"""The keys that sign electronic cards."""

import datetime as dt
import secrets

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction
from django.db.models import QuerySet

from wenmai.formats import cardtoken
from wenmai.journal import services as journal
from wenmai.lib import bulk, vault
from wenmai.lib.access import SYSTEM, Actor
from wenmai.people.models.passes import CardKey, CardPass
from wenmai.people.queries import passes as queries
from wenmai.people.rules.passes import KEY_SIGNS, PAPER, SHOWN_AHEAD


@transaction.atomic
def rotate_card_keys(*, at_once: bool, actor: Actor, now: dt.datetime) -> CardKey:
    """Another key, which signs after gates had time to hear of it; the present one stays known as long as something
    that it signed is good. `at_once`, for a key that somebody else has: all others are good for nothing any more."""
    bulk.lock("people.card_keys")
    return _another(at_once=at_once, actor=actor, now=now)


@transaction.atomic
def keep_card_keys(*, now: dt.datetime) -> None:
    """Once a day: a key that has signed for long gets a successor; what is good for nothing any more goes."""
    bulk.lock("people.card_keys")
    newest = CardKey.objects.order_by("-signs_from", "-id").first()
    if newest is not None and newest.signs_from + KEY_SIGNS - SHOWN_AHEAD <= now:
        _another(at_once=False, actor=SYSTEM, now=now)
    _retire(CardKey.objects.filter(shown_until__lt=now), SYSTEM, now)
    CardPass.objects.filter(expires_at__lt=now).delete()


def _another(*, at_once: bool, actor: Actor, now: dt.datetime) -> CardKey:
    is_first = queries.signing_key(now) is None
    signs_from = now if at_once or is_first else now + SHOWN_AHEAD
    if at_once:
        CardKey.objects.update(shown_until=now)
        # what was printed is signed by nobody that a gate knows: it needs no word in the document either
        CardPass.objects.filter(expires_at__gt=now).update(expires_at=now, revoked_at=now)
    else:
        # one that waited is not needed; the present one signs until then, and what it printed lasts longer still
        _retire(CardKey.objects.filter(signs_from__gt=now), actor, now)
        CardKey.objects.filter(shown_until=None).update(shown_until=signs_from + PAPER + SHOWN_AHEAD)
    private = Ed25519PrivateKey.generate()
    made = CardKey.objects.create(
        key_id=secrets.token_urlsafe(6), public=cardtoken.public(private), signs_from=signs_from,
        private_sealed=vault.seal(private.private_bytes_raw().hex(), purpose=queries.KEY),
    )  # fmt: skip
    journal.record(
        name="people.card_key_made", subject_kind="card_key", subject_key=made.key_id, actor=actor, now=now,
        signs_from=signs_from.isoformat(), at_once=at_once,
    )  # fmt: skip
    return made


def _retire(keys: "QuerySet[CardKey]", actor: Actor, now: dt.datetime) -> None:
    for key_id in keys.values_list("key_id", flat=True):
        journal.record(
            name="people.card_key_retired", subject_kind="card_key", subject_key=key_id, actor=actor, now=now
        )
    keys.delete()


def signing_key(*, now: dt.datetime) -> CardKey:
    """The one that signs now; the first is made where there is none."""
    found = queries.signing_key(now)
    if found is None:
        with transaction.atomic():
            bulk.lock("people.card_keys")
            found = queries.signing_key(now) or _another(at_once=False, actor=SYSTEM, now=now)
    return found
