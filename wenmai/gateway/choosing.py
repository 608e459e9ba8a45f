"""In which form a record is wanted: by the argument `format`, otherwise by the header Accept (RFC 9110, 12.5.1)."""

from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja.errors import HttpError

from wenmai.catalogue import queries as catalogue
from wenmai.formats.values import Unwritable
from wenmai.formats.writers import FORMS

Asked = Literal["json", "marcxml", "iso2709", "mods", "oai_dc", "qdc", "wenmai"]

JSON = "application/json"
# In the order of our liking: the first is given to those who take anything.
_BY_TYPE = {
    JSON: "json",
    "application/marcxml+xml": "marcxml",
    "application/mods+xml": "mods",
    "application/marc": "iso2709",
    "application/xml": "wenmai",
    "text/xml": "wenmai",
}
_BROWSERS = {"text/html": "json"}  # they accept XML too, but to look at, and JSON they show
ANSWERS: dict[str, Any] = {
    "responses": {
        200: {
            "description": "The record: as JSON, or in the form that `format` or Accept asks for.",
            "content": {one: {"schema": {"type": "string"}} for one in _BY_TYPE if one not in (JSON, "text/xml")},
        }
    }
}


def form_of(request: HttpRequest, asked: Asked | None) -> str:
    """Raises HttpError 406 when nothing of what is accepted can be given."""
    if asked:
        return asked
    offered = _BY_TYPE | _BROWSERS
    chosen = request.get_preferred_type(list(offered))
    if chosen is None:
        raise HttpError(406, f"A record is given as {', '.join(_BY_TYPE)}: ask for one of these.")
    return offered[chosen]


def written(record_id: int, form: str) -> HttpResponse | None:
    """The public record as a file; None when there is none. Raises HttpError 422 for what the format cannot hold."""
    told = catalogue.tell(record_id)
    if told is None or told.packed is None:
        return None
    write, media_type, suffix = FORMS[form]
    try:
        elements = catalogue.with_wholes([told])[0] if form == "wenmai" else told.elements
        content = write(elements, told.naming)
    except Unwritable as refusal:
        raise HttpError(422, str(refusal)) from None
    headers = {"Content-Disposition": f'attachment; filename="{record_id}.{suffix}"', "Vary": "Accept"}
    return HttpResponse(content, content_type=media_type, headers=headers)
