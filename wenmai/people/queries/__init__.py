import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from wenmai.institutions import queries as institutions
from wenmai.journal import queries as journal
from wenmai.journal.queries import Deed
from wenmai.lib import clock, lists, masks, vault
from wenmai.lib.access import Actor, Grant, Reach, Scope
from wenmai.lib.levels import Level
from wenmai.people.models import Code, FactorSecret, RoleGrant, User
from wenmai.people.models.cards import STANDINGS
from wenmai.people.privacy.holding import personalises
from wenmai.people.queries.agreements import card_opens
from wenmai.people.queries.company import Companion, LedGroup, company_of, grown, led_groups
from wenmai.people.queries.grants import (
    LOOKS,
    Held,
    Request,
    acting_for,
    delegations,
    held,
    held_roles,
    in_scope,
    is_apart,
    request_reach,
    request_waiting,
    requests_head,
    requests_of,
    requests_waiting,
    separations,
)
from wenmai.people.queries.identities import IdentityView, at_counter, identity, is_held, level_known, level_proved
from wenmai.people.residence.queries import Home, home
from wenmai.people.rules import browser_words, fold_name, permissions, role_words

__all__ = [
    "LOOKS",
    "MOST",
    "Account",
    "Asked",
    "Companion",
    "Deed",
    "Factors",
    "GrantView",
    "Held",
    "Home",
    "IdentityView",
    "LedGroup",
    "Request",
    "Session",
    "account",
    "accounts",
    "acting_for",
    "actor",
    "asked_code",
    "at_counter",
    "card_opens",
    "colleagues",
    "company_of",
    "delegations",
    "factor_secret",
    "factors_of",
    "grants_of",
    "grown",
    "held",
    "held_roles",
    "home",
    "identity",
    "in_scope",
    "is_apart",
    "is_held",
    "led_groups",
    "level_known",
    "level_proved",
    "listing",
    "personalises",
    "phone_of",
    "phone_shown",
    "request_reach",
    "request_waiting",
    "requests_head",
    "requests_of",
    "requests_waiting",
    "separations",
    "session_count",
    "sessions",
    "shown_name",
    "trail",
    "user_by_name",
    "user_by_phone",
    "user_id",
    "user_numbered",
]  # fmt: skip


class GrantView(NamedTuple):
    """One role of an account. `seen_at`: where the person works; `given_at`: all that the role reaches."""

    id: int
    role: str
    organisation_id: int | None
    organisation_name: str
    region: str
    region_name: str
    seen_at: Reach
    given_at: Reach
    until: dt.datetime | None = None
    is_delegated: bool = False

    @property
    def role_words(self) -> str:
        return role_words(self.role)

    @property
    def is_over(self) -> bool:
        return self.until is not None and self.until <= clock.now()


class Account(NamedTuple):
    id: int
    username: str
    name: str
    is_active: bool
    password_is_first: bool
    last_login: dt.datetime | None


def colleagues(ids: Collection[int]) -> dict[int, str]:
    """Names of those who have or had a role; readers stay numbers."""
    rows = User.objects.filter(pk__in=[*ids], role_grants__isnull=False).distinct()
    return {number: name or username for number, name, username in rows.values_list("pk", "name", "username")}


def actor(user: User, level: Level = Level.GUEST) -> Actor:
    """The account with its grants as values; organisation subtrees as administrative paths.

    A reader is a number: the journal and whatever else writes down who did something keeps colleagues' names only, so
    that nobody's name stays in sealed entries after their account is closed. Grants: none while it is switched off,
    none before a first password is changed, and none of those that have ended.
    """
    works = user.is_active and not user.password_is_first
    living = user.role_grants.filter(Q(until=None) | Q(until__gt=clock.now()))
    rows = list(living.values_list("role", "organisation_id", "region")) if works else []
    paths = institutions.administrative_paths([row[1] for row in rows if row[1] is not None])
    three = settings.THREE_ADMINISTRATORS
    grants = tuple(
        Grant(role, permissions(role, three=three), paths[organisation] if organisation else "", region)
        for role, organisation, region in rows
    )
    name = (user.name or user.username) if grants else ""
    return Actor(user.pk, name, grants, level)


