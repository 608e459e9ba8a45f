import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Captions are files of a record that belong to another of its files. The previous release knows of none."""

    dependencies = [("catalogue", "0007_graded_by"), ("files", "0001_stored_objects")]
    operations = [
        migrations.RemoveConstraint(model_name="attachment", name="catalogue_attachment_once"),
        migrations.AddField(
            model_name="attachment",
            name="captions_of",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="captions",
                to="catalogue.attachment",
                verbose_name="字幕属于",
            ),
        ),
        migrations.AddField(
            model_name="attachment",
            name="language",
            field=models.CharField(db_default="", default="", max_length=35, verbose_name="语种"),
        ),
        migrations.AddConstraint(
            model_name="attachment",
            constraint=models.UniqueConstraint(
                fields=("record", "object", "captions_of"), name="catalogue_attachment_once", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="attachment",
            constraint=models.UniqueConstraint(fields=("captions_of", "language"), name="catalogue_captions_once"),
        ),
        migrations.AddConstraint(
            model_name="attachment",
            constraint=models.CheckConstraint(
                condition=Q(captions_of=None, language="") | (Q(captions_of__isnull=False) & ~Q(language="")),
                name="catalogue_captions_have_language",
            ),
        ),
    ]
