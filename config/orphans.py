"""What Linux is told of a process: its name, and that it ends with its parent, even one that is killed and can tell
nobody."""

import ctypes
import os
import signal
from contextlib import suppress

PARENT = "WENMAI_SERVE_PROCESS"
"""Environment variable of ours alone: the number of granian's first process, for those that it starts."""
_PR_SET_PDEATHSIG = 1
_PR_SET_NAME = 15


def end_with_parent(number: signal.Signals) -> None:
    """The kernel sends this signal to the calling process when the thread that started it ends."""
    # elsewhere than on Linux there is no such thing
    with suppress(AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, number)


def call_me(name: str) -> None:
    """What `top` and `ps -e` call the calling process: 15 letters."""
    with suppress(AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_NAME, name.encode())


def end_with_server() -> None:
    """In granian's worker processes: killed with their master, so that nobody keeps the port. Elsewhere nothing."""
    master = os.environ.get(PARENT, "")
    if not master or master == str(os.getpid()):
        return
    end_with_parent(signal.SIGKILL)
    if os.getppid() != int(master):
        # it was killed before it could be watched
        os._exit(1)
