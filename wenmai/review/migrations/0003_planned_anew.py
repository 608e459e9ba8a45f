from django.db import migrations, models

# What a trigger's function says is planned once for a session, perhaps for no row at all, and then kept for ten
# thousand: these statements are planned anew, for as many rows as there are.
PLANNED = """
CREATE OR REPLACE FUNCTION review_opinions_count() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE said bigint; moved bigint; wrong boolean;
BEGIN
  EXECUTE 'SELECT count(*) FROM new_rows' INTO said;
  EXECUTE 'SELECT EXISTS (SELECT FROM new_rows n JOIN review_case c ON c.id = n.case_id
    WHERE c.apart AND c.author_id = n.reviewer_id)' INTO wrong;
  IF wrong THEN
    RAISE EXCEPTION 'nobody reviews what they have written' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'review_author_is_another';
  END IF;
  EXECUTE 'SELECT EXISTS (SELECT FROM new_rows n JOIN review_invitation i ON i.id = n.invitation_id
    WHERE (i.case_id, i.step, i.name::text) IS DISTINCT FROM (n.case_id, n.step, n.reviewer_name::text)
      OR i.revoked_at IS NOT NULL OR i.until <= n.at)' INTO wrong;
  IF wrong THEN
    RAISE EXCEPTION 'the link is for another step, revoked or over' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'review_invitation_is_good';
  END IF;
  EXECUTE 'UPDATE review_case c SET stands = false
    FROM new_rows n JOIN review_case mine ON mine.id = n.case_id JOIN review_plan p ON p.id = mine.plan_id
    WHERE n.verdict = ''pass'' AND n.step = p.step_count
      AND c.kind = mine.kind AND c.key = mine.key AND c.stands AND c.id <> mine.id';
  EXECUTE 'UPDATE review_case c SET
      step = c.step + (n.verdict = ''pass'')::int,
      state = CASE WHEN n.verdict = ''return'' THEN ''returned'' WHEN n.verdict = ''refuse'' THEN ''refused''
        WHEN n.step = p.step_count THEN ''approved'' ELSE ''open'' END,
      stands = n.verdict = ''pass'' AND n.step = p.step_count,
      ended_at = CASE WHEN n.verdict <> ''pass'' OR n.step = p.step_count THEN n.at END
    FROM new_rows n, review_plan p
    WHERE c.id = n.case_id AND p.id = c.plan_id AND c.state = ''open'' AND c.step = n.step - 1';
  GET DIAGNOSTICS moved = ROW_COUNT;
  IF moved <> said THEN
    RAISE EXCEPTION 'an opinion is about the next step of an open case' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'review_step_by_step';
  END IF;
  RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION review_cases_move() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE wrong boolean;
BEGIN
  EXECUTE 'SELECT EXISTS (SELECT FROM old_rows o FULL JOIN new_rows n ON n.id = o.id
    WHERE (n.kind, n.key, n.hash, n.organisation_id, n.author_id, n.apart, n.plan_id, n.opened_at)
        IS DISTINCT FROM (o.kind, o.key, o.hash, o.organisation_id, o.author_id, o.apart, o.plan_id, o.opened_at)
      OR (o.state <> ''open'' AND ((n.state, n.step, n.ended_at) IS DISTINCT FROM (o.state, o.step, o.ended_at)
        OR (n.stands AND NOT o.stands))))' INTO wrong;
  IF wrong THEN
    RAISE EXCEPTION 'a case stays what it is, and what has ended stays ended' USING ERRCODE = 'restrict_violation',
      CONSTRAINT = 'review_cases_stay';
  END IF;
  EXECUTE 'SELECT EXISTS (
    SELECT FROM old_rows o JOIN new_rows n ON n.id = o.id JOIN review_plan p ON p.id = n.plan_id
    LEFT JOIN review_opinion x ON x.case_id = n.id
    WHERE (n.step, n.state, n.stands) IS DISTINCT FROM (o.step, o.state, o.stands) AND o.state = ''open''
    GROUP BY n.id, n.step, n.state, n.stands, p.step_count
    HAVING n.step <> count(*) FILTER (WHERE x.verdict = ''pass'')
      OR (n.state = ''approved'') <> (n.step = p.step_count)
      OR n.stands <> (n.state = ''approved'')
      OR (n.state = ''returned'' AND coalesce(bool_or(x.verdict = ''return''), false) IS FALSE)
      OR (n.state = ''refused'' AND coalesce(bool_or(x.verdict = ''refuse''), false) IS FALSE))' INTO wrong;
  IF wrong THEN
    RAISE EXCEPTION 'a case moves by opinions only' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'review_cases_move_by_opinions';
  END IF;
  RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("review", "0002_promises")]

    operations = [
        migrations.RunSQL(PLANNED, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("state", "open")), fields=["plan", "step", "due_on", "id"], name="review_waits_for"
            ),
        ),
    ]
