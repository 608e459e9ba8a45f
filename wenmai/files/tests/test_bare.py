"""What a telephone writes into a photo is gone, the picture is the same, and what is broken is refused."""

import io
import struct

import pytest
from PIL import Image

from wenmai.files.rules.bare import bare
from wenmai.files.testing import SECRET, picture, told
from wenmai.lib.refusal import Refused


def pixels(whole: bytes) -> bytes:
    return Image.open(io.BytesIO(whole)).convert("RGB").tobytes()


def _cut(whole: bytes) -> bytes:
    """One that did not come whole, or nothing where it is refused."""
    try:
        return bare(whole)
    except Refused:
        return b""


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_the_picture_stays_and_the_place_goes(format: str) -> None:
    whole = told(format)
    kept = bare(whole + SECRET)
    assert SECRET in whole
    assert SECRET not in kept
    assert pixels(kept) == pixels(whole)
    assert not Image.open(io.BytesIO(kept)).getexif().get_ifd(0x8825)
    assert bare(kept) == kept
    for end in range(0, len(whole), 37):
        assert SECRET not in _cut(whole[:end])


def test_which_side_is_up_stays() -> None:
    kept = bare(told("JPEG", 6))
    assert dict(Image.open(io.BytesIO(kept)).getexif()) == {0x0112: 6}


def test_a_picture_behind_the_picture_goes() -> None:
    """Telephones hang a preview with its own Exif behind the end."""
    whole = picture(format="JPEG")
    assert bare(whole + told("JPEG")) == bare(whole)
    many = io.BytesIO()
    Image.effect_noise((64, 64), 90).save(many, "JPEG", progressive=True)
    assert pixels(bare(many.getvalue())) == pixels(many.getvalue()), "several scans"


@pytest.mark.parametrize(
    ("whole", "code"),
    [
        (b"", "photo_kind"), (picture(format="GIF"), "photo_kind"), (b"\xff\xd8\xff\xe1\xff\xff", "damaged"),
        (b"\xff\xd8\xff\xe1\0\1", "damaged"), (b"\x89PNG\r\n\x1a\n\xff\xff\xff\xff", "damaged"),
        (b"RIFF\xff\xff\xff\xffWEBP", "damaged"),
        (b"RIFF" + struct.pack("<I", 12) + b"WEBPVP8X\0\0\0\0", "damaged"),
    ],
    ids=range(7),
)  # fmt: skip
def test_what_is_no_photo(whole: bytes, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        bare(whole)
    assert refusal.value.code == code
