"""What `wenmai check` and /metrics ask of the modules; each registers its part in apps.py."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple


class Finding(NamedTuple):
    """One thing looked at: whether it holds, a sentence with the numbers, and what a person does when it does not.

    `advice` is for what no machine may mend.
    """

    holds: bool
    sentence: str
    advice: str = ""


class Upkeep(NamedTuple):
    name: str
    check: Callable[[], Iterable[Finding]]
    mend: Callable[[], Iterable[str]] | None
    deep: Callable[[], Iterable[Finding]] | None


_parts: dict[str, Upkeep] = {}
_gauges: list[Callable[[], Iterable[tuple[str, float]]]] = []


def register(
    name: str,
    check: Callable[[], Iterable[Finding]],
    mend: Callable[[], Iterable[str]] | None = None,
    deep: Callable[[], Iterable[Finding]] | None = None,
) -> None:
    """`check` yields findings, `deep` those that take long (`wenmai check --deep`).

    `mend` puts right what it can and yields a sentence for each thing done.
    """
    _parts[name] = Upkeep(name, check, mend, deep)


def register_gauges(read: Callable[[], Iterable[tuple[str, float]]]) -> None:
    """`read` yields (name, value); names are lower case with the module's name first: wenmai_harvest_runs."""
    _gauges.append(read)


def parts() -> list[Upkeep]:
    return [_parts[name] for name in sorted(_parts)]


def gauges() -> Iterator[tuple[str, float]]:
    for read in _gauges:
        yield from read()
