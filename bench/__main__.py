"""Runs every size in a process and a database of its own, prints the table, writes bench.json beside the data."""

import argparse
import json
import os
import platform
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAMES = (
    "ingest",
    "search_page",
    "oai_walk",
    "resolve",
    "desk_pages",
    "login_password",
    "token_refresh",
    "journal_verify",
    "hot_booking",
    "review_many",
    "review_queue",
    "calendar_page",
    "orders_month",
)
UNSIZED = {
    "desk_pages": "desk",
    "login_password": "people",
    "token_refresh": "people",
    "journal_verify": "journal",
    "hot_booking": "booking",
    "review_many": "review",
    "review_queue": "review",
    "calendar_page": "calendar",
    "orders_month": "orders",
}
"""What does not ask how many records there are -> its data folder."""
SIZES = ("10000", "100000", "all")


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--only", default=",".join(NAMES), help=f"of {', '.join(NAMES)}")
    parser.add_argument("--sizes", default=",".join(SIZES), help="numbers of records, or all")
    asked = parser.parse_args()
    only = [name for name in asked.only.split(",") if name]
    if unknown := set(only) - set(NAMES):
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}: choose of {', '.join(NAMES)}")
    var = Path(os.environ.get("WENMAI_VAR", ROOT / "var"))
    sized = [name for name in only if name not in UNSIZED]
    rows = [row for size in asked.sizes.split(",") for row in run(size, sized, var)] if sized else []
    for folder in dict.fromkeys(UNSIZED.values()):
        if names := [name for name in only if UNSIZED.get(name) == folder]:
            rows += run(folder, names, var)
    var.mkdir(parents=True, exist_ok=True)
    (var / "bench.json").write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n")
    print(table(rows))


def run(size: str, only: list[str], var: Path) -> list[dict[str, object]]:
    """One size (or what is no size of records) in its own data folder; settings are read once in a process."""
    folder = var / "bench" / size
    environment = {**os.environ, "WENMAI_VAR": str(folder), "WENMAI_DEMO": "1", "PYTHONPATH": str(ROOT)}
    environment.pop("DATABASE_URL", None)
    result = folder / "rows.json"
    subprocess.run(
        [sys.executable, "-m", "bench.size", size, ",".join(only), str(result)],
        env=environment,
        cwd=ROOT,
        check=True,
    )
    return list(json.loads(result.read_text()))


def table(rows: list[dict[str, object]]) -> str:
    """`ratio` is value to limit; what the limit is stands in docs/reference/benchmarks.md."""
    lines = [
        f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}",
        f"{'name':<34}{'size':>9}{'value':>13} {'unit':<11}{'limit':>13}{'ratio':>8}",
    ]
    for row in rows:
        limit = f"{row['limit']:>13,.2f}" if row["limit"] is not None else " " * 13
        ratio = f"{row['ratio']:>8.2f}" if row["ratio"] is not None else " " * 8
        lines.append(f"{row['name']:<34}{row['size']:>9}{row['value']:>13,.2f} {row['unit']:<11}{limit}{ratio}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
