"""Files in: parse, profile, catalogue, identifier, index; against a bare sketch of the same work in one process."""

import hashlib
import itertools
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import tantivy
from django.db import connection

from bench.rows import Row, row
from demo import feeds, loading, places
from demo.progress import Bar
from wenmai.lib import clock
from wenmai.lib.access import SYSTEM


def measure(size: str, *, bare: bool) -> list[Row]:
    """Ends when the last record can be found, not when the last one is stored."""
    records = None if size == "all" else int(size)
    organisations = places.load(actor=SYSTEM, now=clock.now())
    loading.make_accounts(organisations)
    plans = [(shelf, loading.folder_of(shelf.code)) for shelf in feeds.SHELVES]
    total = sum(feeds.lay_out(shelf, loading.POEMS, folder, records) for shelf, folder in plans)
    limit = _bare([folder for _shelf, folder in plans]) if bare else None
    indexer = subprocess.Popen([sys.executable, "manage.py", "indexer"], env=dict(os.environ))
    try:
        bar, done, began = Bar(total), 0, time.perf_counter()
        for shelf, folder in plans:
            source = loading.source_of(
                shelf.code, shelf.name, organisations[shelf.owner], shelf.crosswalk, "json", "folder", str(folder)
            )
            loading.run_now(source, bar, done, shelf.name)
            done = _received()
        stored = time.perf_counter() - began
        _await_index()
        taken = time.perf_counter() - began
        peak = {"ingest": _peak("self"), "indexer": _peak(str(indexer.pid))}
    finally:
        indexer.terminate()
        indexer.wait(timeout=60)
    rows = [
        row("ingest", str(done), done / taken, "records/s", limit),
        row("ingest: stored", str(done), done / stored, "records/s"),
    ]
    return rows + [row(f"ingest: peak memory, {name}", str(done), size_, "MB") for name, size_ in peak.items()]


def _received() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(received_count), 0) FROM harvest_run")
        return int(cursor.fetchone()[0])


def _await_index() -> None:
    """Until nothing waits to be indexed."""
    while True:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM search_waiting WHERE indexed_at IS NULL")
            if cursor.fetchone()[0] == 0:
                return
        time.sleep(0.05)


def _peak(process: str) -> float:
    """The most memory the process ever had, in MB."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status).group(1)) / 1024  # type: ignore[union-attr]


def _bare(folders: list[Path]) -> float:
    """Records per second of parse, hash, COPY, upsert and tantivy, in one process without any of our code."""
    schema = tantivy.SchemaBuilder()
    schema.add_text_field("key", stored=True, tokenizer_name="raw")
    schema.add_text_field("words", stored=False, tokenizer_name="whitespace")
    count, began = 0, time.perf_counter()
    with tempfile.TemporaryDirectory() as folder, connection.cursor() as cursor:
        writer = tantivy.Index(schema.build(), path=folder).writer(128_000_000, 1)
        cursor.execute("CREATE TABLE bare (key text PRIMARY KEY, hash bytea, body jsonb)")
        cursor.execute("CREATE TEMP TABLE bare_in (key text, hash bytea, body jsonb)")
        for batch in _batches(folders):
            with cursor.copy("COPY bare_in FROM STDIN") as copy:
                for key, raw, words in batch:
                    copy.write_row((key, hashlib.sha256(raw).digest(), raw.decode()))
                    writer.add_document(tantivy.Document(key=key, words=words))
            cursor.execute(
                "INSERT INTO bare SELECT DISTINCT ON (key) * FROM bare_in"
                " ON CONFLICT (key) DO UPDATE SET hash = EXCLUDED.hash"
            )
            cursor.execute("TRUNCATE bare_in")
            count += len(batch)
        writer.commit()
        writer.wait_merging_threads()
        cursor.execute("DROP TABLE bare")
    return count / (time.perf_counter() - began)


def _batches(folders: list[Path]) -> Iterator[list[tuple[str, bytes, str]]]:
    batch: list[tuple[str, bytes, str]] = []
    for folder in folders:
        for file in sorted(folder.iterdir()):
            content = json.loads(file.read_bytes())
            for number, item in enumerate(content if isinstance(content, list) else [content]):
                raw = json.dumps(item, ensure_ascii=False).encode()
                text = "".join(re.findall(r"\w+", raw.decode()))
                words = " ".join(map("".join, itertools.pairwise(text)))
                batch.append((f"{file.name}/{number}", raw, words))
                if len(batch) == 2000:
                    yield batch
                    batch = []
    if batch:
        yield batch
