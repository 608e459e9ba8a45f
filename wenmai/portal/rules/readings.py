"""How a text is set for reading: verse or prose, lines of verse, simplified characters."""

import re

from wenmai.search.rules import fold

VERSE_LINE = 34
"""Longer than any line of the common forms with its punctuation; a parameter."""
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_CLAUSE = re.compile(r"[^，。！？；：、]+[，。！？；：、]?[”’」』）]*")


def simplified(text: str) -> str:
    """The same text in simplified characters, one for one; punctuation and Latin letters stay as they are."""
    return _HAN.sub(lambda found: _simple(found[0]), text)


def _simple(character: str) -> str:
    folded = fold(character)
    return folded if _HAN.fullmatch(folded) else character


def reading(text: str) -> tuple[str, list[list[str]]]:
    """`verse` or `prose-text`, and paragraphs of lines.

    A text of short lines is verse, one paragraph for each run of lines without a blank one between; a line of two
    clauses of the same length (a couplet of regulated verse) is set as two.
    """
    paragraphs = [
        [line.strip() for line in part.splitlines() if line.strip()] for part in re.split(r"\n\s*\n", text.strip())
    ]
    paragraphs = [part for part in paragraphs if part]
    lines = [line for part in paragraphs for line in part]
    if not lines or max(map(len, lines)) > VERSE_LINE:
        return "prose-text", [[line] for line in lines]
    if all(len(_clauses(line)) in {2, 4} and _even(line) for line in lines):
        paragraphs = [[clause for line in part for clause in _clauses(line)] for part in paragraphs]
    return "verse", paragraphs


def _clauses(line: str) -> list[str]:
    return _CLAUSE.findall(line)


def _even(line: str) -> bool:
    return len({len(_HAN.findall(clause)) for clause in _clauses(line)}) == 1
