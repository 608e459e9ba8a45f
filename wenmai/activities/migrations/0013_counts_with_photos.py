import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models

STAY = """
-- What was counted, and the photos that show it, stay as they were.
CREATE FUNCTION activities_counts_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'count % stays as it was', OLD.id
    USING ERRCODE = 'check_violation', CONSTRAINT = 'activities_counts_stay';
END $$;
CREATE TRIGGER activities_counts_stay BEFORE UPDATE OR DELETE ON activities_arrival
  FOR EACH ROW WHEN (OLD.way = 'count') EXECUTE FUNCTION activities_counts_stay();
"""
GO = "DROP FUNCTION activities_counts_stay() CASCADE;"
BEFORE = "ALTER TABLE activities_arrival ALTER words SET DEFAULT '', ALTER photos SET DEFAULT '{}';"
# the release before this one counts heads, too, while this runs


class Migration(migrations.Migration):
    dependencies = [("activities", "0012_kiosks_at_doors")]

    operations = [
        migrations.AddField(
            model_name="arrival",
            name="words",
            field=models.CharField(blank=True, default="", max_length=200, verbose_name="说明"),
        ),
        migrations.AddField(
            model_name="arrival",
            name="photos",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=64), default=list, size=None, verbose_name="照片"
            ),
        ),
        migrations.AddIndex(
            model_name="arrival",
            index=django.contrib.postgres.indexes.GinIndex(
                condition=models.Q(("photos", []), _negated=True), fields=["photos"], name="activities_arrival_photos"
            ),
        ),
        migrations.AddConstraint(
            model_name="arrival",
            constraint=models.CheckConstraint(
                condition=models.Q(("photos", []), ("words", "")) | models.Q(("way", "count")),
                name="activities_photos_of_counts",
            ),
        ),
        migrations.RunSQL(BEFORE, migrations.RunSQL.noop),
        migrations.RunSQL(STAY, GO),
    ]
