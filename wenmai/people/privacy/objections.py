"""Why an account cannot be closed yet, as far as accounts themselves know; other modules register their own."""

import datetime as dt
from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from wenmai.lib import clock
from wenmai.lib.personal import Person, Words
from wenmai.people.models import Merge, RoleGrant
from wenmai.people.rules import MERGE_DAYS


def objections(person: Person) -> Iterator[Words]:
    if RoleGrant.objects.filter(user_id=person.id).exists():
        yield _("您是工作人员：工作人员的账号由管理员停用。请先请管理员交接您的工作、收回您的角色，再来注销。")
    days = dt.timedelta(days=MERGE_DAYS)
    rows = Merge.objects.filter(kept_id=person.id, undone_at=None, merged_at__gt=clock.now() - days)
    for merged_at in rows.values_list("merged_at", flat=True):
        yield _("您不久前合并过账号，%(day)s 之前还能撤销。请先撤销，或过了那天再注销。") % {
            "day": f"{timezone.localtime(merged_at + days):%Y-%m-%d}"
        }