def actor_numbered(user_id: int) -> Actor | None:
    """As `actor`, by the number of the account."""
    found = User.objects.filter(pk=user_id).first()
    return actor(found) if found is not None else None


def user_by_name(username: str) -> User | None:
    return User.objects.filter(username__iexact=fold_name(username)).first()


def user_numbered(user_id: int) -> User | None:
    return User.objects.filter(pk=user_id).first()


def user_by_phone(phone: str) -> User | None:
    """`phone` as E.164."""
    return User.objects.filter(phone_index=vault.index(phone, purpose="people.phone")).first()


def phone_of(user: User) -> str:
    """E.164, or nothing."""
    return vault.unseal(user.phone_sealed, purpose="people.phone") if user.phone_sealed else ""


def phone_shown(user_id: int) -> str:
    """Masked, or nothing."""
    found = User.objects.filter(pk=user_id).first()
    return masks.phone(phone_of(found)) if found else ""


def shown_name(user: User) -> str:
    """For apps that make codes and for keys: which account of this node it is."""
    return masks.phone(phone_of(user)) or user.username


def factor_secret(number: int) -> str:
    """Raises `vault.Unreadable` and `FactorSecret.DoesNotExist`."""
    return vault.unseal(FactorSecret.objects.get(pk=number).sealed, purpose="people.factor")


class Asked(NamedTuple):
    """A code that somebody waits for: its number, and the telephone (E.164) that it went to."""

    code_id: int
    phone: str


def asked_code(code_id: int, purpose: str) -> Asked | None:
    found = Code.objects.filter(pk=code_id, purpose=purpose).first()
    return Asked(code_id, vault.unseal(found.phone_sealed, purpose="people.code_phone")) if found else None


class Factors(NamedTuple):
    """What an account has beside its password: an app, so many passkeys, so many recovery codes left."""

    has_app: bool
    passkey_count: int
    recovery_count: int


def factors_of(user_id: int) -> Factors:
    rows = list(Authenticator.objects.filter(user_id=user_id))
    kinds = [row.type for row in rows]
    left = [row.wrap() for row in rows if row.type == Authenticator.Type.RECOVERY_CODES]
    return Factors(
        has_app=Authenticator.Type.TOTP in kinds,
        passkey_count=kinds.count(Authenticator.Type.WEBAUTHN),
        recovery_count=len(left[0].get_unused_codes()) if left else 0,
    )


class Session(NamedTuple):
    """A browser that is logged in. `browser` is a hint in words."""

    id: int
    began_at: dt.datetime
    address: str
    browser: str
    is_this: bool


def sessions(user: User, session_key: str) -> list[Session]:
    """Those that still hold, the newest first; `session_key` is the asker's own."""
    kept = UserSession.objects.purge_and_list(user)
    rows = sorted(kept, key=lambda one: (one.session_key != session_key, -one.created_at.timestamp()))
    return [
        Session(one.pk, one.created_at, one.ip, browser_words(one.user_agent), one.session_key == session_key)
        for one in rows
    ]


def session_count(user_id: int) -> int:
    """Browsers that are logged in; one that has ended since may be counted until the list is opened."""
    return int(UserSession.objects.filter(user_id=user_id).count())


def user_id(username: str) -> int | None:
    return User.objects.filter(username__iexact=username).values_list("id", flat=True).first()


def listing() -> list[tuple[str, str, str]]:
    """(username, name, roles with their organisations) of every account, by username."""
    grants: dict[int, list[str]] = {}
    for user_id_, role, organisation in RoleGrant.objects.order_by("id").values_list(
        "user_id", "role", "organisation__name"
    ):
        grants.setdefault(user_id_, []).append(f"{role}@{organisation}" if organisation else role)
    users = User.objects.order_by("username").values_list("id", "username", "name")
    return [(username, name, ", ".join(grants.get(key, []))) for key, username, name in users]


