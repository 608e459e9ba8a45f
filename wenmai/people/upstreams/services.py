"""Every change of upstreams, of identities and of what hangs on the sessions that came from there."""

import datetime as dt
from typing import Any, NamedTuple

from allauth.usersessions.models import UserSession
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from wenmai.journal import services as journal
from wenmai.lib import vault
from wenmai.lib.access import Actor
from wenmai.lib.refusal import Refused
from wenmai.people.models import User
from wenmai.people.provider.queries import session_index
from wenmai.people.services.accounts import free_name
from wenmai.people.upstreams.models import Upstream, UpstreamIdentity, UpstreamSession, UpstreamTerms
from wenmai.people.upstreams.rules import SESSION_KEPT_S, Proof, read_issuer, read_levels, read_slug

State = UpstreamTerms.State
SETTINGS = ("name", "issuer", "client_id", "levels", "level_otherwise", "makes_accounts")
DRAFT_SECRET = "people.upstream_terms_secret"  # noqa: S105
SECRET = "people.upstream_secret"  # noqa: S105 -- names of purposes
TOKEN = "people.upstream_token"  # noqa: S105
REFRESH = "people.upstream_refresh"


class Wish(NamedTuple):
    """An upstream as the desk describes it; an empty `secret` keeps the one that is there."""

    name: str
    issuer: str
    client_id: str
    secret: str
    levels: str
    level_otherwise: int
    makes_accounts: bool


@transaction.atomic
def add(*, slug: str, wish: Wish, loopback: bool, actor: Actor, now: dt.datetime) -> Upstream:
    """Off until somebody else has approved it, it has been asked and switched on. Refused: slug_unfit, slug_taken,
    issuer_unfit, issuer_taken, levels_unfit, name_missing, client_id_missing."""
    made = Upstream(slug=read_slug(slug), created_at=now)
    draft = _read(wish, loopback)
    _apply(draft, made)
    _save(made)
    _enter(made, draft, actor, now)
    _note("people.upstream_added", made, actor, now)
    return made


@transaction.atomic
def revise(*, upstream_id: int, wish: Wish, loopback: bool, actor: Actor, now: dt.datetime) -> Upstream:
    """Other settings, which wait for somebody else while those in force go on; what waited before is replaced.

    The slug stays, it stands in the address that people come back to. Another issuer is another upstream: its
    identities are not those of the old one. Refused: as `add`, unknown_upstream, issuer_stays.
    """
    found, draft = _locked(upstream_id), _read(wish, loopback)
    _require_issuer(found, draft)
    UpstreamTerms.objects.filter(upstream=found, state=State.DRAFT).delete()
    _enter(found, draft, actor, now)
    if found.terms_id is None:
        _apply(draft, found)
        _save(found)
    _note("people.upstream_changed", found, actor, now)
    return found


@transaction.atomic
def approve(*, upstream_id: int, terms_id: int, actor: Actor, now: dt.datetime) -> Upstream:
    """The settings that were read are in force from now on. With another issuer it is off until it has been asked anew.

    Refused: unknown_upstream, upstream_not_waiting (also where another draft stands there than the one that was read),
    own_upstream, issuer_stays, issuer_taken.
    """
    found, draft = _waiting(upstream_id, terms_id)
    _require_issuer(found, draft)
    secret = draft.secret_sealed
    UpstreamTerms.objects.filter(upstream=found, state=State.ACTIVE).update(state=State.REPLACED)
    _decide(draft, State.ACTIVE, actor, now)
    draft.secret_sealed = secret
    _apply(draft, found)
    found.terms = draft
    _save(found)
    _note("people.upstream_approved", found, actor, now)
    return found


@transaction.atomic
def refuse(*, upstream_id: int, terms_id: int, actor: Actor, now: dt.datetime) -> Upstream:
    """Back to whoever entered it; what is in force goes on. Refused: unknown_upstream, upstream_not_waiting,
    own_upstream."""
    found, draft = _waiting(upstream_id, terms_id)
    _decide(draft, State.REFUSED, actor, now)
    _note("people.upstream_refused", found, actor, now)
    return found


@transaction.atomic
def switch(*, upstream_id: int, to: bool, actor: Actor, now: dt.datetime) -> Upstream:
    """Refused: unknown_upstream, upstream_not_approved, upstream_unknown_yet (it has not been asked what it can do)."""
    found = _locked(upstream_id)
    if to and found.terms_id is None:
        raise Refused("upstream_not_approved")
    if to and not found.metadata:
        raise Refused("upstream_unknown_yet")
    if found.is_on != to:
        found.is_on = to
        found.save(update_fields=["is_on"])
        _note("people.upstream_switched", found, actor, now, on=to)
    return found


