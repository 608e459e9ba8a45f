from django.db import migrations

# In a feed that holds its records, what comes to be shown was approved by its hash: by the review, by a reviewer
# before there was one, or by the policy that the feed had when the version came.
PROMISE = """
CREATE FUNCTION catalogue_shown_was_reviewed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE wrong bigint;
BEGIN
  IF TG_OP = 'INSERT' THEN
    SELECT n.id INTO wrong FROM new_rows n JOIN catalogue_feed f ON f.id = n.feed_id AND f.on_arrival = 'hold'
    WHERE n.shown_hash IS NOT NULL LIMIT 1;
  ELSE
    -- a full join, so that no plan made for one row walks through all rows for each of ten thousand
    WITH changed AS MATERIALIZED (
      SELECT n.id, n.feed_id, n.shown_hash FROM old_rows o FULL JOIN new_rows n ON n.id = o.id
      WHERE n.shown_hash IS DISTINCT FROM o.shown_hash
    )
    SELECT n.id INTO wrong FROM changed n JOIN catalogue_feed f ON f.id = n.feed_id AND f.on_arrival = 'hold'
    WHERE n.shown_hash IS NOT NULL AND NOT review_stands('catalogue.record', n.id::text, n.shown_hash)
      AND NOT EXISTS (SELECT FROM catalogue_recordversion v JOIN catalogue_intake i ON i.id = v.intake_id
        WHERE v.record_id = n.id AND v.content_hash = n.shown_hash AND i.published)
      AND NOT EXISTS (SELECT FROM catalogue_decision d
        WHERE d.record_id = n.id AND d.content_hash = n.shown_hash AND d.approved) LIMIT 1;
  END IF;
  IF wrong IS NOT NULL THEN
    RAISE EXCEPTION 'record % shows what nobody has approved', wrong USING ERRCODE = 'check_violation',
      CONSTRAINT = 'catalogue_shown_was_reviewed';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER catalogue_shown_was_reviewed AFTER UPDATE ON catalogue_record
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION catalogue_shown_was_reviewed();
CREATE TRIGGER catalogue_shown_first_was_reviewed AFTER INSERT ON catalogue_record REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION catalogue_shown_was_reviewed();
"""
GO = "DROP FUNCTION catalogue_shown_was_reviewed() CASCADE;"
# A node that has sources goes on with one review of their records; what waits is on its way from now on. A node that
# has none begins with the review's own three steps.
GO_ON = """
INSERT INTO review_plan (kind, step_count, is_default, entered_by_name, entered_at)
SELECT 'catalogue.record', 1, false, 'system', now() WHERE EXISTS (SELECT FROM catalogue_feed)
ON CONFLICT DO NOTHING;
INSERT INTO review_planstep (plan_id, number, name, permission, days)
SELECT p.id, 1, '审核', 'catalogue.review', 2 FROM review_plan p
WHERE p.kind = 'catalogue.record' AND p.organisation_id IS NULL AND p.replaced_at IS NULL
ON CONFLICT DO NOTHING;
INSERT INTO review_case (kind, key, hash, title, organisation_id, author_id, apart, plan_id, due_on, opened_at)
SELECT 'catalogue.record', r.id::text, v.content_hash, left(r.title, 200), f.organisation_id, i.by_id,
  EXISTS (SELECT FROM people_separation s
    WHERE s.kind = 'subject' AND s.one = 'author' AND s.other = 'reviewer' AND s.is_on),
  p.id, current_date + 4, now()
FROM catalogue_record r JOIN catalogue_feed f ON f.id = r.feed_id
JOIN catalogue_recordversion v ON v.record_id = r.id AND v.number = r.version
JOIN catalogue_intake i ON i.id = v.intake_id
JOIN review_plan p ON p.kind = 'catalogue.record' AND p.organisation_id IS NULL AND p.replaced_at IS NULL
WHERE r.deleted_at IS NULL AND r.state <> 'withdrawn' AND r.shown_version IS DISTINCT FROM r.version
ON CONFLICT DO NOTHING;
SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0012_who_handed_it_in"),
        ("people", "0012_separated_duties"),
        ("review", "0003_planned_anew"),
    ]

    operations = [
        migrations.RunSQL(GO_ON, migrations.RunSQL.noop),
        migrations.RunSQL(PROMISE, GO),
    ]
