"""Whether the list of workspaces may be shown: to the one person whose machine this is, who said so, and to nobody else.

A workspace's address is its only key, so a list of workspaces opens all of them. That a server is bound to localhost proves nothing: a
reverse proxy on the same machine reaches it too, and then every visitor does. So one person is never concluded. It is said
(``TPM_SINGLE_USER=1``, which ``make run`` says), and every session is looked at besides: what bears the mark of a way round
gets no list.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

import streamlit as st

SINGLE_USER: Final = "TPM_SINGLE_USER"
_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
# A browser's own request has none of these; proxies, load balancers and tunnels add them.
_OF_PROXIES: Final = ("x-", "forwarded", "via", "cf-", "true-client-ip", "fastly-", "client-ip", "tailscale-", "ngrok-")


def single_user() -> bool:
    """Whether whoever started the server said that it serves one person, and nothing in its options speaks against it."""
    announced = st.get_option("browser.serverAddress")  # where visitors are told to go
    return os.environ.get(SINGLE_USER) == "1" and st.get_option("server.address") in _LOOPBACK and announced in (None, "", *_LOOPBACK)


def is_owner() -> bool:
    """Whether this session is that one person's: the server says so, and the browser speaks to it directly."""
    return single_user() and is_direct(st.context.headers)


def is_direct(headers: Mapping[str, str]) -> bool:
    """Whether a request with ``headers`` went from a browser on this machine to the server with nothing in between.

    A foreign or missing ``Host`` or ``Origin``, two that differ, and every header of a proxy say no.
    """
    given = {name.lower(): value for name, value in headers.items()}
    if any(name.startswith(_OF_PROXIES) for name in given):
        return False
    host, origin = _place(f"//{given.get('host', '')}"), _place(given.get("origin", ""))
    return host == origin and host is not None and host[0] in _LOOPBACK


def _place(address: str) -> tuple[str, int | None] | None:
    """Host and port of an address; None where it has none."""
    try:
        parts = urlsplit(address)
        return (parts.hostname, parts.port) if parts.hostname else None
    except ValueError:
        return None
