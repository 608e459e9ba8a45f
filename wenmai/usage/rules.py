"""What is counted, what is not, and what is never kept. The kinds are those of the handbook's §6.

Never kept: address, account, session, device, referrer, the words of a search. A search leaves only a band: how many
hits it had. That says whether searches find anything; the length of the query would say nothing more that an
institution acts on, so it is not kept either.
"""

import re
from collections.abc import Mapping

from wenmai.lib.refusal import Refused

# kind -> what its subject is; the key is the subject's number or name, for searches the band.
KINDS = {
    "search.query": "hits",
    "record.open": "record",
    "id.resolve": "identifier",
    "file.open": "file",
    "act.view": "activity",
    "act.enroll": "session",
    "act.cancel": "session",
    "act.checkin": "session",
    "live.enter": "session",
}
KEY_LENGTH = 256
_BANDS = ((1, "0"), (10, "1-9"), (100, "10-99"), (1_000, "100-999"), (10_000, "1000-9999"))
BANDS = (*(band for _below, band in _BANDS), "10000+")

_ROBOT = re.compile(
    r"(?<!cu)bot\b|bot[/_-]|crawl|spider|slurp|scrap|fetch|monitor|archiver|validator|headless|preview"
    r"|curl/|wget|python|httpx|okhttp|aiohttp|java/|go-http|libwww|node-fetch|axios|harvest|oai|lighthouse",
    re.IGNORECASE,
)


def hits_band(total: int) -> str:
    """0, 1-9, 10-99, 100-999, 1000-9999 or 10000+."""
    return next((band for below, band in _BANDS if total < below), BANDS[-1])


def counted(headers: Mapping[str, str], *, by_staff: bool) -> bool:
    """False for robots that say what they are (or say nothing), for pages fetched ahead, not looked at yet, and for
    staff at their work: what is counted is use by the public. The list of robots is a default of ours, no standard's.
    """
    if by_staff or "prefetch" in headers.get("Sec-Purpose", "") or "prefetch" in headers.get("Purpose", ""):
        return False
    agent = headers.get("User-Agent", "")
    return bool(agent) and not _ROBOT.search(agent[:1000])


def check(kind: str, subject_kind: str, subject_key: str) -> None:
    """Refused: unknown_kind, bad_subject (also anything but a band where a search is noted)."""
    if kind not in KINDS:
        raise Refused("unknown_kind", kind[:40])
    searched = kind == "search.query"
    if KINDS[kind] != subject_kind or not 0 < len(subject_key) <= KEY_LENGTH or "\0" in subject_key:
        raise Refused("bad_subject", f"{subject_kind} {subject_key[:40]}")
    if searched and subject_key not in BANDS:
        raise Refused("bad_subject", "the words of a search are not kept")
