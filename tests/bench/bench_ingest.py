"""Reading a plan of 10,000 × 15 cells: the importer against the raw read of the same bytes, and against pandas."""

from __future__ import annotations

import datetime as dt
import io
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import python_calamine

from tests.bench.measure import Figure, best_of
from tpm.ingest import read_files

_HEADERS = (
    "ID",
    "Task",
    "WBS",
    "Team",
    "Owner",
    "Start",
    "Finish",
    "Duration (days)",
    "% complete",
    "Status",
    "Priority",
    "Predecessors",
    "Notes",
    "Deadline",
    "Cost centre",
)
_MEMORY = """
import sys, resource
from tpm.ingest import read_files
data = open(sys.argv[1], "rb").read()
plan = read_files([("plan.xlsx", data)]).plan
print(len(plan.activities), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def workbook(rows: int) -> bytes:
    """A plan of ``rows`` activities as .xlsx bytes: real dates, linked backwards, with gaps and notes as plans have."""
    random.seed(1)
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Plan")
    sheet.append(_HEADERS)
    first = dt.date(2026, 1, 5)
    for number in range(1, rows + 1):
        start = first + dt.timedelta(days=random.randrange(0, 700) // 7 * 7 + random.randrange(5))
        days = random.randrange(1, 15)
        finish = np.busday_offset(start, days - 1).item()
        links = (
            ";".join(
                f"{random.randrange(max(1, number - 60), number)}{random.choice(['', '', '', 'FS+2d'])}" for _ in range(random.randrange(3))
            )
            if number > 1
            else ""
        )
        sheet.append(
            [
                number,
                f"Task number {number} of the plan",
                f"{number // 100 + 1}.{number % 100}",
                f"Team {number % 12}",
                random.choice(["Ana", "Bo", "Chen Li", "Kim", "Dee"]),
                start,
                finish,
                days,
                *random.choice([(0, "Not started"), (0.25, "In progress"), (0.5, "In progress"), (1, "Done")]),
                random.choice(["High", "Medium", "Low"]),
                links or None,
                f"Note {number % 500}" if number % 3 == 0 else None,
                finish if number % 20 == 0 else None,
                f"CC-{number % 40}",
            ]
        )
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _raw(data: bytes) -> None:
    python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python(skip_empty_area=False)


def measure() -> list[Figure]:
    data = workbook(10_000)
    raw = best_of(lambda: _raw(data))
    ours = best_of(lambda: read_files([("plan.xlsx", data)]))
    began = time.perf_counter()
    pd.read_excel(io.BytesIO(data), engine="openpyxl")
    pandas = time.perf_counter() - began
    large = workbook(100_000)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.xlsx"
        path.write_bytes(large)
        began = time.perf_counter()
        done = subprocess.run([sys.executable, "-c", _MEMORY, str(path)], capture_output=True, text=True, check=True)
        took = time.perf_counter() - began
    count, peak = done.stdout.split()
    return [
        Figure("import 10,000 × 15 xlsx", ours * 1000, "ms", note=f"raw calamine read {raw * 1000:.0f} ms"),
        Figure("import / raw calamine read", ours / raw, "×", 1.5),
        Figure("pandas.read_excel (openpyxl) / import", pandas / ours, "×", 5, at_least=True),
        Figure(
            "import 100,000 × 15 xlsx, peak memory",
            float(peak),
            "MiB",
            1024,
            note=f"{int(count):,} activities in {took:.1f} s with start-up",
        ),
    ]
