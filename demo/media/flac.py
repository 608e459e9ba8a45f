"""A small FLAC writer (RFC 9639): one channel of 16 bits, second-order fixed prediction, one Rice parameter a block."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from demo.media.sounds import Samples

BLOCK = 4096


def write_flac(path: Path, samples: Samples, rate: int) -> None:
    frames = [_frame(samples[start : start + BLOCK], start // BLOCK) for start in range(0, len(samples), BLOCK)]
    sizes = [len(frame) for frame in frames]
    info = BLOCK.to_bytes(2) * 2 + min(sizes).to_bytes(3) + max(sizes).to_bytes(3)
    info += (rate << 44 | 15 << 36 | len(samples)).to_bytes(8) + hashlib.md5(
        samples.tobytes(), usedforsecurity=False
    ).digest()
    path.write_bytes(b"fLaC\x80\0\0\x22" + info + b"".join(frames))


def _frame(block: Sequence[int], number: int) -> bytes:
    """Block size by 16 bits, rate from the stream's head, mono, 16 bits a sample (9.1)."""
    head = b"\xff\xf8\x70\x08" + chr(number).encode() + (len(block) - 1).to_bytes(2)
    head += bytes([_crc(head, 0x107, 8)])
    bits = "00010100" + "".join(f"{value & 0xFFFF:016b}" for value in block[:2]) + _residual(block)
    bits += "0" * (-len(bits) % 8)
    body = head + int(bits, 2).to_bytes(len(bits) // 8)
    return body + _crc(body, 0x18005, 16).to_bytes(2)


def _residual(block: Sequence[int]) -> str:
    """What second-order prediction leaves, folded to naturals, as unary quotient and binary rest (9.2.7)."""
    left = [c - 2 * b + a for a, b, c in zip(block, block[1:], block[2:], strict=False)]
    folded = [value << 1 if value >= 0 else (-value << 1) - 1 for value in left]
    mean = sum(folded) // max(len(folded), 1)
    width = min(max(mean.bit_length() - 1, 1), 14)
    mask = (1 << width) - 1
    rests = [f"1{rest:0{width}b}" for rest in range(mask + 1)]
    return f"000000{width:04b}" + "".join(["0" * (value >> width) + rests[value & mask] for value in folded])


_tables: dict[int, list[int]] = {}


def _crc(content: bytes, polynomial: int, width: int) -> int:
    if width not in _tables:
        _tables[width] = [_turned(byte, polynomial, width) for byte in range(256)]
    table, remainder, mask = _tables[width], 0, (1 << width) - 1
    for byte in content:
        remainder = (remainder << 8 & mask) ^ table[(remainder >> width - 8) ^ byte]
    return remainder


def _turned(byte: int, polynomial: int, width: int) -> int:
    remainder = byte << width - 8
    for _ in range(8):
        remainder <<= 1
        if remainder >> width:
            remainder ^= polynomial
    return remainder
