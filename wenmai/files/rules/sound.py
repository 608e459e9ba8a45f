"""How long a recording lasts: WAV, FLAC, MP3, Ogg. Only heads and tails are read."""

from typing import BinaryIO, NamedTuple

from wenmai.files.rules.measures import Measures, damaged, duration, take

_CHUNKS = 1000
_TAIL = 65_536


def measure_wav(stream: BinaryIO, size: int) -> Measures:
    """RIFF/WAVE and RF64: `fmt ` says bytes per second, `data` how many there are."""
    position, per_second, wide = 12, 0, 0
    for _ in range(_CHUNKS):
        head = take(stream, position, 8)
        name, length = head[:4], int.from_bytes(head[4:], "little")
        if name == b"ds64":
            wide = int.from_bytes(take(stream, position + 16, 8), "little")
        elif name == b"fmt ":
            per_second = int.from_bytes(take(stream, position + 16, 4), "little")
        elif name == b"data":
            length = wide if length == 0xFFFFFFFF and wide else length
            if position + 8 + length > size:
                raise damaged("truncated")
            return Measures(duration_ms=duration(length, per_second))
        position += 8 + length + length % 2
    raise damaged("chunks")


def measure_flac(stream: BinaryIO, size: int) -> Measures:
    """RFC 9639, 8.2: STREAMINFO is the first block; 20 bits of sample rate, 36 bits of samples."""
    info = take(stream, 4, 38)
    if info[0] & 0x7F or int.from_bytes(info[1:4]) != 34 or size < 46:
        raise damaged("streaminfo")
    packed = int.from_bytes(info[14:22])
    return Measures(duration_ms=duration(packed & 0xFFFFFFFFF, packed >> 44))


class Frame(NamedTuple):
    """The head of an MPEG audio frame, layer III. `length` in bytes, `rate` in hertz, `bits` per second."""

    length: int
    rate: int
    bits: int
    samples: int
    mono: bool


_BITS = {
    1: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_SIDES = {(1152, True): 17, (1152, False): 32, (576, True): 9, (576, False): 17}
_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


def frame(head: bytes) -> Frame | None:
    """None where no such frame begins (ISO/IEC 11172-3, 2.4.1.3)."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return None
    version, bits, rate = head[1] >> 3 & 3, head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or bits in {0, 15} or rate == 3:
        return None
    first = version == 3
    per_second = _BITS[1 if first else 2][bits] * 1000
    hertz, samples = _RATES[version][rate], 1152 if first else 576
    return Frame(samples // 8 * per_second // hertz + (head[2] >> 1 & 1), hertz, per_second, samples, head[3] >> 6 == 3)


def is_mp3(head: bytes) -> bool:
    """An ID3 tag, or two frames one behind the other; one alone may be chance."""
    if head[:3] == b"ID3" and len(head) >= 10:
        return head[3] in {2, 3, 4} and not any(byte & 0x80 for byte in head[6:10])
    first = frame(head)
    return first is not None and frame(head[first.length : first.length + 4]) is not None


def measure_mp3(stream: BinaryIO, size: int) -> Measures:
    """Xing/Info or VBRI say how many frames; without them the bit rate of the first one stands for all."""
    start = 0
    head = take(stream, 0, 10)
    if head[:3] == b"ID3":
        start = 10 + sum((byte & 0x7F) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))
        start += 10 if head[5] & 0x10 else 0
    stream.seek(start)
    window = stream.read(8192)
    at = next((at for at in range(max(len(window) - 4, 0)) if _two_frames(window, at)), None)
    if at is None:
        raise damaged("frames")
    first = frame(window[at:])
    assert first is not None
    count = _stated_frames(window[at:], first)
    if count:
        return Measures(duration_ms=duration(count * first.samples, first.rate))
    return Measures(duration_ms=duration((size - start - at) * 8, first.bits))


def _two_frames(window: bytes, at: int) -> bool:
    one = frame(window[at : at + 4])
    return one is not None and frame(window[at + one.length : at + one.length + 4]) is not None


def _stated_frames(window: bytes, first: Frame) -> int:
    if len(window) < 64:
        return 0
    side = _SIDES[first.samples, first.mono]
    if window[4 + side : 8 + side] in {b"Xing", b"Info"} and window[11 + side] & 1:
        return int.from_bytes(window[12 + side : 16 + side])
    if window[36:40] == b"VBRI":
        return int.from_bytes(window[50:54])
    return 0


def measure_ogg(stream: BinaryIO, size: int) -> Measures:
    """RFC 3533: the granule position of the last page, over the rate that the first one states."""
    stream.seek(0)
    head = stream.read(512)
    rate, early = _ogg_rate(head)
    stream.seek(max(size - _TAIL, 0))
    tail = stream.read(_TAIL)
    last = tail.rfind(b"OggS")
    if last < 0 or len(tail) < last + 14:
        raise damaged("truncated")
    granule = int.from_bytes(tail[last + 6 : last + 14], "little", signed=True)
    return Measures(duration_ms=duration(max(granule - early, 0), rate))


def _ogg_rate(head: bytes) -> tuple[int, int]:
    """(units of the granule position per second, units to leave out at the start)"""
    body = head[27 + head[26] :] if len(head) > 27 else b""
    if body.startswith(b"\x01vorbis"):
        return int.from_bytes(body[12:16], "little"), 0
    if body.startswith(b"OpusHead"):
        return 48_000, int.from_bytes(body[10:12], "little")
    if body.startswith(b"\x7fFLAC"):
        return int.from_bytes(body[27:30]) >> 4, 0
    if body.startswith(b"Speex   "):
        return int.from_bytes(body[36:40], "little"), 0
    raise damaged("codec")
