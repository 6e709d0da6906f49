"""What the server does when it starts, before anybody comes: it prepares itself, and opens the browser of who started it."""

from __future__ import annotations

import asyncio
import importlib
import os
import sys
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import streamlit as st

from tpm.ui import wall, warm

_LISTENS_SECONDS: Final = 0.5  # after this has run


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """The server's hook: from its start to its end.

    The process that reads uploads is begun before anything large is imported: both import at once, on two processors, while no browser
    needs them yet.
    """
    wall.warm_up()
    importlib.import_module("tpm.ui.frame")
    warm.begin()
    if not st.get_option("server.headless") and _has_screen():
        address = st.get_option("browser.serverAddress") or st.get_option("server.address") or "localhost"
        asyncio.get_running_loop().call_later(_LISTENS_SECONDS, webbrowser.open, f"http://{address}:{st.get_option('server.port')}")
    yield


def _has_screen() -> bool:
    """Without one, Linux would open a browser for terminals."""
    return not sys.platform.startswith("linux") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
