"""What has to be true of activities and no constraint can hold, asked of the database for `wenmai check`."""

from collections.abc import Iterator

from django.db import connection

from wenmai.activities.models import Draw
from wenmai.activities.rules.draws import Entry, commitment_of, drawn
from wenmai.lib.upkeep import Finding

_NAMED, _BATCH = 5, 200
_LOST = """
SELECT e.id FROM activities_enrolment e JOIN booking_claim c ON c.id = e.claim_id
WHERE e.standing IN ('confirmed', 'checked_in') AND c.state NOT IN ('held', 'confirmed') ORDER BY e.id"""
_STRANGE = """
SELECT DISTINCT e.id FROM activities_enrolment e JOIN activities_session s ON s.id = e.session_id
JOIN booking_claim c ON c.id = e.claim_id JOIN booking_share h ON h.id = c.share_id
WHERE h.pool_id IS DISTINCT FROM s.pool_id ORDER BY e.id"""
_ROOMS = """
SELECT s.id FROM activities_session s JOIN booking_stay b ON b.id = s.stay_id
WHERE s.begins_at > now()
  AND (b.state NOT IN ('held', 'confirmed') OR (b.starts_at, b.ends_at) <> (s.begins_at, s.ends_at))
ORDER BY s.id"""
# What is looked at, how it is found, and what a person does where no machine may.
_HOLDS = (
    ("Enrolments that count and have lost their places", _LOST, "open them in the desk: give places again or say no"),
    ("Enrolments with places of another session", _STRANGE, "restore the last backup: no page can do this"),
    ("Sessions to come without their venue at their time", _ROOMS, "open them in the desk and take the venue again"),
)  # fmt: skip


def findings() -> Iterator[Finding]:
    for sentence, statement, advice in _HOLDS:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            found = [row[0] for row in cursor.fetchall()]
        yield Finding(not found, f"{sentence}: {_counted(found)}", advice)
    odd = list(odd_draws())
    yield Finding(
        not odd, f"Sessions whose draw comes out otherwise when it is done again: {_counted(odd)}",
        "compare the page of the draw with the journal, and tell those who took part: nobody may draw again",
    )  # fmt: skip


def odd_draws() -> Iterator[int]:
    """Sessions whose draw does not follow from its seed, its entries and its places."""
    rows = Draw.objects.filter(drawn_at__isnull=False).order_by("pk")
    for one in rows.iterator(chunk_size=_BATCH):
        outcome = drawn(one.seed, [Entry(*each) for each in one.entries], one.places)
        if commitment_of(one.seed) != one.commitment or [list(each) for each in outcome] != one.outcome:
            yield one.session_id


def _counted(found: list[int]) -> str:
    named = ", ".join(str(one) for one in found[:_NAMED])
    return f"{len(found):,}" + (f" ({named}{', …' if len(found) > _NAMED else ''})" if found else "")
