"""Accounts, what leads into them, real names, roles."""

import datetime as dt
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from wenmai.lib.personal import (
    NOBODY,
    OWNER,
    OWNER_AND_STAFF,
    STAFF,
    WORK,
    Basis,
    Ending,
    Form,
    Person,
    Shown,
    Table,
    columns,
)
from wenmai.people.models import Code, FactorSecret, User
from wenmai.people.services.codes import phone_index

SECRET = _("只用来核对身份，给出去就不安全了")


def _codes(person: Person) -> "QuerySet[Code]":
    return Code.objects.filter(phone_index=phone_index(person.phone)) if person.phone else Code.objects.none()


def _secrets(person: Person) -> "QuerySet[FactorSecret]":
    """Their numbers stand in the rows of the factors."""
    factors = Authenticator.objects.filter(user_id=person.id).values_list("data", flat=True)
    numbers = [str(one.get(key, "")) for one in factors for key in ("secret", "seed")]
    return FactorSecret.objects.filter(pk__in=[int(one) for one in numbers if one.isdigit()])


def _sessions(person: Person) -> "QuerySet[Any]":
    keys = UserSession.objects.filter(user_id=person.id).values("session_key")
    return Session.objects.filter(session_key__in=keys)


def _close(person: Person, now: dt.datetime) -> int:
    return empty_accounts([person.id])


def empty_accounts(numbers: list[int]) -> int:
    """What stays is a number, so that what was recorded about it means one account, and nobody knows whose."""
    rows = list(User.objects.select_for_update().filter(pk__in=numbers))
    for user in rows:
        user.username, user.name, user.is_active = f"closed-{user.pk}", "", False
        user.phone_sealed, user.phone_index, user.level_held_until, user.language = "", None, None, ""
        user.last_login, user.password_is_first = None, False
        user.set_unusable_password()
        user.save()
    return len(rows)


