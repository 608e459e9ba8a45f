"""Logins at apps: a code, then tokens that are replaced each time they are refreshed.

The tables bound themselves: whoever writes a row takes away some that have ended, and a person has at most ten logins
at one app.
"""

import datetime as dt
import hashlib
import hmac
import secrets
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import QuerySet

from wenmai.journal import services as journal
from wenmai.lib import jobs
from wenmai.lib.access import SYSTEM
from wenmai.people.provider.models import App, AppCode, AppLogin, AppSubject, AppTerms, LogoutNotice
from wenmai.people.provider.queries import allowed_to
from wenmai.people.provider.rules import ACCESS_S, CODE_KEPT_S, CODE_S, LOGIN_S, LOGINS_PER_APP, REFRESH_S, within

SWEPT = 20
"""Rows that have ended and go when another one is written: faster than they can come."""


class Granted(NamedTuple):
    """What somebody allowed, and how they had shown who they are. `challenge`: PKCE, S256."""

    app_id: int
    user_id: int
    session_index: str
    redirect_uri: str
    scopes: tuple[str, ...]
    nonce: str
    challenge: str
    acr: str
    amr: tuple[str, ...]
    authenticated_at: dt.datetime


def issue_code(*, granted: Granted, code: str, now: dt.datetime) -> AppCode:
    """Good for a minute and for one use."""
    _sweep("people_appcode", "expires_at", now - dt.timedelta(seconds=CODE_KEPT_S))
    return AppCode.objects.create(
        code_hash=_digest(code), **{**granted._asdict(), "scopes": [*granted.scopes], "amr": [*granted.amr]},
        expires_at=now + dt.timedelta(seconds=CODE_S),
    )  # fmt: skip


@transaction.atomic
def take_code(*, code: str, app_id: int, now: dt.datetime) -> AppCode | None:
    """The code, which is used up by it, whatever else is wrong with the request. None where it is none of this app's,
    is too old or was used before: then what came of its first use ends (RFC 6749 §4.1.2)."""
    rows = AppCode.objects.select_for_update(of=("self",)).annotate(allowed=allowed_to("app__organisation_id"))
    found = rows.filter(code_hash=_digest(code), app_id=app_id).first()
    if found is None:
        return None
    if found.used_at is not None:
        login = found.login
        if login is not None:
            _replayed(login, now)
        return None
    AppCode.objects.filter(pk=found.pk).update(used_at=now)
    found.scopes = within(found.scopes, found.allowed)
    return found if now < found.expires_at else None


@transaction.atomic
def begin_login(*, code: AppCode, access: str, refresh: str, sid: str, now: dt.datetime) -> AppLogin:
    """`access` and `refresh` as `new_tokens` makes them, `sid` of its own for each login."""
    _sweep("people_applogin", "refresh_until", now)
    ends_at = now + dt.timedelta(seconds=LOGIN_S)
    login = AppLogin.objects.create(
        app_id=code.app_id, user_id=code.user_id, word=access.partition(".")[0], sid=sid,
        session_index=code.session_index, subject=subject(app_id=code.app_id, user_id=code.user_id),
        scopes=code.scopes, nonce=code.nonce, acr=code.acr, amr=code.amr, authenticated_at=code.authenticated_at,
        refresh_hash=_digest(refresh), refresh_until=_refreshable(now, ends_at),
        access_hash=_digest(access), access_until=now + dt.timedelta(seconds=ACCESS_S), began_at=now, ends_at=ends_at,
    )  # fmt: skip
    AppCode.objects.filter(pk=code.pk).update(login=login)
    rows = AppLogin.objects.filter(app_id=code.app_id, user_id=code.user_id).order_by("-refresh_until", "-id")
    _end(AppLogin.objects.filter(pk__in=[one.pk for one in rows[LOGINS_PER_APP:]]), now)
    return login


def refresh(*, token: str, app_id: int, now: dt.datetime) -> AppLogin | None:
    """The login, locked in the caller's transaction, if this is its refresh token; `rotate_tokens` then replaces it.

    An older token of the same login is a replay: somebody has stolen one of the two. The login ends, for both.
    """
    rows = AppLogin.objects.select_for_update(of=("self",)).select_related("user")
    rows = rows.annotate(allowed=allowed_to("app__organisation_id"))
    found = rows.filter(word=token.partition(".")[0], app_id=app_id).first()
    if found is None or not found.refresh_hash or found.refresh_until <= now:
        return None
    if not hmac.compare_digest(found.refresh_hash, _digest(token)):
        _replayed(found, now)
        return None
    found.scopes = within(found.scopes, found.allowed)
    return found


