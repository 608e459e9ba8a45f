from django.db import migrations, models

STAY = """
CREATE FUNCTION people_consents_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.at < now() - interval '3 years'
       AND NOT EXISTS (SELECT FROM people_user WHERE id = OLD.account AND closed_at IS NULL) THEN
      RETURN OLD;
    END IF;
  END IF;
  RAISE EXCEPTION 'what was said about consents is only added to' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER people_consents_stay BEFORE UPDATE OR DELETE ON people_consententry
  FOR EACH ROW EXECUTE FUNCTION people_consents_stay();
CREATE TRIGGER people_consents_not_emptied BEFORE TRUNCATE ON people_consententry
  FOR EACH STATEMENT EXECUTE FUNCTION people_consents_stay();
"""
UNSTAY = """
DROP TRIGGER people_consents_stay ON people_consententry;
DROP TRIGGER people_consents_not_emptied ON people_consententry;
DROP FUNCTION people_consents_stay();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0020_families"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="closed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="注销时间"),
        ),
        migrations.CreateModel(
            name="ConsentEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("account", models.BigIntegerField(verbose_name="账号编号")),
                ("purpose", models.CharField(max_length=40, verbose_name="用途")),
                ("version", models.PositiveSmallIntegerField(verbose_name="说明的版本")),
                ("given", models.BooleanField(verbose_name="同意")),
                ("at", models.DateTimeField(verbose_name="时间")),
            ],
            options={
                "indexes": [models.Index(fields=["account", "purpose", "-id"], name="people_consent_last")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("version__gte", 1)), name="people_consent_to_a_text")
                ],
            },
        ),
        migrations.RunSQL(STAY, UNSTAY),
    ]
