"""The readable page of the machines' addresses, drawn from the same description that machines read."""

from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from wenmai.gateway.api import api
from wenmai.gateway.taking.asking import Reads, Writes
from wenmai.lib.access import public
from wenmai.lib.pages import render


class Operation(NamedTuple):
    method: str
    path: str
    summary: str
    parameters: list[tuple[str, str, str]]
    scope: str
    """What a token has to have; empty: it is open."""


@public
def guide(request: HttpRequest) -> HttpResponse:
    """/api/v1/: what can be asked, with examples that work."""
    schema = api.get_openapi_schema(path_prefix="/api/v1/")
    operations = [
        Operation(method.upper(), path, operation.get("summary", ""), _parameters(operation), _scope(operation))
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]
    return render(request, "gateway/guide.html", {"operations": operations, "base": settings.BASE_URL})


def _scope(operation: dict[str, Any]) -> str:
    named = next(iter(operation.get("security", [{}])[0]), "")
    return next((one.scope for one in (Reads, Writes) if one.__name__ == named), "")


def _parameters(operation: dict[str, Any]) -> list[tuple[str, str, str]]:
    """(name, type, default) of each."""
    return [
        (one["name"], _kind(one["schema"]), str(one["schema"].get("default", "")))
        for one in operation.get("parameters", [])
    ]


def _kind(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if "anyOf" in schema:
        return " | ".join(part.get("type", "") for part in schema["anyOf"] if part.get("type") != "null")
    return str(schema.get("type", ""))
