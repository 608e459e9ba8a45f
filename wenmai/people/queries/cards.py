"""Reader cards and the systems that know them, as values."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Q, QuerySet

from wenmai.institutions import queries as institutions
from wenmai.lib import lists, vault
from wenmai.lib.access import Scope
from wenmai.lib.numbers import row_number
from wenmai.lib.picking import MOST, Option
from wenmai.people.models import CardSystem, ReaderCard
from wenmai.people.outside.systems import Reached

NUMBER, NAME, SECRET = "people.card_number", "people.card_name", "people.card_secret"
"""What the vault seals for."""


class SystemView(NamedTuple):
    """`failure`: the code of the last question that came to nothing, since when."""

    id: int
    name: str
    kind: str
    organisation_id: int
    organisation_name: str
    settings: Mapping[str, Any]
    has_secret: bool
    is_on: bool
    failed_at: dt.datetime | None
    failure: str
    electronic: str = "off"

    @property
    def kind_words(self) -> str:
        return str(CardSystem.Kind(self.kind).label)

    @property
    def is_readable_on_its_way(self) -> bool:
        """What is asked goes to a server without encryption."""
        known = self.settings
        return (self.kind == "sip2" and not known.get("is_tls")) or (self.kind == "ldap" and known.get("tls") == "none")


class CardView(NamedTuple):
    """A card as its owner sees it."""

    id: int
    system_id: int
    library: str
    number: str
    name: str
    standing: str
    standing_words: str
    valid_until: dt.date | None
    linked_at: dt.datetime
    checked_at: dt.datetime
    is_electronic: bool = False
    linked_by: str = ""
    doubt: str = ""


_COLUMNS = (
    "id", "name", "kind", "organisation_id", "organisation__name", "settings", "secret_sealed", "is_on", "failed_at",
    "failure", "electronic",
)  # fmt: skip


def system(system_id: int) -> SystemView | None:
    return next((_view(row) for row in CardSystem.objects.filter(pk=system_id).values_list(*_COLUMNS)), None)


def systems(scope: Scope, words: str = "") -> "QuerySet[CardSystem]":
    """Those of the scope, by organisation and name; for paging."""
    rows = CardSystem.objects.filter(organisation_id__in=institutions.ids_within(scope))
    if words:
        rows = rows.filter(Q(name__icontains=words) | Q(organisation__name__icontains=words))
    return rows.select_related("organisation", "recheck").order_by("organisation_id", "name")


def card_counts(system_ids: Sequence[int]) -> dict[int, int]:
    """System -> cards linked by it, counted as far as `lists.MOST` and one more, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT asked.id, (SELECT count(*) FROM"
            " (SELECT FROM people_readercard WHERE system_id = asked.id LIMIT %s) counted)"
            " FROM unnest(%s::bigint[]) asked(id)",
            [lists.MOST + 1, list(system_ids)],
        )
        return dict(cursor.fetchall())


def card_count(system_id: int) -> int:
    return ReaderCard.objects.filter(system_id=system_id).count()


def library_options(words: str) -> Sequence[Option]:
    """Card systems that are switched on and fit the words; the key is the system's number."""
    rows = _open().filter(Q(name__icontains=words) | Q(organisation__name__icontains=words))
    return [_option(row, words in row) for row in rows.values_list(*_OPTION)[: MOST + 1]]


def few_libraries() -> Sequence[Option]:
    """All of them where they are few enough to be looked through; otherwise none."""
    rows = list(_open().values_list(*_OPTION)[: MOST + 1])
    return [_option(row, False) for row in rows] if len(rows) <= MOST else []


def library_option(key: str) -> Option | None:
    number = row_number(key)
    rows = _open().filter(pk=number).values_list(*_OPTION) if number else []
    return next((_option(row, True) for row in rows), None)


def is_anything_open() -> bool:
    return _open().exists()


def cards_of(user_id: int) -> list[CardView]:
    """One's own, the newest first."""
    rows = ReaderCard.objects.filter(user_id=user_id).select_related("system", "linked_by").order_by("-id")
    return [_card(row) for row in rows]


def card_of(user_id: int, card_id: int) -> CardView | None:
    rows = ReaderCard.objects.filter(user_id=user_id, pk=card_id).select_related("system", "linked_by")
    return next((_card(row) for row in rows), None)


def reached(row: CardSystem) -> Reached:
    """As it is asked, with its secret. Raises `vault.Unreadable`."""
    secret = vault.unseal(row.secret_sealed, purpose=SECRET) if row.secret_sealed else ""
    return Reached(row.kind, row.settings, secret)


def number_of(row: ReaderCard) -> str:
    return vault.unseal(row.number_sealed, purpose=NUMBER)


def subject(row: ReaderCard, at_code: str) -> str:
    """The same for one card at one place, and different at every other."""
    return vault.index(f"{row.number_index}:{at_code}", purpose="people.card_subject")[:22]


_OPTION = ("id", "name", "organisation__name")


def _open() -> "QuerySet[CardSystem]":
    return CardSystem.objects.filter(is_on=True, organisation__closed_on=None).order_by("organisation_id", "name")


def _option(row: tuple[Any, ...], exact: bool) -> Option:
    number, name, organisation = row
    return Option(str(number), organisation if name == organisation else f"{organisation} · {name}", exact)


def _view(row: tuple[Any, ...]) -> SystemView:
    number, name, kind, organisation_id, organisation, settings, sealed, is_on, *more = row
    return SystemView(number, name, kind, organisation_id, organisation, settings, bool(sealed), is_on, *more)


def _card(row: ReaderCard) -> CardView:
    name = vault.unseal(row.name_sealed, purpose=NAME) if row.name_sealed else ""
    return CardView(
        row.pk, row.system_id, row.system.name, number_of(row), name, row.standing, str(row.get_standing_display()),
        row.valid_until, row.linked_at, row.checked_at, row.system.is_on and row.system.electronic != "off",
        row.linked_by.name if row.linked_by else "", row.doubt,
    )  # fmt: skip
