from django.db import models
from django.db.models import ExpressionWrapper, Q
from django.utils.translation import gettext_lazy as _

WAITING = ExpressionWrapper(Q(closed_at=None, standing="waiting"), output_field=models.BooleanField())
"""Whether a group waits for its institution's answer: the first thing that lists are sorted by."""


class Group(models.Model):
    """People who do something together. Open, it has one responsible person (负责人); closed, it keeps none.

    `organisation`: whose group (馆办团队) it is or asks to be; `standing` says which.
    """

    class Standing(models.TextChoices):
        NONE = "none", _("自己组织")
        WAITING = "waiting", _("等机构答复")
        APPROVED = "approved", _("馆办团队")
        DECLINED = "declined", _("机构没有同意")

    name = models.CharField(_("名称"), max_length=40)
    kind = models.CharField(_("类别"), max_length=20)
    about = models.CharField(_("介绍"), max_length=200, default="", blank=True)
    responsible = models.ForeignKey(
        "people.User", on_delete=models.SET_NULL, related_name="+", null=True, verbose_name=_("负责人")
    )
    organisation = models.ForeignKey(
        "institutions.Organisation", on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("所属机构")
    )
    standing = models.CharField(_("与机构"), max_length=10, choices=Standing.choices, default=Standing.NONE)
    decided_at = models.DateTimeField(_("答复时间"), null=True)
    reason = models.CharField(_("理由"), max_length=160, default="", blank=True)
    code_index = models.CharField(_("入队码索引"), max_length=43, unique=True, null=True)
    code_until = models.DateTimeField(_("入队码失效时间"), null=True)
    made_at = models.DateTimeField(_("建立时间"))
    closed_at = models.DateTimeField(_("解散时间"), null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at=None, responsible__isnull=False) | Q(closed_at__isnull=False, responsible=None),
                name="people_group_has_one",
            ),
            models.CheckConstraint(
                condition=Q(organisation=None, standing="none") | Q(organisation__isnull=False) & ~Q(standing="none"),
                name="people_group_stands_somewhere",
            ),
            models.CheckConstraint(
                condition=~Q(standing="declined") | ~Q(reason=""), name="people_group_declined_for_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(code_index=None, code_until=None) | Q(code_index__isnull=False, code_until__isnull=False),
                name="people_group_code_ends",
            ),
        ]
        indexes = [models.Index(WAITING.desc(), "name", "id", name="people_group_listed")]

    def __str__(self) -> str:
        return self.name


class GroupMember(models.Model):
    """Somebody in a group. `shares_phone`: the responsible person may see their telephone."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="members", verbose_name=_("团队"))
    user = models.ForeignKey("people.User", on_delete=models.CASCADE, related_name="+", verbose_name=_("成员"))
    shares_phone = models.BooleanField(_("给负责人看手机号"), default=False)
    joined_at = models.DateTimeField(_("加入时间"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "user"], name="people_group_member_once")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.group_id}"


class GroupInvitation(models.Model):
    """For whoever has this telephone; who sent it does not learn whether anybody has."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="invitations", verbose_name=_("团队"))
    phone_index = models.CharField(_("手机号索引"), max_length=43, db_index=True)
    made_at = models.DateTimeField(_("邀请时间"))
    until = models.DateTimeField(_("失效时间"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "phone_index"], name="people_group_invited_once")]

    def __str__(self) -> str:
        return str(self.group_id)


class GroupHandover(models.Model):
    """Who is asked to take a group over; one at a time."""

    group = models.OneToOneField(Group, on_delete=models.CASCADE, related_name="handover", verbose_name=_("团队"))
    to = models.ForeignKey("people.User", on_delete=models.CASCADE, related_name="+", verbose_name=_("接手的人"))
    until = models.DateTimeField(_("失效时间"))

    def __str__(self) -> str:
        return f"{self.group_id} → {self.to_id}"
