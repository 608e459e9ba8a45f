"""Places with dated codes, and organisations.

A place's `code` is as long as its level needs: six digits down to the county (GB/T 2260: 440000, 440100,
440106), nine for a township (GB/T 10114), twelve for a village. `prefix` is the part that says something
("44", "4401", "440106"), so that "within" is "starts with". A changed name, code or parent closes the row and
opens another; nothing is ever deleted.
"""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Level(models.IntegerChoices):
    PROVINCE = 1, _("省级")
    PREFECTURE = 2, _("地级")
    COUNTY = 3, _("县级")
    TOWNSHIP = 4, _("乡级")
    VILLAGE = 5, _("村级")


class Kind(models.TextChoices):
    """The handbook's §2 list (a proposal, not a norm)."""

    ADMIN = "admin", _("行政部门")
    LIBRARY = "library", _("公共图书馆")
    CULTURE_CENTER = "culture_center", _("文化馆")
    STATION = "station", _("综合文化站")
    VILLAGE_CENTER = "village_center", _("村级综合性文化服务中心")
    MUSEUM = "museum", _("博物馆")
    ART_GALLERY = "art_gallery", _("美术馆")
    ICH_HALL = "ich_hall", _("非遗馆")
    THEATRE = "theatre", _("剧场")
    NEW_SPACE = "new_space", _("新型公共文化空间")
    DEV_CENTER = "dev_center", _("公共文化发展中心")
    SUPPLIER = "supplier", _("供应商")
    EVALUATOR = "evaluator", _("评估与质检机构")
    OPERATOR = "operator", _("社会化运营方")
    VOLUNTEER_ORG = "volunteer_org", _("志愿服务组织")
    TROUPE = "troupe", _("文艺团队")


class Change(models.TextChoices):
    """What happened between a place and its successor."""

    RENAMED = "renamed", _("更名")
    RECODED = "recoded", _("代码变更")
    PROMOTED = "promoted", _("建制调整")
    MOVED = "moved", _("隶属变更")
    MERGED = "merged", _("合并")
    SPLIT = "split", _("析置")
    DISPERSED = "dispersed", _("撤销，所辖各县分入")
    ABOLISHED = "abolished", _("撤销")


