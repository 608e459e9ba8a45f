"""The text of a record, set as the reader asked."""

from typing import NamedTuple
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from wenmai.portal import rules
from wenmai.portal.values import Link, Reading
from wenmai.search.rules import traditional


class Set(NamedTuple):
    """How the reader wants a text: upright or not; as it came, in simplified ("hans") or traditional ("hant").

    `captions` is the language of what is said in recordings and films.
    """

    upright: bool = False
    script: str = ""
    captions: str = ""

    def address(self, url: str) -> str:
        pairs = [("read", "upright")] * self.upright
        pairs += [(name, value) for name, value in (("script", self.script), ("captions", self.captions)) if value]
        return f"{url}?{urlencode(pairs)}" if pairs else url


def reading(text: str, asked: Set, url: str) -> Reading | None:
    """None for a record without text. The switch of characters is offered where it changes anything."""
    if not text.strip():
        return None
    others = _others(text)
    asked = asked if asked.script in others else asked._replace(script="")
    form, paragraphs = rules.reading(others.get(asked.script, text))
    return Reading(
        paragraphs=paragraphs,
        form=form,
        upright=asked.upright,
        script="zh"
        if asked.script == "hant" or ("hans" in others and "hant" not in others and not asked.script)
        else "zh-Hans",
        directions=(
            Link(_("横排"), asked._replace(upright=False).address(url), not asked.upright),
            Link(_("竖排"), asked._replace(upright=True).address(url), asked.upright),
        ),
        scripts=[
            Link(label, asked._replace(script=script).address(url), asked.script == script)
            for script, label in (("", _("原文")), ("hans", _("简体")), ("hant", _("繁体")))
            if script in ("", *others)
        ]
        if others
        else (),
        converted=asked.script == "hant",
    )


def _others(text: str) -> dict[str, str]:
    """The text in the scripts that it is not written in, by their names; nothing where both look alike.

    A text is taken for simplified when more of its characters would change on the way to traditional than back: one
    old form in it says nothing, nor does a 云 in a traditional one.
    """
    simple, full = rules.simplified(text), traditional(text)
    to_simple, to_full = (sum(map(str.__ne__, text, other)) for other in (simple, full))
    found = {"hans": simple} if to_simple else {}
    return found | ({"hant": full} if to_full > to_simple else {})
