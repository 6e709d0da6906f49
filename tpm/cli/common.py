"""What every command shares: its options, reading the files, printing for people and for programs. The clock is read here only."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tpm.i18n import Language, t

if TYPE_CHECKING:
    from tpm.findings import Finding
    from tpm.ingest import Forced
    from tpm.model import ImportResult, Plan, Schedule, ScheduleOptions

_SHOWN_FINDINGS = 12
_WEEKS = {"Mon-Fri": (True,) * 5 + (False,) * 2, "Mon-Sat": (True,) * 6 + (False,), "Mon-Sun": (True,) * 7}
_KINDS = {"plan": "activities", "risks": "risks", "dependencies": "dependencies", "other": "other"}
_NAME_WIDTH = 44  # columns of a terminal


def day(text: str) -> dt.date:
    """An ISO date of the command line."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date; write YYYY-MM-DD") from error


def _year(text: str) -> int:
    """A year of the command line."""
    from tpm.model import YEARS

    if not text.isdecimal() or len(text) != 4 or not YEARS[0] <= int(text) <= YEARS[1]:
        raise argparse.ArgumentTypeError(f"{text!r} is no year from {YEARS[0]} to {YEARS[1]}")
    return int(text)


def _status_date(text: str) -> dt.date | str:
    return text if text in ("today", "none") else day(text)


def _team_calendar(text: str) -> tuple[str, str]:
    team, found, country = (part.strip() for part in text.rpartition("="))
    if not found or not team or not country:
        raise argparse.ArgumentTypeError(f"{text!r} is not TEAM=COUNTRY")
    return team, country.lower() if country.lower() == "none" else country.upper()


def _pair(text: str) -> tuple[str, str]:
    field, found, header = (part.strip() for part in text.partition("="))
    if not found or not field:
        raise argparse.ArgumentTypeError(f"{text!r} is not FIELD=HEADER")
    if field not in _fields():
        raise argparse.ArgumentTypeError(f"there is no field {field!r}; fields are {', '.join(_fields())}")
    return field, header


def _fields() -> list[str]:
    from tpm.ingest import FIELDS

    return list(dict.fromkeys(field for fields in FIELDS.values() for field in fields))


def _header_row(text: str) -> tuple[int, int]:
    """"8", "8-9" (a header of two rows) or "none"."""
    from tpm.ingest import NO_HEADER

    first, _, last = text.partition("-")
    rows = (first, last or first)
    if text == "none":
        return NO_HEADER
    if not all(row.isdecimal() and len(row) < 8 for row in rows) or not 0 < int(rows[0]) <= int(rows[1]):
        raise argparse.ArgumentTypeError(f"{text!r} is no row: write a number as the sheet shows it, as 8, two for a header of several "
                                         "rows, as 8-9, or none")  # fmt: skip
    return int(rows[0]), int(rows[1])


