"""The first minutes of a server."""

from __future__ import annotations

import time
from pathlib import Path


def test_a_server_that_nobody_has_opened_has_its_store_ready(fresh_server: str, tmp_path: Path) -> None:
    until = time.monotonic() + 60
    while not list(tmp_path.rglob("*.sqlite*")) and time.monotonic() < until:
        time.sleep(0.1)
    assert list(tmp_path.rglob("*.sqlite*"))