def accounts(scope: Scope, words: str = "", state: str = "") -> "QuerySet[User]":
    """Accounts by login name, for paging: those of the people who work in the scope; words are part of a name.

    Whoever has no role belongs to the whole node. There may be a million of those, readers above all, who would hide
    everybody else: they are found by the beginning of a login name or of a name.
    """
    staff = User.objects.filter(works=True)
    if not scope.everywhere:
        staff = staff.filter(pk__in=RoleGrant.objects.filter(_works_in(scope)).values("user_id"))
    if words:
        staff = staff.filter(Q(username__icontains=words) | Q(name__icontains=words))
    rows = staff
    if words and scope.everywhere:
        begins = [User.objects.filter(**{f"{field}__istartswith": words}) for field in ("username", "name")]
        # each by its own index; together in one condition they would read every account
        rows = User.objects.filter(pk__in=staff.values("pk").union(*(one.values("pk")[: lists.MOST] for one in begins)))
    rows = rows.order_by("username")
    return rows.filter(is_active=state == "on") if state in ("on", "off") else rows


def _works_in(scope: Scope) -> Q:
    found = Q(pk__in=[])
    for path, region in scope.reaches:
        here = Q(organisation__administrative_path__startswith=path) if path else Q()
        there = Q(region__startswith=region) | Q(region="", organisation__place__prefix__startswith=region)
        found |= here & (there if region else Q())
    return found


def account(user_id: int) -> Account | None:
    rows = User.objects.filter(pk=user_id).values_list(
        "id", "username", "name", "is_active", "password_is_first", "last_login"
    )
    return next((Account(*row) for row in rows), None)


def grants_of(user_ids: Sequence[int]) -> dict[int, list[GrantView]]:
    """Account -> its roles, the oldest first; in two queries."""
    found: dict[int, list[GrantView]] = {one: [] for one in user_ids}
    rows = RoleGrant.objects.filter(user_id__in=found).order_by("id").values_list(
        "user_id", "id", "role", "organisation_id", "organisation__name", "region",
        "organisation__administrative_path", "organisation__place__prefix", "until", "delegated_from_id",
    )  # fmt: skip
    names = institutions.region_options()
    for user, pk, role, organisation_id, name, region, path, prefix, until, source in rows:
        seen, given = Reach(path or "", region or prefix or ""), Reach(path or "", region)
        region_name = names.get(region.ljust(6, "0"), region) if region else ""
        found[user].append(
            GrantView(
                pk, role, organisation_id, name or "", region, region_name, seen, given, until, source is not None
            )
        )
    return found


MOST = 50


def trail(user_id: int) -> list[Deed]:
    """The last deeds, newest first."""
    return trail_of("user", user_id)


def trail_of(kind: str, key: int) -> list[Deed]:
    """The last deeds about a subject of this module, newest first."""
    entries = list(journal.trail(kind, key)[:MOST])
    named = {entry.detail["organisation"] for entry in entries if entry.detail.get("organisation")}
    names = {view.id: view.name for view in institutions.organisations(named).values()}
    nameless = {entry.actor_id for entry in entries if entry.actor_id and not entry.actor_name}
    people = dict(User.objects.filter(pk__in=nameless).values_list("pk", "name"))
    return [
        Deed(
            entry.at, entry.actor_name or people.get(entry.actor_id or 0, ""), entry.deed, _details(entry.detail, names)
        )
        for entry in entries
    ]  # fmt: skip


def _details(detail: Mapping[str, Any], names: Mapping[int, str]) -> list[str]:
    if "role" in detail:
        where = names.get(detail["organisation"], "") if detail.get("organisation") else _("所有机构")
        until = _("到 %(day)s") % {"day": detail["until"][:10]} if detail.get("until") else ""
        parts = (role_words(detail["role"]), where, detail.get("region", ""), until)
        return [" · ".join(part for part in parts if part)]
    words = {key: str(said) for key, said in STANDINGS}
    before, after = (words.get(str(said), said) for said in (detail.get("before"), detail.get("after")))
    return [f"{before} → {after}"] if "before" in detail else []
