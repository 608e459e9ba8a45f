"""What people agree to give to an app, and take back."""

import datetime as dt

from django.db import transaction

from wenmai.journal import services as journal
from wenmai.lib.access import Actor
from wenmai.people.provider.models import AppConsent
from wenmai.people.provider.services.logins import end_logins


@transaction.atomic
def consent(*, app_id: int, user_id: int, scopes: list[str], actor: Actor, now: dt.datetime) -> AppConsent:
    """Remembered until it is taken back; what was agreed before stays agreed."""
    found, made = AppConsent.objects.select_for_update().get_or_create(
        app_id=app_id, user_id=user_id, defaults={"scopes": scopes, "given_at": now}
    )
    if made or not set(scopes) <= set(found.scopes):
        found.scopes, found.given_at = sorted({*found.scopes, *scopes}), now
        found.save(update_fields=["scopes", "given_at"])
        journal.record(
            name="people.app_allowed", subject_kind="user", subject_key=user_id, actor=actor, now=now,
            app=app_id, scopes=" ".join(found.scopes),
        )  # fmt: skip
    return found


@transaction.atomic
def forget_app(*, app_id: int, user_id: int, actor: Actor, now: dt.datetime) -> int:
    """The app gets nothing more about this person: its tokens end, it is told, and it has to ask again. How many
    logins ended."""
    taken_back, _rows = AppConsent.objects.filter(app_id=app_id, user_id=user_id).delete()
    ended = end_logins(app_id=app_id, user_id=user_id, now=now)
    if taken_back or ended:
        journal.record(
            name="people.app_forgotten", subject_kind="user", subject_key=user_id, actor=actor, now=now, app=app_id
        )
    return ended