@transaction.atomic
def note_learned(
    *, upstream_id: int, metadata: dict[str, Any], keys: list[dict[str, str]], now: dt.datetime
) -> Upstream:
    """What an upstream has just said; not a deed of anybody."""
    found = _locked(upstream_id)
    found.metadata, found.learned_at, found.keys, found.keys_at = metadata, now, keys, now
    found.save(update_fields=["metadata", "learned_at", "keys", "keys_at"])
    return found


@transaction.atomic
def register(*, upstream_id: int, proof: Proof, actor: Actor, now: dt.datetime) -> User:
    """An account for somebody who is here for the first time; who goes in twice at once has one.

    Refused: no_new_accounts, unknown_upstream.
    """
    upstream = _locked(upstream_id)
    there = UpstreamIdentity.objects.filter(upstream=upstream, subject=proof.subject).select_related("user").first()
    if there is not None:
        return there.user
    if not upstream.makes_accounts:
        raise Refused("no_new_accounts", upstream.name)
    name = "".join(letter for letter in proof.name if letter.isprintable()).strip()[:60]
    user = User(username=free_name(), name=name or _("读者"))
    user.set_unusable_password()
    user.save()
    journal.record(
        name="people.registered", subject_kind="user", subject_key=user.pk, actor=actor, now=now, upstream=upstream.slug
    )
    _join(upstream, proof, user, actor, now)
    return user


@transaction.atomic
def link(*, upstream_id: int, proof: Proof, user_id: int, actor: Actor, now: dt.datetime) -> UpstreamIdentity:
    """To an account whose owner has just shown by its own login who they are. Refused: identity_taken (it leads into
    another account), account_taken (another identity of this upstream leads in here), unknown_upstream."""
    upstream, user = _locked(upstream_id), User.objects.select_for_update().get(pk=user_id)
    there = UpstreamIdentity.objects.filter(upstream=upstream, subject=proof.subject).first()
    if there is not None and there.user_id == user_id:
        return there
    if there is not None:
        raise Refused("identity_taken", upstream.name)
    if UpstreamIdentity.objects.filter(upstream=upstream, user_id=user_id).exists():
        raise Refused("account_taken", upstream.name)
    return _join(upstream, proof, user, actor, now)


@transaction.atomic
def unlink(*, upstream_id: int, user_id: int, actor: Actor, now: dt.datetime) -> None:
    """It does not lead in any more. Refused: unknown_upstream, last_way (nothing else would lead in)."""
    upstream, user = _locked(upstream_id), User.objects.select_for_update().get(pk=user_id)
    others = UpstreamIdentity.objects.filter(user=user).exclude(upstream=upstream).exists()
    if not (others or user.phone_index or user.has_usable_password()):
        raise Refused("last_way")
    gone, _rows = UpstreamIdentity.objects.filter(upstream=upstream, user=user).delete()
    if gone:
        _note_user("people.upstream_unlinked", user, upstream, actor, now)


