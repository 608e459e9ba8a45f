"""When an activity takes place."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from wenmai.activities.models.activities import Activity
from wenmai.activities.rules import State


class Session(models.Model):
    """One time of an activity. `pool`: its places in the ledger, none where all may come; `stay`: its
    time in the activity's venue, if that is one of ours; `version` grows with every
    change of its times, so that nobody is enrolled for another hour than the one they saw."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="sessions", verbose_name=_("活动"))
    begins_at = models.DateTimeField(_("开始"))
    ends_at = models.DateTimeField(_("结束"))
    enrol_from = models.DateTimeField(_("报名开始"), null=True)
    enrol_until = models.DateTimeField(_("报名截止"), null=True)
    check_from = models.DateTimeField(_("签到开始"))
    check_until = models.DateTimeField(_("签到截止"))
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.DRAFT)
    pool = models.OneToOneField(
        "booking.Pool", on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("名额")
    )
    stay = models.OneToOneField(
        "booking.Stay", on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("占着场地")
    )
    version = models.PositiveIntegerField(_("时间改过几次"), default=1)
    reason = models.CharField(_("取消或延期的原因"), max_length=160, default="", blank=True)
    moved_on_at = models.DateTimeField(_("到这个状态的时间"))

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(begins_at__lt=F("ends_at")), name="activities_session_lasts"),
            models.CheckConstraint(
                condition=Q(enrol_from=None, enrol_until=None)
                | Q(enrol_from__lt=F("enrol_until"), enrol_until__lte=F("ends_at")),
                name="activities_session_enrols_in_time",
            ),
            models.CheckConstraint(
                condition=Q(check_from__lte=F("begins_at"), check_from__lt=F("check_until"))
                & Q(check_until__lte=F("ends_at")),
                name="activities_session_checks_in_time",
            ),
            models.CheckConstraint(
                condition=Q(pool=None, enrol_from=None) | Q(pool__isnull=False, enrol_from__isnull=False),
                name="activities_session_enrols_into_places",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["cancelled", "postponed"]) | ~Q(reason=""),
                name="activities_called_off_for_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["cancelled", "postponed"]) | Q(stay=None),
                name="activities_called_off_leaves_room",
            ),
        ]
        indexes = [
            models.Index(fields=["begins_at"], name="activities_session_begins"),
            models.Index(fields=["activity", "begins_at"], name="activities_session_of"),
            models.Index(
                fields=["ends_at"],
                condition=Q(state__in=["published", "enrolling", "closed", "ongoing", "ended"]),
                name="activities_session_goes_on",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity_id} {self.begins_at:%Y-%m-%d %H:%M}"
