"""Work done one step ahead: while one batch is written, the next is made."""

from collections.abc import Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar, cast

T = TypeVar("T")
_END = object()


def ahead(items: Iterable[T]) -> Generator[T, None, None]:
    """The same items, each made in a thread of its own while its predecessor is used; at most one waits.

    The thread must not use the database: its connection would be another one. A fault comes where its item would.
    """
    stream = iter(items)
    with ThreadPoolExecutor(1, thread_name_prefix="ahead") as thread:
        coming = thread.submit(next, stream, _END)
        while (item := coming.result()) is not _END:
            coming = thread.submit(next, stream, _END)
            yield cast(T, item)
