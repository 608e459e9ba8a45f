from django.db import migrations, models

# A closed feed uses its mapping no more: the mapping may be retired, and must be in use again before the feed opens.
FORWARD = """
CREATE OR REPLACE FUNCTION catalogue_mapping_feed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM catalogue_feed WHERE crosswalk = NEW.name AND closed_at IS NULL) THEN
    RAISE EXCEPTION 'feeds are read through the mapping %', NEW.name USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
DROP TRIGGER catalogue_feed_has_mapping ON catalogue_feed;
CREATE TRIGGER catalogue_feed_has_mapping BEFORE INSERT OR UPDATE OF crosswalk, closed_at ON catalogue_feed
  FOR EACH ROW WHEN (NEW.crosswalk LIKE 'own-%' AND NEW.closed_at IS NULL) EXECUTE FUNCTION catalogue_feed_mapping();
"""
BACKWARD = """
CREATE OR REPLACE FUNCTION catalogue_mapping_feed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM catalogue_feed WHERE crosswalk = NEW.name) THEN
    RAISE EXCEPTION 'feeds are read through the mapping %', NEW.name USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
DROP TRIGGER catalogue_feed_has_mapping ON catalogue_feed;
CREATE TRIGGER catalogue_feed_has_mapping BEFORE INSERT OR UPDATE OF crosswalk ON catalogue_feed
  FOR EACH ROW WHEN (NEW.crosswalk LIKE 'own-%') EXECUTE FUNCTION catalogue_feed_mapping();
"""


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0009_mappings_in_use")]
    operations = [
        migrations.AddField("feed", "closed_at", models.DateTimeField(null=True, verbose_name="关闭时间")),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
