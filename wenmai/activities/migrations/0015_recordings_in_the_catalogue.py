import django.db.models.deletion
from django.db import migrations, models

STAY = """
-- What a recording is of, where it is and which record it became stay; it is taken back, never deleted.
CREATE FUNCTION activities_recordings_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND (NEW.session_id, NEW.record_id, NEW.file, NEW.address, NEW.made_at)
    IS NOT DISTINCT FROM (OLD.session_id, OLD.record_id, OLD.file, OLD.address, OLD.made_at)
  THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'recording % stays as it was', OLD.id
    USING ERRCODE = 'check_violation', CONSTRAINT = 'activities_recordings_stay';
END $$;
CREATE TRIGGER activities_recordings_stay BEFORE UPDATE OR DELETE ON activities_recording
  FOR EACH ROW EXECUTE FUNCTION activities_recordings_stay();
"""
GO = "DROP FUNCTION activities_recordings_stay() CASCADE;"


class Migration(migrations.Migration):
    dependencies = [("activities", "0014_what_organisers_ask"), ("catalogue", "0014_whose_withdrawal")]

    operations = [
        migrations.CreateModel(
            name="Recording",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file", models.CharField(blank=True, default="", max_length=64, verbose_name="文件的摘要")),
                ("address", models.CharField(blank=True, default="", max_length=500, verbose_name="网址")),
                ("said", models.JSONField(verbose_name="交给目录的")),
                ("made_by", models.BigIntegerField(null=True, verbose_name="谁做的")),
                ("made_at", models.DateTimeField(verbose_name="做的时间")),
                ("taken_back_at", models.DateTimeField(null=True, verbose_name="收回的时间")),
                (
                    "record",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalogue.record",
                        verbose_name="目录记录",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recordings",
                        to="activities.session",
                        verbose_name="场次",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("session", "file", "address"), name="activities_recording_once"),
                    models.CheckConstraint(
                        condition=models.Q(address__startswith="https://", file="")
                        | ~models.Q(file="") & models.Q(address=""),
                        name="activities_recording_is_somewhere",
                    ),
                ],
            },
        ),
        migrations.RunSQL(STAY, GO),
    ]
