"""What was done to an organisation, in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wenmai.institutions.models import Kind
from wenmai.institutions.queries.organisations import organisations
from wenmai.institutions.rules.settings import words_of
from wenmai.journal import queries as journal
from wenmai.journal.queries import Deed

MOST = 50
WORDS: dict[str, str | Promise] = {
    "name": gettext_lazy("名称"),
    "short_name": gettext_lazy("简称"),
    "intro": gettext_lazy("简介"),
    "kind": gettext_lazy("类别"),
    "place": gettext_lazy("所在地"),
    "administrative": gettext_lazy("行政上级"),
    "professional": gettext_lazy("总馆"),
}


def trail(organisation_id: int) -> list[Deed]:
    """The last deeds, newest first."""
    entries = list(journal.trail("organisation", organisation_id)[:MOST])
    sides = [entry.detail.get(side) for entry in entries for side in ("before", "after") if "hierarchy" in entry.detail]
    names = {view.id: view.name for view in organisations(one for one in sides if one is not None).values()}
    return [Deed(entry.at, entry.actor_name, entry.deed, _details(entry.detail, names)) for entry in entries]


def _details(detail: Mapping[str, Any], names: Mapping[int, str]) -> list[str]:
    if "hierarchy" in detail:
        before, after = (names.get(detail[side], _("无")) for side in ("before", "after"))
        return [_change(detail["hierarchy"], before, after)]
    if "changes" in detail:
        return [_number(name, *pair) for name, pair in detail["changes"].items()]
    if isinstance(detail.get("before"), dict):
        after = detail.get("after", {})
        return [_change(word, old, after[word]) for word, old in detail["before"].items() if word in after]
    told = [str(detail[word]) for word in ("on", "reason") if detail.get(word)]
    return told or [str(detail[word]) for word in ("title", "code") if detail.get(word)]


def _number(name: str, before: int | None, after: int | None) -> str:
    words = [_("照上级") if one is None else str(one) for one in (before, after)]
    return f"{words_of(name)} {words[0]} → {words[1]}"


def _change(word: str, before: str, after: str) -> str:
    if word == "kind":
        before, after = (str(Kind(one).label) if one in Kind.values else one for one in (before, after))
    return f"{WORDS.get(word, word)} {before or _('无')} → {after or _('无')}"
