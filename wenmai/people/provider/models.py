"""Tables of the provider. Nothing that is shown to an app (secret, code, token) can be read in them."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _


class App(models.Model):
    """Somebody's service where our people can log in. What it may do stands in its active terms."""

    client_id = models.CharField(_("应用编号"), max_length=40, unique=True)
    organisation = models.ForeignKey(
        "institutions.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name=_("所属机构")
    )
    sector = models.CharField(_("编号域"), max_length=100)
    is_public = models.BooleanField(_("没有密钥"), default=False)
    secret_hash = models.CharField(_("密钥"), max_length=64, default="", blank=True)
    stopped_at = models.DateTimeField(_("停用时间"), null=True, blank=True)
    created_at = models.DateTimeField(_("登记时间"))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(is_public=True, secret_hash="")
                | (Q(is_public=False) & Q(secret_hash__regex=r"^[0-9a-f]{64}$")),  # noqa: S106 -- a pattern
                name="people_app_has_its_secret",
            ),
            models.CheckConstraint(condition=~Q(sector=""), name="people_app_has_a_sector"),
        ]

    def __str__(self) -> str:
        return self.client_id


class AppTerms(models.Model):
    """One edition of what an app may do: one person enters it, another approves it, and then it stays as it is."""

    class State(models.TextChoices):
        DRAFT = "draft", _("待审核")
        ACTIVE = "active", _("在用")
        REPLACED = "replaced", _("已被替换")
        REFUSED = "refused", _("退回")

    app = models.ForeignKey(App, on_delete=models.CASCADE, related_name="terms", verbose_name=_("应用"))
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.DRAFT)
    name = models.CharField(_("名称"), max_length=60)
    redirect_uris = ArrayField(models.CharField(max_length=400), verbose_name=_("登录后回到"))
    logout_uris = ArrayField(models.CharField(max_length=400), verbose_name=_("退出后回到"), default=list)
    backchannel_uri = models.CharField(_("退出通知发到"), max_length=400, default="", blank=True)
    scopes = ArrayField(models.CharField(max_length=20), verbose_name=_("可以要的内容"))
    is_first_party = models.BooleanField(_("自家应用"), default=False)
    entered_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("录入人"))
    entered_at = models.DateTimeField(_("录入时间"))
    reviewed_by = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("审核人"), null=True
    )
    reviewed_at = models.DateTimeField(_("审核时间"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["app"], condition=Q(state="active"), name="people_app_terms_active_once"),
            models.UniqueConstraint(fields=["app"], condition=Q(state="draft"), name="people_app_terms_draft_once"),
            models.CheckConstraint(condition=~Q(reviewed_by=F("entered_by")), name="people_app_terms_two_people"),
            models.CheckConstraint(
                condition=Q(state="draft", reviewed_by=None, reviewed_at=None)
                | (~Q(state="draft") & Q(reviewed_by__isnull=False, reviewed_at__isnull=False)),
                name="people_app_terms_reviewed",
            ),
            models.CheckConstraint(
                condition=Q(redirect_uris__len__gte=1) & Q(scopes__contains=["openid"]), name="people_app_terms_whole"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.state}"


class AppScopes(models.Model):
    """What the node lets apps of an institution and of those below it ask for at all. Of several on the way up, all
    count; where there is none, `rules.SCOPES_FOR_ALL`."""

    organisation = models.OneToOneField(
        "institutions.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name=_("机构")
    )
    scopes = ArrayField(models.CharField(max_length=20), verbose_name=_("应用可以要的内容"))
    decided_at = models.DateTimeField(_("决定时间"))

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(scopes__contains=["openid"]), name="people_app_scopes_whole"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {' '.join(self.scopes)}"


class AppWithheld(models.Model):
    """What an app asks for and is not given, because the node has withdrawn it: at how many logins. Gone when other
    terms of the app are approved."""

    app = models.ForeignKey(App, on_delete=models.CASCADE, related_name="withheld", verbose_name=_("应用"))
    scope = models.CharField(_("内容"), max_length=20)
    login_count = models.PositiveIntegerField(_("登录次数"), default=1)
    first_at = models.DateTimeField(_("第一次"))
    last_at = models.DateTimeField(_("最近一次"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["app", "scope"], name="people_app_withheld_once"),
            models.CheckConstraint(
                condition=Q(login_count__gte=1) & Q(first_at__lte=F("last_at")), name="people_app_withheld_counts"
            ),
            models.CheckConstraint(condition=~Q(scope="openid"), name="people_app_withheld_never_openid"),
        ]

    def __str__(self) -> str:
        return f"{self.app_id} {self.scope}"


class AppSubject(models.Model):
    """What a person is called by the apps of one sector: a random word that tells nothing and stays."""

    sector = models.CharField(_("编号域"), max_length=100)
    user = models.ForeignKey("people.User", on_delete=models.CASCADE, related_name="+", verbose_name=_("人员"))
    word = models.CharField(_("编号"), max_length=43, unique=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sector", "user"], name="people_app_subject_once")]

    def __str__(self) -> str:
        return self.word


class AppConsent(models.Model):
    """What somebody agreed to give to an app; taken back, the row is gone and so are the logins there."""

    app = models.ForeignKey(App, on_delete=models.CASCADE, related_name="+", verbose_name=_("应用"))
    user = models.ForeignKey("people.User", on_delete=models.CASCADE, related_name="+", verbose_name=_("人员"))
    scopes = ArrayField(models.CharField(max_length=20), verbose_name=_("同意给的内容"))
    given_at = models.DateTimeField(_("同意时间"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["app", "user"], name="people_app_consent_once")]

    def __str__(self) -> str:
        return f"{self.app_id} {self.user_id}"


class AppLogin(models.Model):
    """One login of one person at one app: the one refresh token that is good now, and the last two access tokens.

    Tokens are `<word>.<random>`: an older one of the same word is a replay, and nothing has to be kept to know it.
    """

    app = models.ForeignKey(App, on_delete=models.CASCADE, related_name="+", verbose_name=_("应用"))
    user = models.ForeignKey("people.User", on_delete=models.CASCADE, related_name="+", verbose_name=_("人员"))
    word = models.CharField(_("系列"), max_length=22, unique=True)
    sid = models.CharField(_("会话编号"), max_length=22, unique=True)
    session_index = models.CharField(_("浏览器会话索引"), max_length=43)
    subject = models.CharField(_("编号"), max_length=43)
    scopes = ArrayField(models.CharField(max_length=20), verbose_name=_("内容"))
    nonce = models.CharField(_("一次性值"), max_length=255, default="", blank=True)
    acr = models.CharField(_("认证等级"), max_length=60)
    amr = ArrayField(models.CharField(max_length=30), verbose_name=_("认证方式"), default=list)
    authenticated_at = models.DateTimeField(_("认证时间"))
    refresh_hash = models.CharField(_("刷新令牌"), max_length=64, default="", blank=True)
    refresh_until = models.DateTimeField(_("刷新令牌到"))
    access_hash = models.CharField(_("访问令牌"), max_length=64)
    access_until = models.DateTimeField(_("访问令牌到"))
    access_before_hash = models.CharField(_("上一个访问令牌"), max_length=64, default="", blank=True)
    access_before_until = models.DateTimeField(_("上一个访问令牌到"), null=True)
    began_at = models.DateTimeField(_("开始"))
    ends_at = models.DateTimeField(_("最晚结束"))

    class Meta:
        indexes = [
            models.Index(fields=["session_index"], name="people_app_login_session"),
            models.Index(fields=["refresh_until"], name="people_app_login_refresh"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(refresh_until__lte=F("ends_at")), name="people_app_login_ends_once"),
        ]

    def __str__(self) -> str:
        return self.sid


class AppCode(models.Model):
    """A code on its way to an app. Used twice, it ends the login that it began."""

    code_hash = models.CharField(_("码"), max_length=64, unique=True)
    app = models.ForeignKey(App, on_delete=models.CASCADE, related_name="+", verbose_name=_("应用"))
    user = models.ForeignKey("people.User", on_delete=models.CASCADE, related_name="+", verbose_name=_("人员"))
    session_index = models.CharField(_("浏览器会话索引"), max_length=43)
    redirect_uri = models.CharField(_("回到"), max_length=400)
    scopes = ArrayField(models.CharField(max_length=20), verbose_name=_("内容"))
    nonce = models.CharField(_("一次性值"), max_length=255, default="", blank=True)
    challenge = models.CharField(_("PKCE"), max_length=43)
    acr = models.CharField(_("认证等级"), max_length=60)
    amr = ArrayField(models.CharField(max_length=30), verbose_name=_("认证方式"), default=list)
    authenticated_at = models.DateTimeField(_("认证时间"))
    expires_at = models.DateTimeField(_("失效时间"))
    used_at = models.DateTimeField(_("用掉时间"), null=True)
    login = models.ForeignKey(AppLogin, on_delete=models.SET_NULL, related_name="+", verbose_name=_("登录"), null=True)

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="people_app_code_expires")]
        constraints = [
            models.CheckConstraint(
                condition=Q(challenge__regex=r"^[A-Za-z0-9_-]{43}$"), name="people_app_code_has_its_challenge"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.app_id} {self.expires_at:%H:%M:%S}"


class LogoutNotice(models.Model):
    """An app that has to hear that a login ended. Gone when it has heard, or after twelve tries."""

    app = models.ForeignKey(App, on_delete=models.CASCADE, related_name="+", verbose_name=_("应用"))
    sid = models.CharField(_("会话编号"), max_length=22, unique=True)
    subject = models.CharField(_("编号"), max_length=43)
    tries = models.PositiveSmallIntegerField(_("已试次数"), default=0)
    next_at = models.DateTimeField(_("下次发送"), db_index=True)
    last_problem = models.CharField(_("上次没成的原因"), max_length=200, default="", blank=True)

    def __str__(self) -> str:
        return self.sid


class SigningKey(models.Model):
    """A key that signs for some months; its public half is shown before and after."""

    kid = models.CharField(_("编号"), max_length=43, unique=True)
    sealed = models.TextField(_("私钥（加密）"))
    public = models.JSONField(_("公钥"))
    signs_from = models.DateTimeField(_("签名自"))
    signs_until = models.DateTimeField(_("签名至"))
    shown_until = models.DateTimeField(_("公布至"))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(signs_from__lt=F("signs_until")) & Q(signs_until__lte=F("shown_until")),
                name="people_signing_key_dates",
            ),
            ExclusionConstraint(
                name="people_signing_key_one_at_a_time",
                expressions=[
                    (
                        Func(
                            F("signs_from"), F("signs_until"), function="tstzrange", output_field=DateTimeRangeField()
                        ),
                        RangeOperators.OVERLAPS,
                    )
                ],
            ),
        ]

    def __str__(self) -> str:
        return self.kid
