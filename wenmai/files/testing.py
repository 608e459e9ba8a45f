"""Files for tests: small, made here, each a valid one of its kind."""

import io
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
PACKAGE = (
    '<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata/><manifest>'
    '<item id="c" href="../pictures/cover%20one.png" media-type="image/png" properties="cover-image"/>'
    "</manifest><spine/></package>"
)


def picture(width: int = 64, height: int = 48, format: str = "PNG", mode: str = "RGB") -> bytes:
    target = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert(mode).save(target, format)
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
