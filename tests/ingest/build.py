"""Workbooks and texts for the tests of the importer, built in code."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import openpyxl

from tpm.findings import Finding
from tpm.ingest import ReadOptions, read_files
from tpm.model import ImportResult

Rows = Sequence[Sequence[Any]]


def xlsx(sheets: Rows | Mapping[str, Rows]) -> bytes:
    """A workbook with one sheet an entry; None is an empty cell."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    named = sheets if isinstance(sheets, Mapping) else {"Plan": sheets}
    for name, rows in named.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    """The bytes of an openpyxl workbook."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(rows: Rows | Mapping[str, Rows], options: ReadOptions = ReadOptions()) -> ImportResult:  # noqa: B008 (frozen)
    """Import a workbook with these rows."""
    return read_files([("plan.xlsx", xlsx(rows))], options)


def read_text(text: str, name: str = "plan.csv", encoding: str = "utf-8") -> ImportResult:
    """Import a text file."""
    return read_files([(name, text.encode(encoding))])


def row(result: ImportResult, name: str) -> dict[str, Any]:
    """The activity called ``name``; dates as ISO text, missing as None."""
    frame = result.plan.activities
    found = frame[frame["name"] == name]
    assert len(found) == 1, f"{name}: {frame['name'].tolist()}"
    out: dict[str, Any] = {}
    for key, value in found.iloc[0].items():
        missing = value is None or value != value
        out[str(key)] = None if missing else value.date().isoformat() if hasattr(value, "date") else value
    return out


def links(result: ImportResult) -> list[tuple[str, str, str, float, str]]:
    """(predecessor, successor, type, lag, unit) of every dependency."""
    frame = result.plan.dependencies
    return [tuple(values) for values in frame[["predecessor", "successor", "type", "lag", "lag_unit"]].to_numpy().tolist()]  # type: ignore[misc]


def finding(result: ImportResult, code: str) -> Finding:
    """The one finding with this code."""
    found = [one for one in result.findings if one.code == code]
    assert len(found) == 1, f"{code}: {[one.code for one in result.findings]}"
    return found[0]


def codes(result: ImportResult) -> set[str]:
    """Codes of all findings."""
    return {one.code for one in result.findings}
