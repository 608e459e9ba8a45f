from django.db import migrations, models
from django.db.models import Q

STAY = """
CREATE TRIGGER review_guests_stay BEFORE UPDATE ON review_invitation FOR EACH ROW
  WHEN (ROW(OLD.employer, OLD.phone_tail) IS DISTINCT FROM ROW(NEW.employer, NEW.phone_tail)
    OR (NEW.phone_sealed <> '' AND NEW.phone_index <> OLD.phone_index)
    OR (OLD.phone_index = '' AND NEW.phone_index <> '')
    OR (OLD.confirmed_at IS NOT NULL AND NEW.confirmed_at IS DISTINCT FROM OLD.confirmed_at))
  EXECUTE FUNCTION review_refuse_change();
CREATE FUNCTION review_guest_is_confirmed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM review_invitation WHERE id = NEW.invitation_id AND phone_tail <> ''
    AND confirmed_at IS NULL) THEN
    RAISE EXCEPTION 'nobody has shown that the telephone of link % is theirs', NEW.invitation_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'review_guest_is_confirmed';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER review_guest_is_confirmed BEFORE INSERT ON review_opinion FOR EACH ROW
  WHEN (NEW.invitation_id IS NOT NULL) EXECUTE FUNCTION review_guest_is_confirmed();
"""
GO = """
DROP FUNCTION review_guest_is_confirmed() CASCADE;
DROP TRIGGER review_guests_stay ON review_invitation;
"""


class Migration(migrations.Migration):
    """Links that were made before stay as they are until they are used or over."""

    dependencies = [("review", "0004_lists_by_step")]

    operations = [
        migrations.AddField(
            "invitation",
            "employer",
            models.CharField(db_default="", default="", max_length=100, verbose_name="单位"),
        ),
        migrations.AddField(
            "invitation", "phone_sealed", models.TextField(db_default="", default="", verbose_name="手机号")
        ),
        migrations.AddField("invitation", "phone_index", models.CharField(db_default="", default="", max_length=43)),
        migrations.AddField(
            "invitation",
            "phone_tail",
            models.CharField(db_default="", default="", max_length=4, verbose_name="手机号末四位"),
        ),
        migrations.AddField("invitation", "code_id", models.BigIntegerField(null=True)),
        migrations.AddField("invitation", "confirmed_at", models.DateTimeField(null=True, verbose_name="核对时间")),
        migrations.AddConstraint(
            "invitation",
            models.CheckConstraint(
                condition=Q(phone_tail="", phone_sealed="", phone_index="", confirmed_at=None)
                | (~Q(phone_tail="") & ~Q(employer="")),
                name="review_invitation_is_reached",
            ),
        ),
        migrations.AddConstraint(
            "invitation",
            models.UniqueConstraint(
                fields=["case", "phone_index"],
                condition=Q(revoked_at=None) & ~Q(phone_index=""),
                name="review_one_person_one_step",
            ),
        ),
        migrations.RunSQL(STAY, GO),
    ]
