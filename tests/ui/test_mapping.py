"""A mapping that is mended column by column ends as if it had been mended at once."""

from __future__ import annotations

from itertools import permutations

import pytest

from tpm.ingest import read_files
from tpm.ui.said import mended

TABLE = read_files([("plan.csv", b"Task,Start,Finish,zz\nBuild,2026-11-02,2026-11-06,x\nTest,2026-11-09,2026-11-13,y\n")]).tables[0]


@pytest.mark.parametrize("order", list(permutations([("Start", "finish"), ("Finish", "start"), ("zz", "team")])))
def test_columns_that_trade_places_do_so_one_after_another(order: tuple[tuple[str, str], ...]) -> None:
    mapping: dict[str, str] = {}
    for header, field in order:
        mapping = mended(mapping, TABLE, {header: field})
    assert {field: header for field, header in mapping.items() if header} == {"finish": "Start", "start": "Finish", "team": "zz"}


def test_a_column_changed_twice_and_back_is_read_as_it_was() -> None:
    mapping: dict[str, str] = {}
    for field in ("notes", "owner", "start"):
        mapping = mended(mapping, TABLE, {"Start": field})
    assert mapping == {"start": "Start", "notes": "", "owner": ""}
