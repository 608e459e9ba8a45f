"""Jobs, kept in PostgreSQL and enqueued in the caller's transaction: what is rolled back was never asked for."""

from collections.abc import Callable
from typing import Any

from procrastinate.contrib.django import app

Task = Callable[..., Any]


def task(name: str, queue: str = "default", **options: Any) -> Callable[[Task], Any]:
    """Registers a function as a job; it loads by id and calls one service. Called with `defer(name, …)`."""
    return app.task(name=name, queue=queue, **options)


def periodic(cron: str, name: str, queue: str = "default") -> Callable[[Task], Any]:
    """A job that runs by itself; `cron` in the node's time zone. It receives the planned moment as a timestamp."""

    def hang(function: Task) -> Any:
        return app.periodic(cron=cron)(app.task(name=name, queue=queue, pass_context=False)(function))

    return hang


def defer(name: str, *, lock: str | None = None, queueing_lock: str | None = None, **arguments: Any) -> int:
    """Enqueues the job in the current transaction. `lock`: jobs with the same word run one after the other."""
    return int(app.configure_task(name, lock=lock, queueing_lock=queueing_lock).defer(**arguments))
