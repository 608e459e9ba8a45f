"""Workers of pytest-xdist have a data folder and a PostgreSQL each.

Databases of one server share the numbers of transactions: what waits until no older one is running (news of the
journal, its seals, outgoing harvests) would wait for another worker's test. Loaded by `-p`, before there are settings.
"""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("WENMAI_VAR") or ROOT / "var")  # of the whole run
if worker := os.environ.get("PYTEST_XDIST_WORKER"):
    os.environ["WENMAI_VAR"] = str(VAR / "tests" / worker)
