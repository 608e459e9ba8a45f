"""Who wrote an activity, who booked, who takes part."""

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from wenmai.activities.models import COMING, Answer, Attendee, CalendarKey, Enrolment
from wenmai.lib.access import SYSTEM
from wenmai.lib.personal import OWNER_AND_STAFF, STAFF, WORK, Basis, Ending, Person, Rule, Table, columns

KEPT_DAYS = 365
"""How long it stays known who was where. Ours, no norm."""
ANSWERS_DAYS = 90
"""How long what they answered at enrolment. Ours, no norm."""


def attendees_that_stay(_from_id: int, to_id: int) -> Q:
    """Where two accounts become one: a second place in a session that they are in already."""
    return Q(live=True, session__in=Attendee.objects.filter(person=to_id, live=True).values("session"))


def _leave(person: Person, now: dt.datetime) -> int:
    """What is still to come goes to others; in a party the others go on."""
    from wenmai.activities import services

    rows = Enrolment.objects.filter(Q(booked_by=person.id) | Q(people__person=person.id), standing__in=COMING)
    alone = rows.filter(session__begins_at__gt=now).exclude(
        pk__in=Attendee.objects.filter(live=True).exclude(person=person.id).values("enrolment")
    )
    for number in sorted({*alone.values_list("pk", flat=True)}):
        services.leave(enrolment_id=number, actor=SYSTEM, now=now)
    Answer.objects.filter(enrolment__booked_by=person.id).delete()
    return Enrolment.objects.filter(booked_by=person.id).update(booked_by=None, group=None, reason="")


def _drop_calendar(person: Person, _now: dt.datetime) -> int:
    return CalendarKey.objects.filter(user=person.id).delete()[0]


def _go(person: Person, _now: dt.datetime) -> int:
    return Attendee.objects.filter(person=person.id).update(person=None)


def _past(before: dt.datetime) -> "QuerySet[Any]":
    return Attendee.objects.filter(session__ends_at__lt=before).exclude(person=None)


def _past_bookings(before: dt.datetime) -> "QuerySet[Any]":
    return Enrolment.objects.filter(session__ends_at__lt=before).exclude(booked_by=None)


def _told_answer(_person: Person, one: Any) -> dict[str, Any]:
    """With what was asked."""
    return {"question": one.question, "said": list(one.said)}


def _past_answers(before: dt.datetime) -> "QuerySet[Any]":
    return Answer.objects.filter(enrolment__session__ends_at__lt=before)


