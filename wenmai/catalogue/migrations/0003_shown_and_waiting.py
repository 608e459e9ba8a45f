from django.db import migrations, models
from django.db.models import F, Q

# What earlier batches did, as far as it can be known.
KNOWN = """
UPDATE catalogue_intake i SET published = true FROM catalogue_feed f WHERE f.id = i.feed_id AND f.on_arrival = 'publish';
UPDATE catalogue_withdrawal w SET state_before = 'held' FROM catalogue_record r
WHERE r.id = w.record_id AND r.shown_version IS NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0002_versions_stay")]
    operations = [
        migrations.RemoveIndex(model_name="record", name="catalogue_to_review"),
        migrations.AddField(
            model_name="intake",
            name="published",
            field=models.BooleanField(db_default=False, default=False, verbose_name="到馆即发布"),
        ),
        migrations.AddField(
            model_name="withdrawal",
            name="state_before",
            field=models.CharField(
                choices=[("held", "待审"), ("published", "已发布"), ("withdrawn", "已下架")],
                db_default="published",
                default="published",
                max_length=10,
            ),
        ),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(
                condition=Q(deleted_at=None)
                & ~Q(state="withdrawn")
                & (Q(shown_version=None) | ~Q(shown_version=F("version"))),
                fields=["id", "feed"],
                name="catalogue_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(
                condition=Q(visible=True) & ~Q(creator=""), fields=["creator", "id"], name="catalogue_of_creator"
            ),
        ),
    ]
