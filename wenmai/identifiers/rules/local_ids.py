"""Local parts of names: serial numbers made opaque, without a key, one to one, readable over the telephone.

A serial is scrambled within the numbers of its length (6 characters hold 2^30 of them, 7 the next 2^35, and so on) and
written in an alphabet without i, l, o and u. Opaque means that nothing can be read from it, not that it is secret.
"""

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
SHORTEST = 6
LONGEST = 12
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
# These three may never change: names would be given twice. The factor is odd, so that multiplying can be undone.
_FACTOR = 0x2545F491
_SHIFT = 0x1B873593
_ROUNDS = 3


def write(serial: int) -> str:
    """The local part for a serial from 0 on; no two serials share one."""
    number, length = mixed(serial)
    return "".join([ALPHABET[number >> shift & 31] for shift in range(5 * (length - 1), -1, -5)])


def mixed(serial: int) -> tuple[int, int]:
    """The scrambled number and the length of the local part it fills, for alphabets of other schemes too."""
    if serial < 0:
        raise ValueError("serials start at 0")
    length, rest = SHORTEST, serial
    while rest >> 5 * length:
        rest -= 1 << 5 * length
        length += 1
    return _scramble(rest, 5 * length), length


def read(text: str) -> int:
    """The serial that `write` made this from; ValueError for anything else."""
    if not SHORTEST <= len(text) <= LONGEST or not set(text) <= _VALUES.keys():
        raise ValueError("not a local part")
    number = 0
    for character in text:
        number = number << 5 | _VALUES[character]
    before = sum(1 << 5 * length for length in range(SHORTEST, len(text)))
    return before + _unscramble(number, 5 * len(text))


def _scramble(number: int, bits: int) -> int:
    mask, half = (1 << bits) - 1, bits // 2
    for _ in range(_ROUNDS):
        number = (number * _FACTOR + _SHIFT) & mask
        number ^= number >> half
    return number


def _unscramble(number: int, bits: int) -> int:
    mask, half = (1 << bits) - 1, bits // 2
    back = pow(_FACTOR, -1, 1 << bits)
    for _ in range(_ROUNDS):
        number ^= number >> half ^ number >> 2 * half
        number = (number - _SHIFT) * back & mask
    return number