TABLES = (
    Table(
        "activities.Edition", _("写活动的人"), _("作者不审自己的，退回时找得到人"), Basis.DUTY,
        columns("by made_at", withheld=WORK), of=None, ending=Ending.KEPT, because=_("工作记录：是谁写的"),
        seen=STAFF,
        impersonal=(
            "activity number content_hash series title summary description kinds audiences way place thing cover "
            "cover_alt contact language accessibility safety_plan safety_file crowd mode groups age_from age_to region "
            "level most cancel_hours questions"
        ),
    ),
    Table(
        "activities.Enrolment", _("活动报名"), _("把名额留给您，改时间、取消时告诉您"), Basis.SERVICE,
        columns("booked_by count standing made_at ended_at group reason"), of="booked_by", ending=Ending.ANONYMOUS,
        because=_("没用的名额让给别人；来了多少人要算得出来，只去掉是谁"), rules=("activities.enrolments",),
        erase=_leave, seen=OWNER_AND_STAFF, impersonal="session key version claim wait share lapses",
    ),
    Table(
        "activities.Answer", _("报名时的回答"), _("主办方办这个活动要用的"), Basis.SERVICE, columns("said"),
        of="enrolment__booked_by", ending=Ending.DELETED, because=_("活动办完就没有用了"),
        rules=("activities.answers",), seen=OWNER_AND_STAFF, impersonal="enrolment edition number", told=_told_answer,
    ),
    Table(
        "activities.Attendee", _("谁参加活动"), _("一个人在一场里只占一份，到场时认得出"), Basis.SERVICE,
        columns("person live"), of="person", ending=Ending.ANONYMOUS,
        because=_("来了多少人要算得出来，只去掉是谁"), rules=("activities.attendees",), erase=_go, seen=OWNER_AND_STAFF,
        impersonal="enrolment session",
    ),
    Table(
        "activities.CalendarKey", _("私人日历的地址"), _("用一个地址在自己的日历里看报了什么"), Basis.SERVICE,
        columns("user made_at read_at reads"), of="user", ending=Ending.DELETED,
        because=_("地址不再有用"), erase=_drop_calendar,
    ),
    Table(
        "activities.Arrival", _("签到"), _("知道来了多少人，一张票用一次"), Basis.DUTY,
        columns("by at words photos", withheld=WORK),
        of=None, ending=Ending.KEPT, because=_("工作记录：是谁签到的"), seen=STAFF,
        impersonal="session enrolment heads way claim key",
    ),
    Table(
        "activities.DoorList", _("门口的离线名单"), _("知道谁把名单带到了哪台手机，丢了能作废"), Basis.DUTY,
        columns("by by_name device made_at", withheld=WORK), of=None, ending=Ending.KEPT,
        because=_("工作记录：是谁下载的"), seen=STAFF,
        impersonal="session salt good_until ticket_count heard_at revoked_at",
    ),
    Table(
        "activities.Kiosk", _("自助签到机"), _("知道谁启用了哪台，丢了能停用"), Basis.DUTY,
        columns("by by_name made_at", withheld=WORK), of=None, ending=Ending.KEPT, because=_("工作记录：是谁建的"),
        seen=STAFF,
        impersonal=(
            "organisation name code_digest code_until word_digest opened_at seen_at revoked_at misses missed_from"
        ),
    ),
    Table(
        "activities.CallOff", _("取消场次"), _("知道是谁提出、谁同意取消的"), Basis.DUTY,
        columns(
            "reason proposed_by proposed_by_name proposed_at decided_by decided_by_name decided_at", withheld=WORK
        ),
        of=None, ending=Ending.KEPT, because=_("工作记录：取消要两个人"), seen=STAFF, impersonal="session agreed",
    ),
    Table(
        "activities.Broadcast", _("写直播地址的人"), _("知道是谁写的"), Basis.DUTY,
        columns("said_by said_at", withheld=WORK), of=None, ending=Ending.KEPT, because=_("工作记录：是谁写的"),
        seen=STAFF, impersonal="session address captions signal failure checked_at",
    ),
    Table(
        "activities.Recording", _("交录像的人"), _("作者不审自己的"), Basis.DUTY,
        columns("made_by made_at", withheld=WORK), of=None, ending=Ending.KEPT, because=_("工作记录：是谁交的"),
        seen=STAFF, impersonal="session record file address said taken_back_at",
    ),
    Table(
        "activities.LiveHost", _("允许直播主机的人"), _("知道是谁允许的"), Basis.DUTY,
        columns("added_by added_by_name added_at", withheld=WORK), of=None, ending=Ending.KEPT,
        because=_("工作记录：是谁允许的"), seen=STAFF, impersonal="host",
    ),
)  # fmt: skip
IMPERSONAL = {
    "activities.Draw": "session nonce commitment committed_at seed entries places outcome drawn_at",
    "activities.Notice": "enrolment kind version made_at",
    "activities.DoorScan": ("door_list number enrolment digest heads outcome doubts device_at at received_at"),
    "activities.Source": (
        "organisation name address kinds audiences document offered_at taken_at every_hours next_at paused_at failures "
        "etag last_modified whole_at"
    ),
    "activities.Imported": "source key activity told words told_at missing_at",
    "activities.Reading": "source at outcome failure found new changed unchanged refused missing",
    "activities.Activity": "organisation latest shown hidden_at made_at demo",
    "activities.Session": (
        "activity begins_at ends_at enrol_from enrol_until check_from check_until state pool stay version reason "
        "moved_on_at"
    ),
}
RULES = (
    Rule(
        "activities.answers", _("活动结束"), lambda: dt.timedelta(days=ANSWERS_DAYS), _past_answers,
        lambda numbers: Answer.objects.filter(pk__in=numbers).delete()[0],
    ),
    Rule(
        "activities.enrolments", _("活动结束"), lambda: dt.timedelta(days=KEPT_DAYS), _past_bookings,
        lambda numbers: Enrolment.objects.filter(pk__in=numbers).update(booked_by=None, group=None, reason=""),
    ),
    Rule(
        "activities.attendees", _("活动结束"), lambda: dt.timedelta(days=KEPT_DAYS), _past,
        lambda numbers: Attendee.objects.filter(pk__in=numbers).update(person=None),
    ),
)  # fmt: skip
