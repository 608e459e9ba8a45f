from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.db.models.lookups import IsNull
from django.utils.translation import gettext_lazy as _


class Arrival(models.TextChoices):
    """What a feed's policy does with a record that arrives."""

    PUBLISH = "publish", _("到馆即发布")
    HOLD = "hold", _("待审后发布")


class State(models.TextChoices):
    HELD = "held", _("待审")
    PUBLISHED = "published", _("已发布")
    WITHDRAWN = "withdrawn", _("已下架")


class Feed(models.Model):
    """A stream of one institution's records in one format, read through one crosswalk, with one policy. A closed one
    takes nothing in and uses its crosswalk no more."""

    organisation = models.ForeignKey(
        "institutions.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name=_("提供机构")
    )
    code = models.SlugField(_("代码"), max_length=60, unique=True)
    name = models.CharField(_("名称"), max_length=100)
    format = models.CharField(_("格式"), max_length=20)
    crosswalk = models.CharField(_("对照表"), max_length=60)
    on_arrival = models.CharField(_("发布方式"), max_length=10, choices=Arrival, default=Arrival.HOLD)
    created_at = models.DateTimeField(_("建立时间"), db_default=Now())
    closed_at = models.DateTimeField(_("关闭时间"), null=True)

    def __str__(self) -> str:
        return self.name


class Intake(models.Model):
    """One batch that changed something: where its records came from, and whether the feed's policy published them."""

    feed = models.ForeignKey(Feed, on_delete=models.PROTECT, related_name="intakes")
    at = models.DateTimeField(_("时间"), db_default=Now())
    kind = models.CharField(_("方式"), max_length=20)
    address = models.CharField(_("来源地址"), max_length=500)
    run = models.CharField(_("采收批次"), max_length=60)
    published = models.BooleanField(_("到馆即发布"), default=False, db_default=False)
    by_id = models.BigIntegerField(_("交来的人"), null=True)

    def __str__(self) -> str:
        return f"{self.feed_id} {self.at}"


class Work(models.Model):
    """What two or more records are records of, and by which rule that was seen."""

    key = models.BigIntegerField(unique=True)
    rule = models.CharField(_("合并理由"), max_length=30)
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"work {self.pk}"


class Record(models.Model):
    """One record of one feed. The columns describe the version that is shown, or the latest while none is.

    `version` is the latest, `shown_version` the one served (none: never published), `shown_hash` what was approved.
    `changed_at` moves when what the public sees changes. `graded_by` is the profile version that the tiers are by
    (`text/1.1`), empty where none has said yet. `recipe` names crosswalk and rules, so that a change of these
    makes the record anew at the next harvest although its bytes are the same.
    """

    feed = models.ForeignKey(Feed, on_delete=models.PROTECT, db_index=False, related_name="records")
    source_key = models.CharField(_("来源内编号"), max_length=500)
    identifier = models.CharField(_("唯一标识"), max_length=256, null=True)
    state = models.CharField(_("状态"), max_length=10, choices=State)
    version = models.IntegerField(_("最新版本"))
    shown_version = models.IntegerField(_("发布版本"), null=True)
    shown_hash = models.BinaryField(null=True, max_length=32)
    raw_hash = models.BinaryField(max_length=32)
    recipe = models.CharField(max_length=20)
    type = models.CharField(_("类型"), max_length=20)
    title = models.CharField(_("题名"), max_length=2000)
    creator = models.CharField(_("创建者"), max_length=500, default="")
    match_key = models.BigIntegerField()
    match_rule = models.CharField(max_length=30)
    work = models.ForeignKey(Work, on_delete=models.SET_NULL, null=True, db_index=False, related_name="records")
    content_tier = models.SmallIntegerField(_("内容级别"))
    metadata_tier = models.CharField(_("元数据级别"), max_length=1)
    graded_by = models.CharField(_("定级依据"), max_length=60, default="", db_default="")
    arrived_at = models.DateTimeField(_("首次到达"), db_default=Now())
    changed_at = models.DateTimeField(_("变更时间"), db_default=Now())
    deleted_at = models.DateTimeField(_("删除时间"), null=True)
    deletion = models.CharField(_("删除原因"), max_length=200, default="", db_default="")
    visible = models.GeneratedField(
        expression=Q(state="published") & Q(deleted_at=None),  # type: ignore[arg-type]
        output_field=models.BooleanField(),
        db_persist=True,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["feed", "source_key"], name="catalogue_record_once"),
            models.UniqueConstraint(fields=["identifier"], name="catalogue_identifier_once"),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(shown_version__isnull=False, shown_hash__isnull=False),
                name="catalogue_published_was_approved",
            ),
            models.CheckConstraint(
                condition=Q(shown_version=None) | Q(shown_version__lte=F("version"), shown_version__gte=1),
                name="catalogue_shown_version_exists",
            ),
            models.CheckConstraint(condition=~Q(source_key=""), name="catalogue_key_is_given"),
        ]
        indexes = [
            models.Index(fields=["changed_at", "id"], condition=Q(shown_version__isnull=False), name="catalogue_told"),
            models.Index(
                fields=["feed", "changed_at", "id"],
                condition=Q(shown_version__isnull=False),
                name="catalogue_feed_told",
            ),
            models.Index(fields=["match_key"], name="catalogue_by_match"),
            models.Index(fields=["work"], condition=Q(work__isnull=False), name="catalogue_of_work"),
            models.Index(
                fields=["id", "feed"],
                condition=Q(deleted_at=None)
                & ~Q(state="withdrawn")
                & (Q(shown_version=None) | ~Q(shown_version=F("version"))),
                name="catalogue_waiting",
            ),
            models.Index(
                fields=["creator", "id"], condition=Q(visible=True) & ~Q(creator=""), name="catalogue_of_creator"
            ),
            models.Index(fields=["arrived_at", "id"], condition=Q(visible=True), name="catalogue_newest"),
        ]

    def __str__(self) -> str:
        return self.title


