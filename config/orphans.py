"""A process that ends with its parent (Linux), even when that one is killed and can tell nobody."""

import ctypes
import os
import signal
from contextlib import suppress

PARENT = "WENMAI_SERVE_PROCESS"
"""Environment variable of ours alone: the number of granian's first process, for those that it starts."""
_PR_SET_PDEATHSIG = 1


def end_with_parent(number: signal.Signals) -> None:
    """The kernel sends this signal to the calling process when the thread that started it ends."""
    # elsewhere than on Linux there is no such thing
    with suppress(AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, number)


def end_with_server() -> None:
    """In granian's worker processes: killed with their master, so that nobody keeps the port. Elsewhere nothing."""
    master = os.environ.get(PARENT, "")
    if not master or master == str(os.getpid()):
        return
    end_with_parent(signal.SIGKILL)
    if os.getppid() != int(master):
        # it was killed before it could be watched
        os._exit(1)
