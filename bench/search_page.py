"""The page /search with facets: one client's latency against the bare engine, and sixteen clients for half a minute."""

import itertools
import threading
import time
from urllib.parse import quote

from bench.rows import Row, percentile, row
from bench.server import Client
from wenmai.search import queries as search
from wenmai.search.values import Query

WORDS = (
    "春眠不觉晓", "明月", "李白", "孤舟蓑笠翁", "meng haoran", "送别", "江南", "不覺曉", "苏轼 赤壁", "lsy", "白雲",
    "一", "東風", "相思", "长安 秋", "琵琶", "故人西辞黄鹤楼", "梅花", "寄", "",
)  # fmt: skip
FACETS = ("type", "institution", "region", "licence", "period")
CLIENTS, SECONDS = 16, 30


def measure(size: str, port: int) -> list[Row]:
    paths = [f"/search?q={quote(words)}" for words in WORDS]
    client = Client(port)
    for path in paths:
        client.timed(path)
    page = [client.timed(path) for _round in range(15) for path in paths]
    engine = [_engine(words) for _round in range(15) for words in WORDS]
    rate, errors, crowd = _crowd(port, paths)
    return [
        row("search_page: p95, one client", size, percentile(page, 0.95), "ms", percentile(engine, 0.95)),
        row("search_page: median, one client", size, percentile(page, 0.5), "ms", percentile(engine, 0.5)),
        row("search_page: 16 clients", size, rate, "pages/s", 1000 / (sum(engine) / len(engine))),
        row("search_page: 16 clients, p95", size, percentile(crowd, 0.95), "ms"),
        row("search_page: 16 clients, errors", size, errors, "pages"),
    ]


def _engine(words: str) -> float:
    began = time.perf_counter()
    search.find(Query(text=words, facets=FACETS))
    return (time.perf_counter() - began) * 1000


def _crowd(port: int, paths: list[str]) -> tuple[float, int, list[float]]:
    """Pages per second, errors, and every latency in ms."""
    until = time.perf_counter() + SECONDS
    taken: list[float] = []
    errors: list[str] = []

    def read(start: int) -> None:
        client = Client(port)
        for path in itertools.islice(itertools.cycle(paths), start, None):
            if time.perf_counter() > until:
                return
            try:
                taken.append(client.timed(path))
            except (RuntimeError, OSError) as error:
                errors.append(str(error))
                client = Client(port)

    threads = [threading.Thread(target=read, args=(number,)) for number in range(CLIENTS)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(taken) / (time.perf_counter() - began), len(errors), taken
