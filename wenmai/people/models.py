from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from wenmai.people.rules import ROLES


class Users(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username__iexact=username)


class User(AbstractBaseUser):
    """An account. Names are shown to colleagues and in trails; the rest of identity comes with single sign-on.

    A first password was given by somebody else: nothing can be done with it but to choose one's own.
    """

    username = models.CharField(_("登录名"), max_length=60, unique=True)
    name = models.CharField(_("姓名"), max_length=60)
    is_active = models.BooleanField(_("启用"), default=True)
    password_is_first = models.BooleanField(_("首次密码"), default=False, db_default=False)
    created_at = models.DateTimeField(_("建立时间"), auto_now_add=True)

    objects: ClassVar[Users] = Users()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = [models.UniqueConstraint(Upper("username"), name="people_username_once")]

    def __str__(self) -> str:
        return self.name or self.username


class RoleGrant(models.Model):
    """One role of one person over a subtree of organisations (none: all) and of regions (empty: all)."""

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
    created_at = models.DateTimeField(_("建立时间"), auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "organisation", "region"],
                nulls_distinct=False,
                name="people_grant_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.role}"
