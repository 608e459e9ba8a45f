"""Books in a table. Run as a program it is an indexer of these books, to be killed:

python -m wenmai.search.tests.shelf [once|serve] prints a line for each chunk it builds.
"""

import signal
import sys
import threading
from collections.abc import Iterator, Sequence

from django.db import connection, transaction

from wenmai.search.values import Document


def make_table() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS search_test_shelf (key text PRIMARY KEY, title text, stamp bigint)")
        cursor.execute("TRUNCATE search_test_shelf")


def drop_table() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE search_test_shelf")


def put(titles: dict[str, str], *, stamp: int = 1, push: bool = True, urgent: bool = False) -> None:
    """Writes the books and their outbox rows in one transaction."""
    from wenmai.search import services

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO search_test_shelf VALUES (%s, %s, %s)"
            " ON CONFLICT (key) DO UPDATE SET title = excluded.title, stamp = excluded.stamp",
            [(key, title, stamp) for key, title in titles.items()],
        )
        if push:
            services.push("book", titles, urgent=urgent)


def take(keys: Sequence[str], *, push: bool = True, urgent: bool = False) -> None:
    from wenmai.search import services

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM search_test_shelf WHERE key = ANY(%s)", [list(keys)])
        if push:
            services.push("book", keys, urgent=urgent)


def rows(where: str, values: list[list[str]]) -> list[tuple[str, str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT key, title, stamp FROM search_test_shelf WHERE {where}", values)
        return [(str(key), str(title), int(stamp)) for key, title, stamp in cursor.fetchall()]


def build(keys: Sequence[str]) -> Iterator[Document]:
    if "--tell" in sys.argv:
        sys.stdout.write("chunk\n")
        sys.stdout.flush()
    for key, title, stamp in rows("key = ANY(%s)", [list(keys)]):
        if title == "raise":
            raise ValueError(f"the book {key} cannot be read")
        yield Document("book", key, stamp, None if title == "none" else title, facets={"type": ["book"]})  # type: ignore[arg-type]


def all_keys() -> Iterator[str]:
    for key, _title, _stamp in rows("true ORDER BY key", []):
        yield key


def stamps(keys: Sequence[str]) -> list[tuple[str, int]]:
    return [(key, stamp) for key, _title, stamp in rows("key = ANY(%s)", [list(keys)])]


def register() -> None:
    from wenmai.search import services

    services.register("book", build=build, keys=all_keys, stamps=stamps)


def main() -> None:
    import django

    django.setup()
    from wenmai.search import indexer, registry

    registry._registrations.clear()
    register()
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda number, frame: stop.set())
    indexer.run(stop, until_drained="once" in sys.argv)


if __name__ == "__main__":
    main()
