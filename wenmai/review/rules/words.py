"""A word list as a file: one word a line."""

from wenmai.lib.refusal import Refused
from wenmai.search.rules import fold

LARGEST_LIST, MOST_WORDS, LONGEST_WORD = 1_000_000, 20_000, 40


def read_words(content: bytes) -> list[str]:
    """The words in the order of the file, alike ones once; UTF-8, or GB 18030 as older programs write. What stands
    behind # is a remark.

    Refused: list_too_large (detail: bytes), list_encoding, list_empty, list_too_many (detail: words), word_too_long,
    word_too_short, word_unfit (detail: the line's number).
    """
    if len(content) > LARGEST_LIST:
        raise Refused("list_too_large", f"{LARGEST_LIST:,}")
    words: dict[str, str] = {}
    for number, line in enumerate(_text(content).splitlines(), start=1):
        word = line.partition("#")[0].strip()
        if not word:
            continue
        if len(word) > LONGEST_WORD:
            raise Refused("word_too_long", str(number))
        if len(word) < 2:
            raise Refused("word_too_short", str(number))
        if not word.isprintable():
            raise Refused("word_unfit", str(number))
        words.setdefault(fold(word), word)
        if len(words) > MOST_WORDS:
            raise Refused("list_too_many", f"{MOST_WORDS:,}")
    if not words:
        raise Refused("list_empty")
    return list(words.values())


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused("list_encoding")
