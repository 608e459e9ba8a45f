from django.db import migrations, models

STAY = """
CREATE FUNCTION people_refuse_look_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'looks are append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER people_looks_stay BEFORE UPDATE OR TRUNCATE ON people_look
  FOR EACH STATEMENT EXECUTE FUNCTION people_refuse_look_change();
CREATE TRIGGER people_looks_leave_late BEFORE DELETE ON people_look
  FOR EACH ROW WHEN (OLD.at > now() - interval '183 days') EXECUTE FUNCTION people_refuse_look_change();
"""
GO = """
DROP TRIGGER people_looks_leave_late ON people_look; DROP TRIGGER people_looks_stay ON people_look;
DROP FUNCTION people_refuse_look_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0025_leave_codes"),
    ]

    operations = [
        migrations.CreateModel(
            name="Look",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("day", models.DateField(verbose_name="日期")),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("actor_id", models.BigIntegerField(verbose_name="查看人编号")),
                ("role", models.CharField(max_length=40, verbose_name="角色")),
                ("organisation_path", models.CharField(blank=True, default="", max_length=200)),
                ("region", models.CharField(blank=True, default="", max_length=12)),
                ("page", models.CharField(max_length=60, verbose_name="页面")),
                ("person_id", models.BigIntegerField(null=True, verbose_name="被查看人编号")),
                ("shown", models.IntegerField(verbose_name="人数")),
                ("reason", models.CharField(blank=True, default="", max_length=40, verbose_name="缘由")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["person_id", "-id"], name="people_look_person"),
                    models.Index(
                        fields=["organisation_path", "-id"],
                        name="people_look_where",
                        opclasses=["text_pattern_ops", "int8_ops"],
                    ),
                    models.Index(fields=["day"], name="people_look_day"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("actor_id", "day", "page", "person_id", "reason", "shown"),
                        name="people_look_once_a_day",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        migrations.RunSQL(STAY, GO),
    ]
