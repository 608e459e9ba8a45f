"""What templates need beyond Django: line icons, numbers, highlights, QR codes."""

import math
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Protocol

import qrcode
from django import template
from django.core.paginator import Paginator
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from wenmai.lib import lists, masks
from wenmai.lib.lists import LongList
from wenmai.lib.reasons import in_words

register = template.Library()
register.filter("reason", in_words)
CURRENT = ' aria-current="true"'


class Choice(Protocol):
    """One value of a facet, as pages hand it over."""

    @property
    def url(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def total(self) -> int: ...
    @property
    def current(self) -> bool: ...


# Paths on a 24 × 24 grid, drawn as 1.5 px lines.
ICONS = {
    "home": "M4 11l8-7 8 7v9H4z",
    "book": "M4 5h7v15H4zM13 5h7v15h-7z",
    "hall": "M4 20V10l8-5 8 5v10M8 20v-6h8v6",
    "door": "M6 20V4h12v16M3 20h18M14 12h.01",
    "person": "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 20c0-4 4-5 8-5s8 1 8 5",
    "rule": "M6 4h12v16H6zM9 9h6M9 13h6M9 17h3",
    "text": "M5 4h10l4 4v12H5zM15 4v4h4M8 12h8M8 16h8",
    "image": "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9.5h.01",
    "audio": "M4 10v4h4l5 4V6l-5 4zM16 9a4 4 0 010 6M18.5 6.5a8 8 0 010 11",
    "video": "M4 6h16v12H4zM10 9l5 3-5 3z",
    "ebook": "M6 3h12v18H6zM11 18h2",
    "ancient_book": "M5 4h14v16H5zM8 4v16M8 8H5M8 12H5M8 16H5M13 8v6",
    "serial": "M4 6h13v14H4zM7 6V4h13v13h-3M7 10h7M7 14h7",
    "database": "M5 6c0-3 14-3 14 0v12c0 3-14 3-14 0zM5 6c0 3 14 3 14 0M5 12c0 3 14 3 14 0",
    "activity": "M4 6h16v14H4zM4 10h16M8 3v4M16 3v4",
    "dish": "M5 4h14v16H5zM9 4v-1h6v1M8 10h8M8 14h5",
    "voice": "M4 5h16v11H11l-4 4v-4H4zM8 9h8M8 12h5",
    "find": "M11 4a7 7 0 100 14 7 7 0 000-14zM16 16l5 5",
    "back": "M15 5l-7 7 7 7",
}


@register.simple_tag
def icon(name: str) -> SafeString:
    """A decorative line icon; an unknown name draws nothing."""
    path = ICONS.get(name, "")
    return (
        format_html('<svg viewBox="0 0 24 24" aria-hidden="true"><path d="{}" /></svg>', path) if path else SafeString()
    )


@register.filter
def number(value: object) -> str:
    """1234567 -> 1,234,567, in both languages; what is no number stays as it is."""
    return f"{value:,}" if isinstance(value, int | float) else str(value)


@register.filter
def yuan(fen: object) -> str:
    """123456 -> 1,234.56; what is no number of fen stays as it is."""
    return f"{fen // 100:,}.{fen % 100:02}" if isinstance(fen, int) else str(fen)


@register.filter
def masked(text: str, kind: str) -> str:
    """A number or a name as screens show it; `kind` is one of `masks.KINDS`."""
    return masks.KINDS[kind](text)


register.filter("so_many", lists.so_many)


@register.filter
def counted(paginator: "Paginator[Any]") -> str:
    """How many rows a list has; with a plus sign where more follow than were counted."""
    return number(paginator.count) + ("+" if isinstance(paginator, LongList) and paginator.is_cut else "")


@register.filter
def ways(choices: Iterable[Choice]) -> SafeString:
    """The choices of a facet as links with their counts: dozens on a page, so in one piece and not tag by tag."""
    return mark_safe(  # noqa: S308 - every piece of text is escaped
        "".join(
            f'<a href="{escape(one.url)}"{CURRENT if one.current else ""} rel="nofollow">'
            f"{escape(one.label)}<span>{number(one.total)}</span></a>"
            for one in choices
        )
    )


@register.filter
def marked(text: str, spans: Sequence[tuple[int, int]]) -> SafeString:
    """The text with `<mark>` around each `(start, end)`; spans are in order and do not overlap."""
    parts, at = [], 0
    for start, end in spans:
        if start < at or end <= start:
            continue
        parts += [escape(text[at:start]), "<mark>", escape(text[start:end]), "</mark>"]
        at = end
    return mark_safe("".join([*parts, escape(text[at:])]))  # noqa: S308 - every piece of text is escaped above


@register.simple_tag
@lru_cache(maxsize=256)
def qr(text: str) -> SafeString:
    """The text as a QR code: one SVG path on white, with the quiet zone of four modules."""
    # Every mask can be read; trying all eight for the prettiest takes longer than the rest of the page.
    code = qrcode.QRCode(border=4, error_correction=qrcode.constants.ERROR_CORRECT_M, mask_pattern=3)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    path = "".join(
        f"M{run.start()} {y}h{len(run[0])}v1h-{len(run[0])}z"
        for y, row in enumerate(rows)
        for run in re.finditer("1+", "".join("01"[dark] for dark in row))
    )
    return format_html(
        '<svg viewBox="0 0 {side} {side}" shape-rendering="crispEdges" aria-hidden="true">'
        '<path d="M0 0h{side}v{side}H0z" fill="#fff" stroke="none" />'
        '<path d="{path}" fill="#000" stroke="none" /></svg>',
        side=len(rows),
        path=path,
    )


@register.filter
def steps(value: int, top: int = 4) -> list[bool]:
    """3 of 4 -> [True, True, True, False], for a bar."""
    return [at < value for at in range(math.floor(top))]
