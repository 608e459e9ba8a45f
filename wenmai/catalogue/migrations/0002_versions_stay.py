from django.db import migrations

FORWARD = """
-- The bytes are compressed already.
ALTER TABLE catalogue_recordversion ALTER COLUMN raw SET STORAGE EXTERNAL;
CREATE FUNCTION catalogue_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a version is never changed: a change makes a new one' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER catalogue_versions_stay BEFORE UPDATE ON catalogue_recordversion
  FOR EACH ROW EXECUTE FUNCTION catalogue_refuse_change();
"""
BACKWARD = """
DROP TRIGGER catalogue_versions_stay ON catalogue_recordversion;
DROP FUNCTION catalogue_refuse_change();
ALTER TABLE catalogue_recordversion ALTER COLUMN raw SET STORAGE EXTENDED;
"""


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_records")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
