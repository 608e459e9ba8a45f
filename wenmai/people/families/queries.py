import datetime as dt
from typing import NamedTuple

from django.db.models import QuerySet

from wenmai.lib import masks, vault
from wenmai.people.families import rules
from wenmai.people.families.models import Child, FamilyCode, GuardianConsent, Guardianship
from wenmai.people.models import Identity, User

NUMBER = "people.identity_number"


class ChildView(NamedTuple):
    """A child's account, as its family sees it."""

    id: int
    name: str
    username: str
    born: dt.date
    stage: int
    is_made: bool
    closed_at: dt.datetime | None

    @property
    def is_young(self) -> bool:
        """A guardian consents for it."""
        return self.stage == rules.UNDER_14


def child(user_id: int) -> ChildView | None:
    found = Child.objects.select_related("user").filter(user_id=user_id).first()
    return _view(found) if found else None


def child_ids() -> "QuerySet[Child, int]":
    """Accounts of children, for narrowing others."""
    return Child.objects.values_list("user_id", flat=True)


def is_child(user_id: int) -> bool:
    return Child.objects.filter(user_id=user_id).exists()


def _view(one: Child) -> ChildView:
    return ChildView(
        one.user_id, one.user.name, one.user.username, birth_of(one), one.stage, one.is_made, one.closed_at
    )


def birth_of(one: Child) -> dt.date:
    """The sealed text names its account, so that no row's date can be put into another's."""
    number, _space, day = vault.unseal(one.born_sealed, purpose="people.child_born").partition(" ")
    if number != str(one.user_id):
        raise vault.Unreadable
    return dt.date.fromisoformat(day)


def born_of_identity(user_id: int) -> dt.date | None:
    """The birth date that a checked document tells, where its number does."""
    found = Identity.objects.filter(user_id=user_id).first()
    if found is None or found.document not in ("resident", "hmt_resident", "foreign_resident"):
        return None
    number = vault.unseal(found.number_sealed, purpose=NUMBER)
    return dt.datetime.strptime(number[6:14], "%Y%m%d").date() if len(number) == 18 else None  # noqa: DTZ007 -- a day


def children_of(guardian_id: int) -> list[ChildView]:
    """Whom somebody looks after, the youngest first."""
    ids = Guardianship.objects.filter(guardian_id=guardian_id, ended_at=None).values("child_id")
    rows = Child.objects.filter(user_id__in=ids).select_related("user")
    return sorted((_view(one) for one in rows), key=lambda one: (one.born, one.id), reverse=True)


def is_guardian(guardian_id: int, child_id: int) -> bool:
    return Guardianship.objects.filter(guardian_id=guardian_id, child_id=child_id, ended_at=None).exists()


class GuardianView(NamedTuple):
    id: int
    name: str
    way: str
    place: str
    since_at: dt.datetime
    removal_at: dt.datetime | None = None
    removal_by_id: int | None = None
    """Who wants this one out, and when that takes effect."""


def guardians_of(child_id: int) -> list[GuardianView]:
    rows = Guardianship.objects.filter(child_id=child_id, ended_at=None).select_related("guardian").order_by("pk")
    return [
        GuardianView(
            one.guardian_id,
            one.guardian.name,
            str(Guardianship.Way(one.way).label),
            one.place,
            one.since_at,
            one.removal_at,
            one.removal_by_id,
        )
        for one in rows
    ]


def leaving(guardian_id: int) -> frozenset[int]:
    """Children whose other guardian wants this one out."""
    rows = Guardianship.objects.filter(guardian_id=guardian_id, ended_at=None, removal_at__isnull=False)
    return frozenset(rows.values_list("child_id", flat=True))


class Ended(NamedTuple):
    """A tie that is no more, as one of its two sides is told."""

    name: str
    ended_at: dt.datetime
    why: str
    is_mine: bool
    """The name is a child's that I looked after."""


def ended(user_id: int, now: dt.datetime) -> list[Ended]:
    since = now - dt.timedelta(days=rules.ENDED_SHOWN_DAYS)
    rows = Guardianship.objects.filter(ended_at__gt=since).select_related("child", "guardian").order_by("-ended_at")
    mine = [Ended(one.child.name, _at(one), _why(one), True) for one in rows.filter(guardian_id=user_id)]
    theirs = [Ended(one.guardian.name, _at(one), _why(one), False) for one in rows.filter(child_id=user_id)]
    return mine + theirs


def _at(one: Guardianship) -> dt.datetime:
    assert one.ended_at is not None
    return one.ended_at


def _why(one: Guardianship) -> str:
    return str(Guardianship.Ending(one.ending).label)


class ConsentView(NamedTuple):
    """What may be consented to, and whether it is. `giver` is empty for an account that is gone."""

    purpose: str
    title: str
    text: str
    is_given: bool
    giver: str = ""
    given_at: dt.datetime | None = None
    version: str = rules.CONSENT_VERSION
    place: str = ""


def consents(child_id: int) -> list[ConsentView]:
    """One for each purpose; those that are given in the words that they were given to."""
    rows = GuardianConsent.objects.filter(child_id=child_id, ended_at=None).select_related("giver")
    given = {one.purpose: one for one in rows}
    found = []
    for purpose in rules.CONSENTS[rules.CONSENT_VERSION]:
        one = given.get(purpose)
        words = rules.text_of(purpose, one.text_version if one else rules.CONSENT_VERSION)
        found.append(
            ConsentView(purpose, str(words.title), str(words.text), False) if one is None else ConsentView(
                purpose, str(words.title), str(words.text), True, one.giver.name if one.giver else "", one.given_at,
                one.text_version, one.place,
            )
        )  # fmt: skip
    return found


def consented(child_id: int) -> frozenset[str]:
    """The purposes that are consented to now."""
    return frozenset(GuardianConsent.objects.filter(child_id=child_id, ended_at=None).values_list("purpose", flat=True))


def is_asked(user_id: int) -> bool:
    """Old enough to consent itself, and has not said anything yet."""
    asked = Child.objects.filter(user_id=user_id, stage=rules.FROM_14).exists()
    return asked and rules.BASIC not in consented(user_id)


def account_of_code(code: str, purpose: str, now: dt.datetime) -> User | None:
    """The account that a living code is about; looking does not use it up."""
    index = vault.index(f"{purpose} {code}", purpose="people.family_code")
    found = FamilyCode.objects.filter(code_index=index, purpose=purpose, expires_at__gt=now).select_related("user")
    one = found.first()
    return one.user if one else None


class Invitation(NamedTuple):
    """What somebody sees who is asked to be a second guardian, before they say yes."""

    child: str
    guardians: list[str]
    consents: list[ConsentView]


def invitation(child_id: int) -> Invitation:
    account = User.objects.get(pk=child_id)
    return Invitation(
        masks.name(account.name), [masks.name(one.name) for one in guardians_of(child_id)],
        [one for one in consents(child_id) if one.is_given],
    )  # fmt: skip
