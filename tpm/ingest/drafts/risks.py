"""One table of risks → rows of the register.

Probabilities come out as 0–1 and impacts as levels 1–5, from fractions, percentages, bands ("50% to 75%"), levels, words in
either language and levels with words ("4 - likely"). What is no rating (money, prose) stays readable as an attribute of
the response and leaves the level empty.
"""

from __future__ import annotations

import re
from typing import Any, Final

import numpy as np
import pandas as pd

from tpm.ingest.cells.dates import Reading
from tpm.ingest.cells.numbers import number
from tpm.ingest.cells.values import Column, read_days, read_durations, read_ids, read_numbers
from tpm.ingest.drafts.activities import Draft, _begin, order_of
from tpm.ingest.drafts.rows import column_of, sort_rows
from tpm.ingest.lexicon import words
from tpm.ingest.options import ReadOptions
from tpm.ingest.tables.columns import Columns
from tpm.ingest.tables.tables import Table
from tpm.model import RISK_COLUMNS, conform, probability_level

_PERCENT: Final = re.compile(r"(\d+(?:[.,]\d+)?)\s*%?")
_SCALE: Final = re.compile(r"(?<!\d)[01]\s*(?:-|–|~|～|to|에서|a|à|bis)\s*(\d+)(?!\d)|(?<!\d)(\d++)점\s*(?:만점|척도)|/\s*(\d+)\s*\)?$")
_LEVEL_MIDDLE: Final = {1: 0.1, 2: 0.3, 3: 0.5, 4: 0.7, 5: 0.9}  # a level read as the middle of its fifth
_TYPES: Final = ("raid category", "raidcategory", "raidtype", "raid type", "category", "type", "구분", "유형", "분류")


def draft_risks(table: Table, columns: Columns, options: ReadOptions, year: int) -> tuple[Draft, pd.DataFrame]:
    """(draft, register rows with ``RISK_COLUMNS``) of a risks table; rows of a RAID log that are no risks are rejected."""
    rows = sort_rows(table, columns, "title")
    _only_risks(table, columns, rows)
    draft = _begin(table, columns, rows)
    keep = rows.keep
    data: dict[str, Any] = {"title": draft.names, "kind": np.full(len(draft), "threat", dtype=object)}
    for name in ("description", "category", "team", "program", "owner", "response", "status", "notes"):
        if (column := column_of(table, columns, name)) is not None:
            data[name] = column.texts()[keep]
    if "description" not in data and "title" in columns.fields:
        data["description"] = np.full(len(draft), None, dtype=object)
    for name in ("probability", "residual_probability"):
        if (column := column_of(table, columns, name)) is not None:
            data[name] = _probabilities(column, _top(table, columns, name))[keep]
    for name in ("impact", "residual_impact"):
        if (column := column_of(table, columns, name)) is not None:
            data[name] = np.abs(_impacts(column, _top(table, columns, name)))[keep]
    if (column := column_of(table, columns, "score")) is not None:
        data["score"] = read_numbers(column)[keep]
    _fill_score(data)
    _positive(table, columns, data, keep)
    if (column := column_of(table, columns, "due")) is not None:
        order = order_of(column, options)[0] or "mdy"
        data["due"] = read_days(column, Reading(order, year), True, keep, draft.doubts)[0][keep].astype("datetime64[s]")
    for name in ("impact_days_min", "impact_days", "impact_days_max"):
        if (column := column_of(table, columns, name)) is not None:
            unit = columns.choices[name].unit
            read = read_durations(column, unit if unit and unit != "points" else "days", 5.0, keep, draft.doubts, signed=True)
            data[name] = read["days"][keep]
            if name == "impact_days":
                data.setdefault("impact_days_min", read["low"][keep])
                data.setdefault("impact_days_max", read["high"][keep])
    if (column := column_of(table, columns, "id")) is not None:
        data["id"] = read_ids(column)[keep]
    data["state"] = np.array([_state(text) for text in data.get("status", [None] * len(draft))], dtype=object)
    strategy = column_of(table, columns, "strategy")
    source = strategy.texts()[keep] if strategy is not None else data.get("response", np.full(len(draft), None, dtype=object))
    data["strategy"] = np.array([words.strategy_of(text) if text else None for text in source], dtype=object)
    data |= {
        "file": np.full(len(draft), table.grid.file, dtype=object),
        "sheet": np.full(len(draft), table.grid.sheet, dtype=object),
        "row": draft.rows + 1,
    }
    if (column := column_of(table, columns, "activities")) is not None:
        draft.links["hits"] = [column]
    data.setdefault("id", np.full(len(draft), None, dtype=object))
    return draft, conform(pd.DataFrame({name: data[name] for name in RISK_COLUMNS if name in data}), RISK_COLUMNS)


def _only_risks(table: Table, columns: Columns, rows: Any) -> None:
    """In a RAID log only the rows whose category says "risk" are risks; a register of threats and opportunities keeps its issues."""
    for name in ("category", "kind"):
        column = column_of(table, columns, name)
        if column is None:
            continue
        risky = np.array([isinstance(cell, str) and words.raid(cell, "risk") for cell in column.distinct], dtype=bool)
        said = [cell for cell in column.distinct if isinstance(cell, str)]
        register = any(words.raid(cell, "threat") or words.raid(cell, "opportunity") for cell in said)
        issue = np.array([register and isinstance(cell, str) and words.raid(cell, "issue") for cell in column.distinct], dtype=bool)
        foreign = np.array([isinstance(cell, str) and words.raid(cell, "other") for cell in column.distinct], dtype=bool) & ~issue
        if not (risky.any() and foreign.any()):
            continue
        blank = ~column.filled()
        for row in np.flatnonzero(rows.keep & ~risky[column.codes]):
            rows.reasons[int(row)] = "no-name" if blank[row] else "not-a-risk"
            rows.keep[row] = False


