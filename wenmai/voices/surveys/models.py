"""Surveys; who was drawn; what was answered, which nothing here joins to anybody (docs/adr/0032)."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from wenmai.voices.models.needs import SEALED
from wenmai.voices.surveys.rules import REMARK, Population, State


class Survey(models.Model):
    """`face`: what people read (`rules.Face`); `shown`: as the review has passed it when the result was shown.
    `attended`: keys of what counts as having been there (`rules.attending`), between `since` and `until`. `regions`:
    codes and names to choose from, as they were when it began. The draw: over the places 1 to `population_count` of
    the accounts in ascending order; `digest` of these accounts. `result`: written once, at the end."""

    organisation = models.ForeignKey(
        "institutions.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name=_("机构")
    )
    face = models.JSONField(_("写的"))
    face_hash = models.BinaryField(_("写的散列值"), max_length=32)
    author_id = models.BigIntegerField(_("谁写的"), null=True)
    population = models.CharField(_("问谁"), max_length=8, choices=Population)
    attended = models.JSONField(_("参加过什么"), default=list)
    since = models.DateField(_("从哪天"), null=True)
    until = models.DateField(_("到哪天"), null=True)
    margin = models.PositiveSmallIntegerField(_("误差（百分点）"))
    confidence = models.PositiveSmallIntegerField(_("置信水平（百分之几）"))
    expected = models.PositiveSmallIntegerField(_("预计回答率（百分之几）"))
    asks_importance = models.BooleanField(_("问重要程度"), default=False)
    state = models.CharField(_("状态"), max_length=9, choices=State, default=State.DRAFT)
    ends_on = models.DateField(_("问到哪天"), null=True)
    regions = models.JSONField(_("可选的地方"), default=list)
    population_count = models.PositiveIntegerField(_("总体人数"), null=True)
    needed_count = models.PositiveIntegerField(_("需要几份"), null=True)
    drawn_count = models.PositiveIntegerField(_("抽中几人"), null=True)
    seed = models.CharField(_("种子"), max_length=64, blank=True, default="")
    digest = models.CharField(_("名单摘要"), max_length=64, blank=True, default="")
    opened_at = models.DateTimeField(_("开始时间"), null=True)
    ended_at = models.DateTimeField(_("结束时间"), null=True)
    result = models.JSONField(_("结果"), null=True)
    shown = models.JSONField(_("公开的"), null=True)
    shown_hash = models.BinaryField(_("公开的散列值"), max_length=32, null=True)
    is_down = models.BooleanField(_("已下架"), default=False)
    made_at = models.DateTimeField(_("建立时间"))
    demo = models.BooleanField(_("演示数据"), default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(margin__range=(1, 20), confidence__in=(90, 95, 99), expected__range=(1, 100)),
                name="voices_survey_numbers",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", opened_at=None) | Q(opened_at__isnull=False, ends_on__isnull=False),
                name="voices_survey_opened",
            ),
            models.CheckConstraint(
                condition=Q(state="draft")
                | Q(population="open", drawn_count=None)
                | Q(population="attended", population_count__gte=1, drawn_count__gte=1, needed_count__gte=1)
                & ~Q(seed="")
                & ~Q(digest=""),
                name="voices_survey_drawn",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "asking"], ended_at=None, result=None)
                | Q(state__in=["ended", "published"], ended_at__isnull=False, result__isnull=False),
                name="voices_survey_ended",
            ),
            models.CheckConstraint(
                condition=Q(state="published", shown__isnull=False, shown_hash__isnull=False)
                | ~Q(state="published") & Q(shown=None, shown_hash=None),
                name="voices_survey_shown_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "-made_at"], name="voices_survey_made"),
            models.Index(fields=["-ended_at"], condition=Q(state="published"), name="voices_survey_shown"),
            models.Index(fields=["ends_on"], condition=Q(state="asking"), name="voices_survey_due"),
        ]

    def __str__(self) -> str:
        return f"survey {self.pk}"


class Invitation(models.Model):
    """Somebody who was drawn, and whether they have answered; nothing of when or what. `place`: in the draw's list."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="invitations", verbose_name=_("问卷"))
    user = models.ForeignKey(
        "people.User", on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("抽中谁")
    )
    place = models.PositiveIntegerField(_("名单里第几个"))
    invited_at = models.DateTimeField(_("邀请时间"), null=True)
    reminded_at = models.DateTimeField(_("提醒时间"), null=True)
    is_answered = models.BooleanField(_("答过了"), default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["survey", "user"], name="voices_invited_once"),
            models.UniqueConstraint(fields=["survey", "place"], name="voices_drawn_once"),
        ]
        indexes = [models.Index(fields=["user"], name="voices_invitation_user")]

    def __str__(self) -> str:
        return f"invitation {self.pk}"


class Came(models.Model):
    """That somebody has answered an open survey: a blind index of their account or of the form that they were given;
    `client`: a mark of the address on that day, which counts."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="came", verbose_name=_("问卷"))
    mark = models.CharField(_("谁（索引）"), max_length=43)
    client = models.CharField(_("来源的标记"), max_length=16, blank=True, default="")
    on_day = models.DateField(_("哪天"), null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["survey", "mark"], name="voices_came_once")]
        indexes = [
            models.Index(fields=["survey", "client"], condition=~Q(client=""), name="voices_came_client"),
        ]

    def __str__(self) -> str:
        return f"answer to {self.survey_id}"


class Box(models.Model):
    """Answers that wait until there are enough of them to be written together, sealed, in no order that tells
    anything."""

    survey = models.OneToOneField(Survey, on_delete=models.CASCADE, related_name="box", verbose_name=_("问卷"))
    count = models.PositiveSmallIntegerField(_("几份"), default=0)
    sealed = models.TextField(_("等着的答卷（加密）"), blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(count=0, sealed="") | Q(count__gt=0, sealed__regex=SEALED), name="voices_box_is_sealed"
            )
        ]

    def __str__(self) -> str:
        return f"box of {self.survey_id}"


class Answer(models.Model):
    """One answer without words; no time, no order, nobody. `said`: `rules.Answers` as a list."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="answers", verbose_name=_("问卷"))
    said = models.JSONField(_("答的"))

    def __str__(self) -> str:
        return f"an answer to {self.survey_id}"


class Remark(models.Model):
    """Words to one question, apart from everything else in the same answer."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="remarks", verbose_name=_("问卷"))
    question = models.PositiveSmallIntegerField(_("第几题"))
    words = models.CharField(_("写的话"), max_length=REMARK)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(words=""), name="voices_remark_says_something")]

    def __str__(self) -> str:
        return f"words to {self.survey_id}"