@transaction.atomic
def note_session(*, upstream_id: int, user_id: int, session_key: str, proof: Proof, now: dt.datetime) -> None:
    """Which browser came in from there; rows that nobody needs any more go."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM people_upstreamsession WHERE id IN (SELECT id FROM people_upstreamsession WHERE began_at < %s"
            " ORDER BY began_at LIMIT 20 FOR UPDATE SKIP LOCKED)",
            [now - dt.timedelta(seconds=SESSION_KEPT_S)],
        )
    UpstreamSession.objects.update_or_create(
        session_index=session_index(session_key),
        defaults={
            "upstream_id": upstream_id, "user_id": user_id, "subject": proof.subject, "sid": proof.sid,
            "token_sealed": vault.seal(proof.id_token, purpose=TOKEN), "began_at": now,
            "refresh_sealed": proof.refresh_sealed,
        },
    )  # fmt: skip


@transaction.atomic
def take_refresh(*, session_id: int) -> str:
    """The token that asks once more, taken out: used twice it would end the login there. Empty where there is none, or
    somebody else has taken it."""
    row = UpstreamSession.objects.select_for_update().filter(pk=session_id).first()
    if row is None or not row.refresh_sealed:
        return ""
    sealed, row.refresh_sealed = row.refresh_sealed, ""
    row.save(update_fields=["refresh_sealed"])
    try:
        return vault.unseal(sealed, purpose=REFRESH)
    except vault.Unreadable:
        return ""


def keep_refresh(*, session_id: int, token: str) -> None:
    """The one that came for it."""
    sealed = vault.seal(token, purpose=REFRESH)
    UpstreamSession.objects.filter(pk=session_id, refresh_sealed="").update(refresh_sealed=sealed)


def forget_session(*, session_key: str) -> None:
    UpstreamSession.objects.filter(session_index=session_index(session_key)).delete()


@transaction.atomic
def end_sessions_from(*, upstream_id: int, subject: str, sid: str, actor: Actor, now: dt.datetime) -> int:
    """Logs out the browsers that came in by that login (by that person, where no login is named); how many."""
    rows = UpstreamSession.objects.filter(upstream_id=upstream_id)
    rows = rows.filter(sid=sid) if sid else rows
    rows = rows.filter(subject=subject) if subject else rows
    wanted = {row.session_index: row for row in rows.select_for_update()}
    ended = 0
    for session in UserSession.objects.filter(user_id__in={row.user_id for row in wanted.values()}):
        if session_index(session.session_key) in wanted:
            session.end()
            ended += 1
    for user_id in {row.user_id for row in wanted.values()}:
        journal.record(
            name="people.sessions_ended", subject_kind="user", subject_key=user_id, actor=actor, now=now, count=ended
        )
    UpstreamSession.objects.filter(pk__in=[row.pk for row in wanted.values()]).delete()
    return ended


def _join(upstream: Upstream, proof: Proof, user: User, actor: Actor, now: dt.datetime) -> UpstreamIdentity:
    made = UpstreamIdentity.objects.create(upstream=upstream, subject=proof.subject, user=user, linked_at=now)
    _note_user("people.upstream_linked", user, upstream, actor, now)
    return made


def _read(wish: Wish, loopback: bool) -> UpstreamTerms:
    """As it would be entered; of nobody yet."""
    if not wish.name.strip():
        raise Refused("upstream_name_missing")
    if not wish.client_id.strip():
        raise Refused("client_id_missing")
    secret = wish.secret.strip()
    return UpstreamTerms(
        name=wish.name.strip()[:60], client_id=wish.client_id.strip()[:200],
        issuer=read_issuer(wish.issuer, loopback=loopback), levels=read_levels(wish.levels),
        level_otherwise=wish.level_otherwise, makes_accounts=wish.makes_accounts,
        secret_sealed=vault.seal(secret, purpose=DRAFT_SECRET) if secret else "",
    )  # fmt: skip


def _apply(terms: UpstreamTerms, row: Upstream) -> None:
    """The upstream has these settings; what was learned of another issuer is forgotten."""
    if row.issuer != terms.issuer:
        row.is_on, row.metadata, row.keys, row.learned_at, row.keys_at = False, {}, [], None, None
    for name in SETTINGS:
        setattr(row, name, getattr(terms, name))
    if terms.secret_sealed:
        secret = vault.unseal(terms.secret_sealed, purpose=DRAFT_SECRET)
        row.secret_sealed = vault.seal(secret, purpose=SECRET)


def _enter(row: Upstream, draft: UpstreamTerms, actor: Actor, now: dt.datetime) -> None:
    assert actor.user_id is not None, "somebody answers for what is entered"
    draft.upstream, draft.entered_by_id, draft.entered_at = row, actor.user_id, now
    draft.save()


def _require_issuer(row: Upstream, draft: UpstreamTerms) -> None:
    if draft.issuer == row.issuer:
        return
    if UpstreamIdentity.objects.filter(upstream=row).exists():
        raise Refused("issuer_stays")
    if Upstream.objects.filter(issuer=draft.issuer).exists():
        raise Refused("issuer_taken")


def _waiting(upstream_id: int, terms_id: int) -> tuple[Upstream, UpstreamTerms]:
    found = _locked(upstream_id)
    draft = UpstreamTerms.objects.filter(upstream=found, pk=terms_id, state=State.DRAFT).first()
    if draft is None:
        raise Refused("upstream_not_waiting")
    return found, draft


def _decide(draft: UpstreamTerms, state: str, actor: Actor, now: dt.datetime) -> None:
    """What was decided about keeps no secret."""
    draft.state, draft.reviewed_by_id, draft.reviewed_at, draft.secret_sealed = state, actor.user_id, now, ""
    try:
        with transaction.atomic():
            draft.save(update_fields=["state", "reviewed_by", "reviewed_at", "secret_sealed"])
    except IntegrityError as broken:
        if "people_upstream_terms_two_people" in str(broken):
            raise Refused("own_upstream") from broken
        raise


def _save(row: Upstream) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as taken:
        raise Refused("slug_taken" if "slug" in str(taken) else "issuer_taken") from taken


def _locked(upstream_id: int) -> Upstream:
    found = Upstream.objects.select_for_update().filter(pk=upstream_id).first()
    if found is None:
        raise Refused("unknown_upstream", str(upstream_id))
    return found


def _note(name: str, upstream: Upstream, actor: Actor, now: dt.datetime, **detail: Any) -> None:
    journal.record(
        name=name, subject_kind="upstream", subject_key=upstream.pk, actor=actor, now=now, slug=upstream.slug, **detail
    )


def _note_user(name: str, user: User, upstream: Upstream, actor: Actor, now: dt.datetime) -> None:
    journal.record(name=name, subject_kind="user", subject_key=user.pk, actor=actor, now=now, upstream=upstream.slug)
