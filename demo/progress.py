"""A bar on a terminal, a line now and then elsewhere."""

import sys
import time

WIDTH = 30


class Bar:
    """Counts up to `total`; writes at most five times a second."""

    def __init__(self, total: int) -> None:
        self.total, self.done, self.label = max(total, 1), 0, ""
        self.began = self.wrote = time.monotonic()
        self.live = sys.stdout.isatty()

    def at(self, done: int, label: str) -> None:
        changed, self.done, self.label = label != self.label, done, label
        now = time.monotonic()
        if now - self.wrote > (0.2 if self.live else 10) or (changed and self.live):
            self.wrote = now
            self._write(now)

    def end(self) -> None:
        self.done = self.total
        self._write(time.monotonic())
        sys.stdout.write("\n" if self.live else "")

    def _write(self, now: float) -> None:
        share = min(self.done / self.total, 1.0)
        full = int(share * WIDTH)
        rate = self.done / max(now - self.began, 0.001)
        bar = "█" * full + "·" * (WIDTH - full)
        line = f"[{bar}] {share:4.0%}  {self.done:,} / {self.total:,}  {rate:,.0f}/s  {self.label}"
        sys.stdout.write(f"\r{line:<100}" if self.live else f"{line}\n")
        sys.stdout.flush()
