from django.db import migrations

GUARD = """
-- Once somebody administers the whole node, somebody active always does. Two who go at the same moment take turns at
-- the lock, and the second one's look at the table (READ COMMITTED: a snapshot for each statement) sees the first gone.
CREATE FUNCTION people_administrator_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  leaver bigint := CASE TG_TABLE_NAME WHEN 'people_user' THEN (to_jsonb(OLD) ->> 'id')::bigint
                   ELSE (to_jsonb(OLD) ->> 'user_id')::bigint END;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('people.administrators'));
  IF TG_TABLE_NAME = 'people_user' AND NOT EXISTS (
    SELECT FROM people_rolegrant
    WHERE user_id = leaver AND role = 'platform_admin' AND organisation_id IS NULL AND region = ''
  ) THEN
    RETURN NULL;
  END IF;
  IF TG_TABLE_NAME = 'people_rolegrant' AND NOT EXISTS (SELECT FROM people_user WHERE id = leaver AND is_active) THEN
    RETURN NULL;
  END IF;
  IF NOT EXISTS (
    SELECT FROM people_rolegrant g JOIN people_user u ON u.id = g.user_id
    WHERE u.is_active AND g.role = 'platform_admin' AND g.organisation_id IS NULL AND g.region = ''
  ) THEN
    RAISE EXCEPTION 'account %: the last active administrator of the whole node', leaver
      USING ERRCODE = 'check_violation', CONSTRAINT = 'people_administrator_stays';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER people_administrator_stays AFTER UPDATE OF is_active ON people_user
  FOR EACH ROW WHEN (OLD.is_active AND NOT NEW.is_active) EXECUTE FUNCTION people_administrator_stays();
CREATE CONSTRAINT TRIGGER people_administrator_stays
  AFTER DELETE OR UPDATE OF user_id, role, organisation_id, region ON people_rolegrant
  FOR EACH ROW WHEN (OLD.role = 'platform_admin' AND OLD.organisation_id IS NULL AND OLD.region = '')
  EXECUTE FUNCTION people_administrator_stays();
"""
UNGUARD = """
DROP TRIGGER people_administrator_stays ON people_rolegrant;
DROP TRIGGER people_administrator_stays ON people_user;
DROP FUNCTION people_administrator_stays();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0003_first_passwords"),
    ]

    operations = [
        migrations.RunSQL(GUARD, UNGUARD),
    ]
