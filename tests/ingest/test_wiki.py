"""Tables pasted from a wiki or a Markdown file: rows stand under their headers, rulers are no items."""

from __future__ import annotations

import pytest

from tests.ingest.build import codes, finding, links, read_text, row
from tpm.ingest.opening.wiki import is_ruler, is_wiki, wiki_rows

_CONFLUENCE = "||Key||Summary||Due date||Depends on||\n|Q-1|Pick vendor|12 Mar 2026| |\n|Q-2|Sign|20 Mar 2026|Q-1|\n"
_MARKDOWN = (
    "| Key | Task | Start | Finish | Depends on |\n|-----|:----|---:|:---:|------------|\n"
    "| Q-1 | Pick vendor | 2026-03-02 | 2026-03-04 | |\n| Q-2 | Sign | 2026-03-05 | 2026-03-06 | Q-1 |\n"
)
_WITHOUT_OUTER_BARS = (
    "Key | Task | Start | Finish | Depends on\n--- | --- | :---: | --- | ---\n"
    "Q-1 | Pick vendor | 2026-03-02 | 2026-03-04 | \nQ-2 | Sign | 2026-03-05 | 2026-03-06 | Q-1\n"
)
_DRESSED = (
    "## Vendor plan\n\n| **Key** | **Task** | Start | Finish | Depends on |\n|---|---|---|---|---|\n"
    "| Q-1 | [Pick vendor](https://example.org/1) | 2026-03-02 | 2026-03-04 | |\n| `Q-2` | **Sign** | 2026-03-05 | 2026-03-06 | Q-1 |\n"
)
_LINKED = "||Key||Summary||Due date||Depends on||\n|Q-1|[Pick vendor|https://example.org/x]|12 Mar 2026| |\n|Q-2|*Sign*|20 Mar 2026|Q-1|\n"


@pytest.mark.parametrize("text", [_CONFLUENCE, _MARKDOWN, _WITHOUT_OUTER_BARS, _DRESSED, _LINKED])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_pasted_table_is_read_with_its_rows_under_their_headers(text: str, ends: str) -> None:
    result = read_text(text.replace("\n", ends), "plan.md")
    assert result.plan.activities["id"].tolist() == ["Q-1", "Q-2"]
    assert result.plan.activities["name"].tolist() == ["Pick vendor", "Sign"]
    assert (row(result, "Sign")["planned_finish"] or "")[:7] == "2026-03"
    assert links(result) == [("Q-1", "Q-2", "FS", 0.0, "working")]
    assert not codes(result) & {"rows-not-used", "unreadable-date", "link-to-itself"}


def test_a_finding_names_the_line_of_the_file() -> None:
    result = read_text(_MARKDOWN.replace("2026-03-06", "next week some time"))
    assert [place.cell for place in finding(result, "unreadable-date").places] == ["D4"]


def test_bars_inside_cells_stay_inside() -> None:
    assert wiki_rows(r"| a \| b | [c|http://x.org] | d |")[0] == ["a | b", "c", "d"]
    assert wiki_rows("||a||b||\n||c|d|\n|e||f|")[:3] == [["a", "b"], ["c", "d"], ["e", "", "f"]]


@pytest.mark.parametrize(
    ("line", "ruler"), [("|---|:--:|", True), ("--- | ---", True), ("| a | b |", False), ("------", False), ("| - | |", False)]
)
def test_rulers(line: str, ruler: bool) -> None:
    assert is_ruler(line) is ruler


def test_a_file_divided_by_bars_is_no_wiki() -> None:
    text = "ID|Task|Start\n1|Build|2026-03-02\n2|Test|2026-03-05\n"
    assert not is_wiki(text)
    assert read_text(text).plan.activities["name"].tolist() == ["Build", "Test"]
