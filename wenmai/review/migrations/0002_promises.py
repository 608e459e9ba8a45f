from django.db import migrations

STAY = """
CREATE FUNCTION review_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what stands in % is never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER review_opinions_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON review_opinion
  FOR EACH STATEMENT EXECUTE FUNCTION review_refuse_change();
CREATE TRIGGER review_steps_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON review_planstep
  FOR EACH STATEMENT EXECUTE FUNCTION review_refuse_change();
CREATE TRIGGER review_plans_not_deleted BEFORE DELETE OR TRUNCATE ON review_plan
  FOR EACH STATEMENT EXECUTE FUNCTION review_refuse_change();
CREATE TRIGGER review_plans_stay BEFORE UPDATE ON review_plan FOR EACH ROW
  WHEN (OLD.replaced_at IS NOT NULL OR ROW(OLD.organisation_id, OLD.kind, OLD.step_count, OLD.entered_at)
    IS DISTINCT FROM ROW(NEW.organisation_id, NEW.kind, NEW.step_count, NEW.entered_at))
  EXECUTE FUNCTION review_refuse_change();
CREATE TRIGGER review_lists_not_deleted BEFORE DELETE OR TRUNCATE ON review_listversion
  FOR EACH STATEMENT EXECUTE FUNCTION review_refuse_change();
CREATE TRIGGER review_lists_stay BEFORE UPDATE ON review_listversion FOR EACH ROW
  WHEN (ROW(OLD.list_id, OLD.number, OLD.words, OLD.note, OLD.entered_by, OLD.entered_at)
    IS DISTINCT FROM ROW(NEW.list_id, NEW.number, NEW.words, NEW.note, NEW.entered_by, NEW.entered_at))
  EXECUTE FUNCTION review_refuse_change();
CREATE TRIGGER review_invitations_stay BEFORE UPDATE ON review_invitation FOR EACH ROW
  WHEN (ROW(OLD.case_id, OLD.step, OLD.name, OLD.digest, OLD.until, OLD.made_by, OLD.made_at)
    IS DISTINCT FROM ROW(NEW.case_id, NEW.step, NEW.name, NEW.digest, NEW.until, NEW.made_by, NEW.made_at)
    OR (OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at))
  EXECUTE FUNCTION review_refuse_change();
CREATE TRIGGER review_take_downs_not_deleted BEFORE DELETE OR TRUNCATE ON review_takedown
  FOR EACH STATEMENT EXECUTE FUNCTION review_refuse_change();
CREATE TRIGGER review_take_downs_stay BEFORE UPDATE ON review_takedown FOR EACH ROW
  WHEN (OLD.restored_at IS NOT NULL OR ROW(OLD.kind, OLD.key, OLD.organisation_id, OLD.reason, OLD.by_id, OLD.at)
    IS DISTINCT FROM ROW(NEW.kind, NEW.key, NEW.organisation_id, NEW.reason, NEW.by_id, NEW.at))
  EXECUTE FUNCTION review_refuse_change();
CREATE TRIGGER review_cases_not_deleted BEFORE DELETE OR TRUNCATE ON review_case
  FOR EACH STATEMENT EXECUTE FUNCTION review_refuse_change();
CREATE TRIGGER review_cases_begin_open BEFORE INSERT ON review_case FOR EACH ROW
  WHEN (NEW.state <> 'open' OR NEW.step <> 0 OR NEW.stands)
  EXECUTE FUNCTION review_refuse_change();
"""
STEPS = """
CREATE FUNCTION review_plan_is_whole() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT count(*) = NEW.step_count AND max(number) = NEW.step_count FROM review_planstep WHERE plan_id = NEW.id)
    IS NOT TRUE THEN
    RAISE EXCEPTION 'a plan has each of its steps' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER review_plan_is_whole AFTER INSERT ON review_plan DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION review_plan_is_whole();
"""
# Set by set: one statement looks at all rows that another one has written.
MOVE = """
CREATE FUNCTION review_opinions_count() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE said bigint; moved bigint;
BEGIN
  SELECT count(*) INTO said FROM new_rows;
  IF EXISTS (SELECT FROM new_rows n JOIN review_case c ON c.id = n.case_id
    WHERE c.apart AND c.author_id = n.reviewer_id) THEN
    RAISE EXCEPTION 'nobody reviews what they have written' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'review_author_is_another';
  END IF;
  IF EXISTS (SELECT FROM new_rows n JOIN review_invitation i ON i.id = n.invitation_id
    WHERE (i.case_id, i.step, i.name::text) IS DISTINCT FROM (n.case_id, n.step, n.reviewer_name::text)
      OR i.revoked_at IS NOT NULL OR i.until <= n.at) THEN
    RAISE EXCEPTION 'the link is for another step, revoked or over' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'review_invitation_is_good';
  END IF;
  UPDATE review_case c SET stands = false
  FROM new_rows n JOIN review_case mine ON mine.id = n.case_id JOIN review_plan p ON p.id = mine.plan_id
  WHERE n.verdict = 'pass' AND n.step = p.step_count
    AND c.kind = mine.kind AND c.key = mine.key AND c.stands AND c.id <> mine.id;
  UPDATE review_case c SET
    step = c.step + (n.verdict = 'pass')::int,
    state = CASE WHEN n.verdict = 'return' THEN 'returned' WHEN n.verdict = 'refuse' THEN 'refused'
      WHEN n.step = p.step_count THEN 'approved' ELSE 'open' END,
    stands = n.verdict = 'pass' AND n.step = p.step_count,
    ended_at = CASE WHEN n.verdict <> 'pass' OR n.step = p.step_count THEN n.at END
  FROM new_rows n, review_plan p
  WHERE c.id = n.case_id AND p.id = c.plan_id AND c.state = 'open' AND c.step = n.step - 1;
  GET DIAGNOSTICS moved = ROW_COUNT;
  IF moved <> said THEN
    RAISE EXCEPTION 'an opinion is about the next step of an open case' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'review_step_by_step';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER review_opinions_count AFTER INSERT ON review_opinion REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION review_opinions_count();

CREATE FUNCTION review_cases_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM old_rows o FULL JOIN new_rows n ON n.id = o.id
    WHERE (n.kind, n.key, n.hash, n.organisation_id, n.author_id, n.apart, n.plan_id, n.opened_at)
        IS DISTINCT FROM (o.kind, o.key, o.hash, o.organisation_id, o.author_id, o.apart, o.plan_id, o.opened_at)
      OR (o.state <> 'open' AND ((n.state, n.step, n.ended_at) IS DISTINCT FROM (o.state, o.step, o.ended_at)
        OR (n.stands AND NOT o.stands)))) THEN
    RAISE EXCEPTION 'a case stays what it is, and what has ended stays ended' USING ERRCODE = 'restrict_violation',
      CONSTRAINT = 'review_cases_stay';
  END IF;
  IF EXISTS (
    SELECT FROM old_rows o JOIN new_rows n ON n.id = o.id JOIN review_plan p ON p.id = n.plan_id
    LEFT JOIN review_opinion x ON x.case_id = n.id
    WHERE (n.step, n.state, n.stands) IS DISTINCT FROM (o.step, o.state, o.stands) AND o.state = 'open'
    GROUP BY n.id, n.step, n.state, n.stands, p.step_count
    HAVING n.step <> count(*) FILTER (WHERE x.verdict = 'pass')
      OR (n.state = 'approved') <> (n.step = p.step_count)
      OR n.stands <> (n.state = 'approved')
      OR (n.state = 'returned' AND coalesce(bool_or(x.verdict = 'return'), false) IS FALSE)
      OR (n.state = 'refused' AND coalesce(bool_or(x.verdict = 'refuse'), false) IS FALSE)) THEN
    RAISE EXCEPTION 'a case moves by opinions only' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'review_cases_move_by_opinions';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER review_cases_move AFTER UPDATE ON review_case REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION review_cases_move();
"""
# For triggers of other modules: whether this hash of a subject is approved and not taken down.
STANDS = """
CREATE FUNCTION review_stands(text, text, bytea) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT FROM review_case WHERE kind = $1 AND key = $2 AND stands AND hash = $3)
    AND NOT EXISTS (SELECT FROM review_takedown WHERE kind = $1 AND key = $2 AND restored_at IS NULL)
$$;
"""
GO = """
DROP FUNCTION review_stands(text, text, bytea);
DROP FUNCTION review_cases_move() CASCADE;
DROP FUNCTION review_opinions_count() CASCADE;
DROP FUNCTION review_plan_is_whole() CASCADE;
DROP FUNCTION review_refuse_change() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("review", "0001_cases_plans_and_word_lists")]

    operations = [migrations.RunSQL(STAY + STEPS + MOVE + STANDS, GO)]
