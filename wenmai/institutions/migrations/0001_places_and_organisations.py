import django.contrib.postgres.constraints
import django.db.models.deletion
import django.db.models.functions.datetime
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models

GUARDS = """
CREATE FUNCTION institutions_one_at_a_time() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('institutions.hierarchy'));
  RETURN NULL;
END $$;
CREATE TRIGGER institutions_one_at_a_time
  BEFORE INSERT OR UPDATE OF administrative_parent_id, professional_parent_id ON institutions_organisation
  FOR EACH STATEMENT EXECUTE FUNCTION institutions_one_at_a_time();

-- Every path is the parent's path and the own id: then it grows on the way down, and no hierarchy can have a cycle.
CREATE FUNCTION institutions_check_paths() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM institutions_organisation o
      LEFT JOIN institutions_organisation a ON a.id = o.administrative_parent_id
      LEFT JOIN institutions_organisation p ON p.id = o.professional_parent_id
    WHERE (o.id = NEW.id OR o.administrative_parent_id = NEW.id OR o.professional_parent_id = NEW.id)
      AND (o.administrative_path <> coalesce(a.administrative_path, '/') || o.id || '/'
        OR o.professional_path <> coalesce(p.professional_path, '/') || o.id || '/')
  ) THEN
    RAISE EXCEPTION 'organisation %: a path does not follow its parent', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'institutions_path_follows_parent';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER institutions_path_follows_parent
  AFTER INSERT OR UPDATE OF administrative_parent_id, professional_parent_id, administrative_path, professional_path
  ON institutions_organisation DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION institutions_check_paths();

-- A code is never given twice: so it is never changed, and an institution that closes stays.
CREATE FUNCTION institutions_keep_code() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.code = OLD.code THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'institution codes are kept for ever' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER institutions_keep_code BEFORE UPDATE OF code OR DELETE ON institutions_organisation
  FOR EACH ROW EXECUTE FUNCTION institutions_keep_code();
"""
UNGUARD = """
DROP TRIGGER institutions_keep_code ON institutions_organisation;
DROP TRIGGER institutions_path_follows_parent ON institutions_organisation;
DROP TRIGGER institutions_one_at_a_time ON institutions_organisation;
DROP FUNCTION institutions_keep_code(), institutions_check_paths(), institutions_one_at_a_time();
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        BtreeGistExtension(),
        migrations.CreateModel(
            name="PlaceEdition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="版本")),
                ("as_of", models.DateField(verbose_name="截止日")),
                (
                    "deepest",
                    models.SmallIntegerField(
                        choices=[(1, "省级"), (2, "地级"), (3, "县级"), (4, "乡级"), (5, "村级")],
                        verbose_name="最细级别",
                    ),
                ),
                ("counts", models.JSONField(default=dict, verbose_name="数量")),
                ("loaded_at", models.DateTimeField(verbose_name="载入时间")),
            ],
        ),
        migrations.CreateModel(
            name="Place",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=12, verbose_name="代码")),
                ("prefix", models.CharField(max_length=12, verbose_name="有效位")),
                ("name", models.CharField(max_length=60, verbose_name="名称")),
                (
                    "level",
                    models.SmallIntegerField(
                        choices=[(1, "省级"), (2, "地级"), (3, "县级"), (4, "乡级"), (5, "村级")], verbose_name="级别"
                    ),
                ),
                ("zone", models.BooleanField(db_default=False, default=False, verbose_name="功能区")),
                (
                    "outside_denominators",
                    models.BooleanField(db_default=False, default=False, verbose_name="不计入统计基数"),
                ),
                ("demo", models.BooleanField(db_default=False, default=False, verbose_name="演示数据")),
                ("valid_from", models.DateField(verbose_name="生效日")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="失效日")),
                ("source", models.CharField(max_length=60, verbose_name="来源")),
                ("source_key", models.CharField(blank=True, default="", max_length=40, verbose_name="来源内编号")),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="institutions.place",
                        verbose_name="上级",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Organisation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=16, unique=True, verbose_name="机构代码")),
                ("name", models.CharField(max_length=100, verbose_name="名称")),
                ("short_name", models.CharField(blank=True, default="", max_length=40, verbose_name="简称")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("admin", "行政部门"),
                            ("library", "公共图书馆"),
                            ("culture_center", "文化馆"),
                            ("station", "综合文化站"),
                            ("village_center", "村级综合性文化服务中心"),
                            ("museum", "博物馆"),
                            ("art_gallery", "美术馆"),
                            ("ich_hall", "非遗馆"),
                            ("theatre", "剧场"),
                            ("new_space", "新型公共文化空间"),
                            ("dev_center", "公共文化发展中心"),
                            ("supplier", "供应商"),
                            ("evaluator", "评估与质检机构"),
                            ("operator", "社会化运营方"),
                            ("volunteer_org", "志愿服务组织"),
                            ("troupe", "文艺团队"),
                        ],
                        max_length=20,
                        verbose_name="类别",
                    ),
                ),
                ("administrative_path", models.CharField(max_length=400, verbose_name="行政隶属路径")),
                ("professional_path", models.CharField(max_length=400, verbose_name="总分馆路径")),
                ("reports_for_itself", models.BooleanField(default=False, verbose_name="单独报送")),
                ("demo", models.BooleanField(default=False, verbose_name="演示数据")),
                ("intro", models.TextField(blank=True, default="", max_length=4000, verbose_name="简介")),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="建立时间"),
                ),
                (
                    "administrative_parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="subordinates",
                        to="institutions.organisation",
                        verbose_name="行政隶属",
                    ),
                ),
                (
                    "professional_parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="branches",
                        to="institutions.organisation",
                        verbose_name="总馆",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="organisations",
                        to="institutions.place",
                        verbose_name="所在地",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PlaceSuccession",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("renamed", "更名"),
                            ("recoded", "代码变更"),
                            ("promoted", "建制调整"),
                            ("moved", "隶属变更"),
                            ("merged", "合并"),
                            ("split", "析置"),
                            ("abolished", "撤销"),
                        ],
                        max_length=12,
                        verbose_name="变更",
                    ),
                ),
                ("on", models.DateField(verbose_name="日期")),
                ("source", models.CharField(max_length=60, verbose_name="来源")),
                (
                    "predecessor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="successions",
                        to="institutions.place",
                        verbose_name="原区划",
                    ),
                ),
                (
                    "successor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="precessions",
                        to="institutions.place",
                        verbose_name="现区划",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="place",
            index=models.Index(fields=["prefix"], name="institutions_place_within", opclasses=["varchar_pattern_ops"]),
        ),
        migrations.AddIndex(
            model_name="place",
            index=models.Index(
                condition=models.Q(("source_key", ""), _negated=True),
                fields=["source", "source_key"],
                name="institutions_place_source",
            ),
        ),
        migrations.AddConstraint(
            model_name="place",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("level__lt", 5)),
                expressions=[
                    ("code", "="),
                    (models.Func(models.F("valid_from"), models.F("valid_to"), function="DATERANGE"), "&&"),
                ],
                name="institutions_place_code_means_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="place",
            constraint=models.UniqueConstraint(
                condition=models.Q(("valid_to", None)), fields=("code",), name="institutions_place_code_once_now"
            ),
        ),
        migrations.AddConstraint(
            model_name="place",
            constraint=models.UniqueConstraint(
                fields=("code", "valid_from"), name="institutions_place_code_once_a_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="place",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid_to", None), ("valid_to__gt", models.F("valid_from")), _connector="OR"),
                name="institutions_place_days_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="place",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("code__regex", "^[1-9][0-9]{5}$"), ("level__lte", 3)),
                    models.Q(("code__regex", "^[1-9][0-9]{8}$"), ("level", 4)),
                    models.Q(("code__regex", "^[1-9][0-9]{11}$"), ("level", 5)),
                    _connector="OR",
                ),
                name="institutions_place_code_fits_level",
            ),
        ),
        migrations.AddConstraint(
            model_name="place",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("code__startswith", models.F("prefix")),
                    models.Q(
                        models.Q(("level", 1), ("prefix__regex", "^[0-9]{2}$")),
                        models.Q(("level", 2), ("prefix__regex", "^[0-9]{4}$")),
                        models.Q(("level__gte", 3), ("prefix", models.F("code"))),
                        _connector="OR",
                    ),
                ),
                name="institutions_place_prefix_fits",
            ),
        ),
        migrations.AddConstraint(
            model_name="place",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("level", 1), ("parent", None)),
                    models.Q(("level__gt", 1), models.Q(("parent", None), _negated=True)),
                    _connector="OR",
                ),
                name="institutions_place_has_parent",
            ),
        ),
        migrations.AddConstraint(
            model_name="place",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("code__in", ["710000", "810000", "820000"]), ("level", 1), ("outside_denominators", True)
                    ),
                    models.Q(
                        ("outside_denominators", False),
                        models.Q(("code__startswith", "71"), _negated=True),
                        models.Q(("code__startswith", "81"), _negated=True),
                        models.Q(("code__startswith", "82"), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="institutions_place_outside_denominators",
            ),
        ),
        migrations.AddIndex(
            model_name="organisation",
            index=models.Index(
                fields=["administrative_path"], name="institutions_org_adm", opclasses=["varchar_pattern_ops"]
            ),
        ),
        migrations.AddIndex(
            model_name="organisation",
            index=models.Index(
                fields=["professional_path"], name="institutions_org_prof", opclasses=["varchar_pattern_ops"]
            ),
        ),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=models.CheckConstraint(
                condition=models.Q(("code__regex", "^[0-9]{16}$")), name="institutions_code_is_16_digits"
            ),
        ),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="institutions_name_is_given"
            ),
        ),
        migrations.AddConstraint(
            model_name="placesuccession",
            constraint=models.UniqueConstraint(
                fields=("predecessor", "successor"), name="institutions_succession_once", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="placesuccession",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "abolished"), ("successor", None)),
                    models.Q(
                        models.Q(("successor", None), _negated=True), models.Q(("kind", "abolished"), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="institutions_succession_kind_fits",
            ),
        ),
        migrations.AddConstraint(
            model_name="placesuccession",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("successor", None),
                    models.Q(("successor", models.F("predecessor")), _negated=True),
                    _connector="OR",
                ),
                name="institutions_succession_of_another",
            ),
        ),
        migrations.RunSQL(GUARDS, UNGUARD),
    ]
