"""The chain as lines of JSON: what others verify without this program, and what is kept when entries leave."""

from collections.abc import Iterator

from wenmai.journal import chain, verifying


def lines(first: int, last: int | None) -> Iterator[str]:
    """The entries of each seal, then the seal's line; at the end the digest of the last seal's line."""
    number, digest = 0, ""
    with verifying.at_one_moment():
        before = verifying.place_before(first)
        for seal in verifying.seals(first, last):
            after = (seal.last_transaction, seal.last_id)
            for line in verifying.lines(before, after):
                yield line.text
            yield chain.seal_line(seal)
            before, number, digest = after, seal.number, seal.digest
    if number:
        yield f'{{"end":{number},"digest":"{digest}"}}'