class RecordVersion(models.Model):
    """What arrived once: the raw bytes (zstd), and the canonical record made of them (`formats.values.pack`)."""

    record = models.ForeignKey(Record, on_delete=models.CASCADE, db_index=False, related_name="versions")
    number = models.IntegerField()
    intake = models.ForeignKey(Intake, on_delete=models.PROTECT, related_name="+")
    elements = models.JSONField()
    content_hash = models.BinaryField(max_length=32)
    raw = models.BinaryField()
    raw_hash = models.BinaryField(max_length=32)
    raw_size = models.IntegerField()
    format = models.CharField(max_length=20)
    datestamp = models.CharField(max_length=40, default="")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "number"], name="catalogue_version_once")]

    def __str__(self) -> str:
        return f"{self.record_id}.{self.number}"


class Part(models.Model):
    """A record that is part of another: a poem of a collection, an issue of a serial.

    `is_mentioned`: made of what the records say, and gone when they do not say it any more.
    """

    whole = models.ForeignKey(Record, on_delete=models.CASCADE, db_index=False, related_name="parts")
    part = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="wholes")
    position = models.IntegerField(_("次序"), default=0)
    label = models.CharField(_("卷期"), max_length=100, default="")
    is_mentioned = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["whole", "part"], name="catalogue_part_once"),
            models.CheckConstraint(condition=~Q(whole=F("part")), name="catalogue_part_of_another"),
        ]

    def __str__(self) -> str:
        return f"{self.part_id} in {self.whole_id}"


class Cut(models.Model):
    """A link that was taken out because it closed a circle, once for each record of the circle."""

    pk = models.CompositePrimaryKey("whole_id", "part_id", "through_id")
    whole = models.ForeignKey(Record, on_delete=models.CASCADE, db_index=False, related_name="+")
    part = models.ForeignKey(Record, on_delete=models.CASCADE, db_index=False, related_name="+")
    through = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"{self.part_id} not in {self.whole_id}"


class Mention(models.Model):
    """How a record names its whole, or one of its parts; perhaps nothing here answers to it."""

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="mentions")
    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=500)
    names_whole = models.BooleanField()
    position = models.IntegerField(default=0)
    label = models.CharField(max_length=100, default="")

    class Meta:
        indexes = [models.Index(fields=["feed", "key"], name="catalogue_mentioned")]

    def __str__(self) -> str:
        return self.key


class Alias(models.Model):
    """Another key by which a record of a feed may be named by the others. Only where the crosswalk tells of parts."""

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="aliases")
    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=500)

    class Meta:
        indexes = [models.Index(fields=["feed", "key"], name="catalogue_aliased")]

    def __str__(self) -> str:
        return self.key


class Holding(models.Model):
    """A copy that an institution holds, as its record says."""

    record = models.ForeignKey(Record, on_delete=models.CASCADE, db_index=False, related_name="holdings")
    organisation = models.ForeignKey("institutions.Organisation", on_delete=models.PROTECT, related_name="+")
    call_number = models.CharField(_("索书号"), max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record", "organisation", "call_number"], name="catalogue_holding_once")
        ]

    def __str__(self) -> str:
        return self.call_number


