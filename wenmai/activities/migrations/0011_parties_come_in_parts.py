from django.db import migrations, models

FIT = """
-- Of a party never more are at the door than are enrolled, and only at the door that they are enrolled for.
CREATE FUNCTION activities_arrivals_fit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.enrolment_id IS NOT NULL AND NOT EXISTS (
    SELECT FROM activities_enrolment e
    WHERE e.id = NEW.enrolment_id AND e.session_id = NEW.session_id AND e.count >= NEW.heads
  ) THEN
    RAISE EXCEPTION 'more came than enrolment % is for, or to another session', NEW.enrolment_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'activities_arrivals_fit';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER activities_arrivals_fit BEFORE INSERT OR UPDATE ON activities_arrival
  FOR EACH ROW EXECUTE FUNCTION activities_arrivals_fit();
"""
FREE = "DROP FUNCTION activities_arrivals_fit() CASCADE;"


class Migration(migrations.Migration):
    dependencies = [("activities", "0010_lists_for_doors")]

    operations = [
        migrations.RunSQL(FIT, FREE),
        migrations.AlterField(
            model_name="doorscan",
            name="outcome",
            field=models.CharField(
                choices=[
                    ("counted", "算了"),
                    ("rest", "同一张票后到的人"),
                    ("again", "别处已经签到"),
                    ("forged", "不是这里的票"),
                    ("other", "别的场次的票"),
                    ("revoked", "下载以后取消了"),
                    ("off", "这一场取消或延期了"),
                    ("heads", "数人头"),
                ],
                max_length=8,
                verbose_name="结果",
            ),
        ),
        migrations.RemoveConstraint(model_name="doorscan", name="activities_scan_counts_somebody"),
        migrations.AddConstraint(
            model_name="doorscan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome__in", ["counted", "again", "rest"]), _negated=True),
                    models.Q(("enrolment__isnull", False), ("heads__gt", 0)),
                    _connector="OR",
                ),
                name="activities_scan_counts_somebody",
            ),
        ),
    ]
