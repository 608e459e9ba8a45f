"""Word lists, and what is looked for now."""

from functools import lru_cache
from typing import TYPE_CHECKING

from wenmai.review.models import ListVersion, WordList
from wenmai.review.rules import Screen

if TYPE_CHECKING:
    from django.db.models import QuerySet


def screen() -> Screen:
    """Of the versions in force; a version never changes, so that a process reads each once."""
    return _screen(tuple(ListVersion.objects.filter(in_force=True).order_by("pk").values_list("pk", flat=True)))


@lru_cache(maxsize=4)
def _screen(version_ids: tuple[int, ...]) -> Screen:
    if not version_ids:
        return Screen([])
    return Screen(ListVersion.objects.filter(pk__in=version_ids).values_list("pk", "words"))


def lists() -> list[tuple[WordList, list[ListVersion]]]:
    """Every list with its versions, the newest first, without their words."""
    found: dict[int, list[ListVersion]] = {}
    for one in versions():
        found.setdefault(one.list_id, []).append(one)
    return [(one, found.get(one.pk, [])) for one in WordList.objects.order_by("name")]


def versions() -> "QuerySet[ListVersion]":
    return ListVersion.objects.defer("words").order_by("list_id", "-number")


def word_list(list_id: int) -> WordList | None:
    return WordList.objects.filter(pk=list_id).first()


def version(version_id: int) -> ListVersion | None:
    return ListVersion.objects.select_related("list").filter(pk=version_id).first()
