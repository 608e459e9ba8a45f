"""Which scopes apps of an institution may ask for at all: decided by staff of the whole node."""

import datetime as dt
from collections.abc import Iterable

from django.db import connection, transaction

from wenmai.institutions import queries as institutions
from wenmai.journal import services as journal
from wenmai.lib import bulk
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.people.provider.models import AppScopes
from wenmai.people.provider.rules import SCOPES, within

LOCK = "people.app_scopes"
"""Whoever enters or approves terms holds it with others (trigger `people_app_terms_allowed`)."""
COUNTED = """
INSERT INTO people_appwithheld AS here (app_id, scope, login_count, first_at, last_at) VALUES (%s, %s, 1, %s, %s)
  ON CONFLICT (app_id, scope) DO UPDATE SET
    login_count = here.login_count + 1, last_at = greatest(here.last_at, excluded.last_at)
"""


@transaction.atomic
def allow_scopes(*, organisation_id: int, scopes: Iterable[str], actor: Actor, now: dt.datetime) -> AppScopes:
    """For apps of this institution and of those below it, from now on; what is not among them is asked for no more and
    told to nobody, whatever was agreed to before. Decisions above it count as well.

    Refused: unknown_organisation, unknown_scope.
    """
    wanted = {"openid", *scopes}
    if unknown := wanted - {*SCOPES}:
        raise Refused("unknown_scope", ", ".join(sorted(unknown)))
    if institutions.organisation(organisation_id) is None:
        raise Refused("unknown_organisation", str(organisation_id))
    bulk.lock(LOCK)
    found = AppScopes.objects.filter(organisation_id=organisation_id).first()
    row = found or AppScopes(organisation_id=organisation_id, scopes=[])
    before = " ".join(row.scopes)
    row.scopes, row.decided_at = within(SCOPES, wanted), now
    if (after := " ".join(row.scopes)) != before:
        row.save()
        _note("people.app_scopes_allowed", organisation_id, actor, now, before=before, after=after)
    return row


@transaction.atomic
def drop_scopes(*, organisation_id: int, actor: Actor, now: dt.datetime) -> None:
    """Nothing is decided for this institution any more: what stands above it counts, or what everybody may."""
    bulk.lock(LOCK)
    found = AppScopes.objects.filter(organisation_id=organisation_id).first()
    if found is not None:
        found.delete()
        _note("people.app_scopes_dropped", organisation_id, actor, now, before=" ".join(found.scopes))


def withhold(*, app_id: int, scopes: Iterable[str], now: dt.datetime) -> None:
    """One more login at which the app asked for these and was not given them: its staff read how often."""
    for scope in scopes:
        with connection.cursor() as cursor:
            cursor.execute(COUNTED, [app_id, scope, now, now])


def _note(name: str, organisation_id: int, actor: Actor, now: dt.datetime, **detail: str) -> None:
    journal.record(
        name=name, subject_kind="organisation", subject_key=organisation_id, actor=actor, now=now,
        organisation=organisation_id, **detail,
    )  # fmt: skip
