from django.db import migrations

FORWARD = """
UPDATE catalogue_feed f SET closed_at = s.closed_at FROM harvest_source s
  WHERE s.feed_id = f.id AND s.closed_at IS NOT NULL AND f.closed_at IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0010_closed_feeds"), ("harvest", "0004_rejects_pruned")]
    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
