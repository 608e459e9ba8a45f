from importlib import import_module

from django.db import migrations

APART = """
-- Two duties that stand apart are never in one hand over the same place. Who gives one person two roles at the same
-- moment takes turns at the person's row. The refusal's detail names the role that stands against the new one.
CREATE FUNCTION people_duties_stay_apart() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  clash text;
BEGIN
  PERFORM FROM people_user WHERE id = NEW.user_id FOR UPDATE;
  SELECT g.role INTO clash FROM people_rolegrant g
    JOIN people_separation s ON s.is_on AND s.kind = 'person'
      AND ((s.one = g.role AND s.other = NEW.role) OR (s.one = NEW.role AND s.other = g.role))
    LEFT JOIN institutions_organisation o ON o.id = g.organisation_id
    LEFT JOIN institutions_organisation n ON n.id = NEW.organisation_id
    WHERE g.user_id = NEW.user_id AND g.id <> NEW.id AND (g.until IS NULL OR g.until > now())
      AND (starts_with(coalesce(o.administrative_path, ''), coalesce(n.administrative_path, ''))
        OR starts_with(coalesce(n.administrative_path, ''), coalesce(o.administrative_path, '')))
      AND (starts_with(g.region, NEW.region) OR starts_with(NEW.region, g.region))
    LIMIT 1;
  IF clash IS NOT NULL THEN
    RAISE EXCEPTION 'account %: % and % stand apart', NEW.user_id, NEW.role, clash
      USING ERRCODE = 'check_violation', CONSTRAINT = 'people_duties_stay_apart', DETAIL = clash;
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER people_duties_stay_apart AFTER INSERT OR UPDATE OF user_id, role, organisation_id, region, until
  ON people_rolegrant FOR EACH ROW EXECUTE FUNCTION people_duties_stay_apart();
"""
NOT_APART = """
DROP TRIGGER people_duties_stay_apart ON people_rolegrant;
DROP FUNCTION people_duties_stay_apart();
"""
# as in 0004, but a role that ends by itself keeps nobody in office
STAYS = """
CREATE OR REPLACE FUNCTION people_administrator_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  leaver bigint := CASE TG_TABLE_NAME WHEN 'people_user' THEN (to_jsonb(OLD) ->> 'id')::bigint
                   ELSE (to_jsonb(OLD) ->> 'user_id')::bigint END;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('people.administrators'));
  IF TG_TABLE_NAME = 'people_user' AND NOT EXISTS (
    SELECT FROM people_rolegrant WHERE user_id = leaver AND role = 'platform_admin' AND organisation_id IS NULL
    AND region = '' AND until IS NULL
  ) THEN
    RETURN NULL;
  END IF;
  IF TG_TABLE_NAME = 'people_rolegrant' AND NOT EXISTS (SELECT FROM people_user WHERE id = leaver AND is_active) THEN
    RETURN NULL;
  END IF;
  IF NOT EXISTS (
    SELECT FROM people_rolegrant g JOIN people_user u ON u.id = g.user_id WHERE u.is_active
    AND g.role = 'platform_admin' AND g.organisation_id IS NULL AND g.region = '' AND g.until IS NULL
  ) THEN
    RAISE EXCEPTION 'account %: the last active administrator of the whole node', leaver
      USING ERRCODE = 'check_violation', CONSTRAINT = 'people_administrator_stays';
  END IF;
  RETURN NULL;
END $$;
DROP TRIGGER people_administrator_stays ON people_rolegrant;
CREATE CONSTRAINT TRIGGER people_administrator_stays
  AFTER DELETE OR UPDATE OF user_id, role, organisation_id, region, until ON people_rolegrant
  FOR EACH ROW WHEN (
    OLD.role = 'platform_admin' AND OLD.organisation_id IS NULL AND OLD.region = '' AND OLD.until IS NULL
  ) EXECUTE FUNCTION people_administrator_stays();
"""
BEFORE = import_module("wenmai.people.migrations.0004_an_administrator_stays")


def seed(apps, schema_editor):
    from wenmai.people.rules import SEPARATIONS

    table = apps.get_model("people", "Separation")
    table.objects.bulk_create([table(kind=kind, one=one, other=other) for kind, one, other in SEPARATIONS])


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0011_roles_apart_and_for_a_while"),
    ]

    operations = [
        migrations.RunPython(seed, migrations.RunPython.noop),
        migrations.RunSQL(APART, NOT_APART),
        migrations.RunSQL(STAYS, BEFORE.UNGUARD + BEFORE.GUARD),
    ]
