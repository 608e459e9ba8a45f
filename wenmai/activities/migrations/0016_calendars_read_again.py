import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

STAY = """
-- What a reading came to stays as it was noted; old ones go.
CREATE FUNCTION activities_readings_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'reading % stays as it was', OLD.id
    USING ERRCODE = 'check_violation', CONSTRAINT = 'activities_readings_stay';
END $$;
CREATE TRIGGER activities_readings_stay BEFORE UPDATE ON activities_reading
  FOR EACH ROW EXECUTE FUNCTION activities_readings_stay();
"""
GO = "DROP FUNCTION activities_readings_stay() CASCADE;"
BEFORE = """
ALTER TABLE activities_source ALTER failures SET DEFAULT 0, ALTER etag SET DEFAULT '', ALTER last_modified SET DEFAULT '';
ALTER TABLE activities_imported ALTER words SET DEFAULT '';
"""
# the release before this one imports calendars, too, while this runs


class Migration(migrations.Migration):
    dependencies = [
        ("activities", "0015_recordings_in_the_catalogue"),
        ("institutions", "0005_numbers_of_institutions"),
    ]

    operations = [
        migrations.CreateModel(
            name="Reading",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "outcome",
                    models.CharField(
                        choices=[("same", "没有变"), ("news", "有变化，等人看"), ("failed", "没有读成")],
                        max_length=8,
                        verbose_name="结果",
                    ),
                ),
                ("failure", models.CharField(blank=True, default="", max_length=40, verbose_name="为什么没有读成")),
                ("found", models.PositiveIntegerField(default=0, verbose_name="一共几个")),
                ("new", models.PositiveIntegerField(default=0, verbose_name="新的")),
                ("changed", models.PositiveIntegerField(default=0, verbose_name="改了的")),
                ("unchanged", models.PositiveIntegerField(default=0, verbose_name="没有变的")),
                ("refused", models.PositiveIntegerField(default=0, verbose_name="不能收的")),
                ("missing", models.PositiveIntegerField(default=0, verbose_name="来源里没有了的")),
            ],
        ),
        migrations.AddField(
            model_name="imported",
            name="missing_at",
            field=models.DateTimeField(null=True, verbose_name="来源里没有了的时间"),
        ),
        migrations.AddField(
            model_name="imported",
            name="words",
            field=models.BinaryField(default=b"", max_length=32, verbose_name="文字的摘要"),
        ),
        migrations.AddField(
            model_name="source",
            name="etag",
            field=models.CharField(blank=True, default="", max_length=200, verbose_name="上次的标记"),
        ),
        migrations.AddField(
            model_name="source",
            name="every_hours",
            field=models.PositiveSmallIntegerField(null=True, verbose_name="几小时读一次"),
        ),
        migrations.AddField(
            model_name="source",
            name="failures",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="接连几次没有读成"),
        ),
        migrations.AddField(
            model_name="source",
            name="last_modified",
            field=models.CharField(blank=True, default="", max_length=60, verbose_name="上次说的修改时间"),
        ),
        migrations.AddField(
            model_name="source",
            name="next_at",
            field=models.DateTimeField(null=True, verbose_name="下次读的时间"),
        ),
        migrations.AddField(
            model_name="source",
            name="paused_at",
            field=models.DateTimeField(null=True, verbose_name="暂停时间"),
        ),
        migrations.AddField(
            model_name="source",
            name="whole_at",
            field=models.DateTimeField(null=True, verbose_name="上次读到全文的时间"),
        ),
        migrations.AddConstraint(
            model_name="source",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("every_hours", None), ("next_at", None), ("paused_at", None)),
                    models.Q(
                        ("every_hours__in", [6, 24, 168]),
                        ("next_at__isnull", False),
                        models.Q(("address", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="activities_source_is_due",
            ),
        ),
        migrations.AddField(
            model_name="reading",
            name="source",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="readings",
                to="activities.source",
                verbose_name="来源",
            ),
        ),
        migrations.AddIndex(
            model_name="reading",
            index=models.Index(fields=["source", "-at"], name="activities_readings_of"),
        ),
        migrations.AddConstraint(
            model_name="reading",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "found",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    models.F("new"), "+", models.F("changed")
                                ),
                                "+",
                                models.F("unchanged"),
                            ),
                            "+",
                            models.F("refused"),
                        ),
                    )
                ),
                name="activities_reading_adds_up",
            ),
        ),
        migrations.AddConstraint(
            model_name="reading",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome", "failed"), models.Q(("failure", ""), _negated=True)),
                    models.Q(models.Q(("outcome", "failed"), _negated=True), ("failure", "")),
                    _connector="OR",
                ),
                name="activities_reading_failed_for_a_reason",
            ),
        ),
        migrations.RunSQL(BEFORE, migrations.RunSQL.noop),
        migrations.RunSQL(STAY, GO),
    ]
