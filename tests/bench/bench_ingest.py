"""Reading a plan of 10,000 × 15 cells: the importer against the raw read of the same bytes, and against pandas."""

from __future__ import annotations

import datetime as dt
import gc
import io
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import python_calamine

from tests.bench.measure import Figure
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
_BOOKS = 9  # different plans that are read
_MEMORY = """
import sys, resource
from tpm.ingest import read_files
data = open(sys.argv[1], "rb").read()
plan = read_files([("plan.xlsx", data)]).plan
print(len(plan.activities), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def workbook(rows: int, seed: int = 1) -> bytes:
    """A plan of ``rows`` activities as .xlsx bytes, its own for each seed: real dates, links backwards, gaps and notes as plans have."""
    random.seed(seed)
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
                f"Task number {number} of plan {seed}",
                f"{number // 100 + 1}.{number % 100}",
                f"Team {number % 12}",
                random.choice(["Ana", "Bo", "Chen Li", "Kim", "Dee"]),
                start,
                finish,
                days,
                *random.choice([(0, "Not started"), (0.25, "In progress"), (0.5, "In progress"), (1, "Done")]),
                random.choice(["High", "Medium", "Low"]),
                links or None,
                f"Note {seed}.{number % 500}" if number % 3 == 0 else None,
                finish if number % 20 == 0 else None,
                f"CC-{number % 40}",
            ]
        )
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _raw(data: bytes) -> None:
    python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python(skip_empty_area=False)


def _timed(run: Callable[[bytes], object], data: bytes) -> float:
    gc.collect()
    began = time.perf_counter()
    run(data)
    return time.perf_counter() - began


def _ratio(pairs: list[tuple[float, float]]) -> float:
    """Median of the second time over the first, measured one after the other: the machine is as fast for both."""
    return statistics.median(second / first for first, second in pairs)


def _read(data: bytes) -> None:
    read_files([("plan.xlsx", data)])


def measure() -> list[Figure]:
    books = [workbook(10_000, seed) for seed in range(_BOOKS + 1)]
    data = books[-1]
    _raw(books[0])
    _read(books[0])
    # Each workbook is read once: texts that were met before are remembered and would flatter. The two reads alternate.
    pairs = [(_timed(_raw, book), _timed(_read, book)) for book in books[1:]]
    known = [(_timed(_raw, data), _timed(_read, data)) for _ in range(_BOOKS)]
    raw, ours = (statistics.median(times) for times in zip(*pairs, strict=True))
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
        Figure("import / raw calamine read, a plan never read before", _ratio(pairs), "×", 1.5),
        Figure("import / raw calamine read, a plan read again", _ratio(known), "×", 1.5),
        Figure("pandas.read_excel (openpyxl) / import", pandas / ours, "×", 5, at_least=True),
        Figure(
            "import 100,000 × 15 xlsx, peak memory",
            float(peak),
            "MiB",
            1024,
            note=f"{int(count):,} activities in {took:.1f} s with start-up",
        ),
    ]
