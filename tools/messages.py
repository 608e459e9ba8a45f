"""Collects every string that is marked for translation, keeps the English file complete, compiles it.

    messages.py update    add what is missing to locale/en, drop what nobody says any more
    messages.py compile   write the .mo files
    messages.py check     say what is missing, and fail

No GNU gettext: Babel reads Python, Django's own template lexer reads templates.
"""

import ast
import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
PO = ROOT / "locale/en/LC_MESSAGES/django.po"
PYTHON = ("wenmai", "config", "demo")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}


PLACEHOLDER = re.compile(r"%\(\w+\)[.\d]*[sdf]")


class Marked(NamedTuple):
    """`text` is one string, or the singular and plural forms."""

    text: str | tuple[str, str]
    context: str | None
    place: tuple[str, int]


def collect() -> Iterator[Marked]:
    for path in sorted((ROOT / "templates").rglob("*.html")):
        text = templatize(path.read_text("utf-8"), origin=str(path))
        # What is left of a template has no indentation that means anything.
        yield from _read("\n".join(line.strip() for line in text.splitlines()), path)
    for folder in PYTHON:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "tests" not in path.parts:
                yield from _read(path.read_text("utf-8"), path)


def _read(source: str, path: Path) -> Iterator[Marked]:
    place = path.relative_to(ROOT).as_posix()
    for line, function, messages, _comments in extract_python(BytesIO(source.encode()), KEYWORDS, [], {}):
        given: object = messages
        texts = [given] if isinstance(given, str) else [one for one in messages if one]
        context = texts.pop(0) if "pgettext" in function and len(texts) > 1 else None
        if texts and texts[0]:
            plural = "ngettext" in function or "npgettext" in function
            yield Marked((texts[0], texts[1]) if plural and len(texts) > 1 else texts[0], context, (place, line))


def catalogue() -> Catalog:
    if not PO.exists():
        return Catalog(locale="en")
    with PO.open("rb") as file:
        return read_po(file, locale="en", domain="django")


def merged() -> Catalog:
    """What is marked now, with the translations there are; only file names as places, so that lines may move."""
    old = catalogue()
    new = Catalog(locale="en", domain="django")
    for marked in collect():
        known = old.get(marked.text if isinstance(marked.text, str) else marked.text[0], marked.context)
        string = known.string if known and _fits(known, marked) else None
        new.add(marked.text, string, locations=[(marked.place[0], 0)], context=marked.context)
    return new


# Written by us and without dates, so that the file changes only when a text does.
HEADER = """# English of Wenmai. The Chinese texts in the code are the originals; `make messages` brings new ones in.
msgid ""
msgstr ""
"Language: en\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def _fits(known: Message, marked: Marked) -> bool:
    return isinstance(known.string, tuple) == isinstance(marked.text, tuple)


def missing(found: Catalog) -> list[str]:
    """Originals without a translation, or with one that lacks a placeholder of theirs or says everything twice."""
    wanting = []
    for message in found:
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id and not all(strings):
            wanting.append(str(message.id))
        elif message.id and not _whole(str(message.id), [str(one) for one in strings]):
            wanting.append(f"{message.id} (placeholders)")
        elif any(_twice(str(one)) for one in strings):
            wanting.append(f"{message.id} (said twice)")
    return wanting


def _whole(original: str, strings: list[str]) -> bool:
    """The last form says every placeholder of the original; none says one that the original does not have."""
    given = set(PLACEHOLDER.findall(original))
    said = [set(PLACEHOLDER.findall(string)) for string in strings]
    return said[-1] == given and all(one <= given for one in said)


def _twice(string: str) -> bool:
    """A merge left the text in there two times over; short ones, such as Ha ha, mean it."""
    half = len(string) // 2
    return len(string) > 20 and string[:half] == string[half:]


def update() -> int:
    found = merged()
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        file.write(HEADER.encode())
        write_po(file, found, width=110, sort_output=True, omit_header=True, include_lineno=False)
    _say(missing(found))
    return 0


def compile_all() -> int:
    for path in sorted((ROOT / "locale").glob("*/LC_MESSAGES/*.po")):
        with path.open("rb") as file:
            found = read_po(file, locale=path.parts[-3])
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, found)
    return 0


def check() -> int:
    found, written = merged(), {(message.id, message.context) for message in catalogue()}
    wanting = missing(found)
    new = [str(message.id) for message in found if message.id and (message.id, message.context) not in written]
    _say(wanting)
    if new:
        print(f"{len(new)} strings are not in {PO.relative_to(ROOT)}: run `make messages`")
    return 1 if wanting or new else 0


def _say(wanting: list[str]) -> None:
    for text in wanting:
        print(f"no English for: {text}")
    if wanting:
        print(f"{len(wanting)} strings wait for their English in {PO.relative_to(ROOT)}")


COMMANDS = {"update": update, "compile": compile_all, "check": check}

if __name__ == "__main__":
    command = COMMANDS.get(sys.argv[1] if len(sys.argv) == 2 else "")
    if command is None:
        sys.exit(ast.get_docstring(ast.parse(Path(__file__).read_text("utf-8"))))
    sys.exit(command())
