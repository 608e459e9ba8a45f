import django.db.models.deletion
from django.db import migrations, models

SERIAL = "CREATE SEQUENCE identifiers_serial AS bigint MINVALUE 0 START 0;"

# The same table of transitions stands in rules/states.py; a test compares the two.
GUARDS = """
CREATE FUNCTION identifiers_guard_name() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'a name is never deleted: %', OLD.name USING ERRCODE = 'restrict_violation';
  END IF;
  IF (NEW.id, NEW.name, NEW.client, NEW.client_key, NEW.minted_at)
     IS DISTINCT FROM (OLD.id, OLD.name, OLD.client, OLD.client_key, OLD.minted_at) THEN
    RAISE EXCEPTION 'a name is never changed: %', OLD.name USING ERRCODE = 'restrict_violation';
  END IF;
  IF NOT OLD.state || '>' || NEW.state = ANY (ARRAY[
       'reserved>registered', 'reserved>redirected', 'reserved>withdrawn', 'registered>redirected',
       'registered>withdrawn', 'redirected>redirected', 'redirected>registered', 'redirected>reserved',
       'redirected>withdrawn', 'withdrawn>registered', 'withdrawn>reserved']) THEN
    RAISE EXCEPTION 'a name does not go from % to %: %', OLD.state, NEW.state, OLD.name
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER identifiers_name_guard BEFORE UPDATE OR DELETE ON identifiers_identifier
  FOR EACH ROW EXECUTE FUNCTION identifiers_guard_name();

CREATE FUNCTION identifiers_guard_location() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.valid_to IS NOT NULL OR NEW.valid_to IS NULL
     OR (NEW.id, NEW.identifier_id, NEW.address, NEW.kind, NEW.rank, NEW.valid_from)
        IS DISTINCT FROM (OLD.id, OLD.identifier_id, OLD.address, OLD.kind, OLD.rank, OLD.valid_from) THEN
    RAISE EXCEPTION 'a location is closed, never changed or deleted' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER identifiers_location_guard BEFORE UPDATE OR DELETE ON identifiers_location
  FOR EACH ROW EXECUTE FUNCTION identifiers_guard_location();
"""
UNGUARD = """
DROP TRIGGER identifiers_location_guard ON identifiers_location;
DROP FUNCTION identifiers_guard_location();
DROP TRIGGER identifiers_name_guard ON identifiers_identifier;
DROP FUNCTION identifiers_guard_name();
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Identifier",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=256, verbose_name="标识符")),
                ("client", models.CharField(max_length=60, verbose_name="申请方")),
                ("client_key", models.CharField(max_length=500, verbose_name="申请方内编号")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("reserved", "已预留"),
                            ("registered", "已注册"),
                            ("redirected", "已转向"),
                            ("withdrawn", "已撤销"),
                        ],
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("title", models.CharField(default="", max_length=500, verbose_name="题名")),
                ("reason", models.CharField(default="", max_length=500, verbose_name="撤销原因")),
                ("withdrawn_at", models.DateTimeField(null=True, verbose_name="撤销时间")),
                ("minted_at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "target",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identifiers.identifier",
                        verbose_name="转向",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Location",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("address", models.CharField(max_length=1000, verbose_name="地址")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("page", "页面"),
                            ("file", "文件"),
                            ("metadata", "元数据"),
                            ("copy", "副本"),
                        ],
                        max_length=8,
                        verbose_name="类别",
                    ),
                ),
                ("rank", models.SmallIntegerField(default=100, verbose_name="次序")),
                ("valid_from", models.DateTimeField(verbose_name="起")),
                ("valid_to", models.DateTimeField(null=True, verbose_name="止")),
                (
                    "identifier",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="locations",
                        to="identifiers.identifier",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="identifier",
            index=models.Index(
                condition=models.Q(("target__isnull", False)), fields=["target"], name="identifier_target"
            ),
        ),
        migrations.AddConstraint(
            model_name="identifier",
            constraint=models.UniqueConstraint(fields=("name",), name="identifier_name_once"),
        ),
        migrations.AddConstraint(
            model_name="identifier",
            constraint=models.UniqueConstraint(fields=("client", "client_key"), name="identifier_minted_once"),
        ),
        migrations.AddConstraint(
            model_name="identifier",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["reserved", "registered", "redirected", "withdrawn"])),
                name="identifier_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="identifier",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "redirected"), ("target__isnull", False)),
                    models.Q(models.Q(("state", "redirected"), _negated=True), ("target__isnull", True)),
                    _connector="OR",
                ),
                name="identifier_redirect_has_target",
            ),
        ),
        migrations.AddConstraint(
            model_name="identifier",
            constraint=models.CheckConstraint(
                condition=models.Q(("target", models.F("id")), _negated=True),
                name="identifier_target_is_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="identifier",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("state", "withdrawn"),
                        ("withdrawn_at__isnull", False),
                        models.Q(("reason", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("state", "withdrawn"), _negated=True),
                        ("reason", ""),
                        ("withdrawn_at__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="identifier_tombstone_complete",
            ),
        ),
        migrations.AddIndex(
            model_name="location",
            index=models.Index(fields=["address"], name="location_address"),
        ),
        migrations.AddIndex(
            model_name="location",
            index=models.Index(
                condition=models.Q(("valid_to__isnull", False)), fields=["identifier"], name="location_past"
            ),
        ),
        migrations.AddConstraint(
            model_name="location",
            constraint=models.UniqueConstraint(
                condition=models.Q(("valid_to__isnull", True)),
                fields=("identifier", "address"),
                name="location_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="location",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to__isnull", True), ("valid_to__gte", models.F("valid_from")), _connector="OR"
                ),
                name="location_ends_after_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="location",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["page", "file", "metadata", "copy"])),
                name="location_kind_known",
            ),
        ),
        migrations.RunSQL(SERIAL, "DROP SEQUENCE identifiers_serial;"),
        migrations.RunSQL(GUARDS, UNGUARD),
    ]
