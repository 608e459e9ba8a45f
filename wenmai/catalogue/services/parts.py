from collections.abc import Sequence

from django.db import connection, transaction

from wenmai.catalogue.models import Part
from wenmai.lib.refusal import Refused

_ABOVE = """
WITH RECURSIVE above AS (
  SELECT %s::bigint AS id UNION SELECT p.whole_id FROM catalogue_part p JOIN above a ON p.part_id = a.id)
SELECT id FROM above WHERE id = ANY(%s)"""


@transaction.atomic
def add_parts(*, whole_id: int, parts: Sequence[tuple[int, str]]) -> int:
    """Puts records (id, label such as 卷三) under a whole, in this order; told twice it is once.

    Refused: loop (a part that is the whole itself or stands above it).
    """
    with connection.cursor() as cursor:
        cursor.execute(_ABOVE, [whole_id, [one[0] for one in parts]])
        if cursor.fetchone():
            raise Refused("loop", str(whole_id))
    rows = [
        Part(whole_id=whole_id, part_id=part, position=position, label=label[:100])
        for position, (part, label) in enumerate(parts)
    ]
    Part.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["whole", "part"], update_fields=["position", "label"]
    )
    return len(rows)
