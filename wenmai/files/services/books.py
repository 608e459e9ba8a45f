"""Books opened for reading: chapters and pictures, made once in the sandbox and kept beside the object."""

from pathlib import Path

import orjson

from wenmai.files import disk, sandbox
from wenmai.files.rules.chapters import Book, Chapter

EPUB = "application/epub+zip"


def read_book(hash: str) -> Book:
    """Its chapters as HTML that may be shown. Refused as by the decoder."""
    path = disk.book_path(hash)
    if not path.is_file():
        _make(hash, f"chapters:{address(hash)}", path)
    told = orjson.loads(path.read_bytes())
    return Book(**{**told, "chapters": [Chapter(*one) for one in told["chapters"]]})


def make_book_picture(hash: str, number: int) -> Path:
    """The picture's file. Refused `damaged` where the book has no such picture."""
    path = disk.book_picture_path(hash, number)
    if not path.is_file():
        _make(hash, f"picture:{number}", path)
    return path


def address(hash: str) -> str:
    """What stands before the number of a picture."""
    return f"/files/{hash}/book/"


def _make(hash: str, task: str, path: Path) -> None:
    _answer, content = sandbox.decode(disk.object_path(hash), hash, EPUB, task)
    with disk.incoming() as file:
        file.write(content)
        disk.place(file, path)
