import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

STAY = """
-- An answer belongs to a question that the activity asked, as it was asked; it is not written anew.
CREATE FUNCTION activities_answers_fit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' AND EXISTS (
    SELECT FROM activities_edition e
    JOIN activities_session s ON s.activity_id = e.activity_id JOIN activities_enrolment n ON n.session_id = s.id
    WHERE e.id = NEW.edition_id AND n.id = NEW.enrolment_id AND jsonb_array_length(e.questions) > NEW.number
  ) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'answer % of enrolment % belongs to no question, or was given already', NEW.number, NEW.enrolment_id
    USING ERRCODE = 'check_violation', CONSTRAINT = 'activities_answers_fit';
END $$;
CREATE TRIGGER activities_answers_fit BEFORE INSERT OR UPDATE ON activities_answer
  FOR EACH ROW EXECUTE FUNCTION activities_answers_fit();
"""
GO = "DROP FUNCTION activities_answers_fit() CASCADE;"


class Migration(migrations.Migration):
    dependencies = [("activities", "0013_counts_with_photos")]

    operations = [
        migrations.AddField(
            model_name="edition",
            name="questions",
            field=models.JSONField(default=list, verbose_name="报名时问什么"),
        ),
        # the release before this one writes editions, too, while this runs
        migrations.RunSQL("ALTER TABLE activities_edition ALTER questions SET DEFAULT '[]';", migrations.RunSQL.noop),
        migrations.CreateModel(
            name="Answer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(verbose_name="第几问")),
                (
                    "said",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=400), size=None, verbose_name="回答"
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="activities.edition",
                        verbose_name="哪一稿",
                    ),
                ),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="activities.enrolment",
                        verbose_name="报名",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("enrolment", "number"), name="activities_answered_once"),
                    models.CheckConstraint(
                        condition=models.Q(("said", []), _negated=True), name="activities_answer_says"
                    ),
                ],
            },
        ),
        migrations.RunSQL(STAY, GO),
    ]
