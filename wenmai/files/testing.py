"""Files for tests: small, made here, each a valid one of its kind."""

import io
import struct
import wave
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from PIL import Image

from wenmai.files import services
from wenmai.files.models import StoredObject
from wenmai.files.services import owners
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM, Actor

CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles>'
    '<rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)
SECRET = b"27.9881N 86.9250E"
PACKAGE = (
    '<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata/><manifest>'
    '<item id="c" href="../pictures/cover%20one.png" media-type="image/png" properties="cover-image"/>'
    "</manifest><spine/></package>"
)


def picture(width: int = 64, height: int = 48, format: str = "PNG", mode: str = "RGB") -> bytes:
    target = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert(mode).save(target, format)
    return target.getvalue()


def told(format: str, turned: int = 1) -> bytes:
    """A photo as a telephone takes it, with a place and a remark (`SECRET`) in it."""
    one = Image.effect_noise((48, 32), 90).convert("RGB")
    exif = Image.Exif()
    exif[0x0112] = turned
    exif[0x010E] = SECRET.decode()
    exif.get_ifd(0x8825).update({1: "N", 2: (27.0, 59.0, 17.0)})
    target = io.BytesIO()
    more = {"comment": SECRET} if format == "JPEG" else {}
    one.save(target, format, exif=exif, xmp=SECRET if format != "PNG" else None, **more)
    return target.getvalue()


def sound(seconds: float = 0.5) -> bytes:
    """Silence: WAV, 8,000 samples a second, one byte each."""
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(8000)
        file.writeframes(b"\x80" * int(8000 * seconds))
    return target.getvalue()


def document(pages: int = 2) -> bytes:
    """A PDF of so many empty pages."""
    kids = " ".join(f"{number} 0 R" for number in range(3, 3 + pages))
    bodies = ["<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Count {pages}/Kids[{kids}]>>"]
    bodies += ["<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"] * pages
    whole, places = b"%PDF-1.4\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(whole))
        whole += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(bodies) + 1
    return (
        whole
        + (
            f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<</Size {size}/Root 1 0 R>>\n"
            f"startxref\n{len(whole)}\n%%EOF\n"
        ).encode()
    )


def _element(name: str, body: bytes) -> bytes:
    return bytes.fromhex(name) + (len(body) | 1 << 56).to_bytes(8) + body


def film(
    *frames: bytes, codec: bytes = b"V_VP8", step: int = 1000, track: bytes = b"\x81", scale: int = 1_000_000
) -> bytes:
    """A WebM of these frames, one in each `step` of its units, each a cluster of its own."""
    video = _element("e0", _element("b0", b"\x40") + _element("ba", b"\x30"))
    entry = _element("d7", b"\1") + _element("83", b"\1") + _element("86", codec) + video
    length = _element("4489", struct.pack(">d", len(frames) * step))
    info = _element("1549a966", _element("2ad7b1", scale.to_bytes(4)) + length)
    clusters = b"".join(
        _element("1f43b675", _element("e7", (at * step).to_bytes(4)) + _element("a3", track + b"\0\0\x80" + frame))
        for at, frame in enumerate(frames)
    )
    body = info + _element("1654ae6b", _element("ae", entry)) + clusters
    return _element("1a45dfa3", _element("4282", b"webm")) + _element("18538067", body)


def key_frame(colour: str, width: int = 64, height: int = 48) -> bytes:
    """One picture in VP8, of one colour."""
    target = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(target, "WEBP", quality=80)
    content = target.getvalue()
    return content[20 : 20 + int.from_bytes(content[16:20], "little")]


def book(
    entries: Sequence[tuple[str | zipfile.ZipInfo, bytes | str]] = (),
    cover: bytes | None = None,
    package: str = PACKAGE,
) -> bytes:
    """An EPUB with a cover picture, and with these entries more."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        archive.writestr("META-INF/container.xml", CONTAINER)
        archive.writestr("OEBPS/book.opf", package)
        archive.writestr("pictures/cover one.png", picture() if cover is None else cover)
        for name, content in entries:
            archive.writestr(name, content)
    return target.getvalue()


def make_object(content: bytes | None = None, **how: Any) -> StoredObject:
    """Stores the bytes (a small picture) through the service."""
    return services.store(io.BytesIO(content or picture()), actor=SYSTEM, now=clock.now(), **how)


@contextmanager
def owned(
    gate: Callable[[str, Actor], bool] | None = None, claims: Callable[[Sequence[int]], set[int]] | None = None
) -> Iterator[None]:
    """Only these answers from above, for as long as it lasts."""
    gates, all_claims = owners._gates.copy(), owners._claims.copy()
    owners._gates.clear()
    owners._claims.clear()
    if gate:
        owners.register_gate("test", gate)
    if claims:
        owners.register_claims("test", claims)
    try:
        yield
    finally:
        owners._gates.clear()
        owners._claims.clear()
        owners._gates.update(gates)
        owners._claims.update(all_claims)
