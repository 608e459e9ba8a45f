"""Names as the desk shows them."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db.models import QuerySet

from wenmai.identifiers import rules
from wenmai.identifiers.models import Identifier


class Known(NamedTuple):
    """A name with what was decided about it. `leads_through`: how many others redirect straight to it."""

    number: int
    name: str
    typed: str
    state: str
    state_label: str
    client: str
    client_key: str
    organisation_code: str
    target: str
    title: str
    reason: str
    withdrawn_at: dt.datetime | None
    minted_at: dt.datetime
    leads_through: int = 0


def number_of(name: str) -> int | None:
    """Of a canonical name; None for one that was never given."""
    return Identifier.objects.filter(name=name).values_list("id", flat=True).first()


def organisation_of(number: int) -> str | None:
    """The code of the organisation whose name it is, empty for nobody's; None when there is no such name."""
    row = Identifier.objects.filter(pk=number).values_list("organisation_code", "name").first()
    return None if row is None else row[0] or rules.organisation_code(row[1])


def known(number: int) -> Known | None:
    row = Identifier.objects.select_related("target").filter(pk=number).first()
    return _known(row, Identifier.objects.filter(target_id=number).count()) if row else None


def reserved(clients: "Sequence[str] | QuerySet[Any, str]", limit: int) -> list[Known]:
    """Names that these clients reserved and that lead nowhere yet, newest first."""
    rows = Identifier.objects.select_related("target").filter(client__in=clients, state=Identifier.State.RESERVED)
    return [_known(row) for row in rows.order_by("-id")[:limit]]


def _known(row: Identifier, leads_through: int = 0) -> Known:
    return Known(
        number=row.pk,
        name=row.name,
        typed=rules.typed(row.name),
        state=row.state,
        state_label=str(row.get_state_display()),
        client=row.client,
        client_key=row.client_key,
        organisation_code=row.organisation_code or rules.organisation_code(row.name),
        target=row.target.name if row.target else "",
        title=row.title,
        reason=row.reason,
        withdrawn_at=row.withdrawn_at,
        minted_at=row.minted_at,
        leads_through=leads_through,
    )
