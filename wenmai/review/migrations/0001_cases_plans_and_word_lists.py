import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("institutions", "0004_places_in_order"),
    ]

    operations = [
        migrations.CreateModel(
            name="ListVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.IntegerField(verbose_name="版本")),
                (
                    "words",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), size=None, verbose_name="词"
                    ),
                ),
                ("note", models.CharField(blank=True, default="", max_length=200, verbose_name="来源或依据")),
                ("entered_by", models.BigIntegerField(null=True, verbose_name="交来的人编号")),
                ("entered_by_name", models.CharField(max_length=100, verbose_name="交来的人")),
                ("entered_at", models.DateTimeField(verbose_name="交来时间")),
                ("in_force", models.BooleanField(db_default=False, default=False, verbose_name="在用")),
                ("activated_by", models.BigIntegerField(null=True, verbose_name="启用人编号")),
                ("activated_by_name", models.CharField(blank=True, default="", max_length=100, verbose_name="启用人")),
                ("activated_at", models.DateTimeField(null=True, verbose_name="启用时间")),
            ],
        ),
        migrations.CreateModel(
            name="WordList",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60, unique=True, verbose_name="名称")),
            ],
        ),
        migrations.CreateModel(
            name="Case",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=40, verbose_name="类别")),
                ("key", models.CharField(max_length=100, verbose_name="编号")),
                ("hash", models.BinaryField(max_length=64, verbose_name="内容摘要")),
                ("title", models.CharField(max_length=200, verbose_name="题名")),
                ("author_id", models.BigIntegerField(null=True, verbose_name="作者编号")),
                ("apart", models.BooleanField(default=True, verbose_name="作者不审自己的")),
                ("step", models.SmallIntegerField(db_default=0, default=0, verbose_name="已过步数")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "在审"),
                            ("approved", "已通过"),
                            ("returned", "已退回"),
                            ("refused", "不予通过"),
                            ("superseded", "内容已改"),
                        ],
                        db_default="open",
                        default="open",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("stands", models.BooleanField(db_default=False, default=False, verbose_name="有效")),
                ("hit_count", models.IntegerField(db_default=0, default=0, verbose_name="词表命中")),
                ("due_on", models.DateField(verbose_name="到期日")),
                ("opened_at", models.DateTimeField(verbose_name="提交时间")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="结束时间")),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="institutions.organisation",
                        verbose_name="机构",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("step", models.SmallIntegerField(verbose_name="第几步")),
                ("name", models.CharField(max_length=60, verbose_name="姓名")),
                ("digest", models.BinaryField(max_length=32, unique=True)),
                ("until", models.DateTimeField(verbose_name="有效至")),
                ("made_by", models.BigIntegerField(null=True, verbose_name="邀请人编号")),
                ("made_by_name", models.CharField(max_length=100, verbose_name="邀请人")),
                ("made_at", models.DateTimeField(verbose_name="邀请时间")),
                ("revoked_at", models.DateTimeField(null=True, verbose_name="收回时间")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="invitations", to="review.case"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Hit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("word", models.CharField(max_length=40, verbose_name="词")),
                ("field", models.CharField(max_length=60, verbose_name="栏")),
                ("before", models.CharField(max_length=40)),
                ("found", models.CharField(max_length=40)),
                ("after", models.CharField(max_length=40)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="hits", to="review.case"
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="review.listversion",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Opinion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("step", models.SmallIntegerField(verbose_name="第几步")),
                (
                    "verdict",
                    models.CharField(
                        choices=[("pass", "通过"), ("return", "退回修改"), ("refuse", "不予通过")],
                        max_length=10,
                        verbose_name="结论",
                    ),
                ),
                ("words", models.CharField(blank=True, default="", max_length=1000, verbose_name="意见")),
                ("reviewer_id", models.BigIntegerField(null=True, verbose_name="审核人编号")),
                ("reviewer_name", models.CharField(max_length=100, verbose_name="审核人")),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opinions",
                        to="review.case",
                    ),
                ),
                (
                    "invitation",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="review.invitation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Plan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(blank=True, default="", max_length=40, verbose_name="类别")),
                ("step_count", models.SmallIntegerField(verbose_name="步数")),
                ("is_default", models.BooleanField(default=False, verbose_name="本系统默认")),
                ("entered_by", models.BigIntegerField(null=True, verbose_name="设定人编号")),
                ("entered_by_name", models.CharField(blank=True, default="", max_length=100, verbose_name="设定人")),
                ("entered_at", models.DateTimeField(verbose_name="设定时间")),
                ("replaced_at", models.DateTimeField(null=True, verbose_name="换下时间")),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="institutions.organisation",
                        verbose_name="机构",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="case",
            name="plan",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="review.plan",
                verbose_name="步骤",
            ),
        ),
        migrations.CreateModel(
            name="PlanStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.SmallIntegerField(verbose_name="次序")),
                ("name", models.CharField(max_length=20, verbose_name="名称")),
                ("permission", models.CharField(max_length=40, verbose_name="权限")),
                ("days", models.SmallIntegerField(verbose_name="工作日")),
                (
                    "plan",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="review.plan",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TakeDown",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=40, verbose_name="类别")),
                ("key", models.CharField(max_length=100, verbose_name="编号")),
                ("title", models.CharField(max_length=200, verbose_name="题名")),
                ("reason", models.CharField(max_length=500, verbose_name="理由")),
                ("by_id", models.BigIntegerField(null=True, verbose_name="下架人编号")),
                ("by_name", models.CharField(max_length=100, verbose_name="下架人")),
                ("at", models.DateTimeField(verbose_name="下架时间")),
                ("proposed_words", models.CharField(blank=True, default="", max_length=500, verbose_name="恢复的理由")),
                ("proposed_by", models.BigIntegerField(null=True, verbose_name="提出恢复的人编号")),
                (
                    "proposed_by_name",
                    models.CharField(blank=True, default="", max_length=100, verbose_name="提出恢复的人"),
                ),
                ("proposed_at", models.DateTimeField(null=True, verbose_name="提出时间")),
                ("confirmed_by", models.BigIntegerField(null=True, verbose_name="同意恢复的人编号")),
                (
                    "confirmed_by_name",
                    models.CharField(blank=True, default="", max_length=100, verbose_name="同意恢复的人"),
                ),
                ("restored_at", models.DateTimeField(null=True, verbose_name="恢复时间")),
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
        migrations.AddField(
            model_name="listversion",
            name="list",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="versions",
                to="review.wordlist",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__gt", models.F("made_at"))), name="review_invitation_ends"
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="review_invitation_is_for_somebody"
            ),
        ),
        migrations.AddConstraint(
            model_name="opinion",
            constraint=models.UniqueConstraint(fields=("case", "step"), name="review_one_opinion_a_step"),
        ),
        migrations.AddConstraint(
            model_name="opinion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("reviewer_id__isnull", False)),
                fields=("case", "reviewer_id"),
                name="review_different_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="opinion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("invitation__isnull", False)),
                fields=("case", "reviewer_name"),
                name="review_different_people_outside",
            ),
        ),
        migrations.AddConstraint(
            model_name="opinion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("invitation__isnull", False)),
                fields=("invitation",),
                name="review_invitation_used_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="opinion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reviewer_id", None), ("invitation__isnull", False)),
                    models.Q(("reviewer_id__isnull", False), ("invitation", None)),
                    _connector="OR",
                ),
                name="review_opinion_is_somebodys",
            ),
        ),
        migrations.AddConstraint(
            model_name="opinion",
            constraint=models.CheckConstraint(
                condition=models.Q(("verdict", "pass"), models.Q(("words", ""), _negated=True), _connector="OR"),
                name="review_no_without_words",
            ),
        ),
        migrations.AddConstraint(
            model_name="opinion",
            constraint=models.CheckConstraint(
                condition=models.Q(("verdict__in", ["pass", "return", "refuse"])), name="review_verdict_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.UniqueConstraint(
                condition=models.Q(("replaced_at", None)),
                fields=("organisation", "kind"),
                name="review_plan_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(("step_count__gte", 1), ("step_count__lte", 9)), name="review_plan_has_steps"
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["kind", "key", "-id"], name="review_of_subject"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("state", "open")), fields=["organisation", "due_on", "id"], name="review_waiting"
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("author_id__isnull", False)), fields=["author_id", "-id"], name="review_of_author"
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")), fields=("kind", "key"), name="review_one_open_case"
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.UniqueConstraint(
                condition=models.Q(("stands", True)), fields=("kind", "key"), name="review_one_stands"
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(("stands", False), ("state", "approved"), _connector="OR"),
                name="review_what_stands_is_approved",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "open"), ("ended_at", None)),
                    models.Q(models.Q(("state", "open"), _negated=True), ("ended_at__isnull", False)),
                    _connector="OR",
                ),
                name="review_ended_at_a_moment",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("kind", ""), _negated=True), models.Q(("key", ""), _negated=True)),
                name="review_case_is_of_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="planstep",
            constraint=models.UniqueConstraint(fields=("plan", "number"), name="review_step_once"),
        ),
        migrations.AddConstraint(
            model_name="planstep",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 1), ("number__lte", 9)), name="review_step_numbered"
            ),
        ),
        migrations.AddConstraint(
            model_name="planstep",
            constraint=models.CheckConstraint(
                condition=models.Q(("days__gte", 1), ("days__lte", 60)), name="review_step_has_days"
            ),
        ),
        migrations.AddConstraint(
            model_name="planstep",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("name", ""), _negated=True), models.Q(("permission", ""), _negated=True)),
                name="review_step_is_named",
            ),
        ),
        migrations.AddIndex(
            model_name="takedown",
            index=models.Index(fields=["organisation", "-id"], name="review_down_where"),
        ),
        migrations.AddConstraint(
            model_name="takedown",
            constraint=models.UniqueConstraint(
                condition=models.Q(("restored_at", None)), fields=("kind", "key"), name="review_down_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="takedown",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="review_down_for_a_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="takedown",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("proposed_at", None), ("proposed_by", None), ("proposed_words", "")),
                    models.Q(
                        ("proposed_at__isnull", False),
                        ("proposed_by__isnull", False),
                        models.Q(("proposed_words", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="review_restoring_has_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="takedown",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("confirmed_by", None), ("restored_at", None)),
                    models.Q(
                        ("confirmed_by__isnull", False),
                        ("proposed_by__isnull", False),
                        ("restored_at__isnull", False),
                        models.Q(("confirmed_by", models.F("proposed_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="review_two_restore",
            ),
        ),
        migrations.AddConstraint(
            model_name="listversion",
            constraint=models.UniqueConstraint(fields=("list", "number"), name="review_list_version_once"),
        ),
        migrations.AddConstraint(
            model_name="listversion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("in_force", True)), fields=("list",), name="review_list_in_force_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="listversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("words__len__gte", 1), ("words__len__lte", 20000)), name="review_list_has_words"
            ),
        ),
        migrations.AddConstraint(
            model_name="listversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("in_force", False), ("activated_by__isnull", False), _connector="OR"),
                name="review_list_by_a_person",
            ),
        ),
    ]
