from django.db import migrations, models
from django.db.models.functions import Now

import wenmai.journal.models

APPEND_ONLY = """
CREATE FUNCTION journal_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'journal entries are append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER journal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_entry
  FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse_change();
"""


class Migration(migrations.Migration):
    initial = True
    dependencies: list[tuple[str, str]] = []
    operations = [
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "transaction",
                    models.BigIntegerField(db_default=wenmai.journal.models.CurrentTransaction(), editable=False),
                ),
                ("at", models.DateTimeField(db_default=Now(), verbose_name="时间")),
                ("name", models.CharField(max_length=60, verbose_name="名称")),
                ("subject_kind", models.CharField(max_length=40, verbose_name="对象类别")),
                ("subject_key", models.CharField(max_length=200, verbose_name="对象")),
                ("actor_id", models.BigIntegerField(null=True, verbose_name="经办人编号")),
                ("actor_name", models.CharField(default="", max_length=100, verbose_name="经办人")),
                ("detail", models.JSONField(default=dict, verbose_name="详情")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["subject_kind", "subject_key", "id"], name="journal_subject"),
                    models.Index(fields=["transaction", "id"], name="journal_order"),
                ]
            },
        ),
        migrations.CreateModel(
            name="Position",
            fields=[
                ("subscriber", models.CharField(max_length=100, primary_key=True, serialize=False)),
                ("transaction", models.BigIntegerField(default=0)),
                ("entry_id", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.RunSQL(
            APPEND_ONLY,
            "DROP TRIGGER journal_append_only ON journal_entry; DROP FUNCTION journal_refuse_change();",
        ),
    ]
