"""docs/columns.md and the catalogue use the same words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tpm.export.columns import dependency_columns, plan_columns, risk_columns

GUIDE = (Path(__file__).resolve().parent.parent.parent / "docs" / "columns.md").read_text(encoding="utf-8")
SECTIONS = {"Activities": plan_columns, "Dependencies": dependency_columns, "Risks": risk_columns}


@pytest.mark.parametrize("section", SECTIONS)
def test_every_written_column_is_explained_in_both_languages(section: str) -> None:
    text = GUIDE.split(f"## {section}\n")[1].split("\n## ")[0].split("\n# ")[0]
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+?) \| ([^|]+?) \|", text, re.MULTILINE)
    explained = {english: korean for _, english, korean in rows}
    written = {a.header: b.header for a, b in zip(SECTIONS[section]("en"), SECTIONS[section]("ko"), strict=True) if a.field != "calendar"}
    assert explained == written


def test_the_korean_guide_names_every_korean_header() -> None:
    korean = GUIDE.split("# 열 안내")[1]
    headers = [column.header for columns in SECTIONS.values() for column in columns("ko")]
    assert not [header for header in headers if header not in korean]
