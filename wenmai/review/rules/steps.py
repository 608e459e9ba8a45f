"""The steps of a plan."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wenmai.lib.refusal import Refused
from wenmai.review.rules.kinds import kinds

MOST_STEPS, MOST_DAYS, LONGEST_NAME = 5, 60, 20


class Step(NamedTuple):
    """`days`: working days that it has."""

    name: str
    permission: str
    days: int


DEFAULT = (Step("初审", "review.first", 2), Step("复审", "review.second", 2), Step("终审", "review.final", 2))
"""Three reviews by three people, two working days each. Ours, after the practice of 三审三校; no norm says the days."""
PERMISSIONS: Mapping[str, str | Promise] = {
    "review.first": _("初审"),
    "review.second": _("复审"),
    "review.final": _("终审"),
}
"""What a step may ask for, whatever the kind."""


def permission_words(kind: str) -> dict[str, str | Promise]:
    """What a step of this kind may ask for; of an empty kind: of any."""
    own = [one.permissions or {} for one in kinds().values() if kind in ("", one.key)]
    return {**PERMISSIONS, **{name: words for mapping in own for name, words in mapping.items()}}


def checked_steps(kind: str, steps: Sequence[Step]) -> list[Step]:
    """Refused: no_steps, too_many_steps (detail: how many), step_name (detail: the step), step_permission, step_days
    (detail: the most days)."""
    if not steps:
        raise Refused("no_steps")
    if len(steps) > MOST_STEPS:
        raise Refused("too_many_steps", str(MOST_STEPS))
    possible = permission_words(kind)
    for number, one in enumerate(steps, start=1):
        if not one.name.strip() or len(one.name.strip()) > LONGEST_NAME or not one.name.isprintable():
            raise Refused("step_name", str(number))
        if one.permission not in possible:
            raise Refused("step_permission", str(number))
        if not 1 <= one.days <= MOST_DAYS:
            raise Refused("step_days", str(MOST_DAYS))
    return [one._replace(name=one.name.strip()) for one in steps]
