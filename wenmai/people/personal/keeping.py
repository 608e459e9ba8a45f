"""How long rows with personal data are kept; the daily job of `people.privacy` goes by it. All numbers are ours."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from wenmai.lib import clock, personal
from wenmai.lib.personal import Rule
from wenmai.people.models import (
    CardPass,
    CardShowing,
    CardTry,
    Code,
    CounterCode,
    IdentityTry,
    Merge,
    MergeIntent,
    RoleRequest,
    User,
)
from wenmai.people.privacy.models import ConsentEntry, Export
from wenmai.people.provider.models import AppCode, AppLogin, LogoutNotice
from wenmai.people.rules import MERGE_DAYS
from wenmai.people.upstreams.models import UpstreamSession


def _days(number: int) -> Callable[[], dt.timedelta]:
    return lambda: dt.timedelta(days=number)


def _listed_in_vain(before: dt.datetime) -> "QuerySet[Any]":
    """Browsers whose session has ended since."""
    living = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=before)
    rows: QuerySet[Any] = UserSession.objects.filter(~Exists(living), created_at__lt=before)
    return rows


def _phones_of_merges(before: dt.datetime) -> "QuerySet[Merge]":
    return Merge.objects.filter(merged_at__lt=before).exclude(phone_sealed="")


def _merged(before: dt.datetime) -> "QuerySet[User]":
    gone = Merge.objects.filter(gone=OuterRef("pk"), undone_at=None, merged_at__lt=before)
    return User.objects.filter(Exists(gone)).exclude(name="")


def _answered(before: dt.datetime) -> "QuerySet[RoleRequest]":
    since = Q(answered_at__lt=before) | Q(answered_at=None, asked_at__lt=before)
    return RoleRequest.objects.filter(since).exclude(state=RoleRequest.State.WAITING)


def _consents(before: dt.datetime) -> "QuerySet[ConsentEntry]":
    """The table itself refuses what is younger, or of an account that is not closed."""
    living = User.objects.filter(pk=OuterRef("account"), closed_at=None)
    later = ConsentEntry.objects.filter(account=OuterRef("account"), at__gte=before)
    return ConsentEntry.objects.filter(~Exists(living), ~Exists(later), at__lt=before)


def _forget_merged(numbers: list[int]) -> int:
    """All that stayed behind in an account that has gone into another one."""
    for number in numbers:
        personal.erase_all(personal.Person(number), clock.now())
    return len(numbers)


def _forget_phones(numbers: list[int]) -> int:
    return Merge.objects.filter(pk__in=numbers).update(phone_sealed="")


RULES = (
    Rule("people.codes", _("发出"), _days(2), lambda before: Code.objects.filter(sent_at__lt=before)),
    Rule("people.card_tries", _("尝试"), _days(2), lambda before: CardTry.objects.filter(at__lt=before)),
    Rule("people.identity_tries", _("尝试"), _days(2), lambda before: IdentityTry.objects.filter(asked_at__lt=before)),
    Rule("people.counter_codes", _("失效"), _days(1), lambda before: CounterCode.objects.filter(expires_at__lt=before)),
    Rule("people.merge_intents", _("失效"), _days(1), lambda before: MergeIntent.objects.filter(expires_at__lt=before)),
    Rule("people.merged_phones", _("合并（原手机号）"), _days(MERGE_DAYS), _phones_of_merges, _forget_phones),
    Rule("people.merged_accounts", _("并入别的账号"), _days(MERGE_DAYS), _merged, _forget_merged),
    Rule("people.role_requests", _("得到答复"), _days(365), _answered),
    Rule("people.card_showings", _("失效"), _days(1), lambda before: CardShowing.objects.filter(expires_at__lt=before)),
    Rule("people.card_passes", _("失效"), _days(30), lambda before: CardPass.objects.filter(expires_at__lt=before)),
    Rule("people.app_codes", _("失效"), _days(1), lambda before: AppCode.objects.filter(expires_at__lt=before)),
    Rule("people.app_logins", _("失效"), _days(1), lambda before: AppLogin.objects.filter(refresh_until__lt=before)),
    Rule(
        "people.logout_notices", _("该发出"), _days(2), lambda before: LogoutNotice.objects.filter(next_at__lt=before)
    ),
    Rule(
        "people.upstream_sessions",
        _("登录"),
        _days(2),
        lambda before: UpstreamSession.objects.filter(began_at__lt=before),
    ),
    Rule("people.consents", _("账号已注销，最后一次同意或撤回"), _days(3 * 366), _consents),
    Rule("people.exports", _("要的时间"), _days(3), lambda before: Export.objects.filter(asked_at__lt=before)),
    Rule("people.sessions", _("失效"), _days(1), lambda before: Session.objects.filter(expire_date__lt=before)),
    Rule("people.session_list", _("退出"), _days(1), _listed_in_vain),
)
