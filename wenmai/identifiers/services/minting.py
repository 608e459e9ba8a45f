import datetime as dt
from collections.abc import Callable, Sequence
from functools import lru_cache

from django.conf import settings
from django.db import connection, transaction

from wenmai.identifiers import rules
from wenmai.identifiers.models import KEY_LENGTH
from wenmai.identifiers.rules import Mint
from wenmai.journal import services as journal
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused

Key = tuple[str, str]


def scheme() -> rules.Scheme:
    """The scheme of this node, from its settings. Refused: a prefix that is not ours to give."""
    return _scheme(
        settings.IDENTIFIER_SCHEME, settings.IDENTIFIER_PREFIX, settings.IDENTIFIER_LEVEL, settings.IDENTIFIER_GRANTED
    )


@transaction.atomic
def mint(requests: Sequence[Mint], *, actor: Actor, now: dt.datetime) -> dict[Key, str]:
    """A name for each (client, key), the same one however often and by however many at once it is asked for.

    With a location the name is registered, without one reserved; a name that exists is left as it is. Names asked for
    in one call are taken in order of their keys, so that two calls cannot wait for each other. Refused, and nothing
    minted: bad_key, bad_location, bad_organisation_code, unknown_type, bad_granularity.
    """
    wanted = {_key(request): request for request in requests}
    found = _existing(list(wanted))
    missing = [wanted[key] for key in sorted(wanted.keys() - found.keys())]
    if not missing:
        return found
    fresh = _insert(missing, now)
    if fresh:
        journal.record(
            name="identifiers.minted", subject_kind="identifiers", subject_key=next(iter(fresh.values())),
            actor=actor, now=now, count=len(fresh),
        )  # fmt: skip
    lost = [(request.client, request.key) for request in missing if (request.client, request.key) not in fresh]
    # Somebody else minted these between our look and our insert, and has committed since.
    return found | fresh | (_existing(lost) if lost else {})


def reserve(requests: Sequence[Mint], *, actor: Actor, now: dt.datetime) -> dict[Key, str]:
    """As `mint`, for names that lead nowhere yet; `register` says later where."""
    return mint([request._replace(location="") for request in requests], actor=actor, now=now)


@lru_cache(maxsize=8)
def _scheme(code: str, prefix: str, level: int, granted: bool) -> rules.Scheme:
    return rules.scheme(code, prefix, level, granted=granted)


def _existing(keys: Sequence[Key]) -> dict[Key, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT client, client_key, name FROM unnest(%s::text[], %s::text[]) AS asked(c, k)"
            " JOIN identifiers_identifier ON client = c AND client_key = k",
            [[client for client, _key in keys], [key for _client, key in keys]],
        )
        return {(client, key): name for client, key, name in cursor.fetchall()}


_INSERT = """
WITH asked AS (
  SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[])
    AS asked(id, name, client, client_key, address, organisation_code)
), fresh AS (
  INSERT INTO identifiers_identifier (id, name, client, client_key, organisation_code, state, title, reason, minted_at)
  SELECT id, name, client, client_key, organisation_code,
    CASE address WHEN '' THEN 'reserved' ELSE 'registered' END, '', '', %s
  FROM asked
  ON CONFLICT (client, client_key) DO NOTHING RETURNING id, name, client, client_key
), bound AS (
  INSERT INTO identifiers_location (identifier_id, address, kind, rank, valid_from)
  SELECT id, address, 'page', 100, %s FROM fresh JOIN asked USING (id) WHERE address <> ''
)
SELECT client, client_key, name FROM fresh
"""


def _insert(requests: Sequence[Mint], now: dt.datetime) -> dict[Key, str]:
    """Names for those of the requests that nobody named meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('identifiers_serial') FROM generate_series(1, %s)", [len(requests)])
        serials = [serial for (serial,) in cursor.fetchall()]
        compose = scheme().compose
        rows = [_row(compose, serial, request) for serial, request in zip(serials, requests, strict=True)]
        cursor.execute(_INSERT, [*(list(column) for column in zip(*rows, strict=True)), now, now])
        return {(client, key): name for client, key, name in cursor.fetchall()}


def _row(compose: Callable[..., str], serial: int, wish: Mint) -> tuple[int, str, str, str, str, str]:
    name = compose(serial, wish.organisation_code, wish.type_code, wish.format_code, wish.granularity)
    address = rules.accept(wish.location) if wish.location else ""
    return serial, name, wish.client, wish.key, address, wish.organisation_code


def _key(request: Mint) -> Key:
    client, key = request.client, request.key
    if not 0 < len(client) <= 60 or not 0 < len(key) <= KEY_LENGTH or "\0" in client or "\0" in key:
        raise Refused("bad_key", f"{client[:40]} {key[:40]}")
    return client, key
