"""Cross-team commitments as CSV that Excel opens with Korean intact."""

from __future__ import annotations

import csv
import io

import pandas as pd

from tpm.export.workbook import inert
from tpm.i18n import Language, t

_TEXTS = ("giver_team", "giver_owner", "giver", "giver_name", "receiver_team", "receiver_owner", "receiver", "receiver_name", "date_name")
_DAYS = ("promised", "forecast", "needed", "latest")


def commitments_csv(commitments: pd.DataFrame, lang: Language) -> bytes:
    """One row a commitment, in the order of ``commitments`` (``COMMITMENT_COLUMNS``); dates are ISO, slacks working days.

    A cell that a spreadsheet would calculate is preceded by an apostrophe.
    """
    names = (*_TEXTS[:8], "type", *_DAYS[:3], "slack", "date_name", "latest", "date_slack", "standing")
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow([t(f"waits.column.{name.replace('_', '-')}", lang) for name in names])
    for row in commitments.to_dict("records"):
        cells: list[object] = []
        for name in names:
            value = row[name]
            if name in _TEXTS:
                cells.append(inert(value))
            elif name == "standing":
                cells.append(t(f"waits.standing.{value}", lang))
            elif pd.isna(value):
                cells.append("")
            else:
                cells.append(value.date().isoformat() if name in _DAYS else value)
        writer.writerow(cells)
    return buffer.getvalue().encode("utf-8-sig", "replace")
