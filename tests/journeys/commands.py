"""Commands of a node without a new Python for each: one process has read the settings and forks for every command.

Most of what a short command costs is to import what it may need, and journeys give a hundred of them. What is about
starting (`wenmai up`, a command without a database) is started anew as an operator would: see `Node.command`.
"""

import json
import os
import select
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

Ended = subprocess.CompletedProcess[str]


class Commands:
    """For one environment."""

    def __init__(self, environment: dict[str, str], root: Path) -> None:
        self.environment = environment
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.journeys.commands"], env=environment, cwd=root, text=True, bufsize=1,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip

    def run(self, arguments: list[str], code: str, seconds: float) -> Ended:
        """Of `wenmai …`, or of statements of ours; output and errors together."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin
        assert stdout
        with tempfile.NamedTemporaryFile("r", errors="replace") as output:
            print(json.dumps({"arguments": arguments, "code": code, "output": output.name}), file=stdin)
            if not select.select([stdout], [], [], seconds)[0]:
                self.end()
                raise subprocess.TimeoutExpired(arguments or code, seconds, output.read())
            answer = stdout.readline()
            assert answer, "whoever runs the commands has died"
            return Ended(arguments, int(answer), output.read())

    def end(self) -> None:
        """With a command that still runs."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(30)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                with suppress(BrokenPipeError):
                    pipe.close()


def _serve() -> None:
    import django

    django.setup()
    while line := sys.stdin.readline():
        asked = json.loads(line)
        child = os.fork()
        if not child:
            _become(asked["output"])
            _do(asked["arguments"], asked["code"])
            return
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)  # noqa: T201


def _become(output: str) -> None:
    """A process without input that says everything in a file."""
    nothing, said = os.open(os.devnull, os.O_RDONLY), os.open(output, os.O_WRONLY)
    for source, target in ((nothing, 0), (said, 1), (said, 2)):
        os.dup2(source, target)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115


def _do(arguments: list[str], code: str) -> None:
    if code:
        exec(code, {"__name__": "__main__"})
        return
    from config.cli import main

    sys.argv = ["manage.py", *arguments]
    main()


if __name__ == "__main__":
    _serve()
