from django.db import migrations, models

GUARD = """
-- What is closed administers nothing: an open organisation never stands below a closed one.
CREATE FUNCTION institutions_check_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM institutions_organisation o JOIN institutions_organisation a ON a.id = o.administrative_parent_id
    WHERE (o.id = NEW.id OR a.id = NEW.id) AND o.closed_on IS NULL AND a.closed_on IS NOT NULL
  ) THEN
    RAISE EXCEPTION 'organisation %: an open one stands below a closed one', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'institutions_closed_has_none_below';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER institutions_closed_has_none_below
  AFTER INSERT OR UPDATE OF administrative_parent_id, closed_on
  ON institutions_organisation DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION institutions_check_closed();
"""
UNGUARD = """
DROP TRIGGER institutions_closed_has_none_below ON institutions_organisation;
DROP FUNCTION institutions_check_closed();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("institutions", "0001_places_and_organisations"),
    ]

    operations = [
        migrations.AddField(
            model_name="organisation",
            name="closed_on",
            field=models.DateField(blank=True, null=True, verbose_name="停办日"),
        ),
        migrations.AddIndex(
            model_name="place",
            index=models.Index(fields=["name"], name="institutions_place_named", opclasses=["varchar_pattern_ops"]),
        ),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
