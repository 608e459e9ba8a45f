"""What was asked for, by whom, and what it led to."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from wenmai.voices.rules.needs import NUMBER, REASON, SHORT, WORDS
from wenmai.voices.rules.steps import Channel, Step

SEALED = r"^[0-9A-Za-z]+\.[-_0-9A-Za-z]{38,}$"
"""As `lib.vault` writes it: the key's name, and a nonce with at least the mark behind it."""


class Need(models.Model):
    """`words`: as they were asked, for staff only; `face` and `shown`: what stands in public, written and reviewed
    (`rules.needs.Face`). `head`: the need that it was joined into, whose steps count for it. `turn` grows with every
    step. `grams`: for finding what is alike. `client`: a mark of the sender's address on that day, which counts."""

    organisation = models.ForeignKey(
        "institutions.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name=_("机构")
    )
    channel = models.CharField(_("从哪里来"), max_length=7, choices=Channel)
    kind = models.SlugField(_("类别"), max_length=30)
    words = models.CharField(_("需求"), max_length=WORDS)
    spot = models.CharField(_("哪个村、哪条街"), max_length=SHORT, blank=True, default="")
    whom = models.CharField(_("给谁"), max_length=SHORT, blank=True, default="")
    wished = models.CharField(_("什么时候"), max_length=SHORT, blank=True, default="")
    grams = ArrayField(models.CharField(max_length=80), default=list, verbose_name=_("相似的依据"))
    head = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="joined", verbose_name=_("并入哪一条")
    )
    step = models.CharField(_("状态"), max_length=10, choices=Step, default=Step.COLLECTED)
    outcome = models.CharField(_("研判结果"), max_length=10, blank=True, default="")
    reason = models.CharField(_("理由"), max_length=REASON, blank=True, default="")
    turn = models.PositiveIntegerField(_("第几步"), default=0)
    due_on = models.DateField(_("哪天前办"), null=True)
    moved_at = models.DateTimeField(_("到这一步的时间"))
    face = models.JSONField(_("写的公开内容"), null=True)
    face_hash = models.BinaryField(_("写的散列值"), max_length=32, null=True)
    author_id = models.BigIntegerField(_("谁写的"), null=True)
    shown = models.JSONField(_("公开的"), null=True)
    shown_hash = models.BinaryField(_("公开的散列值"), max_length=32, null=True)
    is_down = models.BooleanField(_("已下架"), default=False)
    decided_by = models.BigIntegerField(_("谁决定的"), null=True)
    answered_at = models.DateTimeField(_("公开反馈时间"), null=True)
    answered_in_time = models.BooleanField(_("按时反馈"), null=True)
    delivered_at = models.DateTimeField(_("落实到位时间"), null=True)
    called_at = models.DateTimeField(_("回访时间"), null=True)
    reopened = models.PositiveSmallIntegerField(_("重开几次"), default=0)
    number = models.CharField(_("热线编号"), max_length=NUMBER, blank=True, default="")
    key = models.CharField(_("办理编号"), max_length=64)
    made_by = models.BigIntegerField(_("谁登记的"), null=True)
    made_at = models.DateTimeField(_("提出时间"))
    client = models.CharField(_("来源的标记"), max_length=16, blank=True, default="")
    demo = models.BooleanField(_("演示数据"), default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(words=""), name="voices_need_says_something"),
            models.CheckConstraint(condition=Q(head=None) | Q(step="merged"), name="voices_joined_rests"),
            models.CheckConstraint(condition=Q(head=None) | ~Q(head=F("pk")), name="voices_not_its_own_head"),
            models.CheckConstraint(
                condition=Q(outcome="", step__in=["collected", "merged", "assessing"])
                | Q(outcome=F("step"), step__in=["adopted", "partial", "declined"])
                | Q(outcome__in=["adopted", "partial"], step="linked")
                | Q(outcome__in=["adopted", "partial", "declined"], step__in=["answered", "closed"]),
                name="voices_outcome_fits",
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=["partial", "declined"]) | ~Q(reason=""), name="voices_decided_for_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(shown=None, shown_hash=None) | Q(shown__isnull=False, shown_hash__isnull=False),
                name="voices_shown_whole",
            ),
            models.CheckConstraint(
                condition=~Q(step__in=["answered", "closed"])
                | Q(answered_at__isnull=False, answered_in_time__isnull=False),
                name="voices_answered_some_time",
            ),
            models.UniqueConstraint(fields=["key"], name="voices_need_key_once"),
            models.UniqueConstraint(
                fields=["organisation", "number"], condition=~Q(number=""), name="voices_need_number_once"
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "step", "due_on"], name="voices_need_step"),
            models.Index(fields=["-made_at", "-id"], name="voices_need_made"),
            models.Index(fields=["client", "made_at"], condition=~Q(client=""), name="voices_need_client"),
            models.Index(
                fields=["-moved_at", "-id"],
                condition=Q(shown__isnull=False, is_down=False, head=None),
                name="voices_need_board",
            ),
            GinIndex(fields=["grams"], name="voices_need_alike"),
        ]

    def __str__(self) -> str:
        return f"need {self.pk}"


