from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0031_scopes_by_institution"),
    ]

    operations = [
        migrations.CreateModel(
            name="Unmasking",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField(db_index=True, verbose_name="时间")),
                ("actor_id", models.BigIntegerField(verbose_name="查看人编号")),
                ("person_id", models.BigIntegerField(db_index=True, verbose_name="被查看人编号")),
                ("reason", models.CharField(max_length=20, verbose_name="缘由")),
                ("words", models.CharField(blank=True, default="", max_length=200, verbose_name="说明")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reason__in", ["call_back", "check", "urgent"]),
                            models.Q(("reason", "other"), models.Q(("words", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="people_unmasking_has_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("actor_id", models.F("person_id")), _negated=True),
                        name="people_unmasking_of_another",
                    ),
                ],
            },
        ),
    ]
