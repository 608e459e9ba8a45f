"""Fetching what peers say: outside any transaction, small limits, by the guard of `lib.http`."""

import datetime as dt
import json
from typing import Any

from django.conf import settings

from wenmai.lib.http import Fetcher, FetchFailed, Limits, Patience
from wenmai.lib.refusal import Refused
from wenmai.people.recognition import rules, services
from wenmai.people.recognition.models import Peer

LIMITS = Limits(connect_s=5, read_s=15, total_s=60, body_bytes=rules.LARGEST, redirects=0)


def fetch(peer: Peer, now: dt.datetime) -> Peer:
    """Refused: peer_silent, peer_document, peer_odd, unknown_peer; written down beside the peer."""
    try:
        return services.take_in(peer_id=peer.pk, sealed=_get(f"{peer.issuer}/cards/keys.json"), now=now)
    except Refused as refusal:
        services.note_failure(peer_id=peer.pk, why=f"{refusal.code} {refusal.detail}".strip(), now=now)
        raise


def _get(address: str) -> Any:
    try:
        with Fetcher(
            allowed_hosts=settings.ALLOWED_PRIVATE_HOSTS, limits=LIMITS, patience=Patience(attempts=1)
        ) as fetcher:
            return fetcher.get(address, lambda answer: json.loads(answer.body))
    except FetchFailed as failure:
        raise Refused("peer_silent", f"{failure.code} {failure.detail}"[:200]) from failure
    except (ValueError, RecursionError) as odd:
        raise Refused("peer_odd", "JSON") from odd