def rotate_tokens(*, login: AppLogin, access: str, refresh: str, now: dt.datetime) -> None:
    """The refresh token is another one; of access tokens the one before this stays good until its time."""
    login.access_before_hash, login.access_before_until = login.access_hash, login.access_until
    login.access_hash, login.access_until = _digest(access), now + dt.timedelta(seconds=ACCESS_S)
    login.refresh_hash, login.refresh_until = _digest(refresh), _refreshable(now, login.ends_at)
    login.save(
        update_fields=[
            "access_hash", "access_until", "access_before_hash", "access_before_until", "refresh_hash", "refresh_until",
        ]
    )  # fmt: skip


@transaction.atomic
def revoke(*, token: str, app_id: int, now: dt.datetime) -> bool:
    """The login that the token belongs to ends, with all its tokens (RFC 7009 §2.1)."""
    rows = AppLogin.objects.filter(word=token.partition(".")[0], app_id=app_id)
    return bool(_end(rows, now, told=False))


@transaction.atomic
def end_logins(
    *, now: dt.datetime, user_id: int | None = None, app_id: int | None = None, session_index: str = ""
) -> int:
    """Of a person, of an app, of both, or of one browser's session; apps that want to hear of it are told."""
    assert user_id or app_id or session_index
    rows = AppLogin.objects.all()
    if user_id:
        rows = rows.filter(user_id=user_id)
    if app_id:
        rows = rows.filter(app_id=app_id)
    if session_index:
        rows = rows.filter(session_index=session_index)
        AppCode.objects.filter(session_index=session_index, used_at=None).update(used_at=now)
    elif user_id and not app_id:
        AppCode.objects.filter(user_id=user_id, used_at=None).update(used_at=now)
    return _end(rows, now)


@transaction.atomic
def end_stray_logins(*, user_id: int, now: dt.datetime) -> int:
    """Those that apps have under a word which is this account's no more: it went back with the account that it came
    from. How many."""
    own = AppSubject.objects.filter(user_id=user_id).values("word")
    return _end(AppLogin.objects.filter(user_id=user_id).exclude(subject__in=own), now)


def new_tokens(word: str = "") -> tuple[str, str]:
    """An access and a refresh token of one login: 256 random bits each behind its word."""
    word = word or secrets.token_urlsafe(16)
    return f"{word}.{secrets.token_urlsafe(32)}", f"{word}.{secrets.token_urlsafe(32)}"


def subject(*, app_id: int, user_id: int) -> str:
    """What this person is called in the sector of the app; made at the first login."""
    sector = App.objects.values_list("sector", flat=True).get(pk=app_id)
    there = AppSubject.objects.filter(sector=sector, user_id=user_id).first()
    if there is None:
        there, _made = AppSubject.objects.get_or_create(
            sector=sector, user_id=user_id, defaults={"word": secrets.token_urlsafe(32)}
        )
    return there.word


def _end(rows: QuerySet[AppLogin], now: dt.datetime, *, told: bool = True) -> int:
    ended = list(rows.select_for_update().values_list("pk", "app_id", "sid", "subject"))
    wanting: set[int] = set()
    if told and ended:
        heard = AppTerms.objects.filter(app_id__in={row[1] for row in ended}, state=AppTerms.State.ACTIVE)
        wanting = {*heard.exclude(backchannel_uri="").values_list("app_id", flat=True)}
    notices = LogoutNotice.objects.bulk_create(
        LogoutNotice(app_id=app_id, sid=sid, subject=subject_, next_at=now)
        for _pk, app_id, sid, subject_ in ended
        if app_id in wanting
    )
    for notice in notices:
        jobs.defer("people.tell_logout", notice_id=notice.pk)
    if ended:
        AppLogin.objects.filter(pk__in=[row[0] for row in ended]).delete()
    return len(ended)


def _replayed(login: AppLogin, now: dt.datetime) -> None:
    """Something that was used up came a second time: nobody can tell which of the two was the thief."""
    journal.record(
        name="people.app_replayed", subject_kind="user", subject_key=login.user_id, actor=SYSTEM, now=now,
        app=login.app_id,
    )  # fmt: skip
    _end(AppLogin.objects.filter(pk=login.pk), now)


def _sweep(table: str, moment: str, before: dt.datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {table} WHERE id IN (SELECT id FROM {table} WHERE {moment} < %s"
            f" ORDER BY {moment} LIMIT {SWEPT} FOR UPDATE SKIP LOCKED)",
            [before],
        )


def _refreshable(now: dt.datetime, ends_at: dt.datetime) -> dt.datetime:
    return min(now + dt.timedelta(seconds=REFRESH_S), ends_at)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
