"""Apps: entered by one person, approved by another, stopped by either."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable
from typing import NamedTuple

from django.db import IntegrityError, transaction

from wenmai.institutions import queries as institutions
from wenmai.journal import services as journal
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.people.provider.models import App, AppTerms, AppWithheld
from wenmai.people.provider.rules import SCOPES, Terms, checked, read_sector
from wenmai.people.provider.services.logins import end_logins

State = AppTerms.State


class Registered(NamedTuple):
    """`secret` is shown now and never again; empty for an app that cannot keep one."""

    app: App
    secret: str


@transaction.atomic
def register(
    *, organisation_id: int, sector: str, is_public: bool, terms: Terms, loopback: bool, actor: Actor, now: dt.datetime
) -> Registered:
    """A new app; nobody can log in there before somebody else has approved its terms.

    `loopback`: addresses of this machine without https are fine, for a demonstration. Refused: as `rules.checked`,
    sector_unfit, sector_taken (by another institution), unknown_organisation,
    scopes_not_allowed (the node does not let apps of this institution ask for them).
    """
    agreed, sector = checked(terms, loopback=loopback), read_sector(sector)
    if institutions.organisation(organisation_id) is None:
        raise Refused("unknown_organisation", str(organisation_id))
    if App.objects.filter(sector=sector).exclude(organisation_id=organisation_id).exists():
        raise Refused("sector_taken", sector)
    secret = "" if is_public else secrets.token_urlsafe(32)
    app = App.objects.create(
        client_id=secrets.token_urlsafe(16), organisation_id=organisation_id, sector=sector, is_public=is_public,
        secret_hash=digest(secret) if secret else "", created_at=now,
    )  # fmt: skip
    _enter(app, agreed, actor, now)
    _note("people.app_entered", app, actor, now, title=agreed.name)
    return Registered(app, secret)


@transaction.atomic
def revise(*, app_id: int, terms: Terms, loopback: bool, actor: Actor, now: dt.datetime) -> App:
    """Other terms, which wait for approval beside those in use; a draft that waited is replaced by them.

    Refused: as `rules.checked`, unknown_app, scopes_not_allowed.
    """
    agreed, app = checked(terms, loopback=loopback), _locked(app_id)
    AppTerms.objects.filter(app=app, state=State.DRAFT).delete()
    _enter(app, agreed, actor, now)
    _note("people.app_entered", app, actor, now, title=agreed.name)
    return app


@transaction.atomic
def approve(*, app_id: int, terms_id: int, actor: Actor, now: dt.datetime) -> App:
    """The terms count from now on, and no others. Refused: unknown_app, nothing_to_review (also where another draft
    stands there than the one that was read), own_terms, scopes_not_allowed (any more)."""
    app, draft = _draft(app_id, terms_id)
    AppTerms.objects.filter(app=app, state=State.ACTIVE).update(state=State.REPLACED)
    _decide(draft, State.ACTIVE, actor, now)
    AppWithheld.objects.filter(app=app).delete()
    _note("people.app_approved", app, actor, now, title=draft.name)
    return app


@transaction.atomic
def refuse(*, app_id: int, terms_id: int, actor: Actor, now: dt.datetime) -> App:
    """Back to whoever entered it; what was in use stays in use. Refused: as `approve`."""
    app, draft = _draft(app_id, terms_id)
    _decide(draft, State.REFUSED, actor, now)
    _note("people.app_refused", app, actor, now, title=draft.name)
    return app


@transaction.atomic
def stop(*, app_id: int, actor: Actor, now: dt.datetime) -> App:
    """Nobody logs in there any more, and its tokens are worth nothing. Refused: unknown_app."""
    app = _locked(app_id)
    if app.stopped_at is None:
        app.stopped_at = now
        app.save(update_fields=["stopped_at"])
        end_logins(app_id=app.pk, now=now)
        _note("people.app_stopped", app, actor, now)
    return app


@transaction.atomic
def resume(*, app_id: int, actor: Actor, now: dt.datetime) -> App:
    """With the terms that it had. Refused: unknown_app."""
    app = _locked(app_id)
    if app.stopped_at is not None:
        app.stopped_at = None
        app.save(update_fields=["stopped_at"])
        _note("people.app_resumed", app, actor, now)
    return app


@transaction.atomic
def new_secret(*, app_id: int, actor: Actor, now: dt.datetime) -> Registered:
    """The old one is worth nothing from now on. Refused: unknown_app, app_is_public."""
    app = _locked(app_id)
    if app.is_public:
        raise Refused("app_is_public")
    secret = secrets.token_urlsafe(32)
    app.secret_hash = digest(secret)
    app.save(update_fields=["secret_hash"])
    _note("people.app_secret_renewed", app, actor, now)
    return Registered(app, secret)


def digest(secret: str) -> str:
    """Secrets of apps are 256 random bits: nothing is won by a slow hash, and every refresh would pay for it."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _enter(app: App, agreed: Terms, actor: Actor, now: dt.datetime) -> AppTerms:
    assert actor.user_id is not None, "somebody answers for what is entered"
    fields = {key: list(value) if isinstance(value, tuple) else value for key, value in agreed._asdict().items()}
    try:
        with transaction.atomic():
            return AppTerms.objects.create(app=app, **fields, entered_by_id=actor.user_id, entered_at=now)
    except IntegrityError as broken:
        raise _excess(app, agreed.scopes, broken) from broken


def _excess(app: App, scopes: Iterable[str], broken: IntegrityError) -> Exception:
    """What the refusal means, where it is about scopes that the node does not allow; otherwise itself."""
    told = getattr(broken.__cause__, "diag", None)
    if told is None or told.constraint_name != "people_app_terms_allowed":
        return broken
    excess = {*(told.message_detail or "").split()}
    return Refused("scopes_not_allowed", "；".join(str(SCOPES[one]) for one in scopes if one in excess))


def _locked(app_id: int) -> App:
    app = App.objects.select_for_update().filter(pk=app_id).first()
    if app is None:
        raise Refused("unknown_app", str(app_id))
    return app


def _draft(app_id: int, terms_id: int) -> tuple[App, AppTerms]:
    app = _locked(app_id)
    draft = AppTerms.objects.filter(app=app, pk=terms_id, state=State.DRAFT).first()
    if draft is None:
        raise Refused("nothing_to_review")
    return app, draft


def _decide(draft: AppTerms, state: State, actor: Actor, now: dt.datetime) -> None:
    draft.state, draft.reviewed_by_id, draft.reviewed_at = state, actor.user_id, now
    try:
        with transaction.atomic():
            draft.save(update_fields=["state", "reviewed_by", "reviewed_at"])
    except IntegrityError as broken:
        if "people_app_terms_two_people" in str(broken):
            raise Refused("own_terms") from broken
        raise _excess(draft.app, draft.scopes, broken) from broken


def _note(name: str, app: App, actor: Actor, now: dt.datetime, **detail: str) -> None:
    journal.record(
        name=name, subject_kind="app", subject_key=app.pk, actor=actor, now=now,
        organisation=app.organisation_id, **detail,
    )  # fmt: skip
