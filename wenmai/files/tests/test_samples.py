"""Files that nobody on this project made: each is kept or refused with a code, and nothing is left half-way."""

import io
import zipfile
from typing import Any

import pytest

from wenmai.files import services, testing
from wenmai.lib.refusal import Refused

pytestmark = pytest.mark.django_db

REFUSED = {
    "broken_data_stream.png": "damaged",
    "decompression_bomb.gif": "too_many_pixels",
    "truncated_end_chunk.png": "damaged",
    "hopper_unknown_pixel_mode.tif": "damaged",
    "oom-225817ca0f8c663be7ab4b9e717b02c661e66834.tif": "damaged",
    "tiff_overflow_rows_per_strip.tif": "damaged",
    "hopper_webp.tif": "damaged",
}
KEPT = {".png", ".jpg", ".gif", ".tif", ".tiff"}


def outcome(content: bytes) -> Any:
    try:
        return testing.make_object(content)
    except Refused as refused:
        return refused.code


@pytest.mark.slow
def test_images(shared):
    for path in sorted((shared / "data" / "media-images").iterdir()):
        found = outcome(path.read_bytes())
        if path.name in REFUSED:
            assert found == REFUSED[path.name], path.name
        elif path.suffix in KEPT:
            assert not isinstance(found, str), (path.name, found)
            assert services.make_picture(found.hash, found.media_type, 320).stat().st_size > 0, path.name
        else:
            assert found == "unknown_type", path.name


def test_documents(shared):
    found = {
        path.name: outcome(path.read_bytes()) for path in (shared / "data" / "media-pdf").iterdir() if path.is_file()
    }
    assert found.pop("test.pdf").pages == 1
    assert found.pop("ConstitutionofIreland.pdf").pages == 64
    assert set(found.values()) == {"unknown_type"}


@pytest.mark.slow
def test_books(shared):
    pictures = {}
    for folder in sorted((shared / "data" / "media-epub" / "30").iterdir()):
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(folder / "mimetype", "mimetype", zipfile.ZIP_STORED)
            for path in sorted(folder.rglob("*")):
                if path.is_file() and path.name != "mimetype":
                    archive.write(path, path.relative_to(folder))
        stored = outcome(target.getvalue())
        pictures[folder.name] = stored.has_picture
        assert stored.media_type == "application/epub+zip"
    without = {name for name, has_picture in pictures.items() if not has_picture}
    assert without == {"haruko-html-jpeg", "kusamakura-preview"}, "these two declare no cover"
