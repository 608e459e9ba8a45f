"""Hashes of what readers prove their cards with, where a file told of it.

A birthday has some thirty thousand values: no hash alone hides it. So it is keyed first, by a key that is not in the
database, and then hashed slowly with a salt of its own (scrypt, 10 to 20 ms and 4 MiB): a stolen table gives nothing
away, and a table stolen with the keys costs minutes for each reader, not for all at once.
"""

import hashlib
import hmac
import secrets

from wenmai.lib import vault

PURPOSE = "people.patron_proof"
_N, _R, _P, _LENGTH = 4_096, 8, 1, 32
NOBODYS = f"scrypt${_N}$" + "0" * 32 + "$" + "0" * 64
"""Checked where there is no reader, so that the time tells nothing."""


def make(proof: str) -> str:
    """`scrypt$<cost>$<salt>$<hash>`."""
    salt = secrets.token_hex(16)
    return f"scrypt${_N}${salt}${_hash(proof, salt, _N)}"


def fits(proof: str, made: str) -> bool:
    _name, cost, salt, hashed = made.split("$")
    return hmac.compare_digest(_hash(proof, salt, int(cost)), hashed)


def _hash(proof: str, salt: str, cost: int) -> str:
    keyed = vault.index(proof, purpose=PURPOSE).encode()
    return hashlib.scrypt(keyed, salt=bytes.fromhex(salt), n=cost, r=_R, p=_P, dklen=_LENGTH).hex()
