"""Tables inside a table: read as work of their own, under the items that they stand below; the outer table goes on."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ingest.build import codes, read, row
from tests.ingest.test_tool_exports import items, pairs

HEAD = ["Name", "Subitems", "Person", "Status", "Timeline - Start", "Timeline - End", "Dependent On"]
INNER = ["Subitems", "Name", "Owner", "Status", "Timeline - Start", "Timeline - End"]
BOARD = [
    ["Shop"],
    ["Design"],
    HEAD,
    ["Draft pages", "Home, Cart", "Maya Chen", "Working on it", "2026-03-02", "2026-03-10", None],
    INNER,
    [None, "Home", "Maya Chen", "Done", "2026-03-02", "2026-03-06"],
    [None, "Cart", "Bo Kim", "Working on it", "2026-03-09", "2026-03-10"],
    ["Review pages", None, "Bo Kim", None, "2026-03-11", "2026-03-12", "Cart"],
    [None],
    ["Build"],
    HEAD,
    ["Code pages", "Home", None, None, None, None, "Review pages"],
    INNER,
    [None, "Home", "Ana", "Stuck", "2026-03-16", "2026-03-18"],
    ["Ship", None, None, None, "2026-03-23", "2026-03-23", "Code pages"],
    ["Announce", "Post", None, None, "2026-03-24", "2026-03-25", None],
    INNER,
    [None, "Post", "Ana", None, "2026-03-24", "2026-03-25"],
    [None, None, None, None, "2026-03-16", "2026-03-25"],
]


def test_a_monday_board_with_subitems() -> None:
    result = read(BOARD)
    frame = result.plan.activities
    names = dict(zip(frame["id"], frame["name"], strict=True))
    said = [
        (name, names.get(parent), phase, kind, number)
        for name, parent, phase, kind, number in zip(*(frame[one] for one in ("name", "parent", "phase", "kind", "row")), strict=True)
    ]
    assert said == [
        ("Draft pages", None, "Design", "summary", 4),
        ("Home", "Draft pages", "Design", "activity", 6),
        ("Cart", "Draft pages", "Design", "activity", 7),
        ("Review pages", None, "Design", "activity", 8),
        ("Code pages", None, "Build", "summary", 12),
        ("Home", "Code pages", "Build", "activity", 14),
        ("Ship", None, "Build", "activity", 15),
        ("Announce", None, "Build", "summary", 16),
        ("Post", "Announce", "Build", "activity", 18),
    ]
    assert pairs(result) == [
        ("Cart", "Review pages", "FS", 0),
        ("Review pages", "Code pages", "FS", 0),
        ("Code pages", "Ship", "FS", 0),
    ]
    cart = row(result, "Cart")
    assert (cart["owner"], cart["planned_start"], cart["planned_finish"], cart["state"]) == (
        "Bo Kim",
        "2026-03-09",
        "2026-03-10",
        "in_progress",
    )
    assert result.rejected[["row", "reason"]].to_numpy().tolist() == [[19, "no-name"]]  # the group's sums, said


def test_an_indented_header_that_nothing_announces_is_inside_where_the_outer_table_goes_on() -> None:
    result = read(
        [
            ["Plan 2026"],
            ["Task", "Owner", "Start", "Finish", "Notes"],
            ["Design", "Maya", "2026-03-02", "2026-03-06", "all of it"],
            [None, "Activity", "Assignee", "Begin", "End"],
            [None, "Draft", "Bo", "2026-03-02", "2026-03-03"],
            [None, "Review", "Ana", "2026-03-04", "2026-03-06"],
            ["Build", "Bo", "2026-03-09", "2026-03-13", None],
            ["Ship", "Bo", "2026-03-16", "2026-03-16", None],
        ]
    )
    assert items(result) == [
        ("Design", None, "2026-03-02", "2026-03-06", "Maya"),
        ("Draft", "Design", "2026-03-02", "2026-03-03", "Bo"),
        ("Review", "Design", "2026-03-04", "2026-03-06", "Ana"),
        ("Build", None, "2026-03-09", "2026-03-13", "Bo"),
        ("Ship", None, "2026-03-16", "2026-03-16", "Bo"),
    ]
    assert result.rejected.empty


def test_tables_inside_inner_tables() -> None:
    result = read(
        [
            ["Name", "Person", "Start", "End"],
            ["Launch", "Maya", "2026-03-02", "2026-03-20"],
            ["Subitems", "Name", "Owner", "Start", "End"],
            [None, "Site", "Bo", "2026-03-02", "2026-03-10"],
            [None, "Subitems", "Name", "Owner", "Start", "End"],
            [None, None, "Home", "Ana", "2026-03-02", "2026-03-04"],
            [None, None, "Cart", "Ana", "2026-03-05", "2026-03-10"],
            [None, "Press", "Bo", "2026-03-11", "2026-03-20"],
            ["Review", "Maya", "2026-03-23", "2026-03-24"],
        ]
    )
    assert [(*one[:2], one[4]) for one in items(result)] == [
        ("Launch", None, "Maya"),
        ("Site", "Launch", "Bo"),
        ("Home", "Site", "Ana"),
        ("Cart", "Site", "Ana"),
        ("Press", "Launch", "Bo"),
        ("Review", None, "Maya"),
    ]
    assert result.plan.activities["level"].tolist() == [0, 1, 2, 2, 1, 0]


def test_an_item_that_says_nothing_but_its_name_stands_over_its_subitems_only() -> None:
    result = read(
        [
            ["이름", "담당자", "상태", "시작일", "종료일"],
            ["설계", None, None, None, None],
            ["하위항목", "이름", "담당자", "시작일", "종료일"],
            [None, "초안", "김보", "2026-03-02", "2026-03-06"],
            ["개발", "김보", "진행 중", "2026-03-09", "2026-03-13"],
            ["배포", "한마야", "시작 전", "2026-03-16", "2026-03-17"],
        ]
    )
    assert [one[:2] for one in items(result)] == [("설계", None), ("초안", "설계"), ("개발", None), ("배포", None)]


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([[None, "Task", "Owner", "Start", "Finish"], [None, "Draft", "Bo", "2026-03-02", "2026-03-03"]], id="at the end"),
        pytest.param([[], [None, "Task", "Owner", "Start", "Finish"], [None, "Draft", "Bo", "2026-03-02", "2026-03-03"]], id="after a gap"),
    ],
)
def test_a_table_that_follows_further_right_is_a_table_of_its_own(rows: list[list[str | None]]) -> None:
    result = read([["Task", "Owner", "Start", "Finish"], ["Design", "Maya", "2026-03-02", "2026-03-06"], *rows])
    assert [one[:2] for one in items(result)] == [("Design", None), ("Draft", None)]
    assert "rows-not-used" not in codes(result)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.integers(0, 3), min_size=1, max_size=4), min_size=1, max_size=3))
def test_every_item_and_subitem_of_any_board_is_read_once_and_in_its_place(groups: list[list[int]]) -> None:
    """``groups``: how many subitems each item of each group has."""
    rows: list[list[str | None]] = []
    wanted: list[tuple[str, str | None, str, int]] = []
    for group, counts in enumerate(groups):
        rows += [[], [f"Stage {group}"], ["Name", "Person", "Status", "Start", "End"]]
        for item, count in enumerate(counts):
            name = f"Item {group}.{item} of it"
            rows.append([name, "Maya", "To do", "2026-03-02", "2026-03-13"])
            wanted.append((name, None, f"Stage {group}", len(rows)))
            rows += [["Subitems", "Name", "Owner", "Status", "Start", "End"]] * bool(count)
            for part in range(count):
                rows.append([None, f"Part {part} of {name}", "Bo", "Done", "2026-03-02", "2026-03-06"])
                wanted.append((f"Part {part} of {name}", name, f"Stage {group}", len(rows)))
    frame = read(rows).plan.activities
    names = dict(zip(frame["id"], frame["name"], strict=True))
    said = [
        (one.name, names.get(one.parent), one.phase, one.row) for one in frame[["name", "parent", "phase", "row"]].itertuples(index=False)
    ]
    if len(groups) == 1:  # a lone header is not repeated, so that the line above it may be the title of the sheet
        said, wanted = ([(*one[:2], one[3]) for one in rows] for rows in (said, wanted))
    assert said == wanted
