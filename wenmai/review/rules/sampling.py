"""抽检: which of what was approved is looked at again. A draw that anybody can do once more.

Each case gets a score, the SHA-256 of `seed`, a space and the case's number; those with the lowest are drawn, in that
order. The digest of what was drawn from is the SHA-256 of the numbers in ascending order, a line each.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence

from wenmai.lib.refusal import Refused

PERCENT, LEAST = 5, 10
"""How many are looked at where nobody says otherwise. Ours, no norm."""
MOST_DRAWN, MOST_CASES, MOST_DAYS = 500, 200_000, 366
_SEED = re.compile(r"[0-9A-Za-z]{6,64}")


def how_many(total: int, percent: int, least: int) -> int:
    """A part begun counts; no more than there are. Refused: percent_odd, least_odd, draw_too_large (detail)."""
    if not 1 <= percent <= 100:
        raise Refused("percent_odd")
    if not 0 <= least <= MOST_DRAWN:
        raise Refused("least_odd", str(MOST_DRAWN))
    count = min(total, max(least, -(-total * percent // 100)))
    if count > MOST_DRAWN:
        raise Refused("draw_too_large", str(MOST_DRAWN))
    return count


def checked_seed(text: str) -> str:
    """Refused: seed_odd."""
    seed = text.strip()
    if not _SEED.fullmatch(seed):
        raise Refused("seed_odd")
    return seed


def drawn(seed: str, ids: Iterable[int], count: int) -> list[int]:
    """In the order of the draw."""
    return sorted(ids, key=lambda one: (hashlib.sha256(f"{seed} {one}".encode()).digest(), one))[:count]


def digest(ids: Sequence[int]) -> str:
    """In hexadecimal."""
    return hashlib.sha256("".join(f"{one}\n" for one in sorted(ids)).encode()).hexdigest()
