from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

KEY_LENGTH = 500


class Identifier(models.Model):
    """A name. Its number is the serial that the local part of the name was made from; both never change.

    The rows are written by services in sets; a trigger refuses deletion, changes of the name and unlawful changes of
    state.
    """

    class State(models.TextChoices):
        RESERVED = "reserved", _("已预留")
        REGISTERED = "registered", _("已注册")
        REDIRECTED = "redirected", _("已转向")
        WITHDRAWN = "withdrawn", _("已撤销")

    id = models.BigIntegerField(primary_key=True)
    name = models.CharField(_("标识符"), max_length=256)
    client = models.CharField(_("申请方"), max_length=60)
    client_key = models.CharField(_("申请方内编号"), max_length=KEY_LENGTH)
    organisation_code = models.CharField(_("机构代码"), max_length=16, default="", db_default="")
    """Whose it is; empty for names of old, which carry it themselves."""
    state = models.CharField(_("状态"), max_length=10, choices=State)
    target = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, db_index=False, related_name="+", verbose_name=_("转向")
    )
    title = models.CharField(_("题名"), max_length=500, default="")
    reason = models.CharField(_("撤销原因"), max_length=500, default="")
    withdrawn_at = models.DateTimeField(_("撤销时间"), null=True)
    minted_at = models.DateTimeField(_("登记时间"))

    class Meta:
        indexes = [
            models.Index(fields=["target"], name="identifier_target", condition=Q(target__isnull=False)),
            models.Index(fields=["id"], name="identifier_reserved", condition=Q(state="reserved")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["name"], name="identifier_name_once"),
            models.UniqueConstraint(fields=["client", "client_key"], name="identifier_minted_once"),
            models.CheckConstraint(
                name="identifier_state_known",
                condition=Q(state__in=["reserved", "registered", "redirected", "withdrawn"]),
            ),
            models.CheckConstraint(
                name="identifier_redirect_has_target",
                condition=Q(state="redirected", target__isnull=False) | ~Q(state="redirected") & Q(target__isnull=True),
            ),
            models.CheckConstraint(name="identifier_target_is_another", condition=~Q(target=F("id"))),
            models.CheckConstraint(
                name="identifier_tombstone_complete",
                condition=Q(state="withdrawn", withdrawn_at__isnull=False) & ~Q(reason="")
                | ~Q(state="withdrawn") & Q(withdrawn_at__isnull=True, reason=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Location(models.Model):
    """An address that a name leads, or once led, to. Rows are closed, never changed: the previous values stay."""

    class Kind(models.TextChoices):
        PAGE = "page", _("页面")
        FILE = "file", _("文件")
        METADATA = "metadata", _("元数据")
        COPY = "copy", _("副本")

    id = models.BigAutoField(primary_key=True)
    identifier = models.ForeignKey(
        "identifiers.Identifier", on_delete=models.PROTECT, db_index=False, related_name="locations"
    )
    address = models.CharField(_("地址"), max_length=1000)
    kind = models.CharField(_("类别"), max_length=8, choices=Kind)
    rank = models.SmallIntegerField(_("次序"), default=100)
    valid_from = models.DateTimeField(_("起"))
    valid_to = models.DateTimeField(_("止"), null=True)

    class Meta:
        indexes = [
            models.Index(fields=["address"], name="location_address"),
            models.Index(fields=["identifier"], name="location_past", condition=Q(valid_to__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["identifier", "address"], condition=Q(valid_to__isnull=True), name="location_once"
            ),
            models.CheckConstraint(
                name="location_ends_after_start",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
            ),
            models.CheckConstraint(
                name="location_kind_known", condition=Q(kind__in=["page", "file", "metadata", "copy"])
            ),
        ]

    def __str__(self) -> str:
        return self.address
