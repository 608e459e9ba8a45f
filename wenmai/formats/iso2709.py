"""One MARC record in ISO 2709: leader, directory, fields; read also when leader or directory are wrong."""

import re

from wenmai.formats.marc import CHARACTERS, Field, Marc, clean_subfield, link_of, make_field, needs_cleaning
from wenmai.formats.marctext import choose_decoder
from wenmai.formats.values import Limits, Note, Outcome, Parsed, reject

RECORD_END, FIELD_END, SUBFIELD = b"\x1d", b"\x1e", b"\x1f"
SUBFIELD_SIGN = "\x1f"

_DIRECTORY = re.compile(rb"(?:[0-9A-Za-z ]{3}[0-9 ]{9})+(?=\x1e)")
_DIGITS = re.compile(rb"[0-9]{12}")

_WRONG_BASE = Note("base", "The leader gives a wrong base address.")

Piece = tuple[str, bytes]  # tag and the field's bytes without its end sign


def parse_record(
    raw: bytes, position: int, limits: Limits, *, family: str, encoding: str = "", notes: tuple[Note, ...] = ()
) -> Outcome:
    """The record that these bytes are, its end sign included or not."""
    if len(raw) < 25:
        return reject(raw, position, "leader", "Too short for a leader.", limits=limits)
    pieces, noted = _split_in_order(raw)
    if not pieces:
        pieces, noted = _split_by_directory(raw)
    if not pieces:
        pieces, noted = _split_by_signs(raw)
    if not pieces and raw[24:25] == FIELD_END:
        return reject(raw, position, "empty", "The record has no field.", limits=limits)
    if not pieces:
        detail = "The directory names no field that is there."
        return reject(raw, position, "directory", detail, limits=limits)
    if len(pieces) > limits.fields:
        return reject(raw, position, "too_many_fields", f"More than {limits.fields} fields.", limits=limits)
    leader = raw[:24].decode("ascii", "replace")
    decoder = choose_decoder(raw, leader, pieces, family, encoding)
    tags = [tag for tag, _ in pieces]
    texts, cleaned = _clean(decoder.decode_all([content for _, content in pieces]))
    fields = _read_fields(tags, texts, family)
    if not fields:
        return reject(raw, position, "empty", "The record has no field with content.", limits=limits)
    noted += decoder.notes()
    if cleaned:
        noted.append(CHARACTERS)
    body = Marc(leader, fields, family)
    return Parsed(body.control("001").strip(), raw, body, position, (*notes, *noted))


def _split_in_order(raw: bytes) -> tuple[list[Piece], list[Note]]:
    """The fields of a record in which all is as it should be, in the order of the directory; nothing otherwise."""
    end = raw.find(FIELD_END, 24)
    contents = raw[end + 1 :].split(FIELD_END)
    if end < 0 or contents.pop() not in (RECORD_END, b"") or end - 24 != 12 * len(contents):
        return [], []
    directory = raw[24:end]
    if not directory.isascii():
        return [], []
    text = directory.decode("ascii")
    start, pieces = 0, []
    for place, content in zip(range(0, end - 24, 12), contents, strict=True):
        length = len(content) + 1
        digits = text[place + 3 : place + 12]
        if not digits.isdigit() or int(digits) != length * 100_000 + start:
            return [], []
        pieces.append((text[place : place + 3], content))
        start += length
    return pieces, [] if raw[12:17] == b"%05d" % (end + 1) else [_WRONG_BASE]


def _split_by_directory(raw: bytes) -> tuple[list[Piece], list[Note]]:
    """The fields where the directory says; nothing when it is wrong about any of them."""
    end = raw.find(FIELD_END, 24)
    if end < 0 or (end - 24) % 12:
        return [], []
    directory, base = raw[24:end].decode("ascii", "replace"), end + 1
    pieces: list[Piece] = []
    try:
        for entry in range(0, end - 24, 12):
            length = int(directory[entry + 3 : entry + 7])
            start = base + int(directory[entry + 7 : entry + 12])
            last = start + length - 1
            if raw.find(FIELD_END, start, last + 1) != last or raw[start - 1] != 0x1E:
                return [], []
            pieces.append((directory[entry : entry + 3], raw[start:last]))
    except (ValueError, IndexError):
        return [], []
    return pieces, [] if raw[12:17] == b"%05d" % base else [_WRONG_BASE]


