"""Somebody who has left something in every table of the register that people are found by.

A table that is declared and not here fails the tests of exports and of closing: say here how a row of it is made.
Whatever is personal in a row holds the person's mark, so that it is found again wherever it went.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import Any, NamedTuple

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.sessions.models import Session

from wenmai.institutions.testing import make_organisation
from wenmai.journal import services as journal
from wenmai.lib import clock, vault
from wenmai.messages import rules as messages
from wenmai.messages.models import Message
from wenmai.people import models as tables
from wenmai.people import queries, services
from wenmai.people.families.models import Child, ChildDay, ChildLimit, FamilyCode, GuardianConsent, Guardianship
from wenmai.people.groups.models import Group, GroupHandover, GroupInvitation, GroupMember
from wenmai.people.looks.models import Look
from wenmai.people.models import User
from wenmai.people.privacy.models import Closing, ConsentEntry, Export, ExportPart
from wenmai.people.provider.models import AppCode, AppConsent, AppLogin, AppSubject
from wenmai.people.provider.testing import make_app
from wenmai.people.proxies.models import Proxy, ProxyDeed, ProxyOffer
from wenmai.people.recognition.models import RecognisedCard
from wenmai.people.recognition.testing import Neighbour, known, proposed
from wenmai.people.residence.models import Residence
from wenmai.people.services.codes import phone_index
from wenmai.people.testing import make_reader
from wenmai.people.testing.cards import make_card_system
from wenmai.people.unmasking.models import Unmasking
from wenmai.people.upstreams.models import UpstreamIdentity, UpstreamSession
from wenmai.people.upstreams.testing import make_upstream
from wenmai.people.volunteers.models import ServiceDispute, ServiceEntry, ServiceRecord, Volunteer

DAY = dt.timedelta(days=1)


class Whole(NamedTuple):
    """`said`: words that an export of theirs holds and nobody else's does."""

    user: User
    phone: str
    said: list[str]


def make_whole(mark: str, phone: str, number: str) -> Whole:
    """`mark`: a word of capital letters that stands nowhere else; what is no person's has it in small ones.
    `number`: of the document of identity."""
    user = make_reader(phone, name=f"{mark}姓名")
    User.objects.filter(pk=user.pk).update(language="en")
    other = make_reader(f"+86137{phone[-8:]}", name="旁人")
    now, more = clock.now(), {"user": user}
    said = [f"{mark}姓名", phone, number]
    _ways_in(user, mark, phone, now)
    _identity(user, mark, number, now)
    _cards(user, mark, now)
    _apps(user, mark, now)
    _family(user, other, mark, now)
    _groups(user, other, mark, phone, now)
    _volunteer(user, mark, now)
    Message.objects.create(
        channel="sms", template="security_notice", language="zh-hans", to_sealed=vault.seal(phone, purpose=messages.TO),
        to_index=vault.index(phone, purpose=messages.TO), state="waiting", not_before=now + DAY, created_at=now,
        values_sealed=vault.seal(f"{mark}短信", purpose=messages.VALUES), expires_at=now + DAY,
    )  # fmt: skip
    journal.record(
        name="people.card_linked", subject_kind="user", subject_key=user.pk, actor=queries.actor(user), now=now,
        note=f"{mark}经办",
    )  # fmt: skip
    ConsentEntry.objects.create(account=user.pk, purpose="notices", version=1, given=True, at=now)
    Look.objects.create(
        day=now.date(), at=now, actor_id=other.pk, role="counter", page="desk:people:account", person_id=user.pk,
        shown=1, reason="counter",
    )  # fmt: skip
    Unmasking.objects.create(at=now, actor_id=other.pk, person_id=user.pk, reason="other", words=f"{mark}缘由")
    Closing.objects.create(user=user, asked_at=now - DAY, due_at=now + DAY)
    export = Export.objects.create(**more, language="en", state="ready", asked_at=now, ready_at=now, size=777)
    ExportPart.objects.create(export=export, number=0, sealed=vault.seal(mark, purpose="people.export_part"))
    words = (
        "证号",
        "证上姓名",
        "证件姓名",
        "短信",
        "编号",
        "别家编号",
        "别家会话编号",
        "浏览器",
        "经办",
        "团队",
        "介绍",
        "缘由",
    )
    for left_behind in _in_modules_above():
        said += left_behind(user, mark, now)
    return Whole(user, phone, said + [f"{mark}{one}" for one in words])


def _in_modules_above() -> Iterator[Callable[[User, str, dt.datetime], list[str]]]:
    """`leave_behind(user, mark, now)` of a module's `testing` makes a row in each of its tables, and says what stands
    in them."""
    for config in apps.get_app_configs():
        if config.name.startswith("wenmai.") and find_spec(f"{config.name}.testing"):
            module = import_module(f"{config.name}.testing")
            if hasattr(module, "leave_behind"):
                yield module.leave_behind


