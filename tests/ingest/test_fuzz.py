"""Arbitrary bytes and arbitrary grids end in a result or in InputError, never in another exception."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.ingest.build import xlsx
from tpm.findings import InputError
from tpm.i18n import LANGUAGES
from tpm.ingest import ReadOptions, door, read_files
from tpm.ingest.assembling.references import references
from tpm.ingest.cells.numbers import duration, number, share
from tpm.ingest.inspect_json import inspect_json
from tpm.ingest.opening.grid import Book, Grid
from tpm.model import ImportResult

_HEADERS = st.sampled_from(
    [
        "Task",
        "ID",
        "WBS",
        "Start",
        "Finish",
        "Duration",
        "기간(주)",
        "Predecessors",
        "Status",
        "% complete",
        "담당자",
        "구분",
        "Risk",
        "Probability",
        "Impact",
        "Milestone",
        "Parent",
        "Successor",
        "Predecessor",
        "Type",
        "Lag",
        "Deadline",
        "Actual start",
        "시작일",
        "Optimistic",
        "",
        "Team",
        "Notes",
    ]
)
_WORDS = st.sampled_from(
    [
        "1",
        "1.1",
        "1.2.3",
        "2fs",
        "3;5",
        "Done",
        "TBD",
        "-",
        "50%",
        "5d",
        "2-3 days",
        "31/02/2026",
        "03/04/2026",
        "6월21일",
        "Total",
        "Phase 1",
        "  Design",
        "High",
        "2026-03-02",
        "Milestone: x",
        "Q3 2026",
        "W99",
        "D+5",
        "1,2",
        "상",
        "1" * 40,
        "e" * 300,
        "\ufeff",
        "0/0",
        "1/2",
        "9999-99-99",
        "::",
        "((",
        "+2d",
        "FS",
        "½",
    ]
)
_CELLS = st.one_of(
    st.just(""),
    _WORDS,
    st.text(max_size=12),
    st.floats(allow_nan=False, width=32),
    st.integers(-10, 60_000).map(float),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
)
_SLOW = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def _worded(error: InputError) -> None:
    assert all(error.finding.message(lang) and error.finding.fix(lang) for lang in LANGUAGES)


def _complete(result: ImportResult) -> None:
    for lang in LANGUAGES:
        inspect_json(result, lang)


@_SLOW
@given(st.binary(max_size=2000))
def test_arbitrary_bytes(data: bytes) -> None:
    try:
        _complete(read_files([("plan.xlsx", data)]))
    except InputError as error:
        _worded(error)


@_SLOW
@given(st.text(max_size=800))
def test_arbitrary_text(text: str) -> None:
    try:
        _complete(read_files([("plan.csv", text.encode("utf-8", "surrogatepass"))]))
    except InputError as error:
        _worded(error)


@st.composite
def _sheets(draw: st.DrawFn) -> list[list[object]]:
    width = draw(st.integers(1, 8))
    head = draw(st.lists(_HEADERS, min_size=width, max_size=width))
    rows = draw(st.lists(st.lists(_CELLS, min_size=width, max_size=width), max_size=12))
    return [head, *rows]  # type: ignore[list-item]


@_SLOW
@given(st.lists(_sheets(), min_size=1, max_size=2))
def test_arbitrary_grids_under_plausible_headers(sheets: list[list[list[object]]]) -> None:
    grids = tuple(Grid("plan.xlsx", f"S{number}", rows) for number, rows in enumerate(sheets))  # type: ignore[arg-type]
    book = Book("plan.xlsx", "xlsx", None, dt.date(2026, 1, 1), grids)
    _complete(door._read_books([book], ReadOptions()))


def _timeless(data: bytes) -> bytes:
    """The same workbook without the time at which it was written: equal bytes on every call."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = re.sub(rb"\d{4}-\d\d-\d\dT[\d:]+Z", b"2026-01-01T00:00:00Z", old.read(name))
            new.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
    return out.getvalue()


_WORKBOOK = _timeless(xlsx([["Task", "Start"], ["Design", "2026-03-02"], ["Build", "2026-03-03"]]))


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_a_workbook_with_damaged_bytes(data: st.DataObject) -> None:
    good = bytearray(_WORKBOOK)
    for at in data.draw(st.lists(st.integers(0, len(good) - 1), min_size=1, max_size=6)):
        good[at] ^= data.draw(st.integers(1, 255))
    try:
        _complete(read_files([("plan.xlsx", bytes(good))]))
    except InputError as error:
        _worded(error)


@given(st.text(max_size=40))
def test_arbitrary_cells_never_raise(text: str) -> None:
    references(text)
    duration(text, "days")
    number(text)
    share(text)


def test_days_and_moments_in_one_column_compare() -> None:
    moment, day = dt.datetime(2026, 3, 2, 9), dt.date(2026, 3, 4)
    rows = [["Write the design", moment, day], ["Build the service", day, moment.replace(day=9)], ["Test it all", day, day]]
    grid = Grid("plan.xlsx", "S", rows)  # type: ignore[arg-type]
    result = door._read_books([Book("plan.xlsx", "xlsx", None, None, (grid,))], ReadOptions())
    assert [str(start.date()) for start in result.plan.activities["planned_start"]] == ["2026-03-02", "2026-03-04", "2026-03-04"]
