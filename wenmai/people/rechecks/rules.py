"""How often linked cards are asked about, and when answers are not believed. None of the numbers is a norm."""

import datetime as dt

from wenmai.people.rules.cards import GATES_OPEN, Standing

EVERY = dt.timedelta(days=1)
SPREAD = 0.2
"""Cards that were linked on one morning are not asked about on one morning for ever."""
AGAIN = dt.timedelta(hours=6)
"""After an answer about one card that could not be used."""
FIRST_PAUSE, LONGEST_PAUSE = dt.timedelta(minutes=2), dt.timedelta(hours=6)
LEAST_A_MINUTE, MOST_A_MINUTE, A_MINUTE = 1, 600, 30
A_ROUND_S = 45
"""So long one round may last; the next one comes a minute later."""
BETWEEN = dt.timedelta(seconds=55)
MOST_FAILED = 3
"""Cards in a row without a usable answer: then it is not the cards."""
WINDOW, MOST_TAKEN, LEAST_TAKEN = 20, 10, 2
"""So many answers one after the other are remembered; the tenth among them that takes a card away is not believed.
Where there are few cards it is a smaller number, but a single answer is always believed."""
BELIEVED = dt.timedelta(days=1)
"""After a person has said that it is so."""
KEEP_DAYS = 400
DOUBT_DAYS = 90
"""After so long a suspended card that nobody has decided on is not linked any more."""
OUTCOMES = ("same", "stopped", "returned", "shifted", "doubted", "failed")
_TAKEN = frozenset({Standing.BLOCKED, Standing.LOST, Standing.GONE, Standing.DOUBTED})


def next_due(now: dt.datetime, share: float) -> dt.datetime:
    """A day later, by a tenth more or less; `share` from 0 to 1."""
    return now + EVERY * (1 + SPREAD * (share - 0.5))


def pause(failed_count: int, share: float) -> dt.timedelta:
    """Twice as long after each failure, by a tenth more or less."""
    doubled: dt.timedelta = FIRST_PAUSE * 2 ** min(failed_count - 1, 20)
    return min(doubled, LONGEST_PAUSE) * (1 + SPREAD * (share - 0.5))


def outcome(before: str, after: str) -> str:
    """Which count an answer belongs to."""
    if before == after:
        return "same"
    if after == Standing.DOUBTED:
        return "doubted"
    was_good, is_good = before in GATES_OPEN, after in GATES_OPEN
    return "shifted" if was_good == is_good else "returned" if is_good else "stopped"


def mark(before: str, after: str) -> str:
    """One answer as a sign: x takes a card away from somebody, for another reason than that its days are over."""
    return "x" if before in GATES_OPEN and after in _TAKEN else "."


def is_credible(lately: str, marks: str, alive: int) -> bool:
    """`lately`: the marks before these; `alive`: cards of the library that open a gate before these answers, counted to
    `WINDOW` at most. A library does not end half of its cards in a row; its system may seem to.

    Where there are few cards, half of them is what counts, among twice as many answers: of two the second one waits for
    a person, also when they are asked about one after the other, on one day or on two. A single card is no row.
    """
    most = max(LEAST_TAKEN, min(MOST_TAKEN, (alive + lately.count("x")) // 2 + 1))
    line, window = lately + marks, 2 * most
    return "x" not in marks or all(
        line[end : end + window].count("x") < most for end in range(max(1, len(line) - window + 1))
    )