def _ways_in(user: User, mark: str, phone: str, now: dt.datetime) -> None:
    more: dict[str, Any] = {"user": user}
    tables.Code.objects.create(
        purpose="enter", phone_index=phone_index(phone), phone_sealed=vault.seal(phone, purpose="people.code_phone"),
        code_hash="h", address_index="a", device_index="d", is_known=True, waited=f"{mark}w", sent_at=now,
        expires_at=now, used_at=now,
    )  # fmt: skip
    secret = services.keep_secret(text=f"{mark}密钥")
    Authenticator.objects.create(**more, type="totp", data={"secret": str(secret)}, last_used_at=now)
    Session.objects.create(session_key=f"{mark}key", session_data=f"{mark}data", expire_date=now + DAY)
    UserSession.objects.create(
        **more, ip="10.9.8.7", session_key=f"{mark}key", user_agent=f"{mark}浏览器", last_seen_at=now
    )
    tables.CounterCode.objects.create(**more, code_index=f"{mark}c", expires_at=now + DAY)
    tables.MergeIntent.objects.create(**more, device_index=f"{mark}d", expires_at=now + DAY)
    tables.RoleRequest.objects.create(
        **more, role="village_admin", organisation=make_organisation(f"{mark.lower()}村", kind="village_center"),
        state="declined", asked_at=now, answered_at=now, answered_by="旁人",
    )  # fmt: skip
    tables.RoleGrant.objects.create(
        **more, role="village_admin", organisation=make_organisation(f"{mark.lower()}服务点")
    )
    gone = make_reader(f"+86136{phone[-8:]}", name=f"{mark}旧名")
    User.objects.filter(pk=gone.pk).update(is_active=False)
    tables.Merge.objects.create(
        kept=user, gone=gone, moved={"card": [1]}, merged_at=now,
        phone_sealed=vault.seal(f"+86136{phone[-8:]}", purpose="people.merged_phone"),
    )  # fmt: skip


def _identity(user: User, mark: str, number: str, now: dt.datetime) -> None:
    tables.Identity.objects.create(
        user=user, level=2, document="resident", number_sealed=vault.seal(number, purpose="people.identity_number"),
        number_index=f"{mark}n", name_sealed=vault.seal(f"{mark}证件姓名", purpose="people.identity_name"),
        checked_by="核验方", checked_at=now,
    )  # fmt: skip
    counter = make_organisation(f"{mark.lower()}柜台")
    Residence.objects.create(user=user, place="990100", said_at=now, proven_at=now, proven_by=counter)
    tables.IdentityTry.objects.create(user=user, number_index=f"{mark}n", outcome="match", asked_at=now)


def _cards(user: User, mark: str, now: dt.datetime) -> None:
    card = tables.ReaderCard.objects.create(
        user=user, system=make_card_system(name=f"{mark.lower()}系统"), number_index=f"{mark}i", standing="doubted",
        number_sealed=vault.seal(f"{mark}证号", purpose="people.card_number"), valid_until=now.date(),
        name_sealed=vault.seal(f"{mark}证上姓名", purpose="people.card_name"), linked_at=now, checked_at=now,
        doubt="name", doubted_at=now, said_name_sealed=vault.seal("旁人", purpose="people.card_said_name"),
        said_number_sealed=vault.seal("旁人证号", purpose="people.card_said_number"), said_standing="good",
    )  # fmt: skip
    tables.CardPass.objects.create(card=card, token_id=f"{mark}t"[:11], made_at=now, expires_at=now + DAY)
    tables.CardTry.objects.create(user=user, at=now)
    _recognised(user, mark, now)


