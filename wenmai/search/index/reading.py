"""Readers: one open index per process, shared by its threads, followed by looking at two files before each question."""

import logging
import os
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tantivy

from wenmai.search.index import generations, schema

log = logging.getLogger(__name__)
Seen = tuple[int, int]
MOST_KEPT = 512


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the index held at one commit. `kept` is a small store for what is asked again before the next."""

    generation: str
    searcher: tantivy.Searcher
    kinds: frozenset[str]
    kept: dict[object, Any] = field(default_factory=dict)

    def keep(self, question: object, answer: object) -> None:
        if len(self.kept) >= MOST_KEPT:
            self.kept.clear()
        self.kept[question] = answer


@dataclass(slots=True)
class Opened:
    switched: Seen
    committed: Seen
    meta: Path
    index: tantivy.Index
    snapshot: Snapshot


_lock = threading.Lock()
_opened: dict[Path, Opened] = {}
_broken: dict[Path, Seen] = {}  # said once, not at every question


def seen(path: Path) -> Seen | None:
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return None
    return found.st_mtime_ns, found.st_ino


def snapshot() -> Snapshot | None:
    """The last commit of the current generation; None while there is no index that this release can read."""
    root = generations.root()
    switched = seen(root / "current")
    if switched is None:
        return None
    known = _opened.get(root)
    if known is not None and known.switched == switched and known.committed == seen(known.meta):
        return known.snapshot
    with _lock:
        return follow(root, switched, _opened.get(root))


def follow(root: Path, switched: Seen, known: Opened | None) -> Snapshot | None:
    """Opens the generation that was switched to, or reloads the one that has a new commit."""
    try:
        if known is None or known.switched != switched:
            known = opened(switched)
        elif (committed := seen(known.meta)) != known.committed and committed is not None:
            known.index.reload()
            known.snapshot, known.committed = taken(known.snapshot.generation, known.index), committed
    except (ValueError, OSError):
        if _broken.get(root) != switched:
            log.exception("the search index cannot be opened; `wenmai reindex` makes it anew")
        _broken[root] = switched
        return None
    if known is None:
        return None
    _opened[root] = known
    return known.snapshot


def opened(switched: Seen) -> Opened | None:
    name = generations.current()
    meta = generations.folder(name) / "meta.json"
    committed = seen(meta)
    if not generations.is_readable(name) or committed is None:
        return None
    index = schema.open_index(generations.folder(name))
    index.config_reader(reload_policy="manual")
    index.reload()
    return Opened(switched, committed, meta, index, taken(name, index))


def taken(generation: str, index: tantivy.Index) -> Snapshot:
    searcher = index.searcher()
    kinds = frozenset(kind for kind, _count in searcher.terms_with_prefix(schema.KIND, ""))
    return Snapshot(generation, searcher, kinds)
