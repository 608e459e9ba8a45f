from typing import Any

from django.db import migrations, models

from wenmai.lib import vault

PURPOSE = "portal.report_contact"
BATCH = 500


def seal(apps: Any, schema_editor: Any) -> None:
    """What citizens left so far. The previous release may write meanwhile: nothing plain gets in any more."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("LOCK TABLE portal_report IN SHARE ROW EXCLUSIVE MODE")
        last = 0
        while True:
            cursor.execute(
                "SELECT id, contact FROM portal_report WHERE id > %s AND contact <> '' ORDER BY id LIMIT %s",
                [last, BATCH],
            )
            rows = cursor.fetchall()
            if not rows:
                return
            last = rows[-1][0]
            cursor.executemany(
                "UPDATE portal_report SET contact_sealed = %s, contact = '' WHERE id = %s",
                [(vault.seal(contact, purpose=PURPOSE), number) for number, contact in rows],
            )


def open_again(apps: Any, schema_editor: Any) -> None:
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT id, contact_sealed FROM portal_report WHERE contact_sealed <> ''")
        cursor.executemany(
            "UPDATE portal_report SET contact = %s, contact_sealed = '' WHERE id = %s",
            [(vault.unseal(sealed, purpose=PURPOSE), number) for number, sealed in cursor.fetchall()],
        )


class Migration(migrations.Migration):
    dependencies = [("portal", "0002_report_organisation")]

    operations = [
        migrations.AddField("report", "contact_sealed", models.TextField(blank=True, db_default="", default="")),
        migrations.RunPython(seal, open_again),
        # The column stays for one release, empty: the previous one still names it when it reads and writes.
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField("report", "contact")],
            database_operations=[
                migrations.RunSQL(
                    "ALTER TABLE portal_report ALTER contact SET DEFAULT '',"
                    " ADD CONSTRAINT report_contact_is_sealed CHECK (contact = '')",
                    "ALTER TABLE portal_report ALTER contact DROP DEFAULT, DROP CONSTRAINT report_contact_is_sealed",
                )
            ],
        ),
    ]
