"""A crowd that enrols for one session over HTTP: kept connections, every request tried again with the same key until it
is answered, a part that gives its place back, a part that waits. It knows nothing of Django."""

import http.client
import itertools
import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

TOKEN = "c" * 32
"""The same in the cookie and in the form: what the token's check asks of whoever has no page."""
_MADE = re.compile(r"/account/activities/(\d+)$")
PATIENCE = 60.0


@dataclass
class Taker:
    """`session`: the cookie of somebody who is logged in. What was answered: `got` and `waits` are numbers of
    enrolments, `left` says that the place was given back; `answers` how many answers there were to one key."""

    user: int
    session: str
    got: int = 0
    waits: int = 0
    left: bool = False
    answers: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    again: int = 0


class Line:
    """One browser's connection, that comes back when it breaks."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def post(self, path: str, form: dict[str, str], taker: Taker) -> tuple[int, str]:
        """Status and where it leads to. A break or an error of the server is tried again: nobody knows whether it was
        done."""
        began = time.monotonic()
        body = urlencode({"csrfmiddlewaretoken": TOKEN, **form})
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": f"wenmai_csrf={TOKEN}; wenmai_session={taker.session}",
        }
        while True:
            try:
                self.connection.request("POST", path, body, headers)
                answer = self.connection.getresponse()
                answer.read()
                if answer.status < 500:
                    taker.seconds.append(time.monotonic() - began)
                    return answer.status, answer.headers.get("Location", "")
            except (OSError, http.client.HTTPException):
                self.connection.close()
            taker.again += 1
            if time.monotonic() - began > PATIENCE:
                raise TimeoutError(f"{path} was not answered within {PATIENCE:.0f} s")
            time.sleep(0.05)


def enrol(line: Line, taker: Taker, session: int, version: int, *, waits: bool) -> int:
    """The enrolment's number; 0: there was no room."""
    form = {
        "who": str(taker.user), "key": f"crowd-{taker.user}-{int(waits)}", "version": str(version),
        "waits": "1" if waits else "",
    }  # fmt: skip
    status, where = line.post(f"/account/activities/sessions/{session}/enrol", form, taker)
    made = _MADE.search(where)
    if status == 302 and made:
        return int(made[1])
    if status != 400:
        raise RuntimeError(f"enrolling answered {status} and leads to {where}")
    return 0


def _take_part(line: Line, number: int, taker: Taker, session: int, version: int) -> None:
    for _tap in range(2 if number % 5 == 0 else 1):
        taker.got = enrol(line, taker, session, version, waits=False)
        if taker.got:
            taker.answers.append(taker.got)
    if taker.got and number % 10 == 0:
        line.post(f"/account/activities/{taker.got}/leave", {}, taker)
        taker.left = True
    elif not taker.got:
        taker.waits = enrol(line, taker, session, version, waits=True)


def storm(
    port: int, takers: Sequence[Taker], session: int, version: int, *, clients: int, middle: Callable[[], None],
    plainly: bool = False,
) -> float:  # fmt: skip
    """All of them, by so many connections at once; `middle` is called once when a third has been answered. `plainly`:
    each asks once and is content. Seconds."""
    numbers, met, lock = itertools.count(), [0], threading.Lock()
    failed: list[BaseException] = []

    def client() -> None:
        line = Line(port)
        try:
            while not failed and (number := next(numbers)) < len(takers):
                if plainly:
                    takers[number].got = enrol(line, takers[number], session, version, waits=False)
                else:
                    _take_part(line, number, takers[number], session, version)
                with lock:
                    met[0] += 1
                    is_middle = met[0] == len(takers) // 3
                if is_middle:
                    middle()
        except BaseException as error:
            failed.append(error)
        finally:
            line.connection.close()

    began = time.monotonic()
    threads = [threading.Thread(target=client) for _one in range(clients)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    if failed:
        raise failed[0]
    return time.monotonic() - began
