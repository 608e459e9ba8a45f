import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

ALLOWED = """
-- What apps of this institution may ask for: what every decision on the way up to the top allows; without any, the two
-- that everybody may.
CREATE FUNCTION people_scopes_allowed(organisation bigint) RETURNS varchar[] LANGUAGE sql STABLE AS $$
  WITH decided AS (
    SELECT s.scopes FROM institutions_organisation here
      JOIN institutions_organisation above ON starts_with(here.administrative_path, above.administrative_path)
      JOIN people_appscopes s ON s.organisation_id = above.id
      WHERE here.id = organisation
  )
  SELECT CASE WHEN NOT EXISTS (SELECT FROM decided) THEN ARRAY['openid', 'profile']::varchar[]
    ELSE ARRAY(
      SELECT DISTINCT one FROM decided, unnest(scopes) one
        WHERE NOT EXISTS (SELECT FROM decided d WHERE one <> ALL (d.scopes)))
    END
$$;

-- Terms that wait or count ask for nothing else. Whoever decides about scopes holds the lock alone.
CREATE FUNCTION people_app_terms_allowed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  excess text;
BEGIN
  PERFORM pg_advisory_xact_lock_shared(hashtextextended('people.app_scopes', 0));
  SELECT string_agg(one, ' ') INTO excess FROM unnest(NEW.scopes) one
    WHERE one <> ALL (people_scopes_allowed((SELECT organisation_id FROM people_app WHERE id = NEW.app_id)));
  IF excess IS NOT NULL THEN
    RAISE EXCEPTION 'terms %: not for apps of this institution: %', NEW.id, excess
      USING ERRCODE = 'check_violation', CONSTRAINT = 'people_app_terms_allowed', DETAIL = excess;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER people_app_terms_allowed AFTER INSERT OR UPDATE OF state ON people_appterms
  FOR EACH ROW WHEN (NEW.state IN ('draft', 'active')) EXECUTE FUNCTION people_app_terms_allowed();
"""
ANY = """
DROP TRIGGER people_app_terms_allowed ON people_appterms;
DROP FUNCTION people_app_terms_allowed();
DROP FUNCTION people_scopes_allowed(bigint);
"""
KEPT = """
-- Apps that ask for more already were looked at by two people: what they ask for is taken as decided.
WITH asked AS (
  SELECT DISTINCT a.organisation_id, o.administrative_path, one AS scope
    FROM people_appterms t JOIN people_app a ON a.id = t.app_id
    JOIN institutions_organisation o ON o.id = a.organisation_id, unnest(t.scopes) one
    WHERE t.state IN ('draft', 'active')
), more AS (
  SELECT DISTINCT organisation_id, administrative_path FROM asked WHERE scope NOT IN ('openid', 'profile')
)
INSERT INTO people_appscopes (organisation_id, scopes, decided_at)
  SELECT more.organisation_id, (
      SELECT array_agg(DISTINCT scope) FROM (
        SELECT scope FROM asked WHERE starts_with(asked.administrative_path, more.administrative_path)
        UNION ALL VALUES ('openid'), ('profile')) AS here
    ), now()
  FROM more;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("institutions", "0003_dispersed_and_differing"),
        ("people", "0030_closings"),
    ]

    operations = [
        migrations.CreateModel(
            name="AppScopes",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), size=None, verbose_name="应用可以要的内容"
                    ),
                ),
                ("decided_at", models.DateTimeField(verbose_name="决定时间")),
                (
                    "organisation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="institutions.organisation",
                        verbose_name="机构",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("scopes__contains", ["openid"])), name="people_app_scopes_whole"
                    )
                ],
            },
        ),
        migrations.RunSQL(KEPT, migrations.RunSQL.noop),
        migrations.RunSQL(ALLOWED, ANY),
    ]
