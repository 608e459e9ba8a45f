"""Every read worth a name: pools explained, claims, who waits."""

from wenmai.booking.queries.places import (
    Availability,
    ShareView,
    availability,
    claims,
    claims_of,
    claims_that_stay,
    findings,
    mend,
    pool,
    pool_of,
    pools,
    reach,
    trail,
    waits,
    waits_of,
)

__all__ = [
    "Availability",
    "ShareView",
    "availability",
    "claims",
    "claims_of",
    "claims_that_stay",
    "findings",
    "mend",
    "pool",
    "pool_of",
    "pools",
    "reach",
    "trail",
    "waits",
    "waits_of",
]
