import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

STAY = """
CREATE TRIGGER review_samples_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON review_sample
  FOR EACH STATEMENT EXECUTE FUNCTION review_refuse_change();
CREATE TRIGGER review_items_not_deleted BEFORE DELETE OR TRUNCATE ON review_sampleitem
  FOR EACH STATEMENT EXECUTE FUNCTION review_refuse_change();
CREATE TRIGGER review_items_stay BEFORE UPDATE ON review_sampleitem FOR EACH ROW
  WHEN (OLD.finding <> '' OR ROW(OLD.sample_id, OLD.number, OLD.case_id)
    IS DISTINCT FROM ROW(NEW.sample_id, NEW.number, NEW.case_id))
  EXECUTE FUNCTION review_refuse_change();
CREATE FUNCTION review_inspector_is_another() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM review_case WHERE id = NEW.case_id AND author_id = NEW.by_id)
    OR EXISTS (SELECT FROM review_opinion WHERE case_id = NEW.case_id AND reviewer_id = NEW.by_id) THEN
    RAISE EXCEPTION 'nobody inspects what they have written or reviewed' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'review_inspector_is_another';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER review_inspector_is_another BEFORE INSERT OR UPDATE ON review_sampleitem FOR EACH ROW
  WHEN (NEW.by_id IS NOT NULL) EXECUTE FUNCTION review_inspector_is_another();
"""
GO = """
DROP FUNCTION review_inspector_is_another() CASCADE;
DROP TRIGGER review_items_stay ON review_sampleitem;
DROP TRIGGER review_items_not_deleted ON review_sampleitem;
DROP TRIGGER review_samples_stay ON review_sample;
"""
BIG = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))
FINDINGS = [("fine", "没有问题"), ("mend", "要整改"), ("down", "下架")]


class Migration(migrations.Migration):
    dependencies = [("institutions", "0004_places_in_order"), ("review", "0005_guests_by_code")]

    operations = [
        migrations.CreateModel(
            "Sample",
            [
                BIG,
                ("kind", models.CharField(blank=True, default="", max_length=40, verbose_name="类别")),
                ("first_day", models.DateField(verbose_name="从")),
                ("last_day", models.DateField(verbose_name="到")),
                ("percent", models.SmallIntegerField(verbose_name="百分之几")),
                ("least", models.SmallIntegerField(verbose_name="最少几件")),
                ("seed", models.CharField(max_length=64, verbose_name="种子")),
                (
                    "population",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), size=None, verbose_name="从哪些里抽"
                    ),
                ),
                ("digest", models.CharField(max_length=64, verbose_name="名单摘要")),
                ("drawn_count", models.IntegerField(verbose_name="抽出几件")),
                ("made_by", models.BigIntegerField(verbose_name="抽的人编号")),
                ("made_by_name", models.CharField(max_length=100, verbose_name="抽的人")),
                ("made_at", models.DateTimeField(verbose_name="抽的时间")),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="institutions.organisation",
                        verbose_name="机构",
                    ),
                ),
            ],
            {
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(first_day__lte=F("last_day")), name="review_sample_of_some_days"
                    ),
                    models.CheckConstraint(
                        condition=Q(drawn_count__gte=1, drawn_count__lte=F("population__len")),
                        name="review_sample_of_what_is_there",
                    ),
                    models.CheckConstraint(condition=Q(percent__gte=1, percent__lte=100), name="review_sample_percent"),
                ]
            },
        ),
        migrations.CreateModel(
            "SampleItem",
            [
                BIG,
                ("number", models.IntegerField(verbose_name="次序")),
                (
                    "finding",
                    models.CharField(
                        blank=True, choices=FINDINGS, db_default="", default="", max_length=4, verbose_name="结果"
                    ),
                ),
                (
                    "words",
                    models.CharField(blank=True, db_default="", default="", max_length=500, verbose_name="说明"),
                ),
                ("by_id", models.BigIntegerField(null=True, verbose_name="检查人编号")),
                (
                    "by_name",
                    models.CharField(blank=True, db_default="", default="", max_length=100, verbose_name="检查人"),
                ),
                ("at", models.DateTimeField(null=True, verbose_name="检查时间")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="inspections", to="review.case"
                    ),
                ),
                (
                    "sample",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="review.sample",
                    ),
                ),
            ],
            {
                "constraints": [
                    models.UniqueConstraint(fields=["sample", "number"], name="review_item_numbered"),
                    models.UniqueConstraint(fields=["sample", "case"], name="review_item_once"),
                    models.CheckConstraint(
                        condition=Q(finding="", by_id=None, at=None, words="")
                        | Q(finding__in=["fine", "mend", "down"], by_id__isnull=False, at__isnull=False),
                        name="review_item_found_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=Q(finding__in=["", "fine"]) | ~Q(words=""), name="review_item_fault_has_words"
                    ),
                ]
            },
        ),
        migrations.AddIndex(
            "case", models.Index(fields=["ended_at"], condition=Q(state="approved"), name="review_approved_when")
        ),
        migrations.RunSQL(STAY, GO),
    ]
