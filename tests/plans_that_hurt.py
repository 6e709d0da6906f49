"""Plans that no page may fall over, as files: far more or far fewer of something than a page expects."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import islice
from typing import Any

FIRST = dt.date(2026, 11, 2)
NASTY = ("https://evil.example/a_b see www.evil.example", "mail me@evil.example", ":material/delete: gone", ":smile: :+1: :streamlit:",
         ":red[red] **bold** $x^2$", "A -> B >= C -- D <-> E", "<b>bold</b> <img src=x>", "[link](https://evil.example)", "- [x] | a | b |",
         "# title `code` [^1] ==x==")


def sheet(rows: list[dict[str, Any]]) -> bytes:
    quoted = ['","'.join(str(cell).replace('"', '""') for cell in row.values()) for row in rows]
    return "\n".join([",".join(rows[0]), *(f'"{line}"' for line in quoted)]).encode()


def rows(count: int, *, groups: int = 5, column: str = "Team", days: int = 7, **more: Any) -> list[dict[str, Any]]:
    """Chains of ``groups`` teams; ``more`` are further cells, or functions of the row's number."""
    return list(islice(_rows(groups, column, days, more), count))


def _rows(groups: int, column: str, days: int, more: dict[str, Any]) -> Iterator[dict[str, Any]]:
    number = 0
    while True:
        start = FIRST + dt.timedelta(days=days * (number // groups % 60))
        row = {"ID": f"T-{number}", "Task": f"Part {number}", column: f"Group {number % groups}", "Start": start,
               "Finish": start + dt.timedelta(days=4), "Predecessors": f"T-{number - groups}" if number >= groups else ""}
        yield row | {name: cell(number) if callable(cell) else cell for name, cell in more.items()}
        number += 1


def _milestones() -> list[dict[str, Any]]:
    return [row | {"Finish": row["Start"], "Duration": 0} for row in rows(30)]


PLANS: dict[str, bytes] = {
    "40 teams": sheet(rows(600, groups=40)),
    "25 owners": sheet(rows(500, groups=25, column="Owner")),
    "no teams": sheet([{name: cell for name, cell in row.items() if name != "Team"} for row in rows(40)]),
    "one row": sheet(rows(1)),
    "5,000 rows": sheet(rows(5_000, groups=40)),
    "a loop": sheet(rows(30, Predecessors=lambda row: f"T-{(row + 29) % 30}")),
    "no dates": sheet([{name: cell for name, cell in row.items() if name not in ("Start", "Finish")} for row in rows(40)]),
    "only milestones": sheet(_milestones()),
    "names of 600 characters": sheet(rows(120, Task=lambda row: f"{row} " + ("가나다 " * 150 if row % 3 else "x" * 590),
                                          Team=lambda row: f"{row % 4} " + "team " * 120)),
    "everything done": sheet(rows(60, Status="Done")),
    "everything past": sheet([row | {"Start": row["Start"] - dt.timedelta(days=900), "Finish": row["Finish"] - dt.timedelta(days=900)}
                              for row in rows(60, days=1)]),
    "text that means something": sheet(rows(60, Task=lambda row: f"{' ; '.join(NASTY)} ; {row}",
                                            Team=lambda row: NASTY[row % len(NASTY)], Notes=lambda row: NASTY[row % len(NASTY)])),
}
