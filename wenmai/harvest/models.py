from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from wenmai.harvest.rules import ACTIVE, DEFAULT_BRAKE_PERCENT

KINDS = [("oai", _("OAI-PMH 采收")), ("folder", _("文件夹")), ("upload", _("上传文件"))]
MODES = [("full", _("全部")), ("changes", _("仅变更"))]
STATES = [
    ("waiting", _("等待中")),
    ("running", _("进行中")),
    ("paused", _("待人工确认")),
    ("stopped", _("已停止")),
    ("failed", _("失败")),
    ("finished", _("已完成")),
]
DELETIONS = [
    ("automatic", _("按来源能力自动判断")),
    ("reported", _("只认来源报告的删除")),
    ("compare", _("每次都与来源清单比对")),
]
LEAVES = [("keep", _("记录照旧保留")), ("forget", _("记录标记为来源已不再提供"))]


class Source(models.Model):
    """Where the records of one feed come from. The feed holds institution, format, crosswalk and policy.

    `harvested_until` is the server's own time of the last finished run; `identity` what it said of itself. A closed
    source is asked no more; `settled_at` is when its records had become what `leaves` says.
    """

    feed = models.OneToOneField("catalogue.Feed", on_delete=models.PROTECT, related_name="+", verbose_name=_("数据流"))
    kind = models.CharField(_("方式"), max_length=10, choices=KINDS)
    address = models.CharField(_("地址"), max_length=500, default="", blank=True)
    prefix = models.CharField(_("元数据前缀"), max_length=60, default="", blank=True)
    sets = models.JSONField(_("集合"), default=list, blank=True)
    schedule = models.CharField(_("时间表"), max_length=60, default="", blank=True)
    deletions = models.CharField(_("删除判断"), max_length=10, choices=DELETIONS, default="automatic")
    brake_percent = models.SmallIntegerField(_("删除上限（%）"), default=DEFAULT_BRAKE_PERCENT)
    allow_private_hosts = models.BooleanField(_("允许内网地址"), default=False)
    is_paused = models.BooleanField(_("已暂停"), default=False)
    next_at = models.DateTimeField(_("下次时间"), null=True, blank=True)
    harvested_until = models.DateTimeField(_("已采收至"), null=True, blank=True)
    identity = models.JSONField(_("来源自述"), default=dict, blank=True)
    created_at = models.DateTimeField(_("建立时间"), db_default=Now())
    closed_at = models.DateTimeField(_("关闭时间"), null=True)
    leaves = models.CharField(_("关闭后"), max_length=10, choices=LEAVES, default="", db_default="", blank=True)
    closing_reason = models.CharField(_("关闭的理由"), max_length=160, default="", db_default="", blank=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at=None, leaves="", closing_reason="", settled_at=None)
                | (Q(closed_at__isnull=False, next_at=None) & ~Q(leaves="") & ~Q(closing_reason="")),
                name="harvest_closed_source_says_why",
            ),
            models.CheckConstraint(
                condition=Q(kind="upload", address="") | (~Q(kind="upload") & ~Q(address="")),
                name="harvest_source_address_fits",
            ),
            models.CheckConstraint(
                condition=Q(brake_percent__gte=0, brake_percent__lte=100), name="harvest_source_brake_is_percent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.address}"


class Upload(models.Model):
    """A file that was handed in, kept by the hash of its content. `is_whole`: it is all that the source has."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="uploads")
    digest = models.CharField(_("内容哈希"), max_length=64)
    name = models.CharField(_("文件名"), max_length=200)
    size = models.BigIntegerField(_("大小"))
    format = models.CharField(_("格式"), max_length=20)
    is_whole = models.BooleanField(_("是全部记录"), default=False)
    by_name = models.CharField(_("上传人"), max_length=100)
    at = models.DateTimeField(_("时间"))

    def __str__(self) -> str:
        return self.name


class Run(models.Model):
    """One harvest, from being asked for to its report.

    `place` is where to go on after a kill, written in the transaction of each batch; `claim` moves whenever a process
    takes the run over, so that an older one cannot write any more. `notes` counts oddities by code. When its rejects
    are pruned `reject_shares` keeps how many there were of each code.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="runs")
    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, null=True, related_name="runs")
    mode = models.CharField(_("范围"), max_length=10, choices=MODES)
    state = models.CharField(_("状态"), max_length=10, choices=STATES, default="waiting")
    asked_by = models.CharField(_("发起人"), max_length=100, default="")
    asked_by_id = models.BigIntegerField(_("发起人账号"), null=True)
    created_at = models.DateTimeField(_("发起时间"))
    started_at = models.DateTimeField(_("开始时间"), null=True)
    progressed_at = models.DateTimeField(_("最近进展"), null=True)
    ended_at = models.DateTimeField(_("结束时间"), null=True)
    not_before = models.DateTimeField(_("不早于"), null=True)
    claim = models.IntegerField(default=0)
    is_stop_asked = models.BooleanField(default=False)
    received_count = models.BigIntegerField(_("收到"), default=0)
    new_count = models.BigIntegerField(_("新增"), default=0)
    changed_count = models.BigIntegerField(_("变更"), default=0)
    unchanged_count = models.BigIntegerField(_("未变"), default=0)
    deleted_count = models.BigIntegerField(_("来源报告删除"), default=0)
    duplicate_count = models.BigIntegerField(_("本次重复"), default=0)
    quarantined_count = models.BigIntegerField(_("隔离"), default=0)
    unreadable_count = models.BigIntegerField(_("无编号"), default=0)
    gone_count = models.BigIntegerField(_("来源已不再列出"), default=0)
    missing_count = models.BigIntegerField(_("待确认的缺失"), default=0)
    expected_count = models.BigIntegerField(_("预计"), null=True)
    place = models.JSONField(default=dict)
    responded_at = models.DateTimeField(null=True)
    doubts = models.JSONField(default=list)
    notes = models.JSONField(default=dict)
    pruned_at = models.DateTimeField(_("清理时间"), null=True)
    reject_shares = models.JSONField(default=dict, db_default={})
    failure = models.CharField(_("失败原因"), max_length=40, default="")
    failure_detail = models.CharField(max_length=1000, default="")
    failure_excerpt = models.BinaryField(default=b"")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    received_count=F("new_count") + F("changed_count") + F("unchanged_count") + F("deleted_count")
                    + F("duplicate_count") + F("quarantined_count")
                ),
                name="harvest_run_reconciles",
            ),
            models.UniqueConstraint(
                fields=["source"], condition=Q(state__in=list(ACTIVE)), name="harvest_one_run_per_source"
            ),
            models.CheckConstraint(
                condition=Q(state="failed") | Q(failure=""), name="harvest_failure_of_failed_runs"
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["source", "-id"], name="harvest_runs"),
            models.Index(fields=["state"], condition=~Q(state="finished"), name="harvest_open_runs"),
        ]

    def __str__(self) -> str:
        return f"run {self.pk} of {self.source_id}: {self.state}"

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE

    @property
    def percent(self) -> int | None:
        """How far it is, where that can be known; 100 is for the end alone."""
        share = self.place.get("share")
        if share is None and self.expected_count:
            share = self.received_count / self.expected_count
        return None if share is None else min(int(share * 100), 99)

    @property
    def parts(self) -> list[tuple[str, str, int]]:
        """What became of what was received: name, words, number; their sum is `received_count`."""
        names = ("new", "changed", "unchanged", "deleted", "duplicate", "quarantined")
        return [(name, _words_of(f"{name}_count"), getattr(self, f"{name}_count")) for name in names]

    @property
    def has_changed_nothing(self) -> bool:
        """Nothing came but what was here already, and nothing went: received = unchanged + duplicate."""
        return self.received_count == self.unchanged_count + self.duplicate_count and not self.gone_count


