import django.db.models.functions.datetime
from django.db import migrations, models

import wenmai.journal.models

# The number of a transaction begins anew where a dump is restored; `shift` lets the order of telling go on from there.
ERA = """
CREATE TABLE journal_era (id smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1), shift bigint NOT NULL DEFAULT 0);
INSERT INTO journal_era DEFAULT VALUES;
CREATE FUNCTION journal_transaction() RETURNS bigint LANGUAGE sql VOLATILE AS $$
  SELECT pg_current_xact_id()::text::bigint + coalesce((SELECT shift FROM journal_era), 0)
$$;
CREATE FUNCTION journal_settled() RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint + coalesce((SELECT shift FROM journal_era), 0)
$$;
"""
UNERA = "DROP FUNCTION journal_settled(); DROP FUNCTION journal_transaction(); DROP TABLE journal_era;"

SEALS_STAY = """
CREATE FUNCTION journal_refuse_seal_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'journal seals are append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER journal_seals_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_seal
  FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse_seal_change();

CREATE FUNCTION journal_seal_follows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  before journal_seal;
BEGIN
  SELECT * INTO before FROM journal_seal ORDER BY number DESC LIMIT 1;
  IF NEW.number <> coalesce(before.number, 0) + 1 OR NEW.previous <> coalesce(before.digest, '')
     OR (NEW.first_transaction, NEW.first_id)
        <= (coalesce(before.last_transaction, -1), coalesce(before.last_id, -1)) THEN
    RAISE EXCEPTION 'journal seal % does not follow the last one', NEW.number USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER journal_seals_follow BEFORE INSERT ON journal_seal
  FOR EACH ROW EXECUTE FUNCTION journal_seal_follows();
"""
UNSEALS_STAY = """
DROP TRIGGER journal_seals_follow ON journal_seal; DROP FUNCTION journal_seal_follows();
DROP TRIGGER journal_seals_stay ON journal_seal; DROP FUNCTION journal_refuse_seal_change();
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_entries")]
    operations = [
        migrations.RunSQL(ERA, UNERA),
        migrations.AlterField(
            model_name="entry",
            name="transaction",
            field=models.BigIntegerField(db_default=wenmai.journal.models.Turn(), editable=False),
        ),
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("alg", models.CharField(max_length=20)),
                ("previous", models.CharField(max_length=128)),
                ("first_transaction", models.BigIntegerField()),
                ("first_id", models.BigIntegerField()),
                ("last_transaction", models.BigIntegerField()),
                ("last_id", models.BigIntegerField()),
                ("count", models.IntegerField()),
                ("entries", models.CharField(max_length=128)),
                ("outline", models.BinaryField()),
                ("sealed_at", models.DateTimeField()),
                ("digest", models.CharField(max_length=128, unique=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("count__gt", 0), ("number__gt", 0)), name="journal_seal_holds_something"
                    ),
                    models.UniqueConstraint(fields=("previous",), name="journal_seal_follows_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Verification",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="时间"),
                ),
                ("first", models.BigIntegerField()),
                ("last", models.BigIntegerField()),
                ("count", models.BigIntegerField()),
                ("code", models.CharField(blank=True, default="", max_length=30)),
                ("seal", models.BigIntegerField(null=True)),
                ("entry", models.BigIntegerField(null=True)),
            ],
        ),
        migrations.RunSQL(SEALS_STAY, UNSEALS_STAY),
    ]
