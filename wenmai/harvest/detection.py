"""Which format a file is in, by its content first and its name second."""

import re
from collections.abc import Collection
from pathlib import Path
from typing import BinaryIO

from wenmai.formats.characters import detect_encoding

HEAD = 64 * 1024
# A status of the field, or whatever stands there in a leader that is one by its base address and its last places.
_ISO2709 = re.compile(rb"\s*\d{5}(?:[acdnopsx ]|.{7}\d{5}.{3}45)", re.DOTALL)
_TABLE_NAMES = {".csv": "csv", ".tsv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json"}


def detect_file(path: Path, formats: Collection[str], preferred: str, name: str = "") -> str:
    """As `detect`; `name` is what the provider called the file, when it is kept under another."""
    with path.open("rb") as stream:
        return detect(stream.read(HEAD), name or path.name, formats, preferred)


def detect(head: bytes, name: str, formats: Collection[str], preferred: str) -> str:
    """The format among those that the crosswalk reads; empty when it is none of these.

    What the content leaves open (MARC21 or UNIMARC, simple or qualified Dublin Core) is as preferred.
    """
    guesses = [guess for guess in _guesses(head, name) if guess in formats]
    return preferred if preferred in guesses else guesses[0] if guesses else ""


def _guesses(head: bytes, name: str) -> list[str]:
    if head.startswith(b"PK\x03\x04"):
        return ["xlsx"]
    if _ISO2709.match(head):
        return _marc(head, "marc21", "unimarc")
    encoding, mark = detect_encoding(head)
    text = head[mark:].decode(encoding, "replace").lstrip()
    if text.startswith("<"):
        return _xml(text, head)
    suffix = Path(name).suffix.lower()
    if text.startswith("{"):
        lines = [line for line in text.splitlines()[:2] if line.strip()]
        many = suffix in {".jsonl", ".ndjson"} or (len(lines) == 2 and all(line.startswith("{") for line in lines))
        return ["jsonl", "json"] if many and len(lines[0]) > 1 else ["json", "jsonl"]
    if text.startswith("["):
        return ["json", "jsonl"]
    known = _TABLE_NAMES.get(suffix)
    return [known] if known else ["csv"] if "\0" not in text and any(mark in text for mark in ",;\t|") else []


def _marc(head: bytes, marc21: str, unimarc: str) -> list[str]:
    """A title in 200 and none in 245 is UNIMARC's."""
    directory = head.lstrip()[24:1000].split(b"\x1e")[0]
    tags = {directory[start : start + 3] for start in range(0, len(directory), 12)}
    return [unimarc, marc21] if b"200" in tags and b"245" not in tags else [marc21, unimarc]


def _xml(text: str, head: bytes) -> list[str]:
    if "marcxchange" in text or re.search(r"tag=[\"']200[\"']", text):
        return ["unimarcxml", "marcxml"]
    if "MARC21/slim" in text or re.search(r"<(\w+:)?leader\b", text):
        return ["marcxml", "unimarcxml"]
    if "purl.org/dc/terms" in text:
        return ["qdc", "oai_dc"]
    return ["oai_dc", "qdc"] if "purl.org/dc/elements" in text or "oai_dc" in text else []


def heading(stream: BinaryIO, format: str) -> bytes:
    """The first line of a table as it stands there, with its byte order mark; the stream is left at its beginning."""
    if format != "csv":
        return b""
    first = stream.read(HEAD)
    stream.seek(0)
    encoding, mark = detect_encoding(first)
    if encoding.lower().startswith(("utf-16", "utf-32")):
        # what the reader hands out of such files is UTF-8
        first, mark = first[mark:].decode(encoding, "replace").encode(), 0
    start = mark + len(first[mark:]) - len(first[mark:].lstrip(b'\r\n\t ,;|"'))
    line = first[start:].split(b"\n", 1)[0].rstrip(b"\r")
    begin = first.rfind(b"\n", 0, start) + 1
    return first[:mark] + first[max(begin, mark) : start] + line
