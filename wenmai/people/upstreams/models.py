"""Tables of the relying party. What shows us to an upstream, and what its people brought, is sealed."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Upstream(models.Model):
    """Somebody else's login that leads in here. Its settings are those of its approved terms; before the first
    approval, those that were entered."""

    slug = models.CharField(_("代号"), max_length=31, unique=True)
    name = models.CharField(_("名称"), max_length=60)
    issuer = models.CharField(_("签发者"), max_length=400, unique=True)
    client_id = models.CharField(_("我们在那里的编号"), max_length=200)
    secret_sealed = models.TextField(_("密钥（加密）"), default="", blank=True)
    levels = models.JSONField(_("等级对照"), default=dict)
    level_otherwise = models.PositiveSmallIntegerField(_("其他等级算作"), default=0)
    makes_accounts = models.BooleanField(_("可以新建账号"), default=True)
    is_on = models.BooleanField(_("在用"), default=False)
    metadata = models.JSONField(_("对方的说明"), default=dict, blank=True)
    learned_at = models.DateTimeField(_("读取时间"), null=True, blank=True)
    keys = models.JSONField(_("对方的公钥"), default=list, blank=True)
    keys_at = models.DateTimeField(_("公钥读取时间"), null=True, blank=True)
    terms = models.ForeignKey(
        "people.UpstreamTerms", on_delete=models.RESTRICT, related_name="+", verbose_name=_("通过的设置"), null=True,
        blank=True,
    )  # fmt: skip
    created_at = models.DateTimeField(_("登记时间"))

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(level_otherwise__lte=3), name="people_upstream_level"),
            models.CheckConstraint(condition=Q(slug__regex=r"^[a-z][a-z0-9-]{1,30}$"), name="people_upstream_slug"),
            models.CheckConstraint(
                condition=Q(is_on=False) | Q(metadata__has_keys=["authorization_endpoint", "token_endpoint"]),
                name="people_upstream_known_before_on",
            ),
            models.CheckConstraint(
                condition=Q(is_on=False) | Q(terms__isnull=False), name="people_upstream_approved_before_on"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class UpstreamTerms(models.Model):
    """Settings of an upstream as one person entered them and another approved or sent them back. Those from before this
    was asked for have neither."""

    class State(models.TextChoices):
        DRAFT = "draft", _("待审核")
        ACTIVE = "active", _("在用")
        REPLACED = "replaced", _("已被替换")
        REFUSED = "refused", _("退回")

    upstream = models.ForeignKey(Upstream, on_delete=models.CASCADE, related_name="+", verbose_name=_("登录方"))
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.DRAFT)
    name = models.CharField(_("名称"), max_length=60)
    issuer = models.CharField(_("签发者"), max_length=400)
    client_id = models.CharField(_("我们在那里的编号"), max_length=200)
    secret_sealed = models.TextField(_("密钥（加密）"), default="", blank=True)
    levels = models.JSONField(_("等级对照"), default=dict)
    level_otherwise = models.PositiveSmallIntegerField(_("其他等级算作"), default=0)
    makes_accounts = models.BooleanField(_("可以新建账号"), default=True)
    entered_by = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("录入人"), null=True
    )
    entered_at = models.DateTimeField(_("录入时间"))
    reviewed_by = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("审核人"), null=True
    )
    reviewed_at = models.DateTimeField(_("审核时间"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["upstream"], condition=Q(state="active"), name="people_upstream_terms_active_once"
            ),
            models.UniqueConstraint(
                fields=["upstream"], condition=Q(state="draft"), name="people_upstream_terms_draft_once"
            ),
            models.CheckConstraint(
                condition=~Q(reviewed_by=models.F("entered_by")), name="people_upstream_terms_two_people"
            ),
            models.CheckConstraint(
                condition=Q(state="draft", entered_by__isnull=False, reviewed_by=None, reviewed_at=None)
                | (
                    ~Q(state="draft")
                    & Q(reviewed_at__isnull=False)
                    & (Q(reviewed_by__isnull=False, entered_by__isnull=False) | Q(reviewed_by=None, entered_by=None))
                ),
                name="people_upstream_terms_reviewed",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(secret_sealed=""), name="people_upstream_terms_keep_no_secret"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.state}"


class UpstreamIdentity(models.Model):
    """Who somebody is at an upstream. It leads into one account, and an account has one there."""

    upstream = models.ForeignKey(Upstream, on_delete=models.PROTECT, related_name="+", verbose_name=_("登录方"))
    subject = models.CharField(_("在那里的编号"), max_length=255)
    user = models.ForeignKey("people.User", on_delete=models.CASCADE, related_name="+", verbose_name=_("人员"))
    linked_at = models.DateTimeField(_("绑定时间"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["upstream", "subject"], name="people_upstream_identity_once"),
            models.UniqueConstraint(fields=["upstream", "user"], name="people_upstream_account_once"),
        ]

    def __str__(self) -> str:
        return f"{self.upstream_id} {self.subject}"


class UpstreamSession(models.Model):
    """A browser that came in from an upstream, so that leaving one is leaving the other."""

    upstream = models.ForeignKey(Upstream, on_delete=models.CASCADE, related_name="+", verbose_name=_("登录方"))
    user = models.ForeignKey("people.User", on_delete=models.CASCADE, related_name="+", verbose_name=_("人员"))
    session_index = models.CharField(_("浏览器会话索引"), max_length=43, unique=True)
    subject = models.CharField(_("在那里的编号"), max_length=255)
    sid = models.CharField(_("在那里的会话"), max_length=255, default="", blank=True)
    token_sealed = models.TextField(_("身份令牌（加密）"))
    refresh_sealed = models.TextField(_("刷新令牌（加密）"), default="", db_default="", blank=True)
    began_at = models.DateTimeField(_("开始"), db_index=True)

    def __str__(self) -> str:
        return self.session_index