def _split_by_signs(raw: bytes) -> tuple[list[Piece], list[Note]]:
    """The fields between the end signs, in the order of the directory, when the directory cannot be believed."""
    directory = _DIRECTORY.search(raw, 20) or _DIRECTORY.search(raw[:12_000].replace(b"\n", b""), 20)
    if not directory:
        return [], []
    entries = [directory.group()[place : place + 12] for place in range(0, len(directory.group()) - 11, 12)]
    contents = raw[directory.end() + 1 :].rstrip(b"\r\n \x00").removesuffix(RECORD_END).split(FIELD_END)
    while contents and not contents[-1].strip():
        contents.pop()
    note = [Note("directory", "The directory is wrong; the fields were found by their end signs.")]
    if len(entries) != len(contents):
        return _match_uneven(entries, contents), note
    if all(_DIGITS.match(entry[3:] + b"000") for entry in entries):
        entries.sort(key=lambda entry: entry[7:])
    return [(entry[:3].decode("ascii"), content) for entry, content in zip(entries, contents, strict=True)], note


def _match_uneven(entries: list[bytes], contents: list[bytes]) -> list[Piece]:
    """Tags and contents when there are more of one than of the other: each entry takes the content of its kind.

    A control field (00X) has no subfields, a data field has them; what fits no entry is kept under tag 999.
    """
    pieces: list[Piece] = []
    waiting = [entry[:3].decode("ascii") for entry in entries]
    for content in contents:
        is_control = SUBFIELD not in content
        while waiting and waiting[0].startswith("00") and not is_control:
            waiting.pop(0)
        if waiting and (not is_control or waiting[0].startswith("00")):
            pieces.append((waiting.pop(0), content))
        elif pieces and is_control:  # an end sign stood inside the field before
            pieces[-1] = (pieces[-1][0], pieces[-1][1] + b" " + content)
        elif not is_control:
            pieces.append(("999", content))
    return pieces


def _clean(texts: list[str]) -> tuple[list[str], bool]:
    """The fields' texts without what no text may hold, and whether there was any."""
    if not needs_cleaning("".join(texts)):
        return texts, False
    replaced = any(char in text for text in texts for char in "\x00\x1b\x1d")
    parts = [text.split(SUBFIELD_SIGN) for text in texts]
    return [SUBFIELD_SIGN.join([clean_subfield(first), *map(_clean_coded, rest)]) for first, *rest in parts], replaced


def _clean_coded(text: str) -> str:
    """A subfield with its code before it, which no mark at the beginning of the text belongs to."""
    return text[:1] + clean_subfield(text[1:])


def _read_fields(tags: list[str], texts: list[str], family: str) -> list[Field]:
    fields: list[Field] = []
    counts: dict[str, int] = {}
    linked = "67" if family == "unimarc" else "6"
    for tag, text in zip(tags, texts, strict=True):
        number = counts[tag] = counts.get(tag, 0) + 1
        indicators, *parts = text.split(SUBFIELD_SIGN)
        if not parts:
            if field := _plain_field(tag, text, number):
                fields.append(field)
            continue
        subfields = [(part[0], part[1:]) for part in parts if part]
        if subfields:
            link, script = link_of(subfields, family) if subfields[0][0] in linked else ("", "")
            fields.append(make_field((tag, indicators, subfields, "", number, link, script)))
    return fields


def _plain_field(tag: str, text: str, number: int) -> Field | None:
    """A control field; a data field without subfields keeps its text under $a."""
    if not text.strip():
        return None
    if tag < "010" or tag.startswith("00"):
        return Field(tag, "", [], text, number)
    return Field(tag, text[:2], [("a", text[2:])], "", number)
