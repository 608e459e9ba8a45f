"""What belongs to an account and goes along when two accounts of one person become one.

Whoever owns such things registers them in its apps.py; the merge and its undoing ask only here.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from django.apps import apps
from django.db import models
from django.utils.functional import Promise


class Owned(NamedTuple):
    """Rows of one table with an owner. `alone`: an account has one at most, so that it moves only where there is none;
    `alone_by`: one at most for each value of that field; `only`: further conditions; `words`: what people call them;
    `stays(from_id, to_id)`: those that would break a promise over there.
    """

    kind: str
    words: str | Promise
    model: str
    field: str = "user"
    alone: bool = False
    alone_by: str = ""
    only: Mapping[str, object] = {}
    stays: Callable[[int, int], models.Q] | None = None

    def rows(self, user_id: int) -> "models.QuerySet[models.Model]":
        table = apps.get_model(self.model)
        rows: models.QuerySet[models.Model] = table._default_manager.filter(
            **{f"{self.field}_id": user_id}, **self.only
        )
        return rows.order_by("pk")

    def moving(self, from_id: int, to_id: int) -> list[int]:
        """The numbers of what would go along."""
        return list(self._free(from_id, to_id).values_list("pk", flat=True))

    def hand_over(self, numbers: Iterable[int], from_id: int, to_id: int) -> list[int]:
        """Returns those that really did: what has another owner by now stays there."""
        done = list(self._free(from_id, to_id).filter(pk__in=list(numbers)).values_list("pk", flat=True))
        self.rows(from_id).filter(pk__in=done).update(**{f"{self.field}_id": to_id})
        return done

    def _free(self, from_id: int, to_id: int) -> "models.QuerySet[models.Model]":
        """What nothing over there stands against."""
        rows, there = self.rows(from_id), self.rows(to_id)
        if self.alone and there.exists():
            return rows.none()
        if self.stays is not None:
            rows = rows.exclude(self.stays(from_id, to_id))
        return rows.exclude(**{f"{self.alone_by}__in": there.values(self.alone_by)}) if self.alone_by else rows


_owned: dict[str, Owned] = {}


def register(owned: Owned) -> None:
    """In apps.py of whoever owns the table."""
    assert _owned.setdefault(owned.kind, owned) == owned, f"one kind, one table: {owned.kind}"


def all_owned() -> list[Owned]:
    return list(_owned.values())
