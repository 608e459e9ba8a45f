"""Asking an OAI-PMH server, and reading what it says for what it is.

A page that is not what it should be is asked for again; when it stays so, the run fails with what was there instead.
"""

import datetime as dt
import re
from dataclasses import dataclass
from urllib.parse import urlencode

from wenmai.catalogue.rules import Arrival
from wenmai.formats import oai
from wenmai.formats.values import Limits, Parsed, Reject
from wenmai.harvest.rules import Walk
from wenmai.lib.http import Fetched, Fetcher, FetchFailed

LIMITS = Limits(document_bytes=64 * 1024 * 1024, reject_bytes=1024 * 1024)
FORMATS = ("marcxml", "unimarcxml", "oai_dc", "qdc")
_IDENTIFIER = re.compile(rb"<(?:[\w.\-]+:)?identifier>\s*([^<]{1,500}?)\s*</")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.\-]+)", re.I)
_ERRORS = {"cannotDisseminateFormat": "no_metadata", "noSetHierarchy": "no_sets"}
_PAGE_CODES = {
    "entities": "page_entities",
    "encoding": "page_encoding",
    "too_large": "page_limits",
    "too_deep": "page_limits",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """A page of a list. `listed`, `deleted`: keys; `size`: how many records or headers it holds.

    `damaged`: some record of the page cannot be read. `expired`: the token is not known any more, and nothing else
    is set.
    """

    location: str = ""
    items: tuple[Arrival | Reject, ...] = ()
    listed: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    size: int = 0
    token: str = ""
    announced: int | None = None
    responded_at: dt.datetime | None = None
    damaged: bool = False
    expired: bool = False


@dataclass(frozen=True, slots=True)
class Client:
    """One server, one metadata prefix; `format` is the readers' name of what comes under it."""

    fetcher: Fetcher
    address: str
    prefix: str
    format: str

    def identify(self) -> oai.Identity:
        """Raises `FetchFailed`, also for what is no answer to the question."""
        page = self._get({"verb": "Identify"})
        if page.identity is None:
            raise _failed("page_incomplete", _faults(page) or "no Identify in the answer")
        return page.identity

    def formats(self) -> tuple[oai.MetadataFormat, ...]:
        """The prefixes that the server offers. Raises `FetchFailed`."""
        page = self._get({"verb": "ListMetadataFormats"})
        if not page.formats:
            raise _failed("page_incomplete", _faults(page) or "no ListMetadataFormats in the answer")
        return page.formats

    def sets(self) -> tuple[tuple[oai.SetEntry, ...], bool]:
        """The first page of its sets, and whether there are more; none where it has no sets. Raises `FetchFailed`."""
        page = self._get({"verb": "ListSets"})
        return page.sets, bool(page.token and page.token.value)

    def first(self, set_: str) -> Arrival | Reject | None:
        """The first record of the list that is not deleted; None when its first page has none. Raises `FetchFailed`."""
        items = self.ask(Walk(), set_).items
        return next((one for one in items if isinstance(one, Reject) or not one.parsed.deleted), None)

    def ask(self, walk: Walk, set_: str) -> Answer:
        """The page of the list where the walk stands. Raises `FetchFailed`."""
        arguments = {"verb": walk.verb}
        if walk.token:
            arguments["resumptionToken"] = walk.token
        else:
            since, until, _number = walk.window or (walk.since, "", 0)
            wanted = {"metadataPrefix": self.prefix, "from": since, "until": until, "set": set_}
            arguments.update((name, value) for name, value in wanted.items() if value)
        page = self._get(arguments, walk)
        return _answer(page, self._location(arguments), bool(walk.token))

    def _location(self, arguments: dict[str, str]) -> str:
        return f"{self.address}{'&' if '?' in self.address else '?'}{urlencode(arguments)}"

    def _get(self, arguments: dict[str, str], walk: Walk | None = None) -> oai.Page:
        def read(fetched: Fetched) -> oai.Page:
            page = _page(fetched, self.format)
            if walk is not None and not page.errors:
                _require_list(page, walk, fetched.body)
            return page

        try:
            return self.fetcher.get(self._location(arguments), read)
        except FetchFailed as failure:
            # some servers say the protocol's errors in a status of HTTP's
            page = _page_of_errors(failure)
            if page is None:
                raise
            return page


def _page(fetched: Fetched, format: str) -> oai.Page:
    body = fetched.body
    page = oai.parse_page(body, format=format, limits=LIMITS, encoding=_charset(fetched))
    if not isinstance(page, Reject):
        return page
    if b"OAI-PMH" not in body[:65536] or page.code == "not_a_record":
        code = "not_oai" if page.code != "entities" else "page_entities"
    else:
        code = "page_limits" if "depth" in page.detail.lower() else _PAGE_CODES.get(page.code, "page_syntax")
    raise _failed(code, page.detail, fetched)


def _failed(code: str, detail: str, fetched: Fetched | None = None) -> FetchFailed:
    return FetchFailed(code, detail, transient=True, answer=fetched)


def _charset(fetched: Fetched) -> str:
    """What HTTP says counts where the document itself says nothing; Latin-1 is what servers say without thinking."""
    found = _CHARSET.search(fetched.headers.get("content-type", ""))
    charset = found[1].lower() if found else ""
    declares = b"encoding" in fetched.body[:200].split(b"?>")[0]
    return "" if declares or charset in {"iso-8859-1", "us-ascii"} else charset


def _page_of_errors(failure: FetchFailed) -> oai.Page | None:
    if failure.code != "status" or failure.answer is None:
        return None
    page = oai.parse_page(failure.answer.body, limits=LIMITS)
    return page if not isinstance(page, Reject) and page.errors else None


def _require_list(page: oai.Page, walk: Walk, body: bytes) -> None:
    """The list that was asked for must be there; without a record it must say that it ends or goes on."""
    fetched = Fetched("", 200, {}, body)
    if page.verb != walk.verb:
        raise _failed("page_incomplete", f"no {walk.verb} in the answer", fetched)
    token = page.token
    ends = token is not None and (token.value or walk.token or token.complete_size == 0)
    if not page.records and not page.headers and not ends:
        raise _failed("empty_list", f"{walk.verb} holds nothing and is not said to end", fetched)


def _answer(page: oai.Page, location: str, went_on: bool) -> Answer:
    responded_at = moment_of(page.response_date)
    if page.errors:
        codes = {fault.code for fault in page.errors}
        if "badResumptionToken" in codes and went_on:
            return Answer(expired=True)
        if codes == {"noRecordsMatch"} and not went_on:
            return Answer(location, responded_at=responded_at)
        code = next((_ERRORS[one] for one in codes if one in _ERRORS), "oai_error")
        raise FetchFailed(code, _faults(page))
    headers = [record.header for record in page.records if isinstance(record, oai.Record)] or page.headers
    items = tuple(map(_item, page.records))
    return Answer(
        location=location,
        items=items,
        listed=tuple(one.identifier for one in headers if not one.deleted and one.identifier),
        deleted=tuple(one.identifier for one in headers if one.deleted and one.identifier),
        size=len(page.records or page.headers),
        token=page.token.value if page.token else "",
        announced=page.token.complete_size if page.token else None,
        responded_at=responded_at,
        damaged=any(isinstance(record, Reject) for record in page.records),
    )


def _item(record: oai.Record | Reject) -> Arrival | Reject:
    if isinstance(record, Reject):
        return _named(record)
    header = record.header
    if header.deleted:
        return Arrival(Parsed(header.identifier, b"", None, record.position, (), True), header.datestamp)
    outcome = record.outcome
    assert outcome is not None
    return outcome if isinstance(outcome, Reject) else Arrival(outcome, header.datestamp)


def _named(reject: Reject) -> Reject:
    """Although the record cannot be read, its identifier often can: so it is not taken for gone."""
    found = _IDENTIFIER.search(reject.raw)
    key = reject.key or (found[1].decode("utf-8", "replace") if found else "")
    code = "no_metadata" if reject.code == "empty" else reject.code
    return Reject(reject.raw, reject.position, code, reject.detail, key, reject.length)


def _faults(page: oai.Page) -> str:
    return "; ".join(f"{fault.code}: {fault.text}" for fault in page.errors)[:1000]


def moment_of(text: str) -> dt.datetime | None:
    """A response date as an aware moment; None for what is none."""
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
