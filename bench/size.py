"""One size: a fresh data folder, its own PostgreSQL, real processes."""

import json
import os
import shutil
import sys
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def main(size: str, only: list[str], result: Path) -> None:
    from config import postgres
    from config.cli import collect_seldom

    collect_seldom()  # as every command does
    var = Path(os.environ["WENMAI_VAR"])
    if (var / "postgres").exists():
        postgres.stop(var)
        shutil.rmtree(var)
    postgres.start(var)
    try:
        result.write_text(json.dumps(measure(size, only)))
    finally:
        postgres.stop(var)


def measure(size: str, only: list[str]) -> list[object]:
    import django

    django.setup()
    from django.core.management import call_command

    from bench import (
        calendar_page,
        desk_pages,
        hot_booking,
        ingest,
        journal_verify,
        logins,
        oai_walk,
        orders_month,
        resolve,
        review_many,
        review_queue,
        search_page,
    )
    from bench.server import serving
    from config import assets

    call_command("migrate", verbosity=0)
    assets.collect()
    if "desk_pages" in only:
        return [*desk_pages.measure()]
    if size == "review":
        measures = (("review_queue", review_queue.measure), ("review_many", review_many.measure))
        return [one for name, measured in measures if name in only for one in measured()]
    alone = {"journal": journal_verify, "booking": hot_booking, "calendar": calendar_page, "orders": orders_month}
    if size in alone:
        return [*alone[size].measure()]
    if size == "people":
        return [*logins.measure(only)]
    rows: list[object] = [*ingest.measure(size, bare="ingest" in only)]
    if "ingest" not in only:
        rows.clear()
    if set(only) - {"ingest"}:
        with serving() as port:
            for name, module in (("search_page", search_page), ("oai_walk", oai_walk), ("resolve", resolve)):
                if name in only:
                    rows += module.measure(size, port)
    return rows


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2].split(","), Path(sys.argv[3]))
