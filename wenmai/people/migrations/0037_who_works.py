from django.db import migrations, models

KEPT = """
CREATE FUNCTION people_tell_who_works() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  whom bigint[] := CASE TG_OP WHEN 'INSERT' THEN ARRAY[NEW.user_id] WHEN 'DELETE' THEN ARRAY[OLD.user_id]
    ELSE ARRAY[OLD.user_id, NEW.user_id] END;
BEGIN
  -- one after the other for one account: the next statement sees what the one before has committed
  PERFORM FROM people_user WHERE id = ANY(whom) ORDER BY id FOR NO KEY UPDATE;
  UPDATE people_user u SET works = NOT works
  WHERE id = ANY(whom) AND works <> EXISTS (SELECT FROM people_rolegrant WHERE user_id = u.id);
  RETURN NULL;
END $$;
CREATE TRIGGER people_who_works AFTER INSERT OR DELETE OR UPDATE OF user_id ON people_rolegrant
  FOR EACH ROW EXECUTE FUNCTION people_tell_who_works();
CREATE FUNCTION people_works_by_its_roles() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.works := EXISTS (SELECT FROM people_rolegrant WHERE user_id = NEW.id);
  RETURN NEW;
END $$;
CREATE TRIGGER people_works_by_its_roles BEFORE UPDATE OF works ON people_user
  FOR EACH ROW WHEN (OLD.works <> NEW.works) EXECUTE FUNCTION people_works_by_its_roles();
UPDATE people_user SET works = true WHERE id IN (SELECT user_id FROM people_rolegrant);
"""
FORGOTTEN = """
DROP TRIGGER people_works_by_its_roles ON people_user;
DROP FUNCTION people_works_by_its_roles();
DROP TRIGGER people_who_works ON people_rolegrant;
DROP FUNCTION people_tell_who_works();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0036_scopes_in_vain"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="works",
            field=models.BooleanField(db_default=False, default=False, editable=False, verbose_name="有角色"),
        ),
        migrations.AddIndex(
            model_name="user",
            index=models.Index(condition=models.Q(("works", True)), fields=["username"], name="people_who_works"),
        ),
        migrations.RunSQL(KEPT, FORGOTTEN),
    ]