def common() -> argparse.ArgumentParser:
    """Options that every command has."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("files", nargs="+", metavar="FILE", help="several files are one plan")
    parser.add_argument("--json", action="store_true", help="machine-readable output")
    parser.add_argument("--lang", choices=("en", "ko"), default="en", help="language of messages")
    parser.add_argument("--sheet", metavar="NAME", help="read this sheet only")
    parser.add_argument("--header-row", metavar="ROW", type=_header_row, action="append", default=[],
                        help="the row of the header, 8-9 for one of two rows, none where there is none (repeatable: a table each)")
    parser.add_argument("--kind", choices=tuple(_KINDS), help="what the table is")
    parser.add_argument("--map", metavar="FIELD=HEADER|LETTER", type=_pair, action="append", default=[],
                        help="which column is which field (repeatable)")
    parser.add_argument("--date-order", choices=("dmy", "mdy", "ymd"), help="order of ambiguous dates")
    parser.add_argument("--year", type=_year, metavar="YEAR", help="the year of dates that have none")
    parser.add_argument("--start", metavar="DATE", type=day, help="project start where no date is given")
    parser.add_argument("--status-date", metavar="DATE|today|none", type=_status_date,
                        help="progress is as of this date; none ignores progress (default: the file's date, else today, within the plan)")
    parser.add_argument("--mode", choices=("planned", "asap"), default="planned",
                        help="respect planned starts, or start as soon as possible")
    parser.add_argument("--calendar", metavar="KR|US|…|none", help="public holidays of a country (default: none)")
    parser.add_argument("--team-calendar", action="append", default=[], type=_team_calendar, metavar="TEAM=KR|US|…|none",
                        help="public holidays of one team; may be given several times")
    parser.add_argument("--week", choices=tuple(_WEEKS), help="working days of the week (default: as the plan's dates say)")
    return parser


def read(arguments: argparse.Namespace) -> ImportResult:
    """The files of the command line as one import result. Raises ``InputError``."""
    from tpm.findings import Finding, InputError, Place, Severity
    from tpm.ingest import ReadOptions, read_files

    files = []
    for name in arguments.files:
        try:
            files.append((Path(name).name, Path(name).read_bytes()))
        except OSError as error:
            raise InputError(Finding("file-not-found", Severity.ERROR, (Place(name),), {"file": name})) from error
    options = ReadOptions(sheet=arguments.sheet, forced=_forced(arguments), mapping=dict(arguments.map), date_order=arguments.date_order,
                          start=arguments.start, year=arguments.year)  # fmt: skip
    return read_files(files, options)


def _forced(arguments: argparse.Namespace) -> dict[str, tuple[Forced, ...]]:
    """What the command line says of a sheet: where its tables begin, what they are."""
    from tpm.ingest import Forced
    from tpm.model import TableKind

    kind = TableKind(_KINDS[arguments.kind]) if arguments.kind else None
    said = tuple(Forced(header=header, kind=kind) for header in arguments.header_row) or ((Forced(kind=kind),) if kind else ())
    return {arguments.sheet or "": said} if said else {}


def today() -> dt.date:
    return dt.datetime.now().astimezone().date()


def options_of(arguments: argparse.Namespace, plan: Plan) -> ScheduleOptions:
    """The schedule options of the command line for ``plan``."""
    from tpm.model import Mode, ScheduleOptions
    from tpm.schedule import default_status_date

    status: dt.date | None = None
    if arguments.status_date is None:
        status = default_status_date(plan, today())
    elif arguments.status_date != "none":
        status = today() if arguments.status_date == "today" else arguments.status_date
    country = None if (arguments.calendar or "none").lower() == "none" else arguments.calendar.upper()
    return ScheduleOptions(mode=Mode(arguments.mode), status_date=status, target=getattr(arguments, "target", None),
                           project_start=arguments.start, country=country, week=_WEEKS.get(arguments.week),
                           team_countries=_team_countries(arguments, plan))


def _team_countries(arguments: argparse.Namespace, plan: Plan) -> tuple[tuple[str, str], ...]:
    """``--team-calendar`` by team. Raises ``InputError`` for a team that the plan does not have."""
    from tpm.findings import Finding, InputError, Severity

    given = dict(arguments.team_calendar)
    teams = {team for team in plan.activities["team"] if team is not None}
    if unknown := sorted(given.keys() - teams):
        raise InputError(Finding("unknown-team", Severity.ERROR, params={"team": unknown[0], "teams": ", ".join(sorted(teams)) or "–"}))
    return tuple(sorted(given.items()))


def scheduled(arguments: argparse.Namespace) -> tuple[ImportResult, Schedule]:
    """The files read and scheduled. Raises ``InputError``."""
    from tpm.schedule import schedule

    result = read(arguments)
    return result, schedule(result.plan, options_of(arguments, result.plan))


def iso(when: Any) -> str:
    """A day of a frame as ISO text, empty where there is none."""
    return "" if when != when or when is None else str(when.date())


def print_json(answer: dict[str, Any]) -> None:
    """One line of JSON on stdout."""
    json.dump(answer, sys.stdout, ensure_ascii=False)
    sys.stdout.write("\n")


def _columns(text: str) -> int:
    """Terminal columns of ``text``: Hangul and other wide signs take two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def fit(text: str, width: int) -> str:
    """``text`` in exactly ``width`` columns, cut with an ellipsis where it is longer."""
    text = " ".join(text.split())
    if _columns(text) > width:
        while _columns(text) > width - 1:
            text = text[:-1]
        text += "…"
    return text + " " * (width - _columns(text))


def print_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table that fits a terminal: columns as wide as their longest cell, names cut."""
    widths = [min(max(_columns(" ".join(cell.split())) for cell in column), _NAME_WIDTH) for column in zip(header, *rows, strict=True)]
    for row in (header, *rows):
        print("  ".join(fit(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip())


def print_findings(findings: Sequence[Finding], lang: Language) -> None:
    """The worst findings, and how many more there are."""
    from tpm.findings import worst_first

    if findings:
        print()
    for finding in worst_first(findings)[:_SHOWN_FINDINGS]:
        print(f"{t(f'cli.severity.{finding.severity.value}', lang)}: {finding.message(lang)} {finding.fix(lang)}")
    if len(findings) > _SHOWN_FINDINGS:
        print(t("cli.more", lang, count=len(findings) - _SHOWN_FINDINGS))


def no_options(parser: argparse.ArgumentParser) -> None:
    """A command without options of its own."""


def target_option(parser: argparse.ArgumentParser) -> None:
    """``--target``, of every command that schedules."""
    parser.add_argument("--target", metavar="ID", help="floats and critical path to this item instead of the last finish")
