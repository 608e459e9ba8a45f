import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("activities", "0002_draws_notices_and_groups"),
        ("booking", "0002_things_and_stays"),
    ]

    operations = [
        migrations.CreateModel(
            name="Arrival",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("heads", models.SmallIntegerField(verbose_name="几人")),
                (
                    "way",
                    models.CharField(
                        choices=[("ticket", "扫码"), ("name", "报姓名"), ("count", "数人头")],
                        max_length=6,
                        verbose_name="怎样签到",
                    ),
                ),
                ("key", models.CharField(max_length=64, verbose_name="办理编号")),
                ("by", models.BigIntegerField(null=True, verbose_name="谁办的")),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "claim",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="booking.claim",
                        verbose_name="现场名额",
                    ),
                ),
                (
                    "enrolment",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="arrival",
                        to="activities.enrolment",
                        verbose_name="报名",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="arrivals",
                        to="activities.session",
                        verbose_name="场次",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["session", "-at"], name="activities_arrival_of")],
                "constraints": [
                    models.UniqueConstraint(fields=("session", "key"), name="activities_arrival_key_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("enrolment__isnull", False),
                                ("heads__gt", 0),
                                models.Q(("way", "count"), _negated=True),
                            ),
                            models.Q(("enrolment", None), ("way", "count"), models.Q(("heads", 0), _negated=True)),
                            _connector="OR",
                        ),
                        name="activities_arrival_counts",
                    ),
                ],
            },
        ),
    ]
