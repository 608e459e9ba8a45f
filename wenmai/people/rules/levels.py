"""What a session has shown, and the level of assurance that follows.

Two different means are two factors. A passkey is two by itself: the key, and the finger, face or code that opens it
(it is always asked to verify its owner).
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from wenmai.lib.levels import Level

STAFF = "staff"
"""What the pages of staff ask for, where others ask for a level."""
UPSTREAM = "upstream"
CODE, PASSWORD, APP, PASSKEY, RECOVERY = "code", "password", "app", "passkey", "recovery"
_FACTORS = {"totp": APP, "webauthn": PASSKEY, "recovery_codes": RECOVERY}
_KEYS = frozenset({APP, PASSKEY, RECOVERY})
"""Means that rest on a key; a recovery code stands for the one that was lost."""


def means_shown(records: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """`records` are django-allauth's, one for each proof in this session; what is not known counts for nothing."""
    shown = {_FACTORS.get(str(one.get("type"))) if one.get("method") == "mfa" else one.get("method") for one in records}
    return frozenset({CODE, PASSWORD, APP, PASSKEY, RECOVERY} & shown)


def two_factors(means: frozenset[str]) -> bool:
    return PASSKEY in means or len(means) > 1


def factors_of_staff(means: frozenset[str]) -> bool:
    """Two factors, one of which rests on a key: GB/T 22239-2019, 8.1.4.1 d), two techniques, one cryptographic."""
    return two_factors(means) and bool(means & _KEYS)


class Steps(NamedTuple):
    """What is still to be done, each as a plain yes or no; `is_done`: nothing."""

    add_phone: bool
    prove_identity: bool
    show_factor: bool
    visit_counter: bool
    wait: bool

    @property
    def is_done(self) -> bool:
        return not any(self)


def steps(needs: Level, *, has_phone: bool, proved: Level, held: bool, means: frozenset[str]) -> Steps:
    """From what an account has proved and its session has shown to the level that is needed."""
    real = needs >= Level.REAL_NAME
    return Steps(
        add_phone=needs >= Level.PHONE and not has_phone,
        prove_identity=needs == Level.REAL_NAME and proved < Level.REAL_NAME,
        show_factor=real and not two_factors(means),
        visit_counter=needs == Level.IN_PERSON and proved < Level.IN_PERSON,
        wait=real and held and proved >= Level.REAL_NAME,
    )


def level_brought(records: Iterable[Mapping[str, Any]]) -> Level:
    """What a login from elsewhere counts for, as the upstream's row has it."""
    found = [one.get("level") for one in records if one.get("method") == UPSTREAM]
    return Level(max((one for one in found if isinstance(one, int)), default=0))


def level_shown(known: Level, means: frozenset[str]) -> Level:
    """Of a session: `known` is what the account has proved once; above the telephone both factors must be shown."""
    return known if two_factors(means) else min(known, Level.PHONE)
