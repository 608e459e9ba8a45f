"""How often a password or a code may be tried or asked for. All of them are ours, none is a norm.

None of them can shut an account: each counts what comes from one browser or one address, and a browser that has been
used with an account before counts apart from all strangers'.
"""

from typing import NamedTuple

# Passwords: from one browser or address for one account, and for any; what lies further back than the window (seconds)
# does not count.
TRIES_PER_ACCOUNT, TRIES_PER_ADDRESS, TRIES_WINDOW_S = 10, 100, 300.0


class Limit(NamedTuple):
    """So many within so many seconds."""

    most: int
    seconds: int


CODE_MINUTES = 5
"""How long a code by SMS is good."""
CODE_TRIES = 5
"""How often one code may be typed wrong."""
RESEND_S = 60
"""Pause between two codes for one telephone from one browser."""
CODES_PER_PHONE = (Limit(5, 3_600), Limit(10, 86_400))
"""To one telephone: for the browsers that know it, and once more for all others together."""
CODES_FROM_ADDRESS = (Limit(30, 3_600), Limit(200, 86_400))
"""From one address (a school, a village behind one line) to any telephones."""
CODES_UNTIL_WAITING = Limit(3, 3_600)
"""After so many from one address by browsers that it does not know, each further one has to wait first."""
WAITING_S = 15
"""The wait: what others ask a picture puzzle for. Nothing has to be seen, heard or thought about."""
IDENTITY_TRIES = Limit(5, 86_400)
"""Questions to the register of persons: for one account, and for one number."""
COUNTER_MINUTES = 10
"""How long a code that is shown at a counter is good."""
HELD_H = 72
"""After a means of coming in was changed with one factor: hours in which no session counts as real-name."""
MERGE_MINUTES = 15
"""Between saying which account stays and logging in to the other."""
MERGE_DAYS = 30
"""How long a merge can be undone."""
