"""Another node for tests: it says what it is told to say, signed as the reference describes it."""

import datetime as dt
import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.utils import timezone

from wenmai.formats import carddocument, cardtoken
from wenmai.institutions import queries as institutions
from wenmai.lib import clock
from wenmai.lib.access import Actor
from wenmai.people import queries as people
from wenmai.people.models import User
from wenmai.people.recognition import queries, services
from wenmai.people.recognition.models import Peer, PeerAgreement
from wenmai.people.testing import make_user

THERE = "1100009021019999"


def officer(name: str) -> Actor:
    """Two of them: `one` enters, `other` approves."""
    return people.actor(User.objects.filter(username=name).first() or make_user(name, role="platform_admin"))


class Neighbour:
    """A province with one library."""

    def __init__(self, address: str = "https://province.test") -> None:
        self.address, self.seq = address, 100
        self.document_key, self.card_key = (Ed25519PrivateKey.from_private_bytes(word * 32) for word in (b"d", b"c"))
        self.lines: list[dict[str, Any]] = []
        self.more: dict[str, Any] = {}

    @property
    def pin(self) -> str:
        return carddocument.pin(self.document_key)

    def document(self) -> dict[str, str]:
        self.seq += 1
        key = {"kty": "OKP", "crv": "Ed25519", "kid": "p1", "x": cardtoken.public(self.card_key), "nbf": 1_000}
        said = {
            "seq": self.seq, "iss": self.address, "made": 1_000, "keys": [key], "agreements": [], "revoked": [],
            "keep_until": int((clock.now() + dt.timedelta(days=30)).timestamp()), "abroad": self.lines, **self.more,
        }  # fmt: skip
        return carddocument.seal(said, self.document_key)

    def offer(self, organisation_id: int, **changed: Any) -> dict[str, Any]:
        """It says that cards of its library count at ours."""
        ours, today = institutions.organisation(organisation_id), timezone.localdate()
        assert ours is not None
        line = {
            "key": "k" * 22, "giver_at": self.address, "giver": THERE, "giver_name": "漪岭省图书馆",
            "host_at": settings.BASE_URL, "host": ours.code, "host_name": ours.name,
            "from_on": (today - dt.timedelta(days=2)).isoformat(),
            "until_on": (today + dt.timedelta(days=300)).isoformat(), "services": ["enter"], "says_number": False,
            **changed,
        }  # fmt: skip
        self.lines.append(line)
        return line

    def agrees(self) -> None:
        """It says whatever we say, about itself."""
        self.lines = [one for one in queries.said(clock.now()) if self.address in (one["giver_at"], one["host_at"])]

    def token(self, **claims: Any) -> str:
        """What a telephone of its reader shows."""
        moment = int(clock.now().timestamp())
        said = {
            "iss": self.address, "org": THERE, "sub": "s" * 22, "jti": "j" * 11, "iat": moment, "exp": moment + 90,
            **claims,
        }  # fmt: skip
        return cardtoken.write(said, self.card_key, "p1")


def known(neighbour: Neighbour) -> Peer:
    """Entered by one and approved by another; not read yet."""
    made = services.enter_peer(
        issuer=neighbour.address, name="漪岭省文脉", pin=neighbour.pin, actor=officer("one"), now=clock.now()
    )
    return services.approve_peer(peer_id=made.pk, actor=officer("other"), now=clock.now())


def read(neighbour: Neighbour, peer: Peer) -> Peer:
    """What it says now, over the wire."""
    sealed = json.loads(json.dumps(neighbour.document()))
    return services.take_in(peer_id=peer.pk, sealed=sealed, now=clock.now())


def proposed(peer: Peer, organisation_id: int, **changed: Any) -> PeerAgreement:
    """By us, and not approved yet."""
    today = timezone.localdate()
    asked = {
        "direction": "gives", "their_code": THERE, "their_name": "漪岭省图书馆", "services": ["enter"],
        "says_number": False, "from_on": today - dt.timedelta(days=2), "until_on": today + dt.timedelta(days=300),
    }  # fmt: skip
    return services.propose(
        peer_id=peer.pk, organisation_id=organisation_id, **{**asked, **changed}, actor=officer("one"), now=clock.now()
    )


def agreed(neighbour: Neighbour, peer: Peer, organisation_id: int, **changed: Any) -> PeerAgreement:
    """By two persons here, and by the other side."""
    made = proposed(peer, organisation_id, **changed)
    services.approve(agreement_id=made.pk, actor=officer("other"), now=clock.now())
    neighbour.agrees()
    read(neighbour, peer)
    made.refresh_from_db()
    return made
