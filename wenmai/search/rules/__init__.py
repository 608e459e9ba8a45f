"""Folding, analysis, pinyin and highlighting: pure, versioned, the same for every engine behind."""

from wenmai.search.rules.analysis import VERSION, Analysed, analyse
from wenmai.search.rules.folding import fold
from wenmai.search.rules.marks import Excerpt, excerpt, highlights
from wenmai.search.rules.pinyin import is_syllables, sort_title
from wenmai.search.rules.questions import LONGEST_QUERY, MOST_PARTS
from wenmai.search.rules.scripts import traditional

__all__ = [
    "LONGEST_QUERY",
    "MOST_PARTS",
    "VERSION",
    "Analysed",
    "Excerpt",
    "analyse",
    "excerpt",
    "fold",
    "highlights",
    "is_syllables",
    "sort_title",
    "traditional",
]
