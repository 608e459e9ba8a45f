from django.db import migrations, models

# Those that the review's take-down opened: made at its moment, and not undone.
FIND = """
UPDATE catalogue_withdrawal w SET taken_down = true FROM review_takedown d
WHERE d.kind = 'catalogue.record' AND d.key = w.record_id::text AND d.restored_at IS NULL
  AND w.restored_at IS NULL AND w.at = d.at"""


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0013_records_pass_the_review"), ("review", "0003_planned_anew")]

    operations = [
        migrations.AddField(
            "withdrawal", "taken_down", models.BooleanField(default=False, db_default=False, verbose_name="审核下架")
        ),
        migrations.RunSQL(FIND, migrations.RunSQL.noop),
    ]
