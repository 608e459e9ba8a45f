"""Needs that may say the same as another one."""

from typing import NamedTuple

from wenmai.voices.models import Need
from wenmai.voices.rules.alike import LIKELY, likeness
from wenmai.voices.rules.steps import Step

MOST_LOOKED_AT, MOST_SHOWN = 500, 8
JOINABLE = (Step.COLLECTED, Step.MERGED, Step.ASSESSING, Step.ADOPTED, Step.PARTIAL, Step.LINKED)


class Alike(NamedTuple):
    """`per_cent`: how much of the shorter one stands in the other."""

    need: Need
    per_cent: int


def alike(one: Need) -> list[Alike]:
    """Of the same institution, not answered yet, the likeliest first; the index on pairs of characters finds them."""
    rows = Need.objects.filter(
        organisation=one.organisation_id, head=None, step__in=JOINABLE, grams__overlap=one.grams
    ).exclude(pk=one.pk)
    near = [(likeness(one.grams, other.grams), other) for other in rows.order_by("-made_at")[:MOST_LOOKED_AT]]
    likely = sorted((pair for pair in near if pair[0] >= LIKELY), key=lambda pair: (-pair[0], pair[1].pk))
    return [Alike(other, round(so_much * 100)) for so_much, other in likely[:MOST_SHOWN]]
