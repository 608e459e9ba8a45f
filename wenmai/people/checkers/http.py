"""The checker over HTTP, as docs/reference/identity-checker.md has it: a signed JSON POST, answered yes or no."""

import logging

from django.conf import settings

from wenmai.lib import clock, signed
from wenmai.lib.http import FetchFailed, Limits
from wenmai.people.rules import Document

LIMITS = Limits(connect_s=3, read_s=6, total_s=8, body_bytes=16 * 1024, redirects=0)
_log = logging.getLogger(__name__)


class HttpChecker:
    is_on = True
    example = ""

    def __init__(self, limits: Limits = LIMITS) -> None:
        self.name = settings.IDENTITY_NAME
        self._to = signed.Peer(
            settings.IDENTITY_URL, settings.IDENTITY_KEY_ID, settings.IDENTITY_SECRET,
            tuple(settings.ALLOWED_PRIVATE_HOSTS),
        )  # fmt: skip
        self._limits = limits

    def check(self, document: Document, holder: str) -> bool | None:
        """What is neither a plain yes nor no is no answer; operators find why in the log, without the person."""
        said = {"document": document.kind, "number": document.number, "name": holder}
        try:
            answer = signed.post(self._to, said, limits=self._limits, now=clock.now())
        except FetchFailed as failure:
            _log.warning("the identity checker did not answer: %s", failure.code)
            return None
        match = signed.read_json(answer.body).get("match")
        if answer.status == 200 and isinstance(match, bool):
            return match
        _log.warning("the identity checker answered %s, which is neither yes nor no", answer.status)
        return None
