"""Attached files as they are read and looked at: a book chapter by chapter, a PDF page by page, pictures one by one."""

from collections.abc import Sequence
from typing import NamedTuple

from django.contrib.staticfiles.storage import staticfiles_storage
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from wenmai.catalogue import queries as catalogue
from wenmai.catalogue import rules
from wenmai.files import queries as stored
from wenmai.files import services as files
from wenmai.lib.refusal import Refused
from wenmai.portal.queries.files import READ, pictures, transcript
from wenmai.portal.queries.hits import language
from wenmai.portal.values import Link, Picture, Spoken, Track

LINES_A_PAGE = 500
PDF_SCRIPTS = "pdfjs-dist/"
UPRIGHT = ("zh", "ja")


class Chapters(NamedTuple):
    """One chapter of a book, written anew by `files`; the rest as links."""

    title: str
    label: str
    lang: str
    html: SafeString
    contents: Sequence[Link]
    directions: Sequence[Link]
    upright: bool


class Viewer(NamedTuple):
    """A file of a record on a page of its own. `number` of `total` pages, chapters or pictures; 0 when unknown.

    `chapters` is None for what is no book, or a book that cannot be opened here. `scripts` are the addresses that the
    viewer of PDF loads, by name; empty where it is not installed.
    """

    record_title: str
    record_url: str
    record_lang: str
    organisation_id: int
    hash: str
    file: Picture
    files: Sequence[Picture]
    here: str
    previous: str = ""
    next: str = ""
    number: int = 0
    total: int = 0
    chapters: Chapters | None = None
    scripts: dict[str, str] | None = None
    track: Track | None = None


def viewer(record_id: int, file_id: int, *, chapter: int = 1, upright: bool = False) -> Viewer | None:
    """None when the record is not visible, has no such file, or the file is played rather than read."""
    found = catalogue.record_page(record_id)
    attached = next((one for one in found.attachments if one.pk == file_id), None) if found else None
    if found is None or attached is None:
        return None
    shown = pictures(found.attachments)
    here = reverse("portal:read", args=[record_id, file_id])
    file = transcript(found.attachments, file_id) or next(
        (one for one in shown if one.url.endswith(attached.object.hash)), None
    )
    if file is None or file.kind not in READ:
        return None
    page = Viewer(
        record_title=found.title,
        record_url=reverse("portal:record", args=[record_id]),
        record_lang=language(rules.first(found.elements, "language")),
        organisation_id=found.organisation_id,
        hash=attached.object.hash,
        file=file,
        files=shown,
        here=here,
    )
    if file.kind == "captions":
        return _transcript(page, chapter, attached.language)
    if file.kind == "ebook":
        return _book(page, chapter, upright)
    return _picture(page) if file.kind == "image" else page._replace(total=file.pages, scripts=_pdf_scripts())


def _book(page: Viewer, chapter: int, upright: bool) -> Viewer:
    try:
        book = files.read_book(page.hash)
    except Refused:
        return page
    count = len(book.chapters)
    at = min(max(chapter, 1), count)
    can_stand = book.language[:2] in UPRIGHT
    upright = upright and can_stand

    def link(number: int, stands: bool = upright) -> str:
        return f"{page.here}?chapter={number}{'&read=upright' if stands else ''}"

    label = book.chapters[at - 1].label or _("第 %(number)d 节") % {"number": at}
    return page._replace(
        number=at,
        total=count,
        previous=link(at - 1) if at > 1 else "",
        next=link(at + 1) if at < count else "",
        chapters=Chapters(
            title=book.title,
            label=label,
            lang=book.language,
            html=mark_safe(book.chapters[at - 1].html),  # noqa: S308 - written anew from an allow-list by files
            contents=[
                Link(one.label or _("第 %(number)d 节") % {"number": number}, link(number), number == at)
                for number, one in enumerate(book.chapters, 1)
            ],
            directions=[Link(_("横排"), link(at, False), not upright), Link(_("竖排"), link(at, True), upright)]
            if can_stand
            else [],
            upright=upright,
        ),
    )


def _transcript(page: Viewer, part: int, language: str) -> Viewer:
    cues = stored.captions(page.hash)
    total = max(1, -(-len(cues) // LINES_A_PAGE))
    at = min(max(part, 1), total)
    lines = [Spoken(cue.clock, cue.text) for cue in cues[(at - 1) * LINES_A_PAGE : at * LINES_A_PAGE]]
    return page._replace(
        number=at if total > 1 else 0,
        total=total,
        previous=f"{page.here}?chapter={at - 1}" if at > 1 else "",
        next=f"{page.here}?chapter={at + 1}" if at < total else "",
        track=Track(page.file.url, language, page.file.label, lines),
    )


def _picture(page: Viewer) -> Viewer:
    images = [one for one in page.files if one.kind == "image"]
    at = images.index(page.file)
    return page._replace(
        number=at + 1,
        total=len(images),
        previous=images[at - 1].read_url if at else "",
        next=images[at + 1].read_url if at + 1 < len(images) else "",
        files=images,
    )


def _pdf_scripts() -> dict[str, str]:
    names = {"library": "legacy/build/pdf.min.mjs", "worker": "legacy/build/pdf.worker.min.mjs"}
    try:
        return {name: staticfiles_storage.url(PDF_SCRIPTS + path) for name, path in names.items()}
    except ValueError:  # the package is not installed: the page offers the file itself
        return {}
