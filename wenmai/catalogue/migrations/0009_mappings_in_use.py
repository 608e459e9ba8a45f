from django.db import migrations

# A feed is read through a mapping that is in use; the row of the mapping is held, so that of two at once one waits.
FORWARD = """
CREATE FUNCTION catalogue_feed_mapping() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM standards_ownmapping WHERE name = NEW.crosswalk AND retired_at IS NULL FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no mapping % is in use', NEW.crosswalk USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER catalogue_feed_has_mapping BEFORE INSERT OR UPDATE OF crosswalk ON catalogue_feed
  FOR EACH ROW WHEN (NEW.crosswalk LIKE 'own-%') EXECUTE FUNCTION catalogue_feed_mapping();
CREATE FUNCTION catalogue_mapping_feed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM catalogue_feed WHERE crosswalk = NEW.name) THEN
    RAISE EXCEPTION 'feeds are read through the mapping %', NEW.name USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER catalogue_mapping_not_used BEFORE UPDATE OF retired_at ON standards_ownmapping
  FOR EACH ROW WHEN (NEW.retired_at IS NOT NULL) EXECUTE FUNCTION catalogue_mapping_feed();
"""
BACKWARD = """
DROP TRIGGER catalogue_mapping_not_used ON standards_ownmapping;
DROP FUNCTION catalogue_mapping_feed();
DROP TRIGGER catalogue_feed_has_mapping ON catalogue_feed;
DROP FUNCTION catalogue_feed_mapping();
"""


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0008_captions"), ("standards", "0002_own_mappings")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
