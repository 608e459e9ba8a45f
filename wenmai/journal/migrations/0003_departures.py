from django.db import migrations, models

# Entries leave only in whole batches that were written out, told of, and sealed at least half a year ago.
LEAVING = """
CREATE FUNCTION journal_departure_follows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  last journal_seal;
BEGIN
  SELECT * INTO last FROM journal_seal WHERE number = NEW.last_seal;
  IF last IS NULL OR last.sealed_at > now() - interval '183 days'
     OR NEW.first_seal <> coalesce((SELECT max(last_seal) FROM journal_departure), 0) + 1
     OR (NEW.last_transaction, NEW.last_id) IS DISTINCT FROM (last.last_transaction, last.last_id) THEN
    RAISE EXCEPTION 'journal entries leave in order, half a year after they were sealed'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER journal_departures_follow BEFORE INSERT ON journal_departure
  FOR EACH ROW EXECUTE FUNCTION journal_departure_follows();
CREATE TRIGGER journal_departures_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_departure
  FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse_change();

CREATE FUNCTION journal_refuse_leaving() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM gone WHERE NOT EXISTS (
      SELECT FROM journal_departure d WHERE (gone.transaction, gone.id) <= (d.last_transaction, d.last_id))) THEN
    RAISE EXCEPTION 'journal entries are append-only' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END $$;
DROP TRIGGER journal_append_only ON journal_entry;
CREATE TRIGGER journal_append_only BEFORE UPDATE OR TRUNCATE ON journal_entry
  FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse_change();
CREATE TRIGGER journal_leaves_in_order AFTER DELETE ON journal_entry REFERENCING OLD TABLE AS gone
  FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse_leaving();
"""
STAYING = """
DROP TRIGGER journal_leaves_in_order ON journal_entry;
DROP TRIGGER journal_append_only ON journal_entry;
CREATE TRIGGER journal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_entry
  FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse_change();
DROP FUNCTION journal_refuse_leaving();
DROP TRIGGER journal_departures_stay ON journal_departure;
DROP TRIGGER journal_departures_follow ON journal_departure;
DROP FUNCTION journal_departure_follows();
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0002_seals")]
    operations = [
        migrations.CreateModel(
            name="Departure",
            fields=[
                ("first_seal", models.BigIntegerField(primary_key=True, serialize=False)),
                ("last_seal", models.BigIntegerField(unique=True)),
                ("last_transaction", models.BigIntegerField()),
                ("last_id", models.BigIntegerField()),
                ("count", models.BigIntegerField()),
                ("file", models.CharField(max_length=100)),
                ("sha256", models.CharField(max_length=64)),
                ("left_at", models.DateTimeField()),
            ],
        ),
        migrations.RunSQL(LEAVING, STAYING),
    ]