class Place(models.Model):
    """One place under one code, name and parent: `valid_from` inclusive, `valid_to` exclusive (none: today).

    `valid_from` is the first day for which the source speaks of it; what stood then already is older. `differs`: the
    sources do not agree which counties a prefecture has, and this one is the second source's: it is shown, keeps what
    lies below it, and is counted nowhere.
    """

    code = models.CharField(_("代码"), max_length=12)
    prefix = models.CharField(_("有效位"), max_length=12)
    name = models.CharField(_("名称"), max_length=60)
    level = models.SmallIntegerField(_("级别"), choices=Level)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="parts", verbose_name=_("上级")
    )
    zone = models.BooleanField(_("功能区"), default=False, db_default=False)
    outside_denominators = models.BooleanField(_("不计入统计基数"), default=False, db_default=False)
    differs = models.BooleanField(_("另一来源的写法"), default=False, db_default=False)
    demo = models.BooleanField(_("演示数据"), default=False, db_default=False)
    valid_from = models.DateField(_("生效日"))
    valid_to = models.DateField(_("失效日"), null=True, blank=True)
    source = models.CharField(_("来源"), max_length=60)
    source_key = models.CharField(_("来源内编号"), max_length=40, default="", blank=True)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="institutions_place_code_means_one",
                expressions=[
                    ("code", RangeOperators.EQUAL),
                    (
                        Func(F("valid_from"), F("valid_to"), function="DATERANGE"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(level__lt=Level.VILLAGE),
            ),
            models.UniqueConstraint(
                fields=["code"], condition=Q(valid_to=None), name="institutions_place_code_once_now"
            ),
            models.UniqueConstraint(fields=["code", "valid_from"], name="institutions_place_code_once_a_day"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                name="institutions_place_days_in_order",
            ),
            models.CheckConstraint(
                condition=Q(level__lte=Level.COUNTY, code__regex=r"^[1-9][0-9]{5}$")
                | Q(level=Level.TOWNSHIP, code__regex=r"^[1-9][0-9]{8}$")
                | Q(level=Level.VILLAGE, code__regex=r"^[1-9][0-9]{11}$"),
                name="institutions_place_code_fits_level",
            ),
            models.CheckConstraint(
                condition=Q(code__startswith=F("prefix"))
                & (
                    Q(level=Level.PROVINCE, prefix__regex=r"^[0-9]{2}$")
                    | Q(level=Level.PREFECTURE, prefix__regex=r"^[0-9]{4}$")
                    | Q(level__gte=Level.COUNTY, prefix=F("code"))
                ),
                name="institutions_place_prefix_fits",
            ),
            models.CheckConstraint(
                condition=Q(level=Level.PROVINCE, parent=None) | (Q(level__gt=Level.PROVINCE) & ~Q(parent=None)),
                name="institutions_place_has_parent",
            ),
            # Hong Kong, Macao, Taiwan: one code each, nothing below, in no denominator; no others outside.
            models.CheckConstraint(
                condition=Q(outside_denominators=True, code__in=["710000", "810000", "820000"], level=Level.PROVINCE)
                | (
                    Q(outside_denominators=False)
                    & ~Q(code__startswith="71")
                    & ~Q(code__startswith="81")
                    & ~Q(code__startswith="82")
                ),
                name="institutions_place_outside_denominators",
            ),
        ]
        indexes = [
            models.Index(fields=["prefix"], name="institutions_place_within", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["prefix"], name="institutions_place_order"),  # lists of organisations stand in it
            models.Index(fields=["name"], name="institutions_place_named", opclasses=["varchar_pattern_ops"]),
            models.Index(
                fields=["source", "source_key"], condition=~Q(source_key=""), name="institutions_place_source"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class PlaceSuccession(models.Model):
    """What became of a place. Without a successor it was abolished and the source does not say into what."""

    predecessor = models.ForeignKey(
        Place, on_delete=models.CASCADE, related_name="successions", verbose_name=_("原区划")
    )
    successor = models.ForeignKey(
        Place,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="precessions",
        verbose_name=_("现区划"),
    )
    kind = models.CharField(_("变更"), max_length=12, choices=Change)
    on = models.DateField(_("日期"))
    source = models.CharField(_("来源"), max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["predecessor", "successor"], nulls_distinct=False, name="institutions_succession_once"
            ),
            models.CheckConstraint(
                condition=Q(successor=None, kind=Change.ABOLISHED) | (~Q(successor=None) & ~Q(kind=Change.ABOLISHED)),
                name="institutions_succession_kind_fits",
            ),
            models.CheckConstraint(
                condition=Q(successor=None) | ~Q(successor=F("predecessor")),
                name="institutions_succession_of_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor_id} → {self.successor_id or ''} {self.kind} {self.on}"


class PlaceEdition(models.Model):
    """One edition of the gazetteers as it was taken in: what it says, as of which day, and how deep."""

    name = models.CharField(_("版本"), max_length=120)
    as_of = models.DateField(_("截止日"))
    deepest = models.SmallIntegerField(_("最细级别"), choices=Level)
    counts = models.JSONField(_("数量"), default=dict)
    loaded_at = models.DateTimeField(_("载入时间"))

    def __str__(self) -> str:
        return f"{self.name} {self.as_of}"


class Organisation(models.Model):
    """An institution in three hierarchies: administrative, professional (总分馆), and region (its place).

    Paths ("/1/7/": ids from the top, the own one last) are made by the services, checked by the database.
    """

    code = models.CharField(_("机构代码"), max_length=16, unique=True)
    name = models.CharField(_("名称"), max_length=100)
    short_name = models.CharField(_("简称"), max_length=40, default="", blank=True)
    kind = models.CharField(_("类别"), max_length=20, choices=Kind)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="organisations", verbose_name=_("所在地"))
    administrative_parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="subordinates",
        verbose_name=_("行政隶属"),
    )
    professional_parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="branches",
        verbose_name=_("总馆"),
    )
    administrative_path = models.CharField(_("行政隶属路径"), max_length=400)
    professional_path = models.CharField(_("总分馆路径"), max_length=400)
    reports_for_itself = models.BooleanField(_("单独报送"), default=False)
    demo = models.BooleanField(_("演示数据"), default=False)
    intro = models.TextField(_("简介"), default="", blank=True, max_length=4000)
    created_at = models.DateTimeField(_("建立时间"), db_default=Now())
    closed_on = models.DateField(_("停办日"), null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=r"^[0-9]{16}$"), name="institutions_code_is_16_digits"),
            models.CheckConstraint(condition=~Q(name=""), name="institutions_name_is_given"),
        ]
        indexes = [
            models.Index(
                fields=["administrative_path"], name="institutions_org_adm", opclasses=["varchar_pattern_ops"]
            ),
            models.Index(fields=["professional_path"], name="institutions_org_prof", opclasses=["varchar_pattern_ops"]),
        ]

    def __str__(self) -> str:
        return self.name


class Setting(models.Model):
    """A number that an institution, or without one the whole node, says for itself and all below it. Never changed:
    another takes its place, or nothing does, and then what stands above counts."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("机构")
    )
    name = models.CharField(_("哪个数"), max_length=60)
    value = models.IntegerField(_("多少"))
    entered_by = models.BigIntegerField(_("设定人编号"), null=True)
    entered_by_name = models.CharField(_("设定人"), max_length=100, default="", blank=True)
    entered_at = models.DateTimeField(_("设定时间"))
    replaced_at = models.DateTimeField(_("换下时间"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"], condition=Q(replaced_at=None), nulls_distinct=False,
                name="institutions_setting_once",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="institutions_setting_named"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.name} {self.value}"
