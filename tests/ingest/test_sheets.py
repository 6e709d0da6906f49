"""A sheet as a person sees it: its cells as they stand, and other readings with what each would give."""

from __future__ import annotations

import pytest

from tests.ingest.build import Rows, xlsx
from tpm.ingest import ReadOptions, read_files
from tpm.ingest.sheets import DRAWN_COLUMNS, DRAWN_ROWS, SheetView, sheet_view
from tpm.model import ImportResult, TableKind

INVOICES: Rows = [
    ["Invoices", None, None, None, None], ["Invoice no", "Customer", "Issued", "Paid", "Amount"],
    [4711, "Acme", "2026-03-02", "2026-03-20", 1200], [4712, "Borg", "2026-03-09", "2026-04-02", 300],
    [4713, "Cyan", "2026-03-16", "2026-04-09", 87], [4714, "Dune", "2026-03-23", "2026-04-12", 990],
]  # fmt: skip


def seen(rows: Rows, options: ReadOptions = ReadOptions()) -> tuple[SheetView, ImportResult]:  # noqa: B008 (frozen)
    files = [("plan.xlsx", xlsx(rows))]
    result = read_files(files, options)
    view = sheet_view(files, result.tables, options, "plan.xlsx", "Plan")
    assert view is not None
    return view, result


def test_a_refused_sheet_is_drawn_with_its_cells_and_readings_that_give_a_plan() -> None:
    view, result = seen(INVOICES)
    assert result.plan.activities.empty
    assert view.rows[1] == ("Invoice no", "Customer", "Issued", "Paid", "Amount")
    assert view.rows[2] == ("4711", "Acme", "2026-03-02", "2026-03-20", "1200")
    standing, best, *_ = view.offers
    assert (standing.items, standing.left, standing.kind) == (0, 4, TableKind.OTHER)
    assert (best.items, best.dated, best.left, best.name) == (4, 4, 0, "Customer")


def test_every_offer_gives_what_it_says() -> None:
    view, _ = seen(INVOICES)
    for offer in view.offers[1:]:
        _, result = seen(INVOICES, ReadOptions(remembered=offer.said))
        assert (len(result.plan.activities), len(result.plan.risks)) == (offer.items, offer.risks)


def test_names_may_come_from_another_column_of_texts() -> None:
    steps = [(group, step) for group in ("Discovery", "Build", "Roll-out") for step in range(1, 5)]
    rows = [["Main Task", "Subtask", "Start"], *([group, f"{group} step {step}", f"2026-03-0{step}"] for group, step in steps)]
    view, result = seen(rows)
    names = {view.offers[0].name, *(offer.name for offer in view.offers if offer.what == "name")}
    assert names == {"Main Task", "Subtask"}
    other = next(offer for offer in view.offers if offer.what == "name")
    assert other.said[result.tables[0].signature]["name"] == ("A" if view.offers[0].name == "Subtask" else "B")


def test_a_sheet_that_was_turned_is_drawn_turned_and_offers_the_way_back() -> None:
    rows = [["Zorb", "Build", "Test", "Ship"], ["Blax", "2026-03-02", "2026-03-09", "2026-03-16"],
            ["Quux", "2026-03-06", "2026-03-13", "2026-03-20"]]  # fmt: skip
    said = {"blax|quux|zorb": {"@header": "1", "@transposed": "yes", "@kind": "activities", "name": "Zorb"}}
    view, result = seen(rows, ReadOptions(remembered=said))
    assert result.plan.activities["name"].tolist() == ["Build", "Test", "Ship"]
    assert view.transposed
    assert view.rows[0] == ("Zorb", "Blax", "Quux")
    assert view.sideways


def test_a_large_sheet_is_drawn_and_tried_in_part() -> None:
    rows = [["Task", "Start", *(f"zz{number}" for number in range(60))], *([f"Step {number}", "2026-03-02"] for number in range(4000))]
    view, _ = seen(rows)
    assert (len(view.rows), len(view.rows[0])) == (DRAWN_ROWS, DRAWN_COLUMNS)
    assert view.height == 4001
    assert all(offer.items <= 1500 for offer in view.offers)


@pytest.mark.parametrize("content", [b"", b"\xd0\xcf\x11\xe0damaged", b"<?xml version='1.0'?><Project xmlns='http://schemas.microsoft.com/project'/>"])
def test_a_file_without_cells_has_no_sheet(content: bytes) -> None:
    assert sheet_view([("plan.csv", content)], (), ReadOptions(), "plan.csv", "") is None


def test_a_sheet_that_is_not_there_is_none() -> None:
    assert sheet_view([("plan.xlsx", xlsx(INVOICES))], (), ReadOptions(), "plan.xlsx", "Nowhere") is None
    assert sheet_view([("plan.xlsx", xlsx(INVOICES))], (), ReadOptions(), "other.xlsx", "Plan") is None
