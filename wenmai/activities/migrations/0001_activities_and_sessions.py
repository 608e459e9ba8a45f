import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

GUARDS = """
-- What was written is never altered; only who wrote it may be forgotten.
CREATE FUNCTION activities_editions_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'by_id' IS NOT DISTINCT FROM to_jsonb(OLD) - 'by_id' THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'edition % stays as it was written', OLD.id
    USING ERRCODE = 'check_violation', CONSTRAINT = 'activities_editions_stay';
END $$;
CREATE TRIGGER activities_editions_stay BEFORE UPDATE OR DELETE ON activities_edition
  FOR EACH ROW EXECUTE FUNCTION activities_editions_stay();

-- The public reads what the review has passed, in just these words.
CREATE FUNCTION activities_shown_was_reviewed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.shown_id IS NOT NULL AND (TG_OP = 'INSERT' OR NEW.shown_id IS DISTINCT FROM OLD.shown_id) AND NOT EXISTS (
    SELECT FROM activities_edition e WHERE e.id = NEW.shown_id AND e.activity_id = NEW.id
      AND review_stands('activities.activity', NEW.id::text, e.content_hash)) THEN
    RAISE EXCEPTION 'activity % shows what nobody has approved', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'activities_shown_was_reviewed';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER activities_shown_was_reviewed BEFORE INSERT OR UPDATE ON activities_activity
  FOR EACH ROW EXECUTE FUNCTION activities_shown_was_reviewed();

-- A session begins as a draft, moves as rules/states.py says, and is published with an activity that is on show.
CREATE FUNCTION activities_sessions_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' AND NEW.state <> 'draft' OR TG_OP = 'UPDATE' AND NEW.state <> OLD.state
    AND (OLD.state || ' ' || NEW.state) <> ALL (ARRAY[
      'draft review', 'review draft', 'review published', 'draft published', 'published enrolling', 'enrolling closed',
      'closed ongoing', 'published ongoing', 'ongoing ended', 'ended rating', 'rating archived', 'published cancelled',
      'enrolling cancelled', 'closed cancelled', 'ongoing cancelled', 'postponed cancelled', 'published postponed',
      'enrolling postponed', 'closed postponed', 'postponed enrolling', 'postponed published'])
  THEN
    RAISE EXCEPTION 'session % does not become %', NEW.id, NEW.state
      USING ERRCODE = 'check_violation', CONSTRAINT = 'activities_sessions_move';
  END IF;
  IF TG_OP = 'UPDATE' AND NEW.state = 'published' AND OLD.state IN ('draft', 'review') AND NOT EXISTS (
    SELECT FROM activities_activity a WHERE a.id = NEW.activity_id AND a.shown_id IS NOT NULL) THEN
    RAISE EXCEPTION 'session % is published before its activity', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'activities_session_follows_review';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER activities_sessions_move BEFORE INSERT OR UPDATE ON activities_session
  FOR EACH ROW EXECUTE FUNCTION activities_sessions_move();
"""
FREE = """
DROP FUNCTION activities_sessions_move() CASCADE;
DROP FUNCTION activities_shown_was_reviewed() CASCADE;
DROP FUNCTION activities_editions_stay() CASCADE;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("booking", "0002_things_and_stays"),
        ("files", "0002_stills_sought"),
        ("institutions", "0004_places_in_order"),
        ("review", "0003_planned_anew"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Activity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("hidden_at", models.DateTimeField(null=True, verbose_name="下架时间")),
                ("made_at", models.DateTimeField(verbose_name="建立时间")),
                ("demo", models.BooleanField(default=False, verbose_name="演示数据")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="institutions.organisation",
                        verbose_name="机构",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Edition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(verbose_name="第几稿")),
                ("content_hash", models.BinaryField(max_length=32, verbose_name="内容摘要")),
                ("series", models.CharField(blank=True, default="", max_length=80, verbose_name="系列")),
                ("title", models.CharField(max_length=80, verbose_name="名称")),
                ("summary", models.CharField(max_length=200, verbose_name="一句话介绍")),
                ("description", models.TextField(blank=True, default="", verbose_name="详细介绍")),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.SlugField(max_length=30), size=None, verbose_name="类别"
                    ),
                ),
                (
                    "audiences",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.SlugField(max_length=30), size=None, verbose_name="适合谁"
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[("on_site", "到现场"), ("online", "线上"), ("broadcast", "现场和直播")],
                        max_length=10,
                        verbose_name="怎样参加",
                    ),
                ),
                ("place", models.CharField(max_length=120, verbose_name="地点")),
                ("cover_alt", models.CharField(blank=True, default="", max_length=120, verbose_name="封面说明")),
                ("contact", models.CharField(blank=True, default="", max_length=120, verbose_name="咨询方式")),
                ("language", models.SlugField(max_length=20, verbose_name="语言")),
                ("accessibility", models.TextField(blank=True, default="", verbose_name="无障碍说明")),
                ("safety_plan", models.TextField(blank=True, default="", verbose_name="安全预案")),
                ("crowd", models.PositiveIntegerField(default=0, verbose_name="预计人数")),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("free", "不用报名，直接来"),
                            ("first", "先到先得"),
                            ("lottery", "抽签"),
                            ("approval", "报名后审核"),
                        ],
                        max_length=10,
                        verbose_name="报名方式",
                    ),
                ),
                (
                    "groups",
                    models.CharField(
                        choices=[("none", "个人报名"), ("also", "个人、团体都可以"), ("only", "只接受团体")],
                        max_length=10,
                        verbose_name="团体",
                    ),
                ),
                ("age_from", models.PositiveSmallIntegerField(null=True, verbose_name="满几岁")),
                ("age_to", models.PositiveSmallIntegerField(null=True, verbose_name="不超过几岁")),
                ("region", models.CharField(blank=True, default="", max_length=12, verbose_name="面向哪里的居民")),
                ("level", models.PositiveSmallIntegerField(verbose_name="核验等级")),
                ("most", models.PositiveSmallIntegerField(verbose_name="一次最多几人")),
                ("cancel_hours", models.PositiveSmallIntegerField(verbose_name="开始前几小时为止可以取消")),
                ("made_at", models.DateTimeField(verbose_name="写成时间")),
                (
                    "activity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="editions",
                        to="activities.activity",
                        verbose_name="活动",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁写的",
                    ),
                ),
                (
                    "cover",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="files.storedobject",
                        verbose_name="封面",
                    ),
                ),
                (
                    "safety_file",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="files.storedobject",
                        verbose_name="安全预案文件",
                    ),
                ),
                (
                    "thing",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="booking.thing",
                        verbose_name="场地",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="activity",
            name="latest",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="activities.edition",
                verbose_name="最新一稿",
            ),
        ),
        migrations.AddField(
            model_name="activity",
            name="shown",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="activities.edition",
                verbose_name="公布的一稿",
            ),
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("begins_at", models.DateTimeField(verbose_name="开始")),
                ("ends_at", models.DateTimeField(verbose_name="结束")),
                ("enrol_from", models.DateTimeField(null=True, verbose_name="报名开始")),
                ("enrol_until", models.DateTimeField(null=True, verbose_name="报名截止")),
                ("check_from", models.DateTimeField(verbose_name="签到开始")),
                ("check_until", models.DateTimeField(verbose_name="签到截止")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "草稿"),
                            ("review", "审核中"),
                            ("published", "已发布"),
                            ("enrolling", "报名中"),
                            ("closed", "报名截止"),
                            ("ongoing", "进行中"),
                            ("ended", "已结束"),
                            ("rating", "评价期"),
                            ("archived", "已归档"),
                            ("cancelled", "已取消"),
                            ("postponed", "已延期"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, verbose_name="时间改过几次")),
                ("reason", models.CharField(blank=True, default="", max_length=160, verbose_name="取消或延期的原因")),
                ("moved_on_at", models.DateTimeField(verbose_name="到这个状态的时间")),
                (
                    "activity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sessions",
                        to="activities.activity",
                        verbose_name="活动",
                    ),
                ),
                (
                    "pool",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="booking.pool",
                        verbose_name="名额",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Enrolment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=64, verbose_name="办理编号")),
                ("count", models.PositiveSmallIntegerField(verbose_name="几人")),
                (
                    "standing",
                    models.CharField(
                        choices=[
                            ("applied", "已申请"),
                            ("confirmed", "报上了"),
                            ("waitlisted", "候补中"),
                            ("offered", "候补轮到了，等确认"),
                            ("cancelled", "已取消"),
                            ("late_cancelled", "截止后取消"),
                            ("checked_in", "已签到"),
                            ("completed", "已参加"),
                            ("no_show", "没有来"),
                            ("refused", "没有通过"),
                            ("exempted", "申诉通过，不算没来"),
                        ],
                        default="applied",
                        max_length=14,
                        verbose_name="状态",
                    ),
                ),
                ("version", models.PositiveIntegerField(verbose_name="看到的时间")),
                ("made_at", models.DateTimeField(verbose_name="报名时间")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="结束时间")),
                (
                    "booked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁报的",
                    ),
                ),
                (
                    "claim",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="booking.claim",
                        verbose_name="名额",
                    ),
                ),
                (
                    "wait",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="booking.wait",
                        verbose_name="候补",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="enrolments",
                        to="activities.session",
                        verbose_name="场次",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Attendee",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("live", models.BooleanField(default=True, verbose_name="有效")),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁参加",
                    ),
                ),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="people",
                        to="activities.enrolment",
                        verbose_name="报名",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="activities.session",
                        verbose_name="场次",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="edition",
            index=django.contrib.postgres.indexes.GinIndex(fields=["kinds"], name="activities_kinds"),
        ),
        migrations.AddIndex(
            model_name="edition",
            index=django.contrib.postgres.indexes.GinIndex(fields=["audiences"], name="activities_audiences"),
        ),
        migrations.AddConstraint(
            model_name="edition",
            constraint=models.UniqueConstraint(fields=("activity", "number"), name="activities_edition_once"),
        ),
        migrations.AddConstraint(
            model_name="edition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("age_from", None), ("age_to", None), ("age_from__lte", models.F("age_to")), _connector="OR"
                ),
                name="activities_ages_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="edition",
            constraint=models.CheckConstraint(
                condition=models.Q(("cover", None), models.Q(("cover_alt", ""), _negated=True), _connector="OR"),
                name="activities_cover_has_words",
            ),
        ),
        migrations.AddIndex(
            model_name="activity",
            index=models.Index(fields=["organisation", "-made_at"], name="activities_of_organisation"),
        ),
        migrations.AddConstraint(
            model_name="activity",
            constraint=models.CheckConstraint(
                condition=models.Q(("hidden_at", None), ("shown", None), _connector="OR"),
                name="activities_hidden_shows_nothing",
            ),
        ),
        migrations.AddIndex(
            model_name="session",
            index=models.Index(fields=["begins_at"], name="activities_session_begins"),
        ),
        migrations.AddIndex(
            model_name="session",
            index=models.Index(fields=["activity", "begins_at"], name="activities_session_of"),
        ),
        migrations.AddIndex(
            model_name="session",
            index=models.Index(
                condition=models.Q(("state__in", ["published", "enrolling", "closed", "ongoing", "ended"])),
                fields=["ends_at"],
                name="activities_session_goes_on",
            ),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.CheckConstraint(
                condition=models.Q(("begins_at__lt", models.F("ends_at"))), name="activities_session_lasts"
            ),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("enrol_from", None), ("enrol_until", None)),
                    models.Q(("enrol_from__lt", models.F("enrol_until")), ("enrol_until__lte", models.F("ends_at"))),
                    _connector="OR",
                ),
                name="activities_session_enrols_in_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("check_from__lt", models.F("check_until")),
                    ("check_from__lte", models.F("begins_at")),
                    ("check_until__lte", models.F("ends_at")),
                ),
                name="activities_session_checks_in_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("enrol_from", None), ("pool", None)),
                    models.Q(("enrol_from__isnull", False), ("pool__isnull", False)),
                    _connector="OR",
                ),
                name="activities_session_enrols_into_places",
            ),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["cancelled", "postponed"]), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="activities_called_off_for_a_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="enrolment",
            index=models.Index(fields=["session", "standing"], name="activities_enrolment_of"),
        ),
        migrations.AddIndex(
            model_name="enrolment",
            index=models.Index(fields=["booked_by", "-made_at"], name="activities_enrolment_by"),
        ),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.UniqueConstraint(fields=("booked_by", "key"), name="activities_enrolment_key_once"),
        ),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.CheckConstraint(condition=models.Q(("count__gt", 0)), name="activities_enrolment_counts"),
        ),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("standing__in", ["confirmed", "offered", "checked_in", "completed"]), _negated=True),
                    ("claim__isnull", False),
                    _connector="OR",
                ),
                name="activities_confirmed_has_places",
            ),
        ),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("standing", "waitlisted"), _negated=True), ("wait__isnull", False), _connector="OR"
                ),
                name="activities_waiting_is_listed",
            ),
        ),
        migrations.AddIndex(
            model_name="attendee",
            index=models.Index(fields=["person"], name="activities_attendee_person"),
        ),
        migrations.AddConstraint(
            model_name="attendee",
            constraint=models.UniqueConstraint(
                condition=models.Q(("live", True)), fields=("session", "person"), name="activities_person_once"
            ),
        ),
        migrations.RunSQL(GUARDS, FREE),
    ]