class Attachment(models.Model):
    """A stored file that belongs to a record. While it is not shown it waits for a reviewer; its bytes never change."""

    record = models.ForeignKey(Record, on_delete=models.CASCADE, db_index=False, related_name="attachments")
    object = models.ForeignKey("files.StoredObject", on_delete=models.PROTECT, related_name="+")
    position = models.IntegerField(_("次序"), default=0)
    label = models.CharField(_("说明"), max_length=200, default="")
    shown = models.BooleanField(_("已公开"), default=True, db_default=True)
    captions_of = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, db_index=False, related_name="captions", verbose_name=_("字幕属于")
    )
    language = models.CharField(_("语种"), max_length=35, default="", db_default="")
    by_id = models.BigIntegerField(_("放上的人"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["record", "object", "captions_of"], nulls_distinct=False, name="catalogue_attachment_once"
            ),
            models.UniqueConstraint(fields=["captions_of", "language"], name="catalogue_captions_once"),
            models.CheckConstraint(
                condition=Q(captions_of=None, language="") | (Q(captions_of__isnull=False) & ~Q(language="")),
                name="catalogue_captions_have_language",
            ),
        ]
        indexes = [models.Index(fields=["id"], condition=Q(shown=False), name="catalogue_files_waiting")]

    def __str__(self) -> str:
        return self.label


class Decision(models.Model):
    """A reviewer's word on one version, bound to the hash of what was read.

    Those of before the review are all here. Since then the review keeps what was said; here is the last pass of each
    version that was published because of it.
    """

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="decisions")
    number = models.IntegerField(_("版本"))
    content_hash = models.BinaryField(max_length=32)
    approved = models.BooleanField(_("通过"))
    opinion = models.CharField(_("意见"), max_length=500, default="")
    reviewer_id = models.BigIntegerField(null=True)
    reviewer_name = models.CharField(_("审核人"), max_length=100)
    at = models.DateTimeField(_("时间"))

    class Meta:
        indexes = [models.Index(fields=["record", "-at"], name="catalogue_decisions")]

    def __str__(self) -> str:
        return f"{self.record_id}.{self.number}: {self.approved}"

    @property
    def digest(self) -> str:
        """The hash of what was read, in hexadecimal."""
        return bytes(self.content_hash).hex()


class Withdrawal(models.Model):
    """下架: one step out of portal, search, API and OAI, and one step back, to the state that the record had before.

    `taken_down`: the review did it, and undoes it; one made by hand is undone by hand.
    """

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="withdrawals")
    reason = models.CharField(_("理由"), max_length=500)
    at = models.DateTimeField(_("下架时间"))
    by_id = models.BigIntegerField(null=True)
    by_name = models.CharField(_("经办人"), max_length=100)
    state_before = models.CharField(max_length=10, choices=State, default=State.PUBLISHED, db_default=State.PUBLISHED)
    taken_down = models.BooleanField(_("审核下架"), default=False, db_default=False)
    restored_at = models.DateTimeField(_("恢复时间"), null=True)
    restored_by_name = models.CharField(_("恢复经办人"), max_length=100, default="")
    restored_reason = models.CharField(_("恢复理由"), max_length=500, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record"], condition=Q(restored_at=None), name="catalogue_withdrawn_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="catalogue_withdrawn_for_a_reason"),
        ]

    def __str__(self) -> str:
        return self.reason


class Regrading(models.Model):
    """One walk through the records after another version of a profile came into force; `after` is how far it is.

    `targets`: what each type is graded by. `everything`: also records that this version has graded already.
    """

    targets = models.JSONField()
    everything = models.BooleanField(default=False)
    begun_at = models.DateTimeField(_("开始时间"))
    begun_by = models.CharField(_("经办人"), max_length=100)
    moved_at = models.DateTimeField(_("最近一步"))
    finished_at = models.DateTimeField(_("完成时间"), null=True)
    after = models.BigIntegerField(default=0)
    total_count = models.BigIntegerField(default=0)
    done_count = models.BigIntegerField(default=0)
    changed_count = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                IsNull(F("finished_at"), True), condition=Q(finished_at=None), name="catalogue_regrading_once"
            ),
            models.CheckConstraint(
                condition=Q(changed_count__lte=F("done_count"), done_count__lte=F("total_count")),
                name="catalogue_regrading_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.done_count} of {self.total_count}"

    @property
    def percent(self) -> int:
        """How much of it is done."""
        return 100 if self.finished_at else 100 * self.done_count // max(self.total_count, 1)
