"""One entry for one deed: a batch names its subjects in the detail."""

from collections.abc import Sequence
from typing import Any


def about(kind: str, keys: Sequence[str]) -> dict[str, Any]:
    """For `journal.record`: which subjects an entry is about."""
    if len(keys) == 1:
        return {"subject_kind": kind, "subject_key": keys[0]}
    return {"subject_kind": kind, "subject_key": f"{keys[0]}…", "keys": list(keys)}
