"""The bytes of stored objects, whole or in part."""

import os
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from django.conf import settings
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_safe

from wenmai.files import disk, queries, services
from wenmai.files.models import StoredObject
from wenmai.files.rules import ranges
from wenmai.files.rules.kinds import TYPES, WIDTHS
from wenmai.lib import faces
from wenmai.lib.access import NOBODY, actor_of, is_staff, public
from wenmai.lib.refusal import Refused
from wenmai.usage import rules as usage_rules

MOST_PICTURES = 10_000
_CHUNK = 256 * 1024
_AT_ONCE = 512 * 1024
"""Bytes: up to here an answer is handed over whole, and the server's thread is free again."""
_lanes = threading.BoundedSemaphore(settings.FILE_STREAMS)
# A shared cache asks again after seconds, so that what is withdrawn is gone; a reader's own copy never changes.
_PUBLIC = "public, max-age=31536000, s-maxage=10, immutable"
_PRIVATE = "private, no-store"
_POLICY = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'"


@public
@require_safe
def show(request: HttpRequest, hash: str) -> HttpResponseBase:
    """The object itself: GET with ranges, HEAD. 404 unless an owner shows it to whoever asks."""
    caching, stored = _admitted(request, hash)
    response = _answer(request, disk.object_path(hash), f'"{hash}"', stored.media_type)
    used = TYPES[stored.media_type].kind != "captions"  # a player fetches them with its film
    if used and request.method == "GET" and response.status_code in {200, 206} and _from_the_start(request):
        services.opened(hash, usage_rules.counted(request.headers, by_staff=is_staff(request)))
    response["Content-Disposition"] = _disposition(stored)
    response.setdefault("Cache-Control", caching)
    return response


@public
@require_safe
def show_picture(request: HttpRequest, hash: str, width: int) -> HttpResponseBase:
    """A thumbnail, made now if nobody has asked before."""
    if width not in WIDTHS:
        raise Http404
    caching, stored = _admitted(request, hash)
    if not stored.has_picture:
        raise Http404
    try:
        path = services.make_picture(hash, stored.media_type, width)
    except Refused:
        raise Http404 from None
    response = _answer(request, path, f'"{hash}-{width}"', "image/webp")
    response.setdefault("Cache-Control", caching)
    return response


@public
@require_safe
def show_book_picture(request: HttpRequest, hash: str, number: int) -> HttpResponseBase:
    """A picture inside a book, made anew as a thumbnail is."""
    caching, stored = _admitted(request, hash)
    if TYPES[stored.media_type].kind != "ebook" or number > MOST_PICTURES:
        raise Http404
    try:
        path = services.make_book_picture(hash, number)
    except Refused:
        raise Http404 from None
    response = _answer(request, path, f'"{hash}-book-{number}"', "image/webp")
    response.setdefault("Cache-Control", caching)
    return response


def _from_the_start(request: HttpRequest) -> bool:
    """A player asks for the rest in many parts; that is still one opening."""
    return request.headers.get("Range", "bytes=0-").replace(" ", "").startswith("bytes=0-")


def _admitted(request: HttpRequest, hash: str) -> tuple[str, StoredObject]:
    """The session is asked for only where the public is not admitted. In the mode for minors only what suits them."""
    if faces.is_minor(request):
        if not services.suits_minors(hash):
            raise Http404
        caching = _PRIVATE
    elif services.allowed(hash, NOBODY):
        caching = _PUBLIC
    elif services.allowed(hash, actor_of(request)):
        caching = _PRIVATE
    else:
        raise Http404
    stored = queries.find(hash)
    if stored is None:
        raise Http404
    return caching, stored


def _answer(request: HttpRequest, path: Path, tag: str, media_type: str) -> HttpResponseBase:
    # Bytes are sent as they are: compressed, they would have other ranges and another tag.
    request.META.pop("HTTP_ACCEPT_ENCODING", None)
    if _named(request.headers.get("If-None-Match", ""), tag):
        response: HttpResponseBase = HttpResponse(status=304)
        del response["Content-Type"]
    else:
        response = _body(request, path, tag, media_type)
    response["ETag"] = tag
    response["Accept-Ranges"] = "bytes"
    response["Content-Security-Policy"] = _policy(media_type)
    return response


def _body(request: HttpRequest, path: Path, tag: str, media_type: str) -> HttpResponseBase:
    try:
        file = path.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    with ExitStack() as closing:
        closing.enter_context(file)
        size = os.fstat(file.fileno()).st_size
        part = _part(request, tag, size)
        count = part.end - part.start
        response: HttpResponseBase
        if part.status == 416 or request.method == "HEAD" or count <= _AT_ONCE:
            file.seek(part.start)
            content = file.read(count) if request.method == "GET" else b""
            response = HttpResponse(content, status=part.status, content_type=media_type)
        elif _lanes.acquire(blocking=False):
            pieces = _Pieces(file, part, closing.pop_all())
            response = StreamingHttpResponse(pieces, status=part.status, content_type=media_type)
        else:
            return HttpResponse(status=503, headers={"Retry-After": "5", "Cache-Control": "no-store"})
    response["Content-Length"] = str(count)
    if part.status != 200:
        response["Content-Range"] = f"bytes {part.start}-{part.end - 1}/{size}" if part.end else f"bytes */{size}"
    return response


def _part(request: HttpRequest, tag: str, size: int) -> ranges.Part:
    """What is asked for. A player gets less than it asks for, at once, and asks again (RFC 9110, 15.3.7)."""
    part = ranges.part(_range(request, tag), size)
    if part.status == 206 and request.headers.get("Sec-Fetch-Dest") in {"audio", "video"}:
        return part._replace(end=min(part.end, part.start + _AT_ONCE))
    return part


def _range(request: HttpRequest, tag: str) -> str:
    """The range asked for; none for HEAD, and none when If-Range names another content (RFC 9110, 13.1.5)."""
    if request.method != "GET" or request.headers.get("If-Range", tag) != tag:
        return ""
    return request.headers.get("Range", "")


def _policy(media_type: str) -> str:
    """Nothing may run. Browsers' own players and readers do not open in a sandbox, so only the rest gets one."""
    played = TYPES[media_type].kind in {"audio", "video", "pdf"}
    return _POLICY + ("" if played else "; sandbox")


def _named(tags: str, tag: str) -> bool:
    return tags.strip() == "*" or tag in {one.strip().removeprefix("W/") for one in tags.split(",")}


class _Pieces:
    """The part of the file, piece by piece; file and lane are given back with the response, also when nobody reads on.

    A slow reader keeps a thread of the server, but no connection to the database.
    """

    def __init__(self, file: BinaryIO, part: ranges.Part, closing: ExitStack) -> None:
        self._file, self._left, self._closing = file, part.end - part.start, closing
        closing.callback(_lanes.release)
        file.seek(part.start)
        if not connection.in_atomic_block:
            connection.close()

    def __iter__(self) -> Iterator[bytes]:
        while self._left and (piece := self._file.read(min(_CHUNK, self._left))):
            self._left -= len(piece)
            yield piece

    def close(self) -> None:
        self._closing.close()


def _disposition(stored: StoredObject) -> str:
    """Shown or offered for download, with a name for the disk (RFC 6266)."""
    known = TYPES[stored.media_type]
    name = stored.name or f"{stored.hash[:12]}.{known.extension}"
    way = "inline" if known.shown else "attachment"
    return f"{way}; filename=\"{stored.hash[:12]}.{known.extension}\"; filename*=UTF-8''{quote(name, safe='')}"
