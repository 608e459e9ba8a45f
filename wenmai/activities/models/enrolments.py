"""Who takes part: an enrolment for one party, and each person in it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wenmai.activities.models.sessions import Session


class Standing(models.TextChoices):
    """Of an enrolment (handbook §4.4)."""

    APPLIED = "applied", _("已申请")
    CONFIRMED = "confirmed", _("报上了")
    WAITLISTED = "waitlisted", _("候补中")
    OFFERED = "offered", _("候补轮到了，等确认")
    CANCELLED = "cancelled", _("已取消")
    LATE_CANCELLED = "late_cancelled", _("截止后取消")
    CHECKED_IN = "checked_in", _("已签到")
    COMPLETED = "completed", _("已参加")
    NO_SHOW = "no_show", _("没有来")
    REFUSED = "refused", _("没有通过")
    EXEMPTED = "exempted", _("申诉通过，不算没来")


COMING = (Standing.APPLIED, Standing.CONFIRMED, Standing.WAITLISTED, Standing.OFFERED)
LIVE = (*COMING, Standing.CHECKED_IN)
"""While it is one of these, nobody of the party may be booked again for the session."""


class Enrolment(models.Model):
    """One party in one session. `booked_by`: who sent the form, or in whose name; `key` names what was asked once;
    `version`: of the session's times, as they saw them; `claim`: its places, `wait`: its place on the list."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="enrolments", verbose_name=_("场次"))
    booked_by = models.ForeignKey(
        "people.User", on_delete=models.SET_NULL, related_name="+", null=True, verbose_name=_("谁报的")
    )
    key = models.CharField(_("办理编号"), max_length=64)
    count = models.PositiveSmallIntegerField(_("几人"))
    share = models.SlugField(_("份额"), max_length=20, default="open")
    group = models.ForeignKey(
        "people.Group", on_delete=models.SET_NULL, related_name="+", null=True, verbose_name=_("团队")
    )
    reason = models.CharField(_("没有通过的理由"), max_length=160, default="", blank=True)
    lapses = models.PositiveSmallIntegerField(_("没有及时确认过几次"), default=0)
    standing = models.CharField(_("状态"), max_length=14, choices=Standing, default=Standing.APPLIED)
    version = models.PositiveIntegerField(_("看到的时间"))
    claim = models.OneToOneField(
        "booking.Claim", on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("名额")
    )
    wait = models.OneToOneField(
        "booking.Wait", on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("候补")
    )
    made_at = models.DateTimeField(_("报名时间"))
    ended_at = models.DateTimeField(_("结束时间"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["booked_by", "key"], name="activities_enrolment_key_once"),
            models.UniqueConstraint(
                fields=["session", "group"], condition=Q(ended_at=None), name="activities_group_once"
            ),
            models.CheckConstraint(condition=Q(count__gt=0), name="activities_enrolment_counts"),
            models.CheckConstraint(
                condition=~Q(standing="refused") | ~Q(reason="") | Q(booked_by=None),
                name="activities_refused_for_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(standing__in=["confirmed", "offered", "checked_in", "completed"]) | Q(claim__isnull=False),
                name="activities_confirmed_has_places",
            ),
            models.CheckConstraint(
                condition=~Q(standing="waitlisted") | Q(wait__isnull=False), name="activities_waiting_is_listed"
            ),
        ]
        indexes = [
            models.Index(fields=["session", "standing"], name="activities_enrolment_of"),
            models.Index(fields=["booked_by", "-made_at"], name="activities_enrolment_by"),
        ]

    def __str__(self) -> str:
        return f"{self.count} in {self.session_id}"


class Attendee(models.Model):
    """One person of a party. `live` as long as the enrolment is: then nobody else books them for that session."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="people", verbose_name=_("报名"))
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="+", verbose_name=_("场次"))
    person = models.ForeignKey(
        "people.User", on_delete=models.SET_NULL, related_name="+", null=True, verbose_name=_("谁参加")
    )
    live = models.BooleanField(_("有效"), default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "person"], condition=Q(live=True), name="activities_person_once")
        ]
        indexes = [models.Index(fields=["person"], name="activities_attendee_person")]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.session_id}"
