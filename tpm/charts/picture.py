"""A page or a figure as PNG, painted by the Chromium or Chrome of this machine without a window; nothing is asked of the internet.

plotly's own exporter would be one more package and needs the same browser, so the browser is asked directly.
"""

from __future__ import annotations

import base64
import os
import shutil
import struct
import subprocess
import tempfile
from html import escape
from pathlib import Path
from typing import Final

import plotly.graph_objects as go

_NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge", "microsoft-edge")
_PLACES: Final = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
_FLAGS: Final = ("--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
                 "--disable-sync", "--disable-extensions", "--hide-scrollbars", "--proxy-server=127.0.0.1:9")  # fmt: skip
_SECONDS_MOST: Final = 60
_DRAWING_MS: Final = 5_000  # of the page's own time, which the browser runs through at once


class PictureError(RuntimeError):
    """No browser was found, or it painted nothing."""


def browser() -> str | None:
    """Path of an installed Chromium, Chrome or Edge; None where there is none."""
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    return found or next((place for place in _PLACES if Path(place).is_file()), None)


def png(figure: go.Figure, width: int, height: int, *, scale: float = 2.0) -> bytes:
    """``figure`` at ``width`` × ``height`` px, ``scale`` device pixels each. Raises :class:`PictureError`."""
    from tpm.charts.embed import figure_json, library_script

    body = (f'<div id="figure" style="width:{width}px;height:{height}px"></div><script id="told" type="application/json">'
            f'{figure_json(figure)}</script><script>{library_script()}</script><script>'
            'const told = JSON.parse(document.getElementById("told").textContent);'
            'Plotly.newPlot("figure", told.data, told.layout, {staticPlot: true});</script>')  # fmt: skip
    return painted(body, width, height, scale=scale)


def svg_png(svg: str, width: int, height: int, *, scale: float = 2.0) -> bytes:
    """An SVG element as a picture. It is painted as an image, so nothing in it can act. Raises :class:`PictureError`."""
    source = "data:image/svg+xml;base64," + base64.b64encode(svg.encode("utf-8", "replace")).decode()
    return painted(f'<img src="{escape(source)}" width="{width}" height="{height}">', width, height, scale=scale)


def painted(body: str, width: int, height: int, *, scale: float = 2.0) -> bytes:
    """The picture of an HTML ``body``. Raises :class:`PictureError`."""
    program = browser()
    if program is None:
        raise PictureError("no Chromium, Chrome or Edge was found on this machine")
    page = ("<!doctype html><meta charset='utf-8'><style>*{margin:0}body>*{display:block}</style>" + body).encode("utf-8", "replace")
    with tempfile.TemporaryDirectory(prefix="tpm-picture-", ignore_cleanup_errors=True) as folder:
        source, out = Path(folder, "page.html"), Path(folder, "page.png")
        source.write_bytes(page)
        # As root there is no sandbox to be had; the page is our own and can reach nothing.
        rootless = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        command = [program, *_FLAGS, *rootless, f"--user-data-dir={Path(folder, 'profile')}", f"--window-size={width},{height}",
                   f"--force-device-scale-factor={scale:g}", f"--virtual-time-budget={_DRAWING_MS}", f"--screenshot={out}", source.as_uri()]
        try:
            subprocess.run(command, capture_output=True, timeout=_SECONDS_MOST, check=False)  # noqa: S603  (no shell)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise PictureError(f"{program} did not finish") from error
        content = out.read_bytes() if out.is_file() else b""
    if size(content) is None:
        raise PictureError(f"{program} painted nothing")
    return content


def size(content: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG in pixels; None for bytes that are none."""
    if len(content) < 24 or not content.startswith(b"\x89PNG\r\n\x1a\n"):
        return None
    width, height = struct.unpack(">II", content[16:24])
    return int(width), int(height)
