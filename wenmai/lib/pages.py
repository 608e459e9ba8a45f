"""Answering with a page in the shape of the face that asked."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import select_template

from wenmai.lib import faces


def render(
    request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """`portal/search.html` becomes `portal/search.tv.html` on a television, where that file exists."""
    chosen = select_template(_candidates(template, faces.face_of(request)))
    return HttpResponse(chosen.render(dict(context or {}), request), status=status)


def _candidates(template: str, face: str) -> list[str]:
    if face == "web":
        return [template]
    return [f"{template.removesuffix('.html')}.{face}.html", template]
