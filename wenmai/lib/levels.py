"""How sure a node is of who acts."""

import enum


class Level(enum.IntEnum):
    """A page or service states the level it needs; people step up to it."""

    GUEST = 0
    PHONE = 1
    REAL_NAME = 2
    IN_PERSON = 3
