import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

GUARDS = """
-- What was announced of a draw stays; once drawn, nothing of it changes.
CREATE FUNCTION activities_draws_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.drawn_at IS NULL
    AND (NEW.session_id, NEW.nonce, NEW.commitment, NEW.committed_at)
      IS NOT DISTINCT FROM (OLD.session_id, OLD.nonce, OLD.commitment, OLD.committed_at) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'draw of session % stays as it was', OLD.session_id
    USING ERRCODE = 'check_violation', CONSTRAINT = 'activities_draws_stay';
END $$;
CREATE TRIGGER activities_draws_stay BEFORE UPDATE OR DELETE ON activities_draw
  FOR EACH ROW EXECUTE FUNCTION activities_draws_stay();
"""
FREE = "DROP FUNCTION activities_draws_stay() CASCADE;"


class Migration(migrations.Migration):
    dependencies = [
        ("activities", "0001_activities_and_sessions"),
        ("booking", "0002_things_and_stays"),
        ("people", "0044_activity_officers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CallOff",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=160, verbose_name="理由")),
                ("proposed_by", models.BigIntegerField(verbose_name="谁提出的")),
                ("proposed_by_name", models.CharField(max_length=60, verbose_name="提出的人")),
                ("proposed_at", models.DateTimeField(verbose_name="提出时间")),
                ("decided_by", models.BigIntegerField(null=True, verbose_name="谁决定的")),
                ("decided_by_name", models.CharField(blank=True, default="", max_length=60, verbose_name="决定的人")),
                ("decided_at", models.DateTimeField(null=True, verbose_name="决定时间")),
                ("agreed", models.BooleanField(null=True, verbose_name="同意")),
            ],
        ),
        migrations.CreateModel(
            name="Draw",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("nonce", models.CharField(max_length=64, verbose_name="随机数")),
                ("commitment", models.CharField(max_length=64, verbose_name="种子的摘要")),
                ("committed_at", models.DateTimeField(verbose_name="公布摘要的时间")),
                ("seed", models.CharField(blank=True, default="", max_length=64, verbose_name="种子")),
                ("entries", models.JSONField(default=list, verbose_name="参加抽签的号")),
                ("places", models.JSONField(default=dict, verbose_name="名额")),
                ("outcome", models.JSONField(default=list, verbose_name="结果")),
                ("drawn_at", models.DateTimeField(null=True, verbose_name="抽签时间")),
            ],
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("offered", "候补轮到了"),
                            ("accepted", "报上了"),
                            ("listed", "没有抽中，在候补"),
                            ("refused", "没有通过"),
                            ("moved", "时间改了"),
                            ("postponed", "延期"),
                            ("cancelled", "取消"),
                            ("day", "前一天提醒"),
                            ("hours", "当天提醒"),
                        ],
                        max_length=10,
                        verbose_name="说的是什么",
                    ),
                ),
                ("version", models.PositiveIntegerField(verbose_name="哪个时间")),
                ("made_at", models.DateTimeField(verbose_name="通知时间")),
            ],
        ),
        migrations.AddField(
            model_name="enrolment",
            name="group",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="people.group",
                verbose_name="团队",
            ),
        ),
        migrations.AddField(
            model_name="enrolment",
            name="lapses",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="没有及时确认过几次"),
        ),
        migrations.AddField(
            model_name="enrolment",
            name="reason",
            field=models.CharField(blank=True, default="", max_length=160, verbose_name="没有通过的理由"),
        ),
        migrations.AddField(
            model_name="enrolment",
            name="share",
            field=models.SlugField(default="open", max_length=20, verbose_name="份额"),
        ),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)), fields=("session", "group"), name="activities_group_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("standing", "refused"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    ("booked_by", None),
                    _connector="OR",
                ),
                name="activities_refused_for_a_reason",
            ),
        ),
        migrations.AddField(
            model_name="calloff",
            name="session",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="call_offs",
                to="activities.session",
                verbose_name="场次",
            ),
        ),
        migrations.AddField(
            model_name="draw",
            name="session",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="draw",
                to="activities.session",
                verbose_name="场次",
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="enrolment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="notices",
                to="activities.enrolment",
                verbose_name="报名",
            ),
        ),
        migrations.AddConstraint(
            model_name="calloff",
            constraint=models.UniqueConstraint(
                condition=models.Q(("decided_at", None)), fields=("session",), name="activities_call_off_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="calloff",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by", None),
                    models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                    _connector="OR",
                ),
                name="activities_call_off_by_two",
            ),
        ),
        migrations.AddConstraint(
            model_name="calloff",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("agreed", None), ("decided_at", None), ("decided_by", None)),
                    models.Q(("agreed__isnull", False), ("decided_at__isnull", False), ("decided_by__isnull", False)),
                    _connector="OR",
                ),
                name="activities_call_off_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="draw",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("drawn_at", None), ("seed", "")),
                    models.Q(("drawn_at__isnull", False), models.Q(("seed", ""), _negated=True)),
                    _connector="OR",
                ),
                name="activities_draw_reveals",
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.UniqueConstraint(fields=("enrolment", "kind", "version"), name="activities_told_once"),
        ),
        migrations.RunSQL(GUARDS, FREE),
    ]
