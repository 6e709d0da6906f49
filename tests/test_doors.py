"""The doors of docs/architecture.md: who may import whom. A breach fails here, not in a review."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# findings, i18n ← model ← calendars ← ingest | schedule ← risk | scenario ← insight ← charts | export ← ui, cli ← pages, app
LEVELS: dict[str, int] = {
    "i18n": 0, "findings": 1, "guard": 2, "apart": 2, "model": 2, "calendars": 3,
    "ingest": 4, "schedule": 4, "edits": 4, "risk_edits": 4, "risk": 5, "scenario": 5,
    "insight": 6, "charts": 7, "export": 7, "ui": 8, "cli": 8, "__main__": 9, "pages": 9, "app": 10,
}
SAME_LEVEL_ALLOWED: set[tuple[str, str]] = {("export", "charts")}  # a slide has the colours and the measures of the charts
STORE_MAY_IMPORT = {"i18n", "findings", "guard", "model", "store"}
LIBRARIES: dict[str, set[str]] = {
    "streamlit": {"ui", "pages", "app"},
    "plotly": {"charts"},
    "python_calamine": {"ingest"},
    "xlrd": {"ingest"},
    "openpyxl": {"ingest", "export"},
    "xlsxwriter": {"export"},
    "pptx": {"export"},
    "reportlab": {"export"},
    "sqlalchemy": {"store"},
    "alembic": {"store"},
    "psutil": {"apart"},
    "numba": {"schedule", "risk", "calendars"},
}


def room(module: str) -> str:
    """``tpm.ingest.cells.values`` → ``ingest``; ``pages.plan`` → ``pages``."""
    parts = module.split(".")
    return parts[1] if parts[0] == "tpm" and len(parts) > 1 else parts[0]


def modules() -> Iterator[tuple[str, Path]]:
    for path in [ROOT / "app.py", *sorted((ROOT / "pages").glob("*.py")), *sorted((ROOT / "tpm").rglob("*.py"))]:
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        yield name, path


def imports(module: str, path: Path) -> Iterator[str]:
    """Every module imported anywhere in the file, lazily or not; relative imports resolved."""
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                base = package.split(".")[: len(package.split(".")) - node.level + 1]
                yield ".".join([*base, node.module or ""]).rstrip(".")
            elif node.module == "tpm":
                yield from (f"tpm.{alias.name}" for alias in node.names)
            elif node.module:
                yield node.module


@pytest.mark.parametrize(("module", "path"), [pytest.param(m, p, id=m) for m, p in modules()])
def test_a_module_imports_only_what_its_room_may(module: str, path: Path) -> None:
    here = room(module)
    breaches = []
    for name in imports(module, path):
        top = name.split(".")[0]
        if top in ("tpm", "app", "pages"):
            there = room(name)
            if there in (here, "tpm"):
                continue
            if here == "store":
                allowed = there in STORE_MAY_IMPORT
            elif there == "store":
                allowed = here in ("ui", "cli")
            else:
                allowed = LEVELS[there] < LEVELS[here] or (here, there) in SAME_LEVEL_ALLOWED
            if not allowed:
                breaches.append(f"{here} may not import {name}")
        elif top in LIBRARIES and here not in LIBRARIES[top]:
            breaches.append(f"{here} may not import {top}")
    assert not breaches


def test_every_room_has_a_level() -> None:
    unknown = {room(module) for module, _ in modules()} - set(LEVELS) - {"store", "tpm"}
    assert not unknown


def test_the_import_reader_sees_lazy_and_relative_imports(tmp_path: Path) -> None:
    source = tmp_path / "sample.py"
    source.write_text("def f():\n    import plotly.graph_objects as go\n    from . import theme\n    from tpm import cli\n")
    assert sorted(imports("tpm.charts.sample", source)) == ["plotly.graph_objects", "tpm.charts", "tpm.cli"]


def test_importing_the_program_does_not_import_streamlit() -> None:
    import subprocess

    code = "import sys, tpm.model, tpm.findings; sys.exit('streamlit' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
