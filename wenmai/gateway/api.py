"""REST under /api/v1: what the portal shows, as JSON and open; below /my by an app's token (`taking`). Described by
/api/v1/openapi.json."""

from typing import Annotated, Any, Literal

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from ninja import Field, NinjaAPI, Query, Schema
from ninja.errors import HttpError
from ninja.renderers import JSONRenderer

from wenmai import __version__
from wenmai.catalogue import queries as catalogue
from wenmai.catalogue.queries import Card, RecordPage, Related
from wenmai.formats.values import Elements
from wenmai.gateway import choosing, venues
from wenmai.gateway.taking import asking, company, enrolments, rooms, sessions
from wenmai.identifiers import queries as identifiers
from wenmai.institutions import queries as institutions
from wenmai.search import queries as search
from wenmai.search.values import FACETS
from wenmai.search.values import Query as Question


class Readable(JSONRenderer):
    """Characters as they are, in UTF-8: whoever looks at an answer can read it, and it is a third of the length."""

    json_dumps_params = {"ensure_ascii": False}


api = NinjaAPI(
    title="文脉 Wenmai",
    version=__version__,
    description=(
        "Records, institutions, identifiers, sessions and venues of this node: open, no key needed. Below /my, what a"
        " person has taken part in and booked, and taking places for them: by the access token of an app that they"
        " agreed to (OpenID Connect, scopes `bookings` and `bookings_write`)."
    ),
    docs_url=None,
    renderer=Readable(),
    urls_namespace="api",
)


api.add_router("/venues", venues.router)
api.add_router("/sessions", sessions.router)
api.add_router("/my/company", company.router)
api.add_router("/my/enrolments", enrolments.router)
api.add_router("/my/bookings", rooms.router)
asking.register(api)


class Problem(Schema):
    detail: str = Field(description="What was wrong, and what to do.")


class ElementValue(Schema):
    text: str
    source: str = Field(description="Path of the field in the record as its provider sent it: 245$a, $.title.")
    lang: str = ""


class Brief(Schema):
    id: int
    title: str
    creators: list[str]
    type: str = Field(description="A code of the vocabulary `type`.")
    period: str
    licence: str = Field(description="A code of the vocabulary `licence`.")
    institution: int
    institution_name: str
    identifier: str
    url: str


class FacetCount(Schema):
    code: str
    count: int


class Hits(Schema):
    total: int
    page: int
    last_page: int
    relaxed: bool = Field(description="Nothing held all the words; these hold most of them.")
    suggestion: str = Field(description="Other words that would find something, or empty.")
    records: list[Brief]
    facets: dict[str, list[FacetCount]]


class Version(Schema):
    number: int
    created_at: str
    format: str
    raw_sha256: str
    address: str
    shown: bool


class File(Schema):
    sha256: str
    media_type: str
    size: int
    label: str
    url: str
    captions_of: str = ""
    """SHA-256 of the recording or film that these captions belong to, in `language`; both empty for other files."""
    language: str = ""


class PartOrWhole(Schema):
    id: int
    title: str
    identifier: str
    label: str = Field(description="What the part is called in the whole, such as 卷三, or empty.")
    url: str


class Whole(Brief):
    elements: dict[str, list[ElementValue]]
    content_tier: int = Field(description="0–4: how much of the content can be had (default of this system).")
    metadata_tier: str = Field(description="A–D: how well it is described (default of this system).")
    graded_by: str = Field(description="Profile and version that both tiers are by, such as text/1.1.")
    arrived_at: str
    changed_at: str
    versions: list[Version]
    files: list[File]
    part_of: list[PartOrWhole] = Field(description="Records that this one is part of.")
    parts: list[PartOrWhole] = Field(description="The first 1,000 of its parts, in their order.")
    part_count: int
    same_work: list[int] = Field(description="Records of the same work at other institutions.")
    same_work_rule: str


class Institution(Schema):
    id: int
    code: str
    name: str
    kind: str
    place_code: str
    place_name: str
    records: int


Version_ = Annotated[int, Field(ge=1, le=2**31 - 1)]


class Place(Schema):
    address: str
    kind: str


class Successor(Schema):
    code: str = Field(description="Empty: abolished, and the sources do not say into what.")
    name: str
    change: str = Field(description="renamed, recoded, promoted, moved, merged, split, dispersed or abolished.")
    on: str = Field(description="The day, as exactly as the yearly tables tell.")


