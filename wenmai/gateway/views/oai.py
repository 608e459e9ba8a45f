"""OAI-PMH 2.0 (openarchives.org/OAI/2.0/openarchivesprotocol.htm), all six verbs, by GET and POST."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from xml.sax.saxutils import escape, quoteattr

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from wenmai.catalogue import queries as catalogue
from wenmai.catalogue.queries import Told
from wenmai.formats import writers
from wenmai.gateway import rules, sets
from wenmai.gateway.rules import Asked, OaiError, Walk
from wenmai.lib import clock
from wenmai.lib.access import public
from wenmai.lib.numbers import row_number

RECORDS_A_PAGE, IDENTIFIERS_A_PAGE = 500, 2_000
SCHEMA_PATH = "/schemas/record-1.xsd"
FORMATS = {**rules.FORMATS, "wenmai": (settings.BASE_URL + SCHEMA_PATH, writers.FULL_NAMESPACE)}
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/'
    ' http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd"><responseDate>'
)


@csrf_exempt
@public
def answer(request: HttpRequest) -> HttpResponse:
    """Always 200 with an XML answer, as the protocol wants; what was wrong stands in it."""
    query = request.POST if request.method == "POST" else request.GET
    pairs = [(name, value) for name, values in query.lists() for value in values]
    # Changes carry the start of their transaction: what begins after this moment is told next time.
    moment = catalogue.safe_moment(clock.now())
    try:
        asked = rules.read(pairs)
        body = _VERBS[asked.verb](asked, moment)
        attributes = _echo(pairs)
    except OaiError as error:
        attributes = "" if error.code in {"badVerb", "badArgument"} else _echo(pairs)
        body = f"<error code={quoteattr(error.code)}>{escape(error.sentence)}</error>"
    text = (
        f"{_HEAD}{rules.stamp(moment)}</responseDate><request{attributes}>{escape(_base())}</request>{body}</OAI-PMH>\n"
    )
    return HttpResponse(text, content_type="text/xml; charset=utf-8")


@public
def schema(request: HttpRequest) -> HttpResponse:
    """The schema of our own full format, where ListMetadataFormats says it is."""
    return HttpResponse(writers.FULL_SCHEMA_FILE.read_bytes(), content_type="application/xml")


def _echo(pairs: Iterable[tuple[str, str]]) -> str:
    """What was asked; without what the schema of the answer cannot hold."""
    return "".join(f" {name}={quoteattr(value)}" for name, value in pairs if rules.can_be_echoed(name, value))


def _base() -> str:
    return f"{settings.BASE_URL}/oai"


def _identify(asked: Asked, moment: dt.datetime) -> str:
    earliest = rules.stamp(catalogue.earliest() or moment)
    return (
        f"<Identify><repositoryName>{escape(settings.SITE_NAME)}</repositoryName><baseURL>{escape(_base())}</baseURL>"
        f"<protocolVersion>2.0</protocolVersion><adminEmail>{escape(settings.SITE_CONTACT)}</adminEmail>"
        f"<earliestDatestamp>{earliest}</earliestDatestamp><deletedRecord>persistent</deletedRecord>"
        "<granularity>YYYY-MM-DDThh:mm:ssZ</granularity><compression>gzip</compression></Identify>"
    )


def _formats(asked: Asked, moment: dt.datetime) -> str:
    if asked.identifier and _record(asked.identifier).packed is None:
        raise OaiError("noMetadataFormats", "This record was deleted: nothing describes it any more.")
    return "".join(
        [
            "<ListMetadataFormats>",
            *(
                f"<metadataFormat><metadataPrefix>{prefix}</metadataPrefix><schema>{schema}</schema>"
                f"<metadataNamespace>{namespace}</metadataNamespace></metadataFormat>"
                for prefix, (schema, namespace) in FORMATS.items()
            ),
            "</ListMetadataFormats>",
        ]
    )


def _sets(asked: Asked, moment: dt.datetime) -> str:
    lines = (f"<set><setSpec>{spec}</setSpec><setName>{escape(name)}</setName></set>" for spec, name in sets.listing())
    return f"<ListSets>{''.join(lines)}</ListSets>"


def _one(asked: Asked, moment: dt.datetime) -> str:
    told = _record(asked.identifier)
    _refuse_unknown_format(asked.prefix)
    return f"<GetRecord>{''.join(_records([told], asked.prefix))}</GetRecord>"


def _list(asked: Asked, moment: dt.datetime, *, whole: bool) -> str:
    walk = asked.walk
    assert walk is not None
    _refuse_unknown_format(walk.prefix)
    limit = RECORDS_A_PAGE if whole else IDENTIFIERS_A_PAGE
    told = _page(walk, moment, limit + 1)
    if not told:
        told = [_last_one(walk)]
    page = told[:limit]
    lines = _records(page, walk.prefix) if whole else _headers(page)
    token = _token(asked.verb, walk, page, more=len(told) > limit)
    return f"<{asked.verb}>{''.join(lines)}{token}</{asked.verb}>"


def _last_one(walk: Walk) -> Told:
    """What ends a list of which nothing is left: all that was to come has changed since, and a list may not be empty
    (OAI-PMH.xsd). The last one told is told again, as it is now. Raises OaiError."""
    if walk.after is None:
        raise OaiError("noRecordsMatch", "No record of this set was changed between these dates.")
    told = catalogue.tell(walk.after[1])
    if told is None:
        raise rules.not_ours()
    return told


def _page(walk: Walk, moment: dt.datetime, limit: int) -> list[Told]:
    choice = _choice(walk)
    until = min(moment, rules.moment(walk.until, end=True)) if walk.until else moment
    return catalogue.told(
        after=walk.after,
        since=rules.moment(walk.since) if walk.since else None,
        until=until,
        limit=limit,
        feed_ids=choice.feed_ids,
        type_code=choice.type_code,
    )


def _choice(walk: Walk) -> sets.Choice:
    """A set that is not ours is the token's fault when it stands in one (3.5)."""
    try:
        return sets.choice(walk.set)
    except OaiError as error:
        raise error if walk.after is None else rules.not_ours() from None


