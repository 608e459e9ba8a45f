from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0017_agreements"),
    ]

    operations = [
        migrations.CreateModel(
            name="Enforcement",
            fields=[
                ("rule", models.CharField(max_length=60, primary_key=True, serialize=False, verbose_name="规则")),
                ("at", models.DateTimeField(verbose_name="上次执行")),
                ("last_rows", models.BigIntegerField(default=0, verbose_name="上次处理的行数")),
                ("all_rows", models.BigIntegerField(default=0, verbose_name="一共处理的行数")),
            ],
        ),
    ]
