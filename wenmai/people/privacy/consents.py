"""Giving and taking back consents, one purpose at a time."""

import datetime as dt

from django.db import connection, transaction

from wenmai.journal import services as journal
from wenmai.lib import bulk, personal
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.people.families import queries as families
from wenmai.people.models import User
from wenmai.people.privacy import holding
from wenmai.people.privacy.models import ConsentEntry, ConsentTally
from wenmai.people.privacy.texts import PURPOSES

_TALLY = """
INSERT INTO people_consenttally (purpose, version, given_count, withdrawn_count, at)
SELECT purpose, version, count(*) FILTER (WHERE given), count(*) FILTER (WHERE NOT given), %s FROM (
  SELECT DISTINCT ON (account, purpose) purpose, version, given FROM people_consententry
  ORDER BY account, purpose, id DESC
) said GROUP BY purpose, version
"""


@transaction.atomic
def tally(*, now: dt.datetime) -> None:
    """Counts each account by the last word that it said of each purpose; in one statement, whatever their number."""
    ConsentTally.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(_TALLY, [now])


@transaction.atomic
def give_consent(*, user_id: int, purpose: str, version: int, actor: Actor, now: dt.datetime) -> None:
    """To the text with this number, which has to be the one that stands there now; said twice, it counts once.

    Refused: unknown_purpose, consent_text_changed, unknown_user, consent_under_14 (a guardian's consent to these
    purposes is not asked for: for a child they stay off).
    """
    _require(user_id, purpose)
    child = families.child(user_id)
    if child is not None and child.is_young:
        raise Refused("consent_under_14")
    if version != PURPOSES[purpose].number:
        raise Refused("consent_text_changed")
    last = holding.last_word(user_id, purpose)
    if last is None or not last.given or last.version != version:
        ConsentEntry.objects.create(account=user_id, purpose=purpose, version=version, given=True, at=now)
        _tell("people.consent_given", user_id, actor, now, purpose=purpose, version=version)


@transaction.atomic
def withdraw_consent(*, user_id: int, purpose: str, actor: Actor, now: dt.datetime) -> None:
    """What was collected for it goes in the same transaction. Refused: unknown_purpose, unknown_user."""
    _require(user_id, purpose)
    last = holding.last_word(user_id, purpose)
    if last is not None and last.given:
        ConsentEntry.objects.create(account=user_id, purpose=purpose, version=last.version, given=False, at=now)
        _tell("people.consent_withdrawn", user_id, actor, now, purpose=purpose, version=last.version)
    for collected in personal.collected(purpose):
        collected.forget(user_id)


def _require(user_id: int, purpose: str) -> None:
    if purpose not in PURPOSES:
        raise Refused("unknown_purpose", purpose)
    bulk.lock(f"people.consents:{user_id}")
    if not User.objects.filter(pk=user_id, is_active=True).exists():
        raise Refused("unknown_user", str(user_id))


def _tell(name: str, user_id: int, actor: Actor, now: dt.datetime, **detail: object) -> None:
    journal.record(name=name, subject_kind="user", subject_key=user_id, actor=actor, now=now, **detail)
