from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from wenmai.people.rules import ROLES, role_words


class RoleGrant(models.Model):
    """One role of one person over a subtree of organisations (none: all) and of regions (empty: all).

    With `until` it ends by itself. One that was delegated ends with the one that it came from, and before it.
    `reviewed_at`: somebody looked at it and let it stand.
    """

    user = models.ForeignKey(
        "people.User", on_delete=models.CASCADE, related_name="role_grants", verbose_name=_("人员")
    )
    role = models.CharField(_("角色"), max_length=40, choices=[(code, words) for code, (words, _p) in ROLES.items()])
    organisation = models.ForeignKey(
        "institutions.Organisation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("机构"),
    )
    region = models.CharField(_("地区"), max_length=12, default="", blank=True)
    until = models.DateTimeField(_("有效至"), null=True, blank=True)
    delegated_from = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("委托自")
    )
    given_by = models.ForeignKey(
        "people.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("给予人")
    )
    created_at = models.DateTimeField(_("建立时间"), auto_now_add=True)
    reviewed_at = models.DateTimeField(_("复核时间"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "organisation", "region"],
                nulls_distinct=False,
                name="people_grant_once",
            ),
            models.CheckConstraint(
                condition=models.Q(delegated_from=None) | models.Q(until__isnull=False),
                name="people_delegation_ends",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.role}"


class Separation(models.Model):
    """Two duties that are never in one hand.

    `person`: nobody holds both roles over places that overlap (the database refuses it). `subject`: whoever did the
    one does not do the other to the same thing.
    """

    class Kind(models.TextChoices):
        PERSON = "person", _("同一人")
        SUBJECT = "subject", _("同一件事")

    kind = models.CharField(_("范围"), max_length=10, choices=Kind.choices)
    one = models.CharField(_("职责"), max_length=40)
    other = models.CharField(_("另一职责"), max_length=40)
    is_on = models.BooleanField(_("启用"), default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "one", "other"], name="people_separation_once"),
            models.CheckConstraint(condition=models.Q(one__lt=models.F("other")), name="people_separation_ordered"),
        ]

    def __str__(self) -> str:
        return f"{self.one} ≠ {self.other}"

    @property
    def words(self) -> str:
        """For the screen."""
        if self.kind == self.Kind.SUBJECT:
            return gettext("经手的人不审核自己经手的")
        return f"{role_words(self.one)} ≠ {role_words(self.other)}"


class RoleRequest(models.Model):
    """Somebody asks for a role at one organisation; whoever may give it there answers."""

    class State(models.TextChoices):
        WAITING = "waiting", _("等答复")
        GIVEN = "given", _("已同意")
        DECLINED = "declined", _("没有同意")
        WITHDRAWN = "withdrawn", _("已撤回")

    user = models.ForeignKey("people.User", on_delete=models.CASCADE, related_name="+", verbose_name=_("人员"))
    role = models.CharField(_("角色"), max_length=40)
    organisation = models.ForeignKey(
        "institutions.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name=_("机构")
    )
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.WAITING)
    asked_at = models.DateTimeField(_("申请时间"))
    answered_at = models.DateTimeField(_("答复时间"), null=True)
    answered_by = models.CharField(_("答复人"), max_length=60, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "organisation"], condition=models.Q(state="waiting"),
                name="people_request_waits_once",
            ),
            models.CheckConstraint(
                condition=models.Q(state="waiting", answered_at=None)
                | (~models.Q(state="waiting") & models.Q(answered_at__isnull=False)),
                name="people_request_answered",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["organisation", "asked_at"], condition=models.Q(state="waiting"), name="people_request_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.state}"
