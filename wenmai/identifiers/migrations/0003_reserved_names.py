from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("identifiers", "0002_whose_it_is"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="identifier",
            index=models.Index(condition=models.Q(("state", "reserved")), fields=["id"], name="identifier_reserved"),
        ),
    ]
