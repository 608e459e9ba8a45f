"""Keys that sign identity and logout tokens: made, shown, used and forgotten by themselves."""

import base64
import datetime as dt
import hashlib
import json
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.utils import ProgrammingError

from wenmai.journal import services as journal
from wenmai.lib import vault
from wenmai.lib.access import SYSTEM, Actor
from wenmai.people.provider.models import SigningKey
from wenmai.people.provider.rules import KEY_SHOWN_AFTER_DAYS, KEY_SHOWN_AHEAD_DAYS, KEY_SIGNS_DAYS

ALGORITHM = "RS256"
"""What every relying party has to know (OpenID Connect Core §15.1)."""
PURPOSE = "people.signing_key"
BITS = 2048
_opened: dict[str, RSAPrivateKey] = {}
_current: tuple[dt.datetime, dt.datetime, str] | None = None
_LOOKED_S = 30


def at_start(now: dt.datetime) -> None:
    """A node that cannot sign does not start. Raises ImproperlyConfigured with a sentence that says what to do."""
    try:
        key = tend(now=now)
        _private(key)
    except ProgrammingError as missing:
        raise ImproperlyConfigured("The database is not of this release: run `wenmai migrate` first.") from missing
    except vault.Unreadable as closed:
        raise ImproperlyConfigured(
            "The key that signs logins for other apps cannot be opened with these data keys: put the copy of the "
            "data keys from the backup there, or run `wenmai signing rotate --now` for another key; apps then refuse "
            "logins until they have read the new one."
        ) from closed


def tend(*, now: dt.datetime, actor: Actor = SYSTEM) -> SigningKey:
    """The key that signs now, made where there is none; the next one is there in good time, old ones go."""
    with transaction.atomic():
        _alone()
        _retire(SigningKey.objects.filter(shown_until__lt=now), actor, now)
        key = SigningKey.objects.filter(signs_from__lte=now, signs_until__gt=now).first()
        if key is None:
            later = SigningKey.objects.filter(signs_from__gt=now).order_by("signs_from").first()
            key = _make(now, later.signs_from if later else now + dt.timedelta(days=KEY_SIGNS_DAYS), actor, now)
        soon = now + dt.timedelta(days=KEY_SHOWN_AHEAD_DAYS)
        last = SigningKey.objects.order_by("-signs_until")[0]
        if last.signs_until <= soon:
            _make(last.signs_until, last.signs_until + dt.timedelta(days=KEY_SIGNS_DAYS), actor, now)
        return key


def rotate(*, at_once: bool = False, actor: Actor, now: dt.datetime) -> SigningKey:
    """Another key signs: after everybody has had the time to read it, or, where the old one has become known, now;
    then what the old one signed is not believed here any more, and it is shown to nobody."""
    with transaction.atomic():
        _alone()
        begins = now if at_once else now + dt.timedelta(days=KEY_SHOWN_AHEAD_DAYS)
        _retire(SigningKey.objects.filter(signs_from__gte=begins), actor, now)
        cut: dict[str, Any] = {"signs_until": begins}
        if at_once:
            cut["shown_until"] = now
        SigningKey.objects.filter(signs_until__gt=begins).update(**cut)
        if at_once:
            _retire(SigningKey.objects.filter(signs_until__lte=now), actor, now)
        made = _make(begins, begins + dt.timedelta(days=KEY_SIGNS_DAYS), actor, now)
    forget_opened()
    return made


def sign(payload: dict[str, Any], *, now: dt.datetime, typ: str = "JWT") -> str:
    """As a JWS in compact form, by the key of this moment."""
    kid = _kid(now)
    return jwt.encode(payload, _opened[kid], algorithm=ALGORITHM, headers={"kid": kid, "typ": typ})


def forget_opened() -> None:
    """What this process remembers of keys; others look again after half a minute."""
    global _current  # noqa: PLW0603 -- one signing key for each process
    _current = None
    _opened.clear()


def _kid(now: dt.datetime) -> str:
    seen = _current
    if seen is None or not seen[0] <= now < seen[1] or seen[2] not in _opened:
        key = SigningKey.objects.filter(signs_from__lte=now, signs_until__gt=now).first() or tend(now=now)
        _private(key)
        until = min(key.signs_until, now + dt.timedelta(seconds=_LOOKED_S))
        # a key that this transaction made may still come to nothing
        transaction.on_commit(lambda: _remember((now, until, key.kid)))
        return key.kid
    return seen[2]


def _remember(current: tuple[dt.datetime, dt.datetime, str]) -> None:
    global _current  # noqa: PLW0603 -- one signing key for each process
    _current = current


def _private(key: SigningKey) -> RSAPrivateKey:
    if key.kid not in _opened:
        opened = load_pem_private_key(vault.unseal(key.sealed, purpose=PURPOSE).encode(), password=None)
        assert isinstance(opened, RSAPrivateKey)
        _opened[key.kid] = opened
    return _opened[key.kid]


def _retire(keys: "QuerySet[SigningKey]", actor: Actor, now: dt.datetime) -> None:
    for kid in keys.values_list("kid", flat=True):
        journal.record(
            name="people.signing_key_retired", subject_kind="signing_key", subject_key=kid, actor=actor, now=now
        )
    keys.delete()


def _make(begins: dt.datetime, ends: dt.datetime, actor: Actor, now: dt.datetime) -> SigningKey:
    private = generate_private_key(public_exponent=65537, key_size=BITS)
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(private.public_key()))
    kid = _thumbprint(public)
    made = SigningKey.objects.create(
        kid=kid, sealed=vault.seal(pem, purpose=PURPOSE),
        public={"kty": "RSA", "n": public["n"], "e": public["e"], "kid": kid, "use": "sig", "alg": ALGORITHM},
        signs_from=begins, signs_until=ends, shown_until=ends + dt.timedelta(days=KEY_SHOWN_AFTER_DAYS),
    )  # fmt: skip
    journal.record(
        name="people.signing_key_made", subject_kind="signing_key", subject_key=kid, actor=actor, now=now,
        signs_from=begins.isoformat(), signs_until=ends.isoformat(),
    )  # fmt: skip
    return made


def _thumbprint(public: dict[str, Any]) -> str:
    """RFC 7638."""
    plain = json.dumps({"e": public["e"], "kty": "RSA", "n": public["n"]}, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(hashlib.sha256(plain).digest()).rstrip(b"=").decode()


def _alone() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('people.signing_keys', 0))")