def _top(table: Table, columns: Columns, name: str) -> float | None:
    """The top of the scale where the header names one: "Impact (1-5)" → 5."""
    label = next(label for label in table.labels if label.column == columns.fields[name])
    found = _SCALE.search(" ".join((label.text, *label.captions)))
    return float(found[1] or found[2] or found[3]) or None if found else None


def _probabilities(column: Column, top: float | None) -> np.ndarray:
    values = np.array([_value(cell) for cell in column.distinct], dtype=float)
    percent = np.array([isinstance(cell, str) and "%" in cell for cell in column.distinct], dtype=bool)
    levels = np.array(
        [
            words.level_of(cell) or np.nan if isinstance(cell, str) and not any(char.isdigit() for char in cell) else np.nan
            for cell in column.distinct
        ],
        dtype=float,
    )
    plain = np.nanmax(np.where(percent, np.nan, values), initial=0.0)
    scale = top if top else (1.0 if plain <= 1 else 5.0 if plain <= 5 else 10.0 if plain <= 10 else 100.0)
    if scale in (3.0, 4.0, 5.0, 10.0) and not (top is None and plain <= 1):
        shares = (values - 0.5) / scale  # the middle of the level's band
    else:
        shares = values / scale
    shares = np.where(percent, values / 100, shares)
    shares = np.where(np.isnan(levels), shares, (levels - 0.5) / 5)
    return np.asarray(np.clip(shares, 0, 1)[column.codes])


def _value(cell: object) -> float:
    """A number, or the middle of a band "50% to 75%"; NaN for words."""
    if isinstance(cell, bool):
        return np.nan
    if isinstance(cell, int | float):
        return float(cell)
    if not isinstance(cell, str) or not cell.strip():
        return np.nan
    if "%" in cell or re.match(r"^\s*\d", cell):
        found = [float(part.replace(",", ".")) for part in _PERCENT.findall(cell.split("(")[0])]
        if len(found) == 2 and ("%" in cell or re.search(r"\bto\b|[-–~]", cell)):
            return sum(found) / 2
        if found:
            return found[0]
    value = number(cell)
    return np.nan if value is None else value


def _impacts(column: Column, top: float | None) -> np.ndarray:
    """Impact levels 1–5 from levels on any scale, fractions or words; NaN for money and prose."""
    values = np.array(
        [
            float(cell)
            if isinstance(cell, int | float) and not isinstance(cell, bool)
            else (words.level_of(cell) or _short_number(cell))
            if isinstance(cell, str) and cell.strip()
            else np.nan
            for cell in column.distinct
        ],
        dtype=float,
    )
    high = float(np.nanmax(np.abs(values), initial=0.0))
    worded = any(isinstance(cell, str) and words.level_of(cell) for cell in column.distinct)
    if high > max(10.0, top or 0.0) and not worded:
        return np.full(len(column.codes), np.nan)  # an amount of money, days or points is no level
    if top:  # a header that states the scale decides it
        values = np.where(values > 0, np.maximum(values * 5 / top, 1), values * 5 / top)
    elif not worded and 0 < high <= 1:
        values = np.sign(values) * np.clip(np.ceil(np.abs(values) * 5 - 1e-9), 1, 5)
    elif not worded and high > 5:
        values = values / 2
    return np.asarray(values[column.codes])


def _short_number(cell: str) -> float:
    value = number(cell) if len(cell) < 12 else None
    return np.nan if value is None else value


def _fill_score(data: dict[str, Any]) -> None:
    """Score as in the sheet, else probability level × impact."""
    if "probability" in data and "impact" in data:
        level = probability_level(data["probability"])
        own = data.get("score", np.full(len(level), np.nan))
        data["score"] = np.where(np.isnan(own), level * data["impact"], own)


def _positive(table: Table, columns: Columns, data: dict[str, Any], keep: np.ndarray) -> None:
    """Opportunities: said so in a column, or rated with a negative impact or score."""
    good = np.zeros(int(keep.sum()), dtype=bool)
    for name in ("kind", "category"):
        if (column := column_of(table, columns, name)) is not None:
            good |= np.array([isinstance(cell, str) and words.raid(cell, "opportunity") for cell in column.distinct], dtype=bool)[
                column.codes
            ][keep]
    for name in ("impact", "score"):
        if (column := column_of(table, columns, name)) is not None:
            good |= read_numbers(column)[keep] < 0
    data["kind"][good] = "opportunity"
    for name in ("kind", "category"):
        if (column := column_of(table, columns, name)) is not None:
            issue = np.array([isinstance(cell, str) and words.raid(cell, "issue") for cell in column.distinct], dtype=bool)
            data["kind"][issue[column.codes][keep]] = "issue"  # it has happened: certain


def _state(text: str | None) -> str:
    if text and words.raid(text, "closed"):
        return "closed"
    return "occurred" if text and words.raid(text, "occurred") else "open"
