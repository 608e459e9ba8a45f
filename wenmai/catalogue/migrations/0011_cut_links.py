import django.db.models.deletion
from django.db import migrations, models


def _to_record(index: bool = False) -> "models.ForeignKey[object, object]":
    return models.ForeignKey(
        db_index=index, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="catalogue.record"
    )


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0010_closed_feeds")]
    operations = [
        migrations.CreateModel(
            name="Cut",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "whole_id",
                        "part_id",
                        "through_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("part", _to_record()),
                ("through", _to_record(index=True)),
                ("whole", _to_record()),
            ],
        ),
    ]
