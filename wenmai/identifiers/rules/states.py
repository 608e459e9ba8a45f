"""The life of a name. The same table stands in the database as a trigger; a test compares the two."""

RESERVED, REGISTERED, REDIRECTED, WITHDRAWN = "reserved", "registered", "redirected", "withdrawn"
STATES = (RESERVED, REGISTERED, REDIRECTED, WITHDRAWN)

NEXT = {
    RESERVED: frozenset({REGISTERED, REDIRECTED, WITHDRAWN}),
    REGISTERED: frozenset({REDIRECTED, WITHDRAWN}),
    REDIRECTED: frozenset({REDIRECTED, REGISTERED, RESERVED, WITHDRAWN}),
    WITHDRAWN: frozenset({REGISTERED, RESERVED}),
}


def allowed(before: str, after: str) -> bool:
    return after in NEXT[before]
