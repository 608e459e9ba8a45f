"""Playwright's own Node, which needs a library that a bare Debian lacks."""

import subprocess

from playwright._impl._driver import compute_driver_executable


def runs() -> bool:
    node = compute_driver_executable()[0]
    return subprocess.run([node, "--version"], capture_output=True, check=False).returncode == 0
