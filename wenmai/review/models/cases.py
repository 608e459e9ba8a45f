from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from wenmai.review.models.plans import Plan


class Verdict(models.TextChoices):
    PASS = "pass", _("通过")
    RETURN = "return", _("退回修改")
    REFUSE = "refuse", _("不予通过")


class Case(models.Model):
    """One subject with one content hash on its way through the steps of one edition of a plan.

    `step` is how many steps it has passed. `stands`: this hash is the one that is approved now; at most one case of a
    subject stands. The triggers of the first migration move `step`, `state` and `stands` when an opinion is written,
    and nothing else moves them but the end as superseded. `apart`: the author does not review it. `waits_for`: the
    permission that its next step asks for, kept by a trigger so that lists go by an index.
    """

    class State(models.TextChoices):
        OPEN = "open", _("在审")
        APPROVED = "approved", _("已通过")
        RETURNED = "returned", _("已退回")
        REFUSED = "refused", _("不予通过")
        SUPERSEDED = "superseded", _("内容已改")

    kind = models.CharField(_("类别"), max_length=40)
    key = models.CharField(_("编号"), max_length=100)
    hash = models.BinaryField(_("内容摘要"), max_length=64)
    title = models.CharField(_("题名"), max_length=200)
    organisation = models.ForeignKey(
        "institutions.Organisation", on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name=_("机构")
    )
    author_id = models.BigIntegerField(_("作者编号"), null=True)
    apart = models.BooleanField(_("作者不审自己的"), default=True)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name=_("步骤"))
    step = models.SmallIntegerField(_("已过步数"), default=0, db_default=0)
    waits_for = models.CharField(_("等谁审"), max_length=40, default="", db_default="")
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.OPEN, db_default=State.OPEN)
    stands = models.BooleanField(_("有效"), default=False, db_default=False)
    hit_count = models.IntegerField(_("词表命中"), default=0, db_default=0)
    due_on = models.DateField(_("到期日"))
    opened_at = models.DateTimeField(_("提交时间"))
    ended_at = models.DateTimeField(_("结束时间"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], condition=Q(state="open"), name="review_one_open_case"),
            models.UniqueConstraint(fields=["kind", "key"], condition=Q(stands=True), name="review_one_stands"),
            models.CheckConstraint(
                condition=Q(stands=False) | Q(state="approved"), name="review_what_stands_is_approved"
            ),
            models.CheckConstraint(
                condition=(Q(state="open") & Q(ended_at=None)) | (~Q(state="open") & Q(ended_at__isnull=False)),
                name="review_ended_at_a_moment",
            ),
            models.CheckConstraint(condition=~Q(kind="") & ~Q(key=""), name="review_case_is_of_something"),
            models.CheckConstraint(
                condition=(Q(state="open") & ~Q(waits_for="")) | (~Q(state="open") & Q(waits_for="")),
                name="review_open_waits_for_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "key", "-id"], name="review_of_subject"),
            models.Index(fields=["organisation", "due_on", "id"], condition=Q(state="open"), name="review_waiting"),
            models.Index(fields=["waits_for", "due_on", "id"], condition=Q(state="open"), name="review_waits_for"),
            models.Index(fields=["due_on", "id"], condition=Q(state="open"), name="review_due"),
            models.Index(fields=["opened_at"], condition=Q(state="open"), name="review_open_since"),
            models.Index(fields=["ended_at"], condition=Q(state="approved"), name="review_approved_when"),
            models.Index(fields=["author_id", "-id"], condition=Q(author_id__isnull=False), name="review_of_author"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}"


class Invitation(models.Model):
    """A link for somebody from outside: one case, one step, one person, who shows by a code that the telephone is
    theirs.

    Of the link's secret only the digest is kept. `code_id`: the code that was sent last. The telephone goes when it is
    needed no longer, its last digits (`phone_tail`) stay with the opinion. Without `phone_tail`: made before codes were
    asked for.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="invitations")
    step = models.SmallIntegerField(_("第几步"))
    name = models.CharField(_("姓名"), max_length=60)
    employer = models.CharField(_("单位"), max_length=100, default="", db_default="")
    phone_sealed = models.TextField(_("手机号"), default="", db_default="")
    phone_index = models.CharField(max_length=43, default="", db_default="")
    phone_tail = models.CharField(_("手机号末四位"), max_length=4, default="", db_default="")
    code_id = models.BigIntegerField(null=True)
    confirmed_at = models.DateTimeField(_("核对时间"), null=True)
    digest = models.BinaryField(max_length=32, unique=True)
    until = models.DateTimeField(_("有效至"))
    made_by = models.BigIntegerField(_("邀请人编号"), null=True)
    made_by_name = models.CharField(_("邀请人"), max_length=100)
    made_at = models.DateTimeField(_("邀请时间"))
    revoked_at = models.DateTimeField(_("收回时间"), null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=F("made_at")), name="review_invitation_ends"),
            models.CheckConstraint(condition=~Q(name=""), name="review_invitation_is_for_somebody"),
            models.CheckConstraint(
                condition=Q(phone_tail="", phone_sealed="", phone_index="", confirmed_at=None)
                | (~Q(phone_tail="") & ~Q(employer="")),
                name="review_invitation_is_reached",
            ),
            models.UniqueConstraint(
                fields=["case", "phone_index"],
                condition=Q(revoked_at=None) & ~Q(phone_index=""),
                name="review_one_person_one_step",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Opinion(models.Model):
    """A reviewer's word on one step of a case; only added. By somebody with an account, or by a link."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, db_index=False, related_name="opinions")
    step = models.SmallIntegerField(_("第几步"))
    verdict = models.CharField(_("结论"), max_length=10, choices=Verdict)
    words = models.CharField(_("意见"), max_length=1000, blank=True, default="")
    reviewer_id = models.BigIntegerField(_("审核人编号"), null=True)
    reviewer_name = models.CharField(_("审核人"), max_length=100)
    invitation = models.ForeignKey(Invitation, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    at = models.DateTimeField(_("时间"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "step"], name="review_one_opinion_a_step"),
            models.UniqueConstraint(
                fields=["case", "reviewer_id"], condition=Q(reviewer_id__isnull=False), name="review_different_people"
            ),
            models.UniqueConstraint(
                fields=["case", "reviewer_name"],
                condition=Q(invitation__isnull=False),
                name="review_different_people_outside",
            ),
            models.UniqueConstraint(
                fields=["invitation"], condition=Q(invitation__isnull=False), name="review_invitation_used_once"
            ),
            models.CheckConstraint(
                condition=(Q(reviewer_id=None) & Q(invitation__isnull=False))
                | (Q(reviewer_id__isnull=False) & Q(invitation=None)),
                name="review_opinion_is_somebodys",
            ),
            models.CheckConstraint(condition=Q(verdict="pass") | ~Q(words=""), name="review_no_without_words"),
            models.CheckConstraint(condition=Q(verdict__in=["pass", "return", "refuse"]), name="review_verdict_known"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}.{self.step} {self.verdict}"