def _apps(user: User, mark: str, now: dt.datetime) -> None:
    app = make_app(
        organisation_id=make_organisation(f"{mark.lower()}应用馆").pk, sector=f"{mark.lower()}.example",
        name=mark.lower(),
        backchannel_uri="https://app.example/out",
    ).app  # fmt: skip
    more: dict[str, Any] = {"user": user, "app": app}
    session = {"session_index": f"{mark}s", "scopes": ["openid"], "acr": "2", "amr": ["otp"], "authenticated_at": now}
    AppSubject.objects.create(user=user, sector=app.sector, word=f"{mark}编号")
    AppConsent.objects.create(**more, scopes=["openid"], given_at=now)
    AppCode.objects.create(
        **more, **session, code_hash=f"{mark}h", redirect_uri="https://app.example/", challenge="x" * 43, expires_at=now
    )
    AppLogin.objects.create(
        **more, **session, word=f"{mark}w", sid=f"{mark}sid", subject=f"{mark}编号", refresh_until=now + DAY,
        access_hash="a", access_until=now + DAY, access_before_until=now, began_at=now, ends_at=now + DAY,
    )  # fmt: skip
    upstream = make_upstream(slug=mark.lower(), issuer=f"https://{mark.lower()}.example")
    UpstreamIdentity.objects.create(user=user, upstream=upstream, subject=f"{mark}别家编号", linked_at=now)
    UpstreamSession.objects.create(
        user=user, upstream=upstream, session_index=f"{mark}u", subject=f"{mark}别家会话编号", began_at=now,
        token_sealed=vault.seal(f"{mark}令牌", purpose="people.upstream_token"),
        refresh_sealed=vault.seal(f"{mark}刷新", purpose="people.upstream_refresh"),
    )  # fmt: skip


def _recognised(user: User, mark: str, now: dt.datetime) -> None:
    peer = known(Neighbour(f"https://{mark.lower()}.test"))
    row = proposed(peer, make_organisation(f"{mark.lower()}互认馆").pk)
    RecognisedCard.objects.create(
        user=user, agreement=row, subject=f"{mark}s", name=f"{mark}证", level=1, valid_until=now.date(), said_at=now,
        number_sealed=vault.seal(f"{mark}别处证号", purpose="people.recognised_number"), brought_at=now,
    )  # fmt: skip


def _family(user: User, other: User, mark: str, now: dt.datetime) -> None:
    """They are somebody's proxy and have one; they are a child of 15, and look after nobody who is alone with them."""
    ProxyOffer.objects.create(
        principal=user, code_index=f"{mark}o", matters=["cards.show"], until=now + DAY, expires_at=now + DAY
    )
    proxy = Proxy.objects.create(
        principal=user, proxy=other, matters=["cards.show"], agreed_at=now, until=now + DAY, made_at=now
    )
    ProxyDeed.objects.create(proxy=proxy, name="people.card_printed", at=now, entry_id=user.pk)
    Child.objects.create(
        user=user, born_sealed=vault.seal(f"{user.pk} 2011-05-06", purpose="people.child_born"), stage=14,
        changes_in=2029, is_made=False, since_at=now,
    )  # fmt: skip
    ChildLimit.objects.create(child=user, week=45, weekend=90, off_from=1260, off_until=420, set_at=now)
    ChildDay.objects.create(child=user, day=now.date(), seconds=60, first_at=now - DAY, last_at=now)
    Guardianship.objects.create(child=user, guardian=other, way="counter", since_at=now, removal_at=now)
    GuardianConsent.objects.create(child=user, giver=other, purpose="basic", text_version="2026-11", given_at=now)
    FamilyCode.objects.create(
        user=user, purpose="enter", code_index=f"{mark}f", born_index=f"{mark}b", made_by=other, expires_at=now + DAY
    )


def _groups(user: User, other: User, mark: str, phone: str, now: dt.datetime) -> None:
    own = Group.objects.create(name=f"{mark}团队", kind="choir", about=f"{mark}介绍", responsible=user, made_at=now)
    theirs = Group.objects.create(name="旁人的团队", kind="choir", responsible=other, made_at=now)
    GroupMember.objects.create(group=own, user=user, joined_at=now)
    GroupMember.objects.create(group=theirs, user=other, joined_at=now)
    GroupMember.objects.create(group=theirs, user=user, shares_phone=True, joined_at=now)
    GroupInvitation.objects.create(group=theirs, phone_index=phone_index(phone), made_at=now, until=now + DAY)
    GroupHandover.objects.create(group=theirs, to=user, until=now + DAY)


def _volunteer(user: User, mark: str, now: dt.datetime) -> None:
    today = now.date()
    one = Volunteer.objects.create(
        user=user, organisation=make_organisation(f"{mark.lower()}志愿馆"), state="active", skills=["reading"],
        times=["weekend"], note=f"{mark}想说", reason=f"{mark}理由", asked_at=now, from_on=today, until_on=today + DAY,
    )  # fmt: skip
    entry = ServiceEntry.objects.create(volunteer=one, on=today, minutes=60, service="朗读", entered_at=now)
    ServiceDispute.objects.create(
        entry=entry,
        words=f"{mark}说少记了",
        said_at=now,
        state="stands",
        answer=f"{mark}没有少",
        answered_at=now,
    )
    ServiceRecord.objects.create(
        volunteer=one, code_index=f"{mark}r", from_on=today, until_on=today, minutes=60, made_at=now,
        name_sealed=vault.seal(f"{mark}姓名", purpose="people.service_name"),
    )  # fmt: skip
