"""Runs the decoder: a process with limits, for bytes that nobody trusts."""

import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings

from wenmai.files import disk
from wenmai.lib.refusal import Refused

WALL_SECONDS = 30
_LINE = 64 * 1024


def decode(path: Path, hash: str, media_type: str, task: str) -> tuple[dict[str, Any], bytes]:
    """The decoder's answer and its picture. Refused: damaged, too_costly, too_many_pixels, unsafe_archive, encrypted.

    At most two run at a time on one machine, one per object.
    """
    with disk.slot(hash), disk.full_disk_refused(), tempfile.TemporaryFile(dir=disk.root()) as output:
        with path.open("rb") as source:
            _run(source, output, [task, media_type])
        output.seek(0)
        try:
            answer = orjson.loads(output.readline(_LINE))
        except orjson.JSONDecodeError:
            raise Refused("damaged", "the decoder died") from None
        if "refused" in answer:
            raise Refused(str(answer["refused"]), str(answer.get("detail", "")))
        return answer, output.read()


def _run(source: Any, output: Any, arguments: list[str]) -> None:
    try:
        ended = subprocess.run(  # noqa: S603 -- our own program; arguments are ours
            [sys.executable, "-E", "-s", "-m", "wenmai.files.decoder", *arguments],
            stdin=source,
            stdout=output,
            stderr=subprocess.DEVNULL,
            cwd=settings.ROOT,
            env={"LC_ALL": "C.UTF-8"},
            timeout=WALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Refused("too_costly", "time") from None
    if ended.returncode in {-signal.SIGXCPU, -signal.SIGKILL, -signal.SIGXFSZ}:
        raise Refused("too_costly", signal.Signals(-ended.returncode).name)
    if ended.returncode:
        raise Refused("damaged", f"the decoder ended with {ended.returncode}")