class Division(Schema):
    """Who carried a code, from a day to a day."""

    code: str
    name: str
    level: int = Field(description="1 province, 2 prefecture, 3 county, 4 township, 5 village.")
    parent_code: str
    valid_from: str
    valid_to: str = Field(description="Exclusive; empty: today.")
    zone: bool = Field(description="A development zone, which statistics know and the administration does not.")
    outside_denominators: bool
    differs: bool = Field(description="The sources disagree here; this is the second one's, and counted nowhere.")
    successors: list[Successor]


class Name(Schema):
    name: str
    state: str = Field(description="reserved, registered, redirected or withdrawn.")
    locations: list[Place]
    chain: list[str] = Field(description="Names that this one was redirected to, in order.")
    reason: str = Field(description="Why it was withdrawn, or empty.")


class Asked(Schema):
    """What `/records` may be asked; several values of one name are alternatives."""

    q: str = ""
    type: list[str] = []
    region: list[str] = []
    institution: list[str] = []
    licence: list[str] = []
    theme: list[str] = []
    period: list[str] = []
    language: list[str] = []
    audience: list[str] = []
    from_: Annotated[int | None, Field(alias="from", ge=-9999, le=9999)] = None
    to: Annotated[int | None, Field(ge=-9999, le=9999)] = None
    sort: Literal["relevance", "year", "-year", "newest", "title"] = "relevance"
    page: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    size: Annotated[int, Field(ge=1, le=100)] = 20
    facets: list[Literal["type", "institution", "region", "licence", "theme", "period", "language", "audience"]] = []


@api.get("/records", response=Hits, tags=["records"], summary="Search the catalogue")
def find(request: HttpRequest, asked: Query[Asked]) -> Hits:
    found = search.find(
        Question(
            text=asked.q,
            filters={name: values for name in FACETS if (values := getattr(asked, name))},
            year_from=asked.from_,
            year_to=asked.to,
            sort=asked.sort,
            page=asked.page,
            size=asked.size,
            facets=asked.facets,
        )
    )
    return Hits(
        total=found.total,
        page=found.page,
        last_page=found.last_page,
        relaxed=found.relaxed,
        suggestion=found.suggestion,
        records=[_brief(card) for card in catalogue.cards([int(key) for key in found.keys])],
        facets={
            name: [FacetCount(code=code, count=count) for code, count in counts]
            for name, counts in found.facets.items()
        },
    )


@api.get(
    "/records/{record_id}",
    response={200: Whole, 404: Problem, 406: Problem, 410: Problem, 422: Problem},
    tags=["records"],
    summary="One record, whole, in the form that is asked for",
    openapi_extra=choosing.ANSWERS,
)
def record(
    request: HttpRequest, response: HttpResponse, record_id: int, format: choosing.Asked | None = None
) -> Whole | HttpResponse:
    """`format` decides; without it the header Accept does."""
    patch_vary_headers(response, ["Accept"])
    form = choosing.form_of(request, format)
    if 0 < record_id < 2**63:
        if form == "json" and (page := catalogue.record_page(record_id)):
            return _whole(page)
        if form != "json" and (file := choosing.written(record_id, form)):
            return file
    raise _missing(record_id)


def _missing(record_id: int) -> HttpError:
    """410 with the words of its tombstone, as its page says them; 404 for what never was public."""
    gone = catalogue.tombstone(record_id) if 0 < record_id < 2**63 else None
    if gone is None:
        return HttpError(404, f"There is no public record {record_id}, or it has no such version.")
    day = f" on {timezone.localdate(gone.at)}" if gone.at else ""
    return HttpError(410, f"Record {record_id} ({gone.identifier}) was {gone.why}{day}: {gone.reason}")


@api.get("/records/{record_id}/raw", tags=["records"], summary="The bytes as the provider sent them")
def raw(request: HttpRequest, record_id: int, version: Version_ | None = None) -> HttpResponse:
    """Of the version shown, or of an earlier one that was shown."""
    found = catalogue.raw(record_id, version) if 0 < record_id < 2**63 else None
    if found is None:
        raise _missing(record_id)
    content, format_ = found
    name = f'attachment; filename="{record_id}.{format_}"'
    return HttpResponse(content, content_type="application/octet-stream", headers={"Content-Disposition": name})


@api.get("/institutions", response=list[Institution], tags=["institutions"], summary="Institutions with records here")
def listing(request: HttpRequest) -> list[Institution]:
    counts = catalogue.latest_counts()
    owners = institutions.organisations(sorted(counts))
    return [_institution(owners[key], counts[key]) for key in sorted(owners)]


@api.get("/institutions/{institution_id}", response={200: Institution, 404: Problem}, tags=["institutions"])
def institution(request: HttpRequest, institution_id: int) -> Institution:
    found = institutions.organisation(institution_id) if 0 < institution_id < 2**63 else None
    if found is None:
        raise HttpError(404, f"There is no institution {institution_id}.")
    return _institution(found, catalogue.latest_counts().get(institution_id, 0))


