"""Who is shown the list of workspaces: one person, who said so, over a direct connection; a doubt is a no."""

from __future__ import annotations

import pytest

from tpm.ui import visitor

DIRECT = {"Host": "localhost:8501", "Origin": "http://localhost:8501", "User-Agent": "Firefox", "Sec-WebSocket-Version": "13",
          "Cookie": "_streamlit_xsrf=1", "Upgrade": "websocket", "Connection": "Upgrade", "Accept-Language": "ko"}  # fmt: skip


@pytest.mark.parametrize("host", ["localhost:8501", "127.0.0.1:8501", "[::1]:8501", "localhost"])
def test_a_browser_on_this_machine_is_direct(host: str) -> None:
    assert visitor.is_direct({**DIRECT, "Host": host, "Origin": f"http://{host}"})
    assert visitor.is_direct({name.lower(): value for name, value in DIRECT.items()})


@pytest.mark.parametrize("header", [
    "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-FORWARDED-SERVER", "Forwarded", "X-Real-IP", "Via", "CF-Connecting-IP",
    "True-Client-IP", "X-Client-IP", "X-Request-Id", "X-Original-Host", "X-Amzn-Trace-Id", "Fastly-Client-IP", "Client-IP",
])  # fmt: skip
def test_a_proxys_header_says_no(header: str) -> None:
    assert not visitor.is_direct({**DIRECT, header: "127.0.0.1"})


@pytest.mark.parametrize("changed", [
    {"Host": "plans.example.com", "Origin": "https://plans.example.com"}, {"Origin": "https://plans.example.com"},
    {"Host": "plans.example.com"}, {"Origin": "null"}, {"Origin": ""}, {"Host": ""}, {"Origin": "http://localhost:9999"},
    {"Host": "localhost.example.com:8501", "Origin": "http://localhost.example.com:8501"}, {"Host": "192.168.0.7:8501"},
    {"Host": "localhost@example.com", "Origin": "http://localhost@example.com"}, {"Host": "[", "Origin": "http://["},
    {"Host": "localhost:x", "Origin": "http://localhost:x"},
])  # fmt: skip
def test_a_foreign_or_missing_host_or_origin_says_no(changed: dict[str, str]) -> None:
    assert not visitor.is_direct({**DIRECT, **changed})


def test_no_headers_say_no() -> None:
    assert not visitor.is_direct({})


@pytest.mark.parametrize(("said", "address", "announced", "expected"), [
    ("1", "localhost", "localhost", True), ("1", "127.0.0.1", "localhost", True), (None, "localhost", "localhost", False),
    ("0", "localhost", "localhost", False), ("1", None, "localhost", False), ("1", "0.0.0.0", "localhost", False),
    ("1", "localhost", "plans.example.com", False),
])  # fmt: skip
def test_one_person_is_said_and_never_concluded(
    monkeypatch: pytest.MonkeyPatch, said: str | None, address: str | None, announced: str, expected: bool
) -> None:
    if said is None:
        monkeypatch.delenv(visitor.SINGLE_USER, raising=False)
    else:
        monkeypatch.setenv(visitor.SINGLE_USER, said)
    options = {"server.address": address, "browser.serverAddress": announced}
    monkeypatch.setattr("streamlit.get_option", options.__getitem__)
    assert visitor.single_user() is expected
