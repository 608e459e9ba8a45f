import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

GUARDS = """
-- Movements are only added.
CREATE FUNCTION booking_movements_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'booking_movement is append-only'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'booking_movements_stay';
END $$;
CREATE TRIGGER booking_movements_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON booking_movement
  FOR EACH STATEMENT EXECUTE FUNCTION booking_movements_stay();

-- What was claimed is never altered; an ended claim does not come back, a confirmed one is not held again.
CREATE FUNCTION booking_claims_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.pool_id, NEW.share_id, NEW.count) IS DISTINCT FROM (OLD.pool_id, OLD.share_id, OLD.count)
    OR NEW.state IS DISTINCT FROM OLD.state
      AND (OLD.state NOT IN ('held', 'confirmed') OR OLD.state = 'confirmed' AND NEW.state IN ('held', 'expired'))
  THEN
    RAISE EXCEPTION 'claim %: % does not become %', OLD.id, OLD.state, NEW.state
      USING ERRCODE = 'check_violation', CONSTRAINT = 'booking_claims_guard';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER booking_claims_guard BEFORE UPDATE ON booking_claim
  FOR EACH ROW EXECUTE FUNCTION booking_claims_guard();

-- One row is changed many times a second: its page keeps room for its next versions.
ALTER TABLE booking_share SET (fillfactor = 20);
"""
FREE = """
DROP TRIGGER booking_claims_guard ON booking_claim;
DROP FUNCTION booking_claims_guard();
DROP TRIGGER booking_movements_stay ON booking_movement;
DROP FUNCTION booking_movements_stay();
ALTER TABLE booking_share RESET (fillfactor);
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("institutions", "0004_places_in_order"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Pool",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("subject_kind", models.CharField(max_length=40, verbose_name="对象类别")),
                ("subject_key", models.CharField(max_length=80, verbose_name="对象编号")),
                ("name", models.CharField(max_length=120, verbose_name="名称")),
                ("starts_at", models.DateTimeField(null=True, verbose_name="开始时间")),
                ("once", models.BooleanField(default=True, verbose_name="每人一份")),
                ("passes_over", models.BooleanField(default=True, verbose_name="放不下的往后让")),
                ("most", models.PositiveSmallIntegerField(null=True, verbose_name="一份最多几个")),
                ("hold_minutes", models.PositiveIntegerField(null=True, verbose_name="暂留分钟")),
                ("offer_minutes", models.PositiveIntegerField(null=True, verbose_name="候补保留分钟")),
                ("last_day_minutes", models.PositiveIntegerField(null=True, verbose_name="最后一天候补保留分钟")),
                ("opened_at", models.DateTimeField(verbose_name="建立时间")),
                ("closed_at", models.DateTimeField(null=True, verbose_name="关闭时间")),
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
            name="Claim",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("asked_by", models.BigIntegerField(null=True, verbose_name="谁办的")),
                ("key", models.CharField(max_length=64, verbose_name="办理编号")),
                ("count", models.PositiveSmallIntegerField(verbose_name="数量")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("held", "暂留"),
                            ("confirmed", "已确认"),
                            ("cancelled", "已取消"),
                            ("expired", "暂留过期"),
                            ("released", "已收回"),
                            ("preempted", "馆方占用"),
                        ],
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("once", models.BooleanField(verbose_name="每人一份")),
                ("made_at", models.DateTimeField(verbose_name="占用时间")),
                ("held_until", models.DateTimeField(null=True, verbose_name="暂留到")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="结束时间")),
                ("reason", models.CharField(blank=True, default="", max_length=160, verbose_name="理由")),
                (
                    "holder",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁的",
                    ),
                ),
                (
                    "pool",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="claims",
                        to="booking.pool",
                        verbose_name="名额",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Seat",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("label", models.CharField(max_length=20, verbose_name="座位")),
                (
                    "pool",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="seats",
                        to="booking.pool",
                        verbose_name="名额",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SeatTaken",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("live", models.BooleanField(default=True, verbose_name="有效")),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="seats",
                        to="booking.claim",
                        verbose_name="占用",
                    ),
                ),
                (
                    "seat",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="taken",
                        to="booking.seat",
                        verbose_name="座位",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Share",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.SlugField(max_length=20, verbose_name="份额")),
                ("capacity", models.PositiveIntegerField(verbose_name="总数")),
                ("taken", models.PositiveIntegerField(default=0, verbose_name="已占")),
                ("waiting", models.PositiveIntegerField(default=0, verbose_name="候补")),
                ("is_open", models.BooleanField(default=True, verbose_name="开放")),
                ("last_serial", models.PositiveIntegerField(default=0, verbose_name="候补序号")),
                (
                    "pool",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="shares",
                        to="booking.pool",
                        verbose_name="名额",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Movement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("delta", models.SmallIntegerField(verbose_name="增减")),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="movements",
                        to="booking.claim",
                        verbose_name="占用",
                    ),
                ),
                (
                    "share",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="movements",
                        to="booking.share",
                        verbose_name="份额",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="claim",
            name="share",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="claims",
                to="booking.share",
                verbose_name="份额",
            ),
        ),
        migrations.CreateModel(
            name="Wait",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("asked_by", models.BigIntegerField(null=True, verbose_name="谁办的")),
                ("key", models.CharField(max_length=64, verbose_name="办理编号")),
                ("count", models.PositiveSmallIntegerField(verbose_name="数量")),
                ("serial", models.PositiveIntegerField(verbose_name="序号")),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("waiting", "候补中"),
                            ("offered", "轮到了，等确认"),
                            ("taken", "已补上"),
                            ("lapsed", "没有及时确认"),
                            ("left", "已退出候补"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("passed", models.PositiveIntegerField(default=0, verbose_name="让过几次")),
                ("out_of_turn", models.CharField(blank=True, default="", max_length=160, verbose_name="提前的理由")),
                ("joined_at", models.DateTimeField(verbose_name="加入时间")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="结束时间")),
                (
                    "claim",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="wait",
                        to="booking.claim",
                        verbose_name="占用",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁的",
                    ),
                ),
                (
                    "share",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="waits",
                        to="booking.share",
                        verbose_name="份额",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="pool",
            constraint=models.UniqueConstraint(fields=("subject_kind", "subject_key"), name="booking_pool_once"),
        ),
        migrations.AddConstraint(
            model_name="pool",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("most", None), ("most__gt", 0), _connector="OR"),
                    models.Q(("hold_minutes", None), ("hold_minutes__gt", 0), _connector="OR"),
                    models.Q(("offer_minutes", None), ("offer_minutes__gt", 0), _connector="OR"),
                    models.Q(("last_day_minutes", None), ("last_day_minutes__gt", 0), _connector="OR"),
                ),
                name="booking_pool_numbers_count",
            ),
        ),
        migrations.AddConstraint(
            model_name="seat",
            constraint=models.UniqueConstraint(fields=("pool", "label"), name="booking_seat_once"),
        ),
        migrations.AddConstraint(
            model_name="seattaken",
            constraint=models.UniqueConstraint(
                condition=models.Q(("live", True)), fields=("seat",), name="booking_seat_taken_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="share",
            constraint=models.UniqueConstraint(fields=("pool", "name"), name="booking_share_once"),
        ),
        migrations.AddConstraint(
            model_name="share",
            constraint=models.CheckConstraint(
                condition=models.Q(("taken__lte", models.F("capacity"))), name="booking_share_not_oversold"
            ),
        ),
        migrations.AddConstraint(
            model_name="movement",
            constraint=models.UniqueConstraint(
                condition=models.Q(("delta__gt", 0)), fields=("claim",), name="booking_movement_taken_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="movement",
            constraint=models.UniqueConstraint(
                condition=models.Q(("delta__lt", 0)), fields=("claim",), name="booking_movement_returned_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="movement",
            constraint=models.CheckConstraint(
                condition=models.Q(("delta", 0), _negated=True), name="booking_movement_moves"
            ),
        ),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(
                condition=models.Q(("state", "held")), fields=["share", "held_until"], name="booking_claim_held"
            ),
        ),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(fields=["holder"], name="booking_claim_holder"),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.UniqueConstraint(
                fields=("asked_by", "key"), name="booking_claim_key_once", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.UniqueConstraint(
                condition=models.Q(("once", True), ("state__in", ("held", "confirmed"))),
                fields=("pool", "holder"),
                name="booking_claim_once_each",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(condition=models.Q(("count__gt", 0)), name="booking_claim_counts"),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        models.Q(("state", "held"), _negated=True), ("held_until__isnull", False), _connector="OR"
                    ),
                    models.Q(
                        models.Q(("ended_at", None), ("state__in", ("held", "confirmed"))),
                        models.Q(
                            models.Q(("state__in", ("held", "confirmed")), _negated=True), ("ended_at__isnull", False)
                        ),
                        _connector="OR",
                    ),
                ),
                name="booking_claim_state_whole",
            ),
        ),
        migrations.AddIndex(
            model_name="wait",
            index=models.Index(
                condition=models.Q(("stage", "waiting")), fields=["share", "serial"], name="booking_wait_next"
            ),
        ),
        migrations.AddIndex(
            model_name="wait",
            index=models.Index(fields=["holder"], name="booking_wait_holder"),
        ),
        migrations.AddConstraint(
            model_name="wait",
            constraint=models.UniqueConstraint(
                fields=("asked_by", "key"), name="booking_wait_key_once", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="wait",
            constraint=models.UniqueConstraint(fields=("share", "serial"), name="booking_wait_serial_once"),
        ),
        migrations.AddConstraint(
            model_name="wait",
            constraint=models.UniqueConstraint(
                condition=models.Q(("stage__in", ["waiting", "offered"])),
                fields=("share", "holder"),
                name="booking_wait_once_each",
            ),
        ),
        migrations.AddConstraint(
            model_name="wait",
            constraint=models.CheckConstraint(condition=models.Q(("count__gt", 0)), name="booking_wait_counts"),
        ),
        migrations.AddConstraint(
            model_name="wait",
            constraint=models.CheckConstraint(
                condition=models.Q(("stage__in", ["waiting", "left"]), ("claim__isnull", False), _connector="OR"),
                name="booking_wait_offer_is_held",
            ),
        ),
        migrations.AddConstraint(
            model_name="wait",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("stage__in", ["waiting", "offered"])),
                    models.Q(
                        models.Q(("stage__in", ["waiting", "offered"]), _negated=True), ("ended_at__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="booking_wait_ends",
            ),
        ),
        migrations.RunSQL(GUARDS, FREE),
    ]
