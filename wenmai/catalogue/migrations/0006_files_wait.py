from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Files that are there already stay as public as they were."""

    dependencies = [("catalogue", "0005_mentions")]
    operations = [
        migrations.AddField(
            model_name="attachment",
            name="shown",
            field=models.BooleanField(db_default=True, default=True, verbose_name="已公开"),
        ),
        migrations.AddIndex(
            model_name="attachment",
            index=models.Index(condition=Q(shown=False), fields=["id"], name="catalogue_files_waiting"),
        ),
    ]
