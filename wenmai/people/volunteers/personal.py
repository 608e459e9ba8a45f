"""Personal data in the tables of volunteers."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from wenmai.lib.personal import WORK, Basis, Ending, Form, Person, Rule, Shown, Table, columns
from wenmai.people.volunteers.models import ServiceRecord
from wenmai.people.volunteers.rules import RECORD_YEARS

SEEN = _("您自己；报名的机构里有权的工作人员")
STAYS = _("机构的服务时数要对得上；里面没有您的资料了")


def _part(person: Person, now: dt.datetime) -> int:
    from wenmai.people.volunteers import services

    return services.part_from(user_id=person.id, now=now)


def _nothing(person: Person, now: dt.datetime) -> int:
    """It hangs on the registration, which says no longer whose it was."""
    return 0


TABLES = (
    Table(
        "people.ServiceDispute",
        _("对服务记录的异议"),
        _("志愿者说哪条记录不对，机构答复"),
        Basis.SERVICE,
        columns("state words said_at answer answered_at"),
        of="entry__volunteer__user",
        ending=Ending.ANONYMOUS,
        because=STAYS,
        erase=_nothing,
        seen=SEEN,
    ),
    Table(
        "people.ServiceEntry",
        _("志愿服务记录"),
        _("记下服务了多久，只增不改"),
        Basis.SERVICE,
        columns("on minutes service entered_at") + columns("entered_by", withheld=WORK),
        of="volunteer__user",
        ending=Ending.ANONYMOUS,
        because=STAYS,
        erase=_nothing,
        seen=SEEN,
        impersonal="corrects",
    ),
    Table(
        "people.ServiceRecord",
        _("志愿服务证明"),
        _("让别人查验服务证明"),
        Basis.SERVICE,
        columns("name_sealed", Form.SEALED, Shown.MASKED)
        + columns("from_on until_on minutes made_at")
        + columns("code_index", Form.INDEX),
        of="volunteer__user",
        rules=("people.service_records",),
        seen=_("您自己；拿着查验码的人看得到姓名的一部分、机构和时数"),
    ),
    Table(
        "people.Volunteer",
        _("文化志愿者"),
        _("报名做志愿者，机构答复和安排"),
        Basis.SERVICE,
        columns("state skills times note shares_phone asked_at from_on until_on reason ended_at minutes_total"),
        ending=Ending.ANONYMOUS,
        because=STAYS,
        erase=_part,
        seen=SEEN,
    ),
)
RULES = (
    Rule(
        "people.service_records",
        _("开具"),
        lambda: dt.timedelta(days=365 * RECORD_YEARS),
        lambda before: ServiceRecord.objects.filter(made_at__lt=before),
    ),
)
