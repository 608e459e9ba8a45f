from django.db import migrations, models
from django.db.models import Q

OPEN = Q(state="open")
# The column follows the step, whoever writes: the previous release knows nothing of it.
FOLLOW = """
CREATE FUNCTION review_case_waits_for() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.waits_for := CASE WHEN NEW.state = 'open' THEN coalesce((SELECT permission FROM review_planstep
    WHERE plan_id = NEW.plan_id AND number = NEW.step + 1), '') ELSE '' END;
  RETURN NEW;
END $$;
CREATE TRIGGER review_case_waits_for BEFORE INSERT OR UPDATE OF state, step, waits_for ON review_case
  FOR EACH ROW EXECUTE FUNCTION review_case_waits_for();
UPDATE review_case SET waits_for = '' WHERE state = 'open';
"""
GO = "DROP FUNCTION review_case_waits_for() CASCADE;"


class Migration(migrations.Migration):
    """The list of what waits goes by an index, however much waits."""

    dependencies = [("review", "0003_planned_anew")]

    operations = [
        migrations.AddField(
            "case", "waits_for", models.CharField(default="", db_default="", max_length=40, verbose_name="等谁审")
        ),
        migrations.RunSQL(FOLLOW, GO),
        migrations.AddConstraint(
            "case",
            models.CheckConstraint(
                condition=(OPEN & ~Q(waits_for="")) | (~OPEN & Q(waits_for="")), name="review_open_waits_for_somebody"
            ),
        ),
        migrations.RemoveIndex("case", "review_waits_for"),
        migrations.AddIndex(
            "case", models.Index(fields=["waits_for", "due_on", "id"], condition=OPEN, name="review_waits_for")
        ),
        migrations.AddIndex("case", models.Index(fields=["due_on", "id"], condition=OPEN, name="review_due")),
        migrations.AddIndex("case", models.Index(fields=["opened_at"], condition=OPEN, name="review_open_since")),
    ]