def _words_of(field_name: str) -> str:
    field = Run._meta.get_field(field_name)
    assert isinstance(field, models.Field)
    return str(field.verbose_name)


class Quarantine(models.Model):
    """A piece that could not be taken in, with its bytes and the reason. `location` is the page or file it was in.

    `position` is a byte offset, or the row of a table; `heading` the bytes of a table's first line.
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="rejects")
    location = models.CharField(_("所在"), max_length=500)
    position = models.BigIntegerField(_("位置"))
    key = models.CharField(_("编号"), max_length=500)
    code = models.CharField(_("原因代码"), max_length=60)
    detail = models.CharField(_("说明"), max_length=1000)
    format = models.CharField(_("格式"), max_length=20)
    raw = models.BinaryField(_("原始内容"))
    length = models.BigIntegerField(_("长度"))
    heading = models.BinaryField(default=b"")

    class Meta:
        indexes = [models.Index(fields=["run", "id"], name="harvest_rejects")]

    def __str__(self) -> str:
        return f"{self.code} at {self.position}"


class Listed(models.Model):
    """A key that a run has met; gone when the run has ended.

    `phase` 0: received with these bytes and datestamp · 1: listed by ListIdentifiers · 2: hash of a token
    3: listed as deleted.
    """

    pk = models.CompositePrimaryKey("run_id", "phase", "key")
    run = models.ForeignKey(Run, on_delete=models.CASCADE, db_index=False, related_name="+")
    phase = models.SmallIntegerField()
    key = models.CharField(max_length=500)
    digest = models.BigIntegerField(default=0, db_default=0)
    datestamp = models.CharField(max_length=40, default="", db_default="")

    def __str__(self) -> str:
        return self.key
