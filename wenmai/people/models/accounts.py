from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from wenmai.people.rules import CODE_TRIES


class Users(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username__iexact=username)


class User(AbstractBaseUser):
    """An account. Names are shown to colleagues and in trails.

    A first password was given by somebody else: nothing can be done with it but to choose one's own. A telephone is
    written down sealed, once it has answered; its blind index finds the account. `level_held_until`: a means of coming
    in was changed on the strength of one factor; until then no session counts as more than a telephone's. `works`: has
    a role; the database keeps it, so that the few who do are listed without reading a million who do not. `language`:
    of the page where they last came in; what is sent to them is written in it.
    """

    username = models.CharField(_("登录名"), max_length=60, unique=True)
    name = models.CharField(_("姓名"), max_length=60)
    is_active = models.BooleanField(_("启用"), default=True)
    password_is_first = models.BooleanField(_("首次密码"), default=False, db_default=False)
    phone_sealed = models.TextField(_("手机号（加密）"), default="", db_default="", blank=True)
    phone_index = models.CharField(_("手机号索引"), max_length=43, unique=True, null=True, blank=True)
    level_held_until = models.DateTimeField(_("核验等级暂停至"), null=True, blank=True)
    created_at = models.DateTimeField(_("建立时间"), auto_now_add=True)
    language = models.CharField(_("上次登录的语言"), max_length=8, default="", db_default="", blank=True)
    closed_at = models.DateTimeField(_("注销时间"), null=True, blank=True)
    works = models.BooleanField(_("有角色"), default=False, db_default=False, editable=False)

    objects: ClassVar[Users] = Users()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        indexes = [
            models.Index(OpClass(Upper("username"), name="text_pattern_ops"), name="people_username_begins"),
            models.Index(OpClass(Upper("name"), name="text_pattern_ops"), name="people_name_begins"),
            models.Index(fields=["username"], name="people_who_works", condition=models.Q(works=True)),
        ]
        constraints = [
            models.UniqueConstraint(Upper("username"), name="people_username_once"),
            models.CheckConstraint(
                condition=models.Q(phone_sealed="", phone_index=None)
                | (~models.Q(phone_sealed="") & models.Q(phone_index__isnull=False)),
                name="people_phone_and_its_index",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.username


class Code(models.Model):
    """One code that went out by SMS, kept for two days for counting. No number and no code can be read in it."""

    class Purpose(models.TextChoices):
        ENTER = "enter", _("登录")
        CHANGE = "change", _("换手机号")
        AGAIN = "again", _("再次确认")

    purpose = models.CharField(_("用途"), max_length=10, choices=Purpose.choices)
    phone_index = models.CharField(_("手机号索引"), max_length=43)
    phone_sealed = models.TextField(_("手机号（加密）"))
    code_hash = models.CharField(_("验证码"), max_length=64)
    address_index = models.CharField(_("来源地址索引"), max_length=43)
    device_index = models.CharField(_("浏览器索引"), max_length=43)
    is_known = models.BooleanField(_("用过的浏览器"))
    waited = models.CharField(_("等候凭据"), max_length=43, null=True, unique=True)
    tries = models.PositiveSmallIntegerField(_("已试次数"), default=0)
    sent_at = models.DateTimeField(_("发出时间"))
    expires_at = models.DateTimeField(_("失效时间"))
    used_at = models.DateTimeField(_("用掉时间"), null=True)

    class Meta:
        indexes = [
            models.Index(fields=["phone_index", "sent_at"], name="people_code_phone"),
            models.Index(fields=["address_index", "sent_at"], name="people_code_address"),
            models.Index(fields=["sent_at"], name="people_code_sent"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(tries__lte=CODE_TRIES), name="people_code_tries"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.sent_at:%Y-%m-%d %H:%M}"


class FactorSecret(models.Model):
    """The sealed secret of an app for codes or of recovery codes; allauth's table holds its number."""

    sealed = models.TextField(_("密钥（加密）"))

    def __str__(self) -> str:
        return str(self.pk)