class Asker(models.Model):
    """Somebody who asked, or who needs it too. `person`: a blind index of their telephone, or of their account; empty
    where nobody is known, then each counts once. `delivered`, `score`: what they said when they were asked again."""

    class Role(models.TextChoices):
        ASKED = "asked", _("提出")
        SECONDED = "seconded", _("也需要")

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="askers", verbose_name=_("需求"))
    role = models.CharField(_("怎么参与"), max_length=8, choices=Role)
    user = models.ForeignKey(
        "people.User", on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("账号")
    )
    person = models.CharField(_("谁（索引）"), max_length=43, blank=True, default="")
    contact_sealed = models.TextField(_("手机号"), blank=True, default="", db_default="")
    made_at = models.DateTimeField(_("时间"))
    delivered = models.BooleanField(_("落实了没有"), null=True)
    score = models.PositiveSmallIntegerField(_("满意几分"), null=True)
    said_at = models.DateTimeField(_("回访答复时间"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["need", "person"], condition=~Q(person=""), name="voices_person_once"),
            models.CheckConstraint(
                condition=Q(contact_sealed="") | Q(contact_sealed__regex=SEALED), name="voices_contact_is_sealed"
            ),
            models.CheckConstraint(condition=Q(score=None) | Q(score__range=(1, 5)), name="voices_score_in_bounds"),
            models.CheckConstraint(
                condition=Q(said_at=None, delivered=None, score=None) | Q(said_at__isnull=False, score__isnull=False),
                name="voices_said_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-made_at"], name="voices_asker_user"),
            models.Index(fields=["person", "-made_at"], condition=~Q(person=""), name="voices_asker_person"),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.need_id}"


class Link(models.Model):
    """What fulfils a need: a line of a purchase plan, an activity, an order; by kind and key, as `rules.links` reads
    them."""

    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="links", verbose_name=_("需求"))
    kind = models.SlugField(_("是什么"), max_length=20)
    key = models.CharField(_("哪一个"), max_length=40)
    by_id = models.BigIntegerField(_("谁关联的"), null=True)
    at = models.DateTimeField(_("关联时间"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["need", "kind", "key"], name="voices_link_once")]
        indexes = [models.Index(fields=["kind", "key"], name="voices_link_key")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class News(models.Model):
    """What somebody was told of their need at one turn: never twice."""

    class Kind(models.TextChoices):
        JOINED = "joined", _("和别人提的同样需求并在一起办")
        ASSESSING = "assessing", _("正在研判")
        ADOPTED = "adopted", _("采纳了")
        PARTIAL = "partial", _("部分采纳")
        DECLINED = "declined", _("没有采纳，理由见网页")
        LINKED = "linked", _("已经安排")
        ANSWERED = "answered", _("答复公布了")
        CALLED = "called", _("落实了没有？请告诉我们")
        CLOSED = "closed", _("办结了")

    asker = models.ForeignKey(Asker, on_delete=models.CASCADE, related_name="news", verbose_name=_("谁"))
    kind = models.CharField(_("说的是什么"), max_length=10, choices=Kind)
    turn = models.PositiveIntegerField(_("哪一步"))
    at = models.DateTimeField(_("时间"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["asker", "kind", "turn"], name="voices_told_once")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.asker_id}"
