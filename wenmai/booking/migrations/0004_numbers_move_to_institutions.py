from django.db import migrations

COPY = """
INSERT INTO institutions_setting (organisation_id, name, value, entered_by_name, entered_at)
SELECT t.organisation_id, 'bookings.' || said.name, said.value, '', now() FROM booking_terms t CROSS JOIN LATERAL (VALUES
  ('longest_minutes', t.longest_minutes), ('lead_minutes', t.lead_minutes), ('window_days', t.window_days)
) said(name, value) WHERE said.value IS NOT NULL;
INSERT INTO institutions_setting (organisation_id, name, value, entered_by_name, entered_at)
SELECT t.organisation_id, 'venues.' || said.name, said.value, '', now() FROM booking_venueterms t
CROSS JOIN LATERAL (VALUES
  ('answer_workdays', t.answer_workdays), ('early_minutes', t.early_minutes), ('late_minutes', t.late_minutes),
  ('cancel_hours', t.cancel_hours), ('missed_count', t.missed_count), ('missed_days', t.missed_days),
  ('pause_days', t.pause_days)
) said(name, value) WHERE said.value IS NOT NULL;
SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):
    """What institutions said of their things and venues stands with their other numbers."""

    dependencies = [("booking", "0003_venues"), ("institutions", "0005_numbers_of_institutions")]

    operations = [
        migrations.RunSQL(COPY, migrations.RunSQL.noop),
        migrations.DeleteModel(name="Terms"),
        migrations.DeleteModel(name="VenueTerms"),
    ]
