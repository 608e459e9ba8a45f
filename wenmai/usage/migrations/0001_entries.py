import django.db.models.functions.datetime
from django.db import migrations, models

ENTRIES = """
CREATE SEQUENCE usage_entry_serial AS bigint;
CREATE TABLE usage_entry (
  at timestamptz NOT NULL DEFAULT statement_timestamp(),
  id bigint NOT NULL DEFAULT nextval('usage_entry_serial'),
  kind varchar(40) NOT NULL,
  subject_kind varchar(40) NOT NULL,
  subject_key varchar(256) NOT NULL,
  organisation_id bigint,
  counted boolean NOT NULL,
  PRIMARY KEY (at, id)
) PARTITION BY RANGE (at);
ALTER SEQUENCE usage_entry_serial OWNED BY usage_entry.id;
CREATE INDEX usage_subject ON usage_entry (subject_kind, subject_key, at);
CREATE TABLE usage_entry_default PARTITION OF usage_entry DEFAULT;
"""

# A trigger per row, because only such ones are handed on to partitions.
GUARD = """
CREATE FUNCTION usage_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'usage entries are append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER usage_append_only BEFORE UPDATE OR DELETE ON usage_entry
  FOR EACH ROW EXECUTE FUNCTION usage_refuse_change();
"""
UNGUARD = "DROP TRIGGER usage_append_only ON usage_entry; DROP FUNCTION usage_refuse_change();"

# Made beside and attached, which does not hold up writers. Entries that came before their partition move into it.
PARTITIONS = """
CREATE FUNCTION usage_make_partition(first date) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  partition text := 'usage_entry_' || to_char(first, 'YYYYMM');
  low timestamptz := first::timestamp AT TIME ZONE 'UTC';
  high timestamptz := (first + interval '1 month') AT TIME ZONE 'UTC';
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('usage_make_partition'));
  IF to_regclass(partition) IS NOT NULL THEN
    RETURN false;
  END IF;
  EXECUTE format('CREATE TABLE %I (LIKE usage_entry INCLUDING DEFAULTS INCLUDING INDEXES)', partition);
  IF EXISTS (SELECT FROM usage_entry_default WHERE at >= low AND at < high) THEN
    ALTER TABLE usage_entry_default DISABLE TRIGGER USER;
    EXECUTE format('WITH moved AS (DELETE FROM usage_entry_default WHERE at >= %L AND at < %L RETURNING *)'
                   ' INSERT INTO %I SELECT * FROM moved', low, high, partition);
    ALTER TABLE usage_entry_default ENABLE TRIGGER USER;
  END IF;
  EXECUTE format('ALTER TABLE usage_entry ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', partition, low, high);
  RETURN true;
END $$;
SELECT usage_make_partition(month::date) FROM generate_series(
  date_trunc('month', now() AT TIME ZONE 'UTC'), now() AT TIME ZONE 'UTC' + interval '3 months', interval '1 month'
) AS month;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="DailyCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(verbose_name="日期")),
                ("kind", models.CharField(max_length=40, verbose_name="类别")),
                ("subject_kind", models.CharField(max_length=40, verbose_name="对象类别")),
                ("subject_key", models.CharField(max_length=256, verbose_name="对象")),
                ("organisation_id", models.BigIntegerField(null=True, verbose_name="机构编号")),
                ("count", models.BigIntegerField(verbose_name="次数")),
                ("robot_count", models.BigIntegerField(verbose_name="不计数的次数")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["subject_kind", "subject_key", "day"], name="usage_daily_subject"),
                    models.Index(fields=["organisation_id", "day"], name="usage_daily_organisation"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("day", "kind", "subject_kind", "subject_key", "organisation_id"),
                        name="usage_daily_once",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(ENTRIES, "DROP TABLE usage_entry CASCADE;")],
            state_operations=[
                migrations.CreateModel(
                    name="Entry",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "at", "id", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(), verbose_name="时间"
                            ),
                        ),
                        ("id", models.BigIntegerField()),
                        ("kind", models.CharField(max_length=40, verbose_name="类别")),
                        ("subject_kind", models.CharField(max_length=40, verbose_name="对象类别")),
                        ("subject_key", models.CharField(max_length=256, verbose_name="对象")),
                        ("organisation_id", models.BigIntegerField(null=True, verbose_name="机构编号")),
                        ("counted", models.BooleanField(default=True, verbose_name="计数")),
                    ],
                    options={
                        "indexes": [models.Index(fields=["subject_kind", "subject_key", "at"], name="usage_subject")],
                    },
                ),
            ],
        ),
        migrations.CreateModel(
            name="Watermark",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("rolled_until", models.DateTimeField()),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="usage_watermark_one")],
            },
        ),
        migrations.RunSQL(GUARD, UNGUARD),
        migrations.RunSQL(PARTITIONS, "DROP FUNCTION usage_make_partition(date);"),
    ]
