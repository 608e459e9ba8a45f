"""For tests of the modules above: an index without an indexer, or the outbox drained on the spot."""

import threading
from collections.abc import Iterable

from wenmai.lib import clock
from wenmai.search import indexer
from wenmai.search.index import generations, writing
from wenmai.search.values import Document


def make_index(documents: Iterable[Document]) -> str:
    """A new generation that holds just these, switched to; returns its name."""
    name = generations.create(clock.now())
    writer = writing.open_writer(name)
    for document in documents:
        writer.replace(document.kind, document.key, writing.converted(document))
    writer.commit()
    writer.close()
    generations.switch(name)
    return name


def index_waiting() -> None:
    """Indexes what waits in the outbox. Needs a test that commits: django_db(transaction=True)."""
    indexer.run(threading.Event(), until_drained=True)
