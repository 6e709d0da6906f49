"""Commitments as CSV: every link, in the reader's language, and nothing that a spreadsheet would calculate."""

from __future__ import annotations

import csv
import io

import pytest

from tests.insight.test_graph import base_of, item
from tpm.export.commitments_csv import commitments_csv
from tpm.i18n import Language
from tpm.insight.cross_team import commitments


def read(data: bytes) -> list[list[str]]:
    assert data.startswith(b"\xef\xbb\xbf")  # Excel reads Korean only with it
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


@pytest.mark.parametrize(("lang", "head", "standing"), [("en", "From", "late"), ("ko", "주는 팀", "지연")])
def test_one_row_a_commitment(lang: Language, head: str, standing: str) -> None:
    base = base_of(item("A", "One", "2026-11-09", "2026-11-20", owner="Bex"), item("B", "Two", "2026-11-16", "2026-11-27", "A"))
    rows = read(commitments_csv(commitments(base), lang))
    assert len(rows) == 2
    assert rows[0][0] == head
    told = dict(zip(read(commitments_csv(commitments(base), "en"))[0], rows[1], strict=True))
    assert (told["From"], told["From (owner)"], told["Item id"], told["To"], told["Type"]) == ("One", "Bex", "A", "Two", "FS")
    assert (told["Planned"], told["Needed by"], told["Slack (d)"], told["Standing"]) == ("2026-11-20", "2026-11-13", "-5.0", standing)


def test_a_name_that_a_spreadsheet_would_calculate_is_made_text() -> None:
    base = base_of(item("A", "=HYPERLINK(1)", "2026-11-09", "2026-11-20", name="@SUM(A1)"),
                   item("B", "+Two", "2026-11-16", "2026-11-27", "A"))
    row = read(commitments_csv(commitments(base), "en"))[1]
    assert [cell for cell in row if cell[:1] in "=@+-" and cell and not cell[1:2].isdigit()] == []
    assert "'=HYPERLINK(1)" in row
    assert "'@SUM(A1)" in row
