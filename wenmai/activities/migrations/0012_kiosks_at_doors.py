import django.db.models.deletion
from django.db import migrations, models

STAY = """
-- A kiosk belongs to whom it was made for; out of use it stays.
CREATE FUNCTION activities_kiosks_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.revoked_at IS NULL AND (NEW.organisation_id, NEW.name, NEW.made_at)
    IS NOT DISTINCT FROM (OLD.organisation_id, OLD.name, OLD.made_at)
  THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'kiosk % stays as it was', OLD.id
    USING ERRCODE = 'check_violation', CONSTRAINT = 'activities_kiosks_stay';
END $$;
CREATE TRIGGER activities_kiosks_stay BEFORE UPDATE OR DELETE ON activities_kiosk
  FOR EACH ROW EXECUTE FUNCTION activities_kiosks_stay();
"""
GO = "DROP FUNCTION activities_kiosks_stay() CASCADE;"


class Migration(migrations.Migration):
    dependencies = [("activities", "0011_parties_come_in_parts"), ("institutions", "0005_numbers_of_institutions")]

    operations = [
        migrations.AlterField(
            model_name="arrival",
            name="way",
            field=models.CharField(
                choices=[("ticket", "扫码"), ("name", "报姓名"), ("count", "数人头"), ("kiosk", "自助机")],
                max_length=6,
                verbose_name="怎样签到",
            ),
        ),
        migrations.CreateModel(
            name="Kiosk",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40, verbose_name="放在哪里")),
                ("code_digest", models.CharField(blank=True, default="", max_length=64, verbose_name="代码的摘要")),
                ("code_until", models.DateTimeField(null=True, verbose_name="代码用到什么时候")),
                ("word_digest", models.CharField(blank=True, default="", max_length=64, verbose_name="凭据的摘要")),
                ("by", models.BigIntegerField(null=True, verbose_name="谁建的")),
                ("by_name", models.CharField(max_length=60, verbose_name="谁")),
                ("made_at", models.DateTimeField(verbose_name="建立时间")),
                ("opened_at", models.DateTimeField(null=True, verbose_name="启用时间")),
                ("seen_at", models.DateTimeField(null=True, verbose_name="最近签到")),
                ("revoked_at", models.DateTimeField(null=True, verbose_name="停用时间")),
                ("misses", models.PositiveSmallIntegerField(default=0, verbose_name="对不上几次")),
                ("missed_from", models.DateTimeField(null=True, verbose_name="从什么时候起")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="institutions.organisation",
                        verbose_name="机构",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["organisation", "-made_at"], name="activities_kiosk_of")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="activities_kiosk_has_name"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(code_digest="", code_until=None)
                        | ~models.Q(code_digest="") & models.Q(code_until__isnull=False),
                        name="activities_kiosk_code_ends",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(word_digest="", opened_at=None)
                        | ~models.Q(word_digest="") & models.Q(opened_at__isnull=False),
                        name="activities_kiosk_is_opened",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(revoked_at=None) | models.Q(code_digest=""),
                        name="activities_kiosk_revoked_opens_nowhere",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("code_digest", ""), _negated=True),
                        fields=("code_digest",),
                        name="activities_kiosk_code_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("word_digest", ""), _negated=True),
                        fields=("word_digest",),
                        name="activities_kiosk_word_once",
                    ),
                ],
            },
        ),
        migrations.RunSQL(STAY, GO),
    ]
