import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("institutions", "0003_dispersed_and_differing"),
        ("people", "0010_directories"),
    ]

    operations = [
        migrations.CreateModel(
            name="RoleRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("role", models.CharField(max_length=40, verbose_name="角色")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "等答复"),
                            ("given", "已同意"),
                            ("declined", "没有同意"),
                            ("withdrawn", "已撤回"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("asked_at", models.DateTimeField(verbose_name="申请时间")),
                ("answered_at", models.DateTimeField(null=True, verbose_name="答复时间")),
                ("answered_by", models.CharField(default="", max_length=60, verbose_name="答复人")),
            ],
        ),
        migrations.CreateModel(
            name="Separation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("person", "同一人"), ("subject", "同一件事")], max_length=10, verbose_name="范围"
                    ),
                ),
                ("one", models.CharField(max_length=40, verbose_name="职责")),
                ("other", models.CharField(max_length=40, verbose_name="另一职责")),
                ("is_on", models.BooleanField(default=True, verbose_name="启用")),
            ],
        ),
        migrations.AddField(
            model_name="rolegrant",
            name="delegated_from",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="people.rolegrant",
                verbose_name="委托自",
            ),
        ),
        migrations.AddField(
            model_name="rolegrant",
            name="given_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="给予人",
            ),
        ),
        migrations.AddField(
            model_name="rolegrant",
            name="reviewed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="复核时间"),
        ),
        migrations.AddField(
            model_name="rolegrant",
            name="until",
            field=models.DateTimeField(blank=True, null=True, verbose_name="有效至"),
        ),
        migrations.AlterField(
            model_name="identity",
            name="user",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="账号",
            ),
        ),
        migrations.AlterField(
            model_name="rolegrant",
            name="role",
            field=models.CharField(
                choices=[
                    ("platform_admin", "平台管理员"),
                    ("organisation_admin", "机构管理员"),
                    ("cataloguer", "资源编目员"),
                    ("reviewer", "审核员"),
                    ("inspector", "质检员"),
                    ("security_admin", "安全管理员"),
                    ("village_admin", "村级管理员"),
                    ("auditor", "安全审计员"),
                ],
                max_length=40,
                verbose_name="角色",
            ),
        ),
        migrations.AddConstraint(
            model_name="rolegrant",
            constraint=models.CheckConstraint(
                condition=models.Q(("delegated_from", None), ("until__isnull", False), _connector="OR"),
                name="people_delegation_ends",
            ),
        ),
        migrations.AddField(
            model_name="rolerequest",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="institutions.organisation",
                verbose_name="机构",
            ),
        ),
        migrations.AddField(
            model_name="rolerequest",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="人员",
            ),
        ),
        migrations.AddConstraint(
            model_name="separation",
            constraint=models.UniqueConstraint(fields=("kind", "one", "other"), name="people_separation_once"),
        ),
        migrations.AddConstraint(
            model_name="separation",
            constraint=models.CheckConstraint(
                condition=models.Q(("one__lt", models.F("other"))), name="people_separation_ordered"
            ),
        ),
        migrations.AddIndex(
            model_name="rolerequest",
            index=models.Index(
                condition=models.Q(("state", "waiting")),
                fields=["organisation", "asked_at"],
                name="people_request_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="rolerequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "waiting")),
                fields=("user", "role", "organisation"),
                name="people_request_waits_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="rolerequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answered_at", None), ("state", "waiting")),
                    models.Q(models.Q(("state", "waiting"), _negated=True), ("answered_at__isnull", False)),
                    _connector="OR",
                ),
                name="people_request_answered",
            ),
        ),
    ]