def _token(verb: str, walk: Walk, page: list[Told], *, more: bool) -> str:
    """Absent when the list was short enough for one answer, empty at the end of a longer one (3.5)."""
    if not more:
        return f'<resumptionToken cursor="{walk.cursor}"/>' if walk.after is not None else ""
    following = walk._replace(after=(page[-1].changed, page[-1].id), cursor=walk.cursor + len(page))
    return f'<resumptionToken cursor="{walk.cursor}">{rules.wrap(verb, following)}</resumptionToken>'


def _record(identifier: str) -> Told:
    """By oai:<host>:<number>. Raises OaiError idDoesNotExist."""
    scheme, _, rest = identifier.partition(":")
    host, _, number = rest.partition(":")
    record_id = row_number(number) if scheme == "oai" and host == _host() else None
    told = catalogue.tell(record_id) if record_id is not None else None
    if told is None:
        raise OaiError("idDoesNotExist", f"There is no record {identifier[:100]} here.")
    return told


def _host() -> str:
    """The namespace part of our identifiers: the node's host name (a domain name as the guidelines ask)."""
    return settings.OAI_NAMESPACE


def _refuse_unknown_format(prefix: str) -> None:
    if prefix not in FORMATS:
        raise OaiError("cannotDisseminateFormat", f"Records are given as {', '.join(FORMATS)}, not as {prefix[:40]}.")


def _headers(page: list[Told]) -> Iterator[str]:
    owners = sets.names_of_owners({one.organisation_id for one in page})
    start = f"<header{{0}}><identifier>oai:{_host()}:"
    live, gone = start.format(""), start.format(' status="deleted"')
    for number, _name, changed, organisation_id, type_, _grade, _by, packed in page:
        yield (
            f"{gone if packed is None else live}{number}</identifier><datestamp>{rules.stamp_of(changed // 1_000_000)}"
            f"</datestamp><setSpec>{owners[organisation_id]}</setSpec><setSpec>type:{type_}</setSpec></header>"
        )


def _records(page: list[Told], prefix: str) -> Iterator[str]:
    written = iter(WRITERS[prefix]([one for one in page if one.packed is not None]))
    for one, header in zip(page, _headers(page), strict=True):
        if one.packed is None:
            yield f"<record>{header}</record>"
        else:
            yield f"<record>{header}<metadata>{next(written)}</metadata></record>"


def _simply(page: list[Told]) -> Iterable[str]:
    return writers.write_oai_dc_page([one.packed or "" for one in page], [one.naming.address for one in page])


def _fully(page: list[Told]) -> Iterable[str]:
    wholes = catalogue.with_wholes(page)
    return (writers.write_full(elements, one.naming) for one, elements in zip(page, wholes, strict=True))


def _each(write: writers.Write) -> Callable[[list[Told]], Iterable[str]]:
    return lambda page: (write(one.elements, one.naming) for one in page)


WRITERS: dict[str, Callable[[list[Told]], Iterable[str]]] = {
    "oai_dc": _simply,
    "marc21": _each(writers.write_marcxml),
    "mods": _each(writers.write_mods),
    "wenmai": _fully,
}
_VERBS: dict[str, Callable[[Asked, dt.datetime], str]] = {
    "Identify": _identify,
    "ListMetadataFormats": _formats,
    "ListSets": _sets,
    "GetRecord": _one,
    "ListIdentifiers": partial(_list, whole=False),
    "ListRecords": partial(_list, whole=True),
}
