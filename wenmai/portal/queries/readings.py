"""The text of a record, set as the reader asked."""

from typing import NamedTuple
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from wenmai.portal import rules
from wenmai.portal.values import Link, Reading


class Set(NamedTuple):
    """How the reader wants a text: upright or not, in simplified characters or as it came."""

    upright: bool = False
    simple: bool = False


def reading(text: str, asked: Set, url: str) -> Reading | None:
    """None for a record without text. The switch of characters is offered where it changes anything."""
    if not text.strip():
        return None
    simple = rules.simplified(text)
    traditional = simple != text
    form, paragraphs = rules.reading(simple if asked.simple else text)
    return Reading(
        paragraphs=paragraphs,
        form=form,
        upright=asked.upright,
        script="zh" if traditional and not asked.simple else "zh-Hans",
        directions=(
            Link(_("横排"), _address(url, asked._replace(upright=False)), not asked.upright),
            Link(_("竖排"), _address(url, asked._replace(upright=True)), asked.upright),
        ),
        scripts=(
            Link(_("原文"), _address(url, asked._replace(simple=False)), not asked.simple),
            Link(_("简体"), _address(url, asked._replace(simple=True)), asked.simple),
        )
        if traditional
        else (),
    )


def _address(url: str, asked: Set) -> str:
    pairs = [("read", "upright")] * asked.upright + [("script", "hans")] * asked.simple
    return f"{url}?{urlencode(pairs)}" if pairs else url
