from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0043_other_nodes_recognised"),
    ]

    operations = [
        migrations.AlterField(
            model_name="rolegrant",
            name="role",
            field=models.CharField(
                choices=[
                    ("platform_admin", "平台管理员"),
                    ("organisation_admin", "机构管理员"),
                    ("cataloguer", "资源编目员"),
                    ("reviewer", "审核员"),
                    ("first_reviewer", "初审员"),
                    ("second_reviewer", "复审员"),
                    ("final_reviewer", "终审员"),
                    ("inspector", "质检员"),
                    ("security_admin", "安全管理员"),
                    ("village_admin", "村级管理员"),
                    ("venue_manager", "场馆管理员"),
                    ("activity_officer", "活动专员"),
                    ("door_staff", "现场人员"),
                    ("auditor", "安全审计员"),
                ],
                max_length=40,
                verbose_name="角色",
            ),
        ),
    ]
