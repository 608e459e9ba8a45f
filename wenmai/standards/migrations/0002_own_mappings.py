import django.db.models.deletion
from django.db import migrations, models

FORWARD = """
CREATE FUNCTION standards_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'an edition is never changed: a change makes a new one' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER standards_editions_stay BEFORE UPDATE OR DELETE ON standards_mappingedition
  FOR EACH ROW EXECUTE FUNCTION standards_refuse_change();
"""
BACKWARD = """
DROP TRIGGER standards_editions_stay ON standards_mappingedition;
DROP FUNCTION standards_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("standards", "0001_activation"),
    ]

    operations = [
        migrations.CreateModel(
            name="OwnMapping",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60, unique=True, verbose_name="名字")),
                ("organisation_id", models.BigIntegerField(null=True, verbose_name="机构")),
                ("created_at", models.DateTimeField(verbose_name="建立时间")),
                ("retired_at", models.DateTimeField(null=True, verbose_name="停用时间")),
                (
                    "retiring_reason",
                    models.CharField(blank=True, default="", max_length=300, verbose_name="停用的理由"),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name__regex", "^own-[a-z0-9][a-z0-9-]*$")),
                        name="standards_own_mapping_is_named_so",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("retired_at", None), ("retiring_reason", "")),
                            models.Q(("retired_at__isnull", False), models.Q(("retiring_reason", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="standards_retired_mapping_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MappingEdition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(verbose_name="版本")),
                ("text", models.TextField(verbose_name="内容")),
                ("digest", models.CharField(max_length=64, verbose_name="内容哈希")),
                ("note", models.CharField(blank=True, default="", max_length=300, verbose_name="说明")),
                ("decided_by", models.BigIntegerField(null=True, verbose_name="经办人编号")),
                ("decider_name", models.CharField(max_length=100, verbose_name="经办人")),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "mapping",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="editions", to="standards.ownmapping"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("mapping", "number"), name="standards_edition_once")],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
