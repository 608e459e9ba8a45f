import datetime as dt
import hashlib
import hmac
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import CharField, F, Func, Q, QuerySet

from wenmai.institutions import queries as institutions
from wenmai.lib import clock, lists, vault, waiting
from wenmai.lib.access import Actor, Scope
from wenmai.lib.waiting import Waits
from wenmai.people.models import RoleGrant, User
from wenmai.people.provider.models import (
    App,
    AppConsent,
    AppLogin,
    AppScopes,
    AppTerms,
    AppWithheld,
    LogoutNotice,
    SigningKey,
)
from wenmai.people.provider.rules import SCOPES, within, without
from wenmai.people.queries import phone_of
from wenmai.people.recognition import queries as recognition

State = AppTerms.State


class ActiveApp(NamedTuple):
    """An app where people can log in now, as its terms have it."""

    id: int
    client_id: str
    organisation_id: int
    sector: str
    is_public: bool
    secret_hash: str
    name: str
    redirect_uris: tuple[str, ...]
    logout_uris: tuple[str, ...]
    scopes: tuple[str, ...]
    is_first_party: bool
    withdrawn: tuple[str, ...] = ()
    """Scopes of its terms that the node does not let it ask for any more."""


def active_app(client_id: str) -> ActiveApp | None:
    """Its scopes are those of its terms that the node still allows."""
    rows = AppTerms.objects.filter(app__client_id=client_id, app__stopped_at=None, state=State.ACTIVE)
    row = rows.select_related("app").annotate(allowed=allowed_to("app__organisation_id")).first()
    if row is None:
        return None
    app = row.app
    return ActiveApp(
        app.pk, app.client_id, app.organisation_id, app.sector, app.is_public, app.secret_hash, row.name,
        tuple(row.redirect_uris), tuple(row.logout_uris), tuple(within(row.scopes, row.allowed)), row.is_first_party,
        tuple(without(row.scopes, row.allowed)),
    )  # fmt: skip


def login_by_access(token: str, now: dt.datetime) -> AppLogin | None:
    """The login whose access token this is, with its person and its app; none for a person who was switched off."""
    found = _login(token)
    if found is None:
        return None
    told = hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
    for kept, until in (
        (found.access_hash, found.access_until),
        (found.access_before_hash, found.access_before_until),
    ):
        if kept and until and now < until and hmac.compare_digest(kept, told):
            return found
    return None


def login_by_refresh(token: str, now: dt.datetime) -> AppLogin | None:
    """For looking only: `services.refresh` is what uses it."""
    found = _login(token)
    told = hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
    fine = found is not None and now < found.refresh_until and hmac.compare_digest(found.refresh_hash, told)
    return found if fine else None


def _login(token: str) -> AppLogin | None:
    word = token.partition(".")[0]
    rows = AppLogin.objects.filter(word=word, user__is_active=True, app__stopped_at=None)
    found = rows.select_related("user", "app").annotate(allowed=allowed_to("app__organisation_id")).first()
    if found is not None:
        found.scopes = within(found.scopes, found.allowed)
    return found


def allowed_to(organisation: str) -> Func:
    """For annotating: what apps of the institution in that column may ask for at this moment."""
    scopes: ArrayField[Any, Any] = ArrayField(CharField())
    return Func(F(organisation), function="people_scopes_allowed", output_field=scopes)


def allowed_scopes(organisation_id: int) -> list[str]:
    """What apps of this institution may ask for, in our order."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT people_scopes_allowed(%s)", [organisation_id])
        return within(SCOPES, cursor.fetchone()[0])


def decisions() -> "QuerySet[AppScopes]":
    """What was decided for institutions, by name; for paging."""
    return AppScopes.objects.select_related("organisation").order_by("organisation__name", "pk")


def decision(organisation_id: int) -> AppScopes | None:
    return AppScopes.objects.filter(organisation_id=organisation_id).first()


def is_logged_in(*, app_id: int, session_index: str, subject: str, sid: str) -> bool:
    """Whether an identity token is of a login that this browser's session began."""
    rows = AppLogin.objects.filter(app_id=app_id, session_index=session_index, subject=subject)
    return rows.filter(sid=sid).exists() if sid else rows.exists()


def session_index(session_key: str) -> str:
    """What is kept of a browser's session."""
    return vault.index(session_key, purpose="people.session")


def agreed(app_id: int, user_id: int) -> set[str]:
    """What this person agreed to give to the app."""
    rows = AppConsent.objects.filter(app_id=app_id, user_id=user_id).values_list("scopes", flat=True)
    return {scope for scopes in rows for scope in scopes}


def claims(login: AppLogin) -> dict[str, Any]:
    """What the app is told about the person: what it may ask for, what was agreed to, and nothing else."""
    user, told = login.user, {"sub": login.subject}
    facts: dict[str, Any] = {}
    if "profile" in login.scopes:
        facts["name"] = user.name
    if "phone" in login.scopes and user.phone_sealed:
        facts |= {"phone_number": phone_of(user), "phone_number_verified": True}
    if "institution" in login.scopes:
        facts["institution_roles"] = roles_within(user, login.app.organisation_id)
    if "cards" in login.scopes:
        facts["reader_cards"] = cards_for(login)
    return {**told, **facts}


def cards_for(login: AppLogin) -> list[dict[str, Any]]:
    """Reader cards that count at the app's node, if all that its terms lead to is at a node that we agree with."""
    row = AppTerms.objects.filter(app_id=login.app_id, state=State.ACTIVE).first()
    return recognition.vouched(
        login.user_id, row.redirect_uris if row else [], with_numbers="card_numbers" in login.scopes,
        level=int(login.acr.rpartition(":")[2] or 0), now=clock.now(),
    )  # fmt: skip


