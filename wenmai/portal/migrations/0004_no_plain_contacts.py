from django.db import migrations, models


class Migration(migrations.Migration):
    """The column of contacts in plain words, empty since the last release, which no longer names it."""

    dependencies = [("portal", "0003_sealed_contacts")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE portal_report DROP COLUMN contact",
            "ALTER TABLE portal_report ADD COLUMN contact varchar(100) NOT NULL DEFAULT ''"
            " CONSTRAINT report_contact_is_sealed CHECK (contact = '')",
        ),
        migrations.AddConstraint(
            "report",
            models.CheckConstraint(
                condition=models.Q(contact_sealed="")
                | models.Q(contact_sealed__regex=r"^[0-9A-Za-z]+\.[-_0-9A-Za-z]{38,}$"),
                name="report_contact_is_sealed",
            ),
        ),
    ]
