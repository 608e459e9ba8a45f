"""The document for gates, signed by the node: made anew when what it says has changed, and now and then anyway."""

import datetime as dt
import hashlib
import json
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction

from wenmai.formats import carddocument
from wenmai.lib import bulk, vault
from wenmai.people.models import CardDocument
from wenmai.people.queries import passes as queries
from wenmai.people.rules.passes import DOCUMENT_AGAIN

KEY = "people.card_document"
"""Derived from the node's file of keys: it stands in no table, and does not change with the keys that sign cards."""


def current(*, now: dt.datetime) -> str:
    """As JSON. Its number is the second it was made, or one more than the last: it grows also after the clock was put
    back, and after the database was put back to yesterday's."""
    said = queries.document(now)
    digest = _digest(said)
    text = _still_good(CardDocument.objects.first(), digest, now)
    if text:
        return text
    with transaction.atomic():
        bulk.lock(KEY)
        row = CardDocument.objects.first()
        text = _still_good(row, digest, now)
        if text:
            return text
        seq = max(row.seq + 1 if row else 0, int(now.timestamp()))
        text = json.dumps(carddocument.seal({"seq": seq, **said}, _key(vault.secret_of(KEY))))
        values = {"seq": seq, "made_at": now, "digest": digest, "text": text}
        if row is None:
            CardDocument.objects.create(pk=1, **values)
        else:
            CardDocument.objects.update(**values)
    return text


def seal(said: dict[str, Any], *, typ: str) -> dict[str, str]:
    """Another document for boxes without a network, by the key that they have pinned. `said` has a `seq`."""
    return carddocument.seal(said, _key(vault.secret_of(KEY)), typ=typ)


def pin() -> str:
    """What gates are told when they are set up."""
    return carddocument.pin(_key(vault.secret_of(KEY)))


def _still_good(row: CardDocument | None, digest: str, now: dt.datetime) -> str:
    return row.text if row and row.digest == digest and now - row.made_at < DOCUMENT_AGAIN else ""


def _digest(said: dict[str, Any]) -> str:
    lasting = {name: value for name, value in said.items() if name not in ("made", "keep_until")}
    return hashlib.sha256(f"{pin()}{json.dumps(lasting, sort_keys=True)}".encode()).hexdigest()


@lru_cache(maxsize=4)
def _key(secret: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(secret)