ACCOUNT = (
    Table(
        "people.User",
        _("账号"),
        _("让您登录，让页面知道您是谁"),
        Basis.SERVICE,
        (
            *columns("username name last_login created_at closed_at level_held_until language"),
            *columns("phone_sealed", Form.SEALED, Shown.MASKED),
            *columns("phone_index", Form.INDEX),
            *columns("password", Form.HASH),
        ),
        of="pk",
        ending=Ending.ANONYMOUS,
        because=_("只留下编号，让以前的经办记录说得清是同一个账号，但看不出是谁"),
        kept=_("到您注销账号"),
        rules=("people.merged_accounts",),
        seen=OWNER_AND_STAFF,
        erase=_close,
    ),
)
TABLES = (
    Table(
        "people.Code",
        _("短信验证码"),
        _("确认手机号是您的，防止有人滥发短信"),
        Basis.SERVICE,
        (
            *columns("phone_sealed", Form.SEALED, Shown.NEVER),
            *columns("purpose sent_at expires_at used_at", shown=Shown.NEVER),
            *columns("phone_index address_index device_index waited", Form.INDEX),
            *columns("code_hash", Form.HASH),
        ),
        of=_codes,
        rules=("people.codes",),
        seen=NOBODY,
        impersonal="tries",
    ),
    Table(
        "people.FactorSecret",
        _("两步验证的密钥"),
        _("核对验证器应用和恢复码"),
        Basis.SERVICE,
        columns("sealed", Form.SEALED, Shown.NEVER, withheld=SECRET),
        of=_secrets,
        seen=NOBODY,
    ),
    Table(
        "mfa.Authenticator",
        _("两步验证和通行密钥"),
        _("让别人拿到密码也进不来"),
        Basis.SERVICE,
        (
            *columns("type", words=_("种类")),
            *columns("created_at", words=_("时间")),
            *columns("last_used_at", words=_("最近使用")),
            *columns("data", words=_("密钥的名称和公开部分"), withheld=SECRET),
        ),
    ),
    Table(
        "sessions.Session",
        _("登录状态"),
        _("让您不必每一页都登录"),
        Basis.SERVICE,
        (
            *columns("session_key session_data", shown=Shown.NEVER, words=_("会话的钥匙"), withheld=SECRET),
            *columns("expire_date", shown=Shown.NEVER, words=_("失效时间")),
        ),
        of=_sessions,
        rules=("people.sessions",),
        seen=NOBODY,
    ),
    Table(
        "usersessions.UserSession",
        _("登录着的浏览器"),
        _("让您看见在哪里登录着，认不出的可以让它退出"),
        Basis.LAW,
        (
            *columns("ip", words=_("网络地址")),
            *columns("user_agent", words=_("浏览器的自称")),
            *columns("created_at", words=_("登录时间")),
            *columns("last_seen_at", words=_("最近使用")),
            *columns("session_key data", shown=Shown.NEVER, words=_("会话的钥匙"), withheld=SECRET),
        ),
        rules=("people.session_list",),
    ),
    Table(
        "people.RoleGrant",
        _("角色"),
        _("工作人员能做什么、在哪里做"),
        Basis.DUTY,
        columns("role region until created_at reviewed_at")
        + columns("given_by", shown=Shown.WHOLE, withheld=_("是别人的编号")),
        seen=OWNER_AND_STAFF,
    ),
    Table(
        "people.RoleRequest",
        _("权限申请"),
        _("申请角色，得到答复"),
        Basis.DUTY,
        columns("role state asked_at answered_at") + columns("answered_by", withheld=_("是别人的名字")),
        rules=("people.role_requests",),
        seen=OWNER_AND_STAFF,
    ),
    Table(
        "people.Identity",
        _("实名"),
        _("办需要实名的事，保证一个证件只有一个账号"),
        Basis.CONSENT,
        (
            *columns("number_sealed name_sealed", Form.SEALED, Shown.MASKED),
            *columns("level document checked_by checked_at"),
            *columns("number_index", Form.INDEX),
        ),
        seen=OWNER,
        withdrawn=_("随时在“我的账号 · 实名”里删除，马上没有了；要实名的事要重新核验"),
    ),
    Table(
        "people.IdentityTry",
        _("实名核验的次数"),
        _("不让人拿别人的证件来试"),
        Basis.LAW,
        columns("outcome asked_at", shown=Shown.NEVER) + columns("number_index", Form.INDEX),
        rules=("people.identity_tries",),
        seen=NOBODY,
    ),
    Table(
        "people.CounterCode",
        _("到馆码"),
        _("让服务台的人找到您的账号，而不是别人的"),
        Basis.SERVICE,
        columns("expires_at", shown=Shown.NEVER) + columns("code_index", Form.INDEX),
        rules=("people.counter_codes",),
        seen=NOBODY,
    ),
    Table(
        "people.MergeIntent",
        _("正要合并的账号"),
        _("合并两个账号时，记住保留哪一个"),
        Basis.SERVICE,
        columns("expires_at", shown=Shown.NEVER) + columns("device_index", Form.INDEX),
        rules=("people.merge_intents",),
        seen=NOBODY,
    ),
    Table(
        "people.Merge",
        _("合并过的账号"),
        _("合并了还能撤销，旧的登录方式还能带到新账号"),
        Basis.SERVICE,
        columns("moved merged_at undone_at") + columns("phone_sealed", Form.SEALED, Shown.MASKED),
        of="kept",
        impersonal="gone",
        kept=_("到您注销账号"),
        rules=("people.merged_phones",),
    ),
    Table(
        "people.AppTerms",
        _("录入和审核应用的人"),
        _("证明录入的人和审核的人不是同一个"),
        Basis.DUTY,
        columns("entered_by entered_at reviewed_by reviewed_at", withheld=WORK),
        of="entered_by",
        ending=Ending.KEPT,
        because=_("只有编号；谁审核了应用，要说得清"),
        seen=STAFF,
        impersonal="state name redirect_uris logout_uris backchannel_uri scopes",
    ),
    Table(
        "people.UpstreamTerms",
        _("录入和审核登录方的人"),
        _("证明录入的人和审核的人不是同一个"),
        Basis.DUTY,
        columns("entered_by entered_at reviewed_by reviewed_at", withheld=WORK),
        of="entered_by",
        ending=Ending.KEPT,
        because=_("只有编号；谁审核了登录方，要说得清"),
        seen=STAFF,
        impersonal="state name issuer client_id secret_sealed levels level_otherwise",
    ),
)
