"""What a merge moves of apps: consents, and the words by which apps know a person.

A word moves where the account that stays has none in that sector, so that no app takes the person for a stranger; where
it has one, that one stays, for it is what apps know the account by. A consent goes along with the word only: otherwise
an app would be told of somebody whom it knows by another word without anybody having been asked.
"""

from django.db.models import Q
from django.utils.functional import Promise

from wenmai.people.merging import Owned
from wenmai.people.provider.models import AppSubject


def _known_otherwise(from_id: int, to_id: int) -> Q:
    """Consents to apps of sectors that know the other account by a word of its own."""
    return Q(app__sector__in=AppSubject.objects.filter(user_id=to_id).values("sector"))


def owned(consents: str | Promise, subjects: str | Promise) -> tuple[Owned, Owned]:
    """With the words for the two; consents first, for they are looked at before the words have moved."""
    return (
        Owned("app_consent", consents, "people.AppConsent", alone_by="app_id", stays=_known_otherwise),
        Owned("app_subject", subjects, "people.AppSubject", alone_by="sector"),
    )
