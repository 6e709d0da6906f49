"""Every item of a review as CSV that Excel opens with Korean intact: planned, baseline and forecast dates, slip, float, colour."""

from __future__ import annotations

import csv
import io
from typing import Any, Final

from tpm.export.columns import kind_words
from tpm.export.workbook import inert
from tpm.i18n import Language, t
from tpm.insight.review import Review
from tpm.insight.review.table import item_table

_TEXTS: Final = ("id", "name", "kind", "team", "owner", "state")
_DAYS: Final = ("planned_start", "planned_finish", "baseline_start", "baseline_finish", "forecast_start", "forecast_finish", "promise")
_NUMBERS: Final = ("slip", "total_float")
_LIKELY: Final = ("p10", "p50", "p80", "p90")


def items_csv(review: Review, lang: Language) -> bytes:
    """One row a row of the plan, in its order; dates are ISO, slip and float working days, the colour is a letter.

    Simulated dates follow where a simulation was run. A cell that a spreadsheet would calculate is preceded by an apostrophe.
    """
    table = item_table(review.facts, review.options.thresholds)
    kinds = kind_words(lang)
    words: dict[str, list[Any]] = {name: [inert(value) for value in table[name]] for name in ("id", "name", "team", "owner")}
    words["kind"] = [kinds[kind] for kind in table["kind"]]
    words["state"] = [t(f"roadmap.state.{state}", lang) for state in table["state"]]
    for name in (*_DAYS, *(_LIKELY if review.facts.simulation is not None else ())):
        days = table[name].to_numpy().astype("datetime64[D]").astype(object)
        words[name] = ["" if day is None else day.isoformat() for day in days]
    for name in _NUMBERS:
        words[name] = ["" if value != value or abs(value) == float("inf") else _number(value) for value in table[name]]
    words["critical"] = [t("export.critical.yes", lang) if critical else "" for critical in table["critical"]]
    words["rag"] = [t(f"brief.rag-letter.{rag}", lang) for rag in table["rag"]]
    order = (*_TEXTS, *_DAYS, *_NUMBERS, "critical", "rag", *(name for name in _LIKELY if name in words))
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow([t(f"report.column.{name}", lang) for name in order])
    writer.writerows(zip(*(words[name] for name in order), strict=True))
    return buffer.getvalue().encode("utf-8-sig", "replace")


def _number(value: float) -> str:
    return f"{round(value, 2) + 0.0:.2f}".rstrip("0").rstrip(".")