def roles_within(user: User, organisation_id: int) -> list[dict[str, str]]:
    """What the person does in the institution and below it; what they do elsewhere is nobody's business there."""
    path = institutions.administrative_paths([organisation_id]).get(organisation_id, "")
    rows = RoleGrant.objects.filter(user=user, organisation__administrative_path__startswith=path)
    found = rows.order_by("id").values_list("role", "organisation__code", "organisation__name")
    return [{"role": role, "code": code, "name": name} for role, code, name in found]


def public_keys(now: dt.datetime) -> list[dict[str, str]]:
    """As a JWK Set has them: the one that signs, the next, and those whose tokens may be about."""
    return [key.public for key in SigningKey.objects.filter(shown_until__gt=now).order_by("signs_from")]


def signing_keys() -> list[SigningKey]:
    return list(SigningKey.objects.order_by("signs_from"))


class KnownApp(NamedTuple):
    """An app that knows somebody."""

    app_id: int
    name: str
    organisation_name: str
    scopes: tuple[str, ...]
    allowed_at: dt.datetime | None
    login_count: int
    last_at: dt.datetime | None


def known_apps(user_id: int) -> list[KnownApp]:
    """Where this person agreed, or is logged in; by name."""
    consents = {one.app_id: one for one in AppConsent.objects.filter(user_id=user_id)}
    logins: dict[int, list[AppLogin]] = {}
    for one in AppLogin.objects.filter(user_id=user_id).order_by("began_at"):
        logins.setdefault(one.app_id, []).append(one)
    apps = {app.pk: app for app in App.objects.filter(pk__in={*consents, *logins})}
    named = terms_of(apps)
    names = institutions.names([app.organisation_id for app in apps.values()])
    found = []
    for pk, app in apps.items():
        here, consent = logins.get(pk, []), consents.get(pk)
        scopes = {*(consent.scopes if consent else ()), *(scope for one in here for scope in one.scopes)}
        found.append(
            KnownApp(
                pk, named[pk].name if pk in named else app.client_id, names.get(app.organisation_id, ""),
                tuple(sorted(scopes)), consent.given_at if consent else None, len(here),
                here[-1].began_at if here else None,
            )
        )  # fmt: skip
    return sorted(found, key=lambda one: one.name)


def terms_of(app_ids: Iterable[int]) -> dict[int, AppTerms]:
    """App -> the terms that count, or the newest where none does yet."""
    rows = AppTerms.objects.filter(app_id__in=list(app_ids)).select_related("entered_by", "reviewed_by").order_by("id")
    found: dict[int, AppTerms] = {}
    for row in rows:
        if row.state == State.ACTIVE or row.app_id not in found or found[row.app_id].state != State.ACTIVE:
            found[row.app_id] = row
    return found


def app(app_id: int) -> App | None:
    return App.objects.filter(pk=app_id).select_related("organisation").first()


def history(app_id: int) -> list[AppTerms]:
    """All its terms, the newest first."""
    rows = AppTerms.objects.filter(app_id=app_id).select_related("entered_by", "reviewed_by")
    return list(rows.order_by("-id")[:50])


def apps(scope: Scope, words: str = "", state: str = "") -> "QuerySet[App]":
    """Apps of the institutions in the scope, the newest first; for paging. `state`: draft (somebody has to look at
    it), active, stopped."""
    rows = App.objects.select_related("organisation").order_by("-id")
    if not scope.everywhere:
        here = Q(pk__in=[])
        for path, region in scope.reaches:
            here |= Q(
                organisation__administrative_path__startswith=path, organisation__place__prefix__startswith=region
            )
        rows = rows.filter(here)
    if words:
        rows = rows.filter(Q(terms__name__icontains=words) | Q(organisation__name__icontains=words)).distinct()
    if state == "stopped":
        return rows.exclude(stopped_at=None)
    if state in (State.DRAFT, State.ACTIVE):
        with_terms = AppTerms.objects.filter(state=state).values("app_id")
        rows = rows.filter(pk__in=with_terms)
        return rows.filter(stopped_at=None) if state == State.ACTIVE else rows
    return rows


def drafts(scope: Scope, actor: Actor) -> Waits:
    """Terms that somebody else entered and that wait for a second pair of eyes."""
    of = AppTerms.objects.filter(state=State.DRAFT, app__in=apps(scope).order_by())
    return waiting.count(of.exclude(entered_by_id=actor.user_id), "entered_at")


class Use(NamedTuple):
    """How many people have agreed to an app, and how many logins hold; as far as anybody counts."""

    agreed: int
    logged_in: int


def use(app_id: int) -> Use:
    return Use(
        lists.first(AppConsent.objects.filter(app_id=app_id)), lists.first(AppLogin.objects.filter(app_id=app_id))
    )


def withheld(app_id: int) -> list[AppWithheld]:
    """What the app asks for in vain, in our order."""
    rows = AppWithheld.objects.filter(app_id=app_id)
    return sorted(rows, key=lambda one: [*SCOPES].index(one.scope) if one.scope in SCOPES else len(SCOPES))


def waiting_notices(app_id: int) -> list[LogoutNotice]:
    """Notices of logout that the app has not heard."""
    return list(LogoutNotice.objects.filter(app_id=app_id).order_by("next_at")[:20])
