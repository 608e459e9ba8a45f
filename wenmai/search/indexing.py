"""From keys to the index: asks the registered module for documents and puts them in the place of the old ones."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from django.db import InterfaceError, OperationalError

from wenmai.search import registry
from wenmai.search.index import writing
from wenmai.search.models import Failure
from wenmai.search.registry import Registration
from wenmai.search.values import Document

CHUNK = 500
LONGEST_REASON = 500
Failed = dict[str, str]


def chunks(keys: Iterable[str], size: int = CHUNK) -> Iterator[list[str]]:
    stream = iter(keys)
    while chunk := list(islice(stream, size)):
        yield chunk


def index_keys(writer: writing.Writer, kind: str, keys: Iterable[str]) -> int:
    """Each key once; returns how many. What cannot be indexed is recorded with its reason, its old document stays."""
    count = 0
    for chunk in chunks(dict.fromkeys(keys)):
        registration = registry.of(kind)
        if registration is None:
            failed = dict.fromkeys(chunk, "no module has registered this kind")
        else:
            failed = index_chunk(writer, registration, chunk)
        record(kind, chunk, failed)
        count += len(chunk)
    return count


def index_chunk(writer: writing.Writer, registration: Registration, keys: Sequence[str]) -> Failed:
    documents, failed = built(registration.build, keys)
    gone = set(keys) - failed.keys()
    for document in documents:
        gone.discard(document.key)
        try:
            made = writing.converted(document)
        except Exception as error:  # whatever one document holds, its neighbours are indexed
            failed[document.key] = reason(error)
        else:
            writer.replace(registration.kind, document.key, made)
    for key in gone:
        writer.remove(registration.kind, key)
    return failed


def built(build: Callable[[Sequence[str]], Iterable[Document]], keys: Sequence[str]) -> tuple[list[Document], Failed]:
    """The documents, and what could not be built: halved until the keys at fault stand alone."""
    try:
        return list(build(keys)), {}
    except (OperationalError, InterfaceError):
        raise  # the database is away: nothing is wrong with the keys
    except Exception as error:
        if len(keys) == 1:
            return [], {keys[0]: reason(error)}
    middle = len(keys) // 2
    first, first_failed = built(build, keys[:middle])
    second, second_failed = built(build, keys[middle:])
    return first + second, first_failed | second_failed


def reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".replace("\x00", "")[:LONGEST_REASON]


def record(kind: str, keys: Sequence[str], failed: Failed) -> None:
    if Failure.objects.filter(kind=kind).exists():
        Failure.objects.filter(kind=kind, key__in=list(keys)).delete()
    if failed:
        Failure.objects.bulk_create(
            [Failure(kind=kind, key=key, reason=why) for key, why in failed.items()],
            update_conflicts=True,
            unique_fields=["kind", "key"],
            update_fields=["reason"],
        )
