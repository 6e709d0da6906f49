"""Pages are tested from app.py, as they run: ``app("roadmap", lang="ko")``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).resolve().parent.parent.parent

Opener = Callable[..., AppTest]


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> Opener:
    """Start the app for a browser of ``locale``; ``page`` names a file of ``pages/``.

    A page says more of a plan that has been simulated, and the whole process knows that: each test has simulations of its own.
    """
    from tpm.ui import cache

    own = cache.Simulations(48)
    monkeypatch.setattr(cache, "simulations", lambda: own)

    def opener(page: str = "plan", *, locale: str = "en-US", dark: bool = False, workspace: str | None = None) -> AppTest:
        test = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        test.context = {"locale": locale, "theme": "dark" if dark else "light", "timezone": "Asia/Seoul"}
        if workspace is not None:
            test.query_params["w"] = workspace
        test.run()
        if page != "plan":
            test.switch_page(f"pages/{page}.py").run()
        assert not test.exception, [error.value for error in test.exception]
        return test

    return opener


@pytest.fixture
def keep() -> Callable[..., str]:
    """Put files into the store as an upload would; returns the workspace's id."""
    import datetime as dt

    from tpm.store import NewSnapshot, Upload, open_store

    def keeper(*files: tuple[str, bytes]) -> str:
        with open_store() as store:
            new = NewSnapshot([Upload(name, content) for name, content in files])
            return store.create_workspace(files[0][0], at=dt.datetime.now(dt.UTC), first=new).id

    return keeper


@pytest.fixture
def one_person(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server is one person's, and the browser speaks to it directly."""
    from tpm.ui import cache, visitor

    monkeypatch.setattr(visitor, "is_owner", lambda: True)
    monkeypatch.setattr(cache.store(), "list_allowed", True)


def words(test: AppTest) -> str:
    """Everything a person reads on the page, in order."""
    kinds = ("title", "header", "subheader", "markdown", "caption", "warning", "error", "info", "success")
    return "\n".join(element.value for kind in kinds for element in getattr(test, kind))
