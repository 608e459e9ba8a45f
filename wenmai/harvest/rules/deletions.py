"""What may be inferred from a record that is not listed any more. A wrong inference empties a catalogue."""

from enum import StrEnum

from wenmai.harvest.rules.runs import Kind, Mode

# Our default, not a norm: more than a tenth missing at once is asked about, unless it is a handful.
DEFAULT_BRAKE_PERCENT = 10
HANDFUL = 10


class Deletions(StrEnum):
    """automatic: compare wherever the source cannot be relied on to report. reported: only what it says."""

    AUTOMATIC = "automatic"
    REPORTED = "reported"
    COMPARE = "compare"


def compares(deletions: str, kind: str, mode: str, deleted_record: str, whole: bool) -> bool:
    """Whether a run ends with the comparison of what we hold and what the source lists.

    `deleted_record` is the server's policy (OAI-PMH §2.5.1: no, transient, persistent); `whole`: an uploaded file is
    said to be everything the source has.
    """
    if kind == Kind.UPLOAD:
        return whole
    if deletions == Deletions.REPORTED:
        return False
    if kind == Kind.FOLDER or deletions == Deletions.COMPARE or mode == Mode.FULL:
        return True
    return deleted_record != "persistent"


def doubts(*, gone: int, standing: int, percent: int, unreadable: int, missing: int) -> list[str]:
    """Why a person should look before `gone` of the `standing` records that we had are marked as no longer listed.

    all · share: the brake · unreadable: pieces without a key, which may be those records · short: the server announced
    `missing` records more than it listed.
    """
    if not gone:
        return []
    reasons = {
        "all": gone == standing,
        "share": gone > HANDFUL and gone * 100 > percent * standing,
        "unreadable": unreadable > 0,
        "short": missing > 0,
    }
    return [name for name, holds in reasons.items() if holds]
