"""Small files of each format, written here, and short ways to look at what was read."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from tpm.model import ImportResult

SAMPLES = Path(__file__).parents[4] / "shared" / "data" / "msproject"

WEEK = "".join(
    f"<WeekDay><DayType>{n}</DayType><DayWorking>{int(2 <= n <= 6)}</DayWorking>"
    + (
        "<WorkingTimes><WorkingTime><FromTime>08:00:00</FromTime><ToTime>12:00:00</ToTime></WorkingTime>"
        "<WorkingTime><FromTime>13:00:00</FromTime><ToTime>17:00:00</ToTime></WorkingTime></WorkingTimes>"
        if 2 <= n <= 6
        else ""
    )
    + "</WeekDay>"
    for n in range(1, 8)
)


def elements(**values: object) -> str:
    """``<name>value</name>`` for each value that is not None."""
    return "".join(f"<{name}>{value}</{name}>" for name, value in values.items() if value is not None)


def task(
    number: int, start: str | None = None, finish: str | None = None, hours: float | None = 8, inner: str = "", **values: object
) -> str:
    """A ``Task``; ``start`` and ``finish`` as ``2026-03-02T08:00``."""
    fixed = {
        "UID": number,
        "ID": number,
        "Name": f"Task {number}",
        "OutlineNumber": number,
        "OutlineLevel": 1,
        "Start": start and f"{start}:00",
        "Finish": finish and f"{finish}:00",
        "Duration": None if hours is None else f"PT{int(hours)}H{round(hours % 1 * 60)}M0S",
        "DurationFormat": 7,
    }
    return f"<Task>{elements(**{**fixed, **values})}{inner}</Task>"


def link(predecessor: int, type_: int = 1, lag: object = 0, format_: int = 7, **values: object) -> str:
    return (
        f"<PredecessorLink>{elements(PredecessorUID=predecessor, Type=type_, LinkLag=lag, LagFormat=format_, **values)}</PredecessorLink>"
    )


def calendar(uid: int, name: str, inner: str = "", week: str = WEEK, base: int = -1, **values: object) -> str:
    return (
        f"<Calendar>{elements(UID=uid, Name=name, IsBaseCalendar=int(base < 0), BaseCalendarUID=base, **values)}"
        f"<WeekDays>{week}</WeekDays>{inner}</Calendar>"
    )


def exception(first: str, last: str, working: bool = False, **values: object) -> str:
    return (
        f"<Exception><TimePeriod>{elements(FromDate=f'{first}T00:00:00', ToDate=f'{last}T23:59:00')}</TimePeriod>"
        f"{elements(**{'Type': 1, 'DayWorking': int(working), **values})}</Exception>"
    )


def mspdi_file(*tasks: str, calendars: str = "", resources: str = "", assignments: str = "", custom: str = "", **project: object) -> bytes:
    """A Microsoft Project file from 2 March 2026 (a Monday) on, Monday to Friday, 08:00 to 17:00."""
    fixed = {
        "Title": "Plan",
        "LastSaved": "2026-03-01T10:00:00",
        "StartDate": "2026-03-02T08:00:00",
        "FinishDate": "2026-04-30T17:00:00",
        "CalendarUID": 1,
        "DefaultStartTime": "08:00:00",
        "DefaultFinishTime": "17:00:00",
        "MinutesPerDay": 480,
    }
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><Project xmlns="http://schemas.microsoft.com/project">{elements(**{**fixed, **project})}'
        f"<ExtendedAttributes>{custom}</ExtendedAttributes><Calendars>{calendars or calendar(1, 'Standard')}</Calendars>"
        f"<Tasks>{''.join(tasks)}</Tasks><Resources>{resources}</Resources><Assignments>{assignments}</Assignments></Project>"
    ).encode()


def xer_file(**tables: list[dict[str, object]]) -> bytes:
    """A XER file of the given tables (rows by column name)."""
    lines = ["ERMHDR\t19.12\t2026-03-01\tProject\tadmin\tadmin\tdb\tProject Management\tUSD"]
    for name, rows in tables.items():
        columns = list(dict.fromkeys(column for row in rows for column in row))
        lines += [f"%T\t{name}", "\t".join(["%F", *columns])]
        lines += ["\t".join(["%R", *(str(row.get(column, "")) for column in columns)]) for row in rows]
    return "\r\n".join([*lines, "%E", ""]).encode("utf-8")


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def row(result: ImportResult, id_: str) -> dict[str, Any]:
    """The activity ``id_`` as a dict; dates as ISO text, missing as None."""
    frame = result.plan.activities
    values = frame[frame["id"] == id_].iloc[0].to_dict()
    return {
        name: None if value is None or value != value else value.date().isoformat() if hasattr(value, "date") else value
        for name, value in values.items()
    }


def attribute(result: ImportResult, id_: str, name: str) -> str | None:
    at = list(result.plan.activities["id"]).index(id_)
    return result.plan.attributes[name].iloc[at]


def links(result: ImportResult) -> list[tuple[str, str, str, float, str]]:
    """(predecessor, successor, type, lag, unit) of every dependency."""
    return list(result.plan.dependencies[["predecessor", "successor", "type", "lag", "lag_unit"]].itertuples(index=False, name=None))


def codes(result: ImportResult) -> dict[str, tuple[str, ...]]:
    """Finding code → the items concerned."""
    return {finding.code: finding.items for finding in result.findings}
