"""Whatever the server does with a stranger's bytes it does through the wall, and one limit holds for all uploads."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

import pytest

from tests import hostile
from tpm import guard
from tpm.export.deck import TemplateError
from tpm.findings import InputError
from tpm.ui import wall

ROOT = Path(__file__).resolve().parent.parent.parent
# What opens bytes that somebody handed in.
_OPENERS = {"read_files", "source_cells", "open_book", "original_workbook", "unpack", "inspect", "check_template", "ZipFile"}
_OWN = {"wall.py"}
_WRITES = {("items.py", "ZipFile"), ("what_if_take.py", "ZipFile")}  # into a new archive


def test_no_page_opens_a_strangers_bytes_itself() -> None:
    breaches = []
    for path in [*(ROOT / "tpm" / "ui").rglob("*.py"), *(ROOT / "pages").glob("*.py"), ROOT / "app.py"]:
        if path.name in _OWN:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and not (node.module or "").startswith("tpm.ui"):
                breaches += [(path.name, one.name) for one in node.names if one.name in _OPENERS]
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _OPENERS:
                through = ast.unparse(node.func.value) in ("wall", "cache", "workspace")
                breaches += [] if through or (path.name, node.func.attr) in _WRITES else [(path.name, node.func.attr)]
    assert not breaches


def test_uploads_have_one_limit() -> None:
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert config["server"]["maxUploadSize"] * 2**20 == guard.UPLOAD_BYTES_MAX
    assert "Uploads stop at 100 MB" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_a_template_is_opened_apart_and_refused_in_a_sentence() -> None:
    wall.check_template("ours.pptx", hostile.template_with(1))
    with pytest.raises(TemplateError):
        wall.check_template("no.pptx", b"PK\x03\x04 no deck")
    with pytest.raises(InputError, match="“bomb.pptx” unpacks to 400 MiB; up to 300 MiB are opened"):
        wall.check_template("bomb.pptx", hostile.template_with(400))
    with pytest.raises(InputError, match="“bomb.pptx” has 6,0.. parts inside"):
        wall.check_template("bomb.pptx", hostile.zipped((f"ppt/slideLayouts/slideLayout{n}.xml", b"") for n in range(6_000)))


def test_a_bundle_is_unpacked_apart_and_comes_back_whole() -> None:
    contents = wall.unpack("mine.tpm.zip", hostile.bundle_with(1))
    file = contents.snapshots[0][0].files[0]
    assert contents.read(file.sha256) == bytes(2**20)
    with pytest.raises(InputError, match="“bomb.tpm.zip” holds a part that unpacks to 500 MiB"):
        wall.unpack("bomb.tpm.zip", hostile.bundle_with(500))