@api.get("/places/{code}", response={200: list[Division], 404: Problem}, tags=["places"], summary="Who carried a code")
def divisions(request: HttpRequest, code: str) -> list[Division]:
    """Everybody who carries or carried it, the latest first, with what became of them."""
    holders = institutions.holders(code) if code.isascii() and code.isdigit() and len(code) in (6, 9, 12) else []
    if not holders:
        raise HttpError(404, "Nobody carried this code: give 6, 9 or 12 digits.")
    steps = institutions.became([one.id for one in holders])
    return [
        Division(
            code=one.code,
            name=one.name,
            level=one.level,
            parent_code=one.parent_code or "",
            valid_from=one.valid_from.isoformat(),
            valid_to=one.valid_to.isoformat() if one.valid_to else "",
            zone=one.zone,
            outside_denominators=one.outside_denominators,
            differs=one.differs,
            successors=[
                Successor(
                    code=step.after.code if step.after else "",
                    name=step.after.name if step.after else "",
                    change=step.kind,
                    on=step.on.isoformat(),
                )
                for step in steps
                if step.before.id == one.id
            ],
        )
        for one in holders
    ]


@api.get("/identifiers/{path:name}", response={200: Name, 404: Problem}, tags=["identifiers"])
def identifier(request: HttpRequest, name: str) -> Name:
    found = identifiers.resolve(name)
    if found.state == "unknown":
        raise HttpError(404, "This name is not known here: check it against its check character.")
    return Name(
        name=found.name,
        state=found.state,
        locations=[Place(address=one.address, kind=one.kind) for one in found.locations],
        chain=list(found.chain),
        reason=found.tombstone.reason if found.tombstone else "",
    )


def _brief(card: Card) -> Brief:
    return Brief(
        id=card.id,
        title=card.title,
        creators=card.creators,
        type=card.type,
        period=card.period,
        licence=card.licence,
        institution=card.organisation_id,
        institution_name=card.organisation_name,
        identifier=card.identifier,
        url=f"{settings.BASE_URL}/records/{card.id}",
    )


def _whole(page: RecordPage) -> Whole:
    return Whole(
        id=page.id,
        title=page.title,
        creators=page.creators,
        type=page.type,
        period=_first(page.elements, "temporal"),
        licence=_first(page.elements, "licence"),
        institution=page.organisation_id,
        institution_name=page.organisation_name,
        identifier=page.identifier,
        url=f"{settings.BASE_URL}/records/{page.id}",
        elements={
            name: [ElementValue(text=v.text, source=v.source, lang=v.lang) for v in values]
            for name, values in page.elements.items()
            if name not in ("whole_key", "part_key")  # `part_of` and `parts` lead to the records themselves
        },
        content_tier=page.grade.content,
        metadata_tier=str(page.grade.metadata),
        graded_by=page.graded_by.name,
        arrived_at=page.arrived_at.isoformat(),
        changed_at=page.changed_at.isoformat(),
        versions=[
            Version(
                number=v.number,
                created_at=v.created_at.isoformat(),
                format=v.format,
                raw_sha256=v.raw_hash,
                address=v.address,
                shown=v.shown,
            )
            for v in page.versions
        ],
        files=[_file(one) for one in page.attachments],
        part_of=[_related(one) for one in page.wholes],
        parts=[_related(one) for one in page.parts],
        part_count=page.part_count,
        same_work=[card.id for card in page.siblings],
        same_work_rule=page.rule,
    )


def _related(one: Related) -> PartOrWhole:
    address = f"{settings.BASE_URL}/records/{one.id}"
    return PartOrWhole(id=one.id, title=one.title, identifier=one.identifier, label=one.label, url=address)


def _first(elements: Elements, name: str) -> str:
    values = elements.get(name)
    return values[0].text if values else ""


def _file(attachment: Any) -> File:
    stored, whole = attachment.object, attachment.captions_of
    return File(
        sha256=stored.hash,
        media_type=stored.media_type,
        size=stored.size,
        label=attachment.label,
        url=f"{settings.BASE_URL}/files/{stored.hash}",
        captions_of=whole.object.hash if whole else "",
        language=attachment.language,
    )


def _institution(one: institutions.OrganisationView, records: int) -> Institution:
    return Institution(
        id=one.id,
        code=one.code,
        name=one.name,
        kind=one.kind,
        place_code=one.place_code,
        place_name=one.place_name,
        records=records,
    )
