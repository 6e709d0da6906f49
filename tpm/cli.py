"""``python -m tpm COMMAND FILE…``: every capability without a browser.

A command is one function ``(arguments) -> exit status`` registered in :data:`_COMMANDS` with a function that adds its own options.
Heavy imports happen inside the command that needs them. Exit status: 0 done, 1 the input could not be used or a check failed
(one line on stderr), 2 wrong usage. The clock is read here and nowhere else below.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import sys
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tpm.i18n import Language, t

if TYPE_CHECKING:
    from tpm.findings import Finding
    from tpm.model import ImportResult, Plan, Schedule, ScheduleOptions

_SHOWN_FINDINGS = 12
_WEEKS = {"Mon-Fri": (True,) * 5 + (False,) * 2, "Mon-Sat": (True,) * 6 + (False,), "Mon-Sun": (True,) * 7}
_NAME_WIDTH = 44  # columns of a terminal


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date; write YYYY-MM-DD") from error


def _status_date(text: str) -> dt.date | str:
    return text if text in ("today", "none") else _day(text)


def _pair(text: str) -> tuple[str, str]:
    field, found, header = text.partition("=")
    if not found or not field:
        raise argparse.ArgumentTypeError(f"{text!r} is not FIELD=HEADER")
    return field.strip(), header.strip()


def _common() -> argparse.ArgumentParser:
    """Options that every command has."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("files", nargs="+", metavar="FILE", help="several files are one plan")
    parser.add_argument("--json", action="store_true", help="machine-readable output")
    parser.add_argument("--lang", choices=("en", "ko"), default="en", help="language of messages")
    parser.add_argument("--sheet", metavar="NAME", help="read this sheet only")
    parser.add_argument("--map", metavar="FIELD=HEADER", type=_pair, action="append", default=[],
                        help="which header is which field (repeatable)")
    parser.add_argument("--date-order", choices=("dmy", "mdy", "ymd"), help="order of ambiguous dates")
    parser.add_argument("--start", metavar="DATE", type=_day, help="project start where no date is given")
    parser.add_argument("--status-date", metavar="DATE|today|none", type=_status_date,
                        help="progress is as of this date; none ignores progress (default: today where it lies within the plan)")
    parser.add_argument("--mode", choices=("planned", "asap"), default="planned",
                        help="respect planned starts, or start as soon as possible")
    parser.add_argument("--calendar", metavar="KR|US|…|none", help="public holidays of a country (default: none)")
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
    options = ReadOptions(sheet=arguments.sheet, mapping=dict(arguments.map), date_order=arguments.date_order, start=arguments.start)
    return read_files(files, options)


def inspect(arguments: argparse.Namespace) -> int:
    """What was understood: tables, columns, plan, findings."""
    result = read(arguments)
    if arguments.json:
        from tpm.ingest.inspect_json import inspect_json

        _print_json(inspect_json(result, arguments.lang))
        return 0
    _print_result(result, arguments.lang)
    return 0


def _today() -> dt.date:
    return dt.datetime.now().astimezone().date()


def options_of(arguments: argparse.Namespace, plan: Plan) -> ScheduleOptions:
    """The schedule options of the command line for ``plan``."""
    from tpm.model import Mode, ScheduleOptions
    from tpm.schedule import default_status_date

    status: dt.date | None = None
    if arguments.status_date is None:
        status = default_status_date(plan, _today())
    elif arguments.status_date != "none":
        status = _today() if arguments.status_date == "today" else arguments.status_date
    country = None if (arguments.calendar or "none").lower() == "none" else arguments.calendar.upper()
    return ScheduleOptions(mode=Mode(arguments.mode), status_date=status, target=getattr(arguments, "target", None),
                           project_start=arguments.start, country=country, week=_WEEKS.get(arguments.week))


def _scheduled(arguments: argparse.Namespace) -> tuple[ImportResult, Schedule]:
    from tpm.schedule import schedule

    result = read(arguments)
    return result, schedule(result.plan, options_of(arguments, result.plan))


def schedule_command(arguments: argparse.Namespace) -> int:
    """Forecast, floats and the critical path."""
    result, computed = _scheduled(arguments)
    findings = (*result.findings, *computed.findings)
    if arguments.json:
        from tpm.insight.as_json import schedule_json

        _print_json(schedule_json(result.plan, computed, findings, arguments.lang))
        return 0
    lang: Language = arguments.lang
    print(t("cli.schedule.span", lang, start=computed.start, finish=computed.finish, days=computed.duration))
    header = [t(f"cli.schedule.{name}", lang) for name in ("id", "name", "start", "finish", "float", "critical")]
    rows = [
        [str(row["id"]), str(row["name"]), _iso(row["forecast_start"]), _iso(row["forecast_finish"]),
         "" if row["total_float"] != row["total_float"] else f"{row['total_float']:g}", "*" if row["critical"] else ""]
        for row in computed.table.assign(name=result.plan.activities["name"].to_numpy()).to_dict("records")
    ]
    _print_table(header, rows)
    if computed.critical_path:
        print(t("cli.schedule.path", lang, path=" → ".join(computed.critical_path)))
    _print_findings(findings, lang)
    return 0


def check_command(arguments: argparse.Namespace) -> int:
    """Schedule health and data quality; ``--fail-on`` sets the exit status."""
    from tpm.findings import Severity, worst_first
    from tpm.insight.health import Verdict, health

    result, computed = _scheduled(arguments)
    checks = health(result.plan, computed)
    findings = worst_first((*result.findings, *computed.findings))
    lang: Language = arguments.lang
    if arguments.json:
        from tpm.insight.as_json import check_json

        _print_json(check_json(checks, findings, lang))
    else:
        header = [t(f"health.column-{name}", lang) for name in ("check", "value", "threshold", "verdict", "items")]
        words = {Verdict.PASS: "pass", Verdict.FAIL: "fail", Verdict.NOT_APPLICABLE: "na"}
        _print_table(header, [
            [check.title(lang), "–" if check.value is None else f"{check.value:.2f}", f"{check.threshold:g}",
             t(f"health.{words[check.verdict]}", lang), ", ".join(check.items[:4]) + (" …" if len(check.items) > 4 else "")]
            for check in checks
        ])
        _print_findings(findings, lang)
    failing = {None: (), "error": (Severity.ERROR,), "warning": (Severity.ERROR, Severity.WARNING)}[arguments.fail_on]
    bad = [finding for finding in findings if finding.severity in failing]
    failed = [check for check in checks if check.verdict is Verdict.FAIL] if arguments.fail_on == "warning" else []
    if not bad and not failed:
        return 0
    told = [finding.message(lang) for finding in bad[:1]] or [failed[0].title(lang)]
    print(t("cli.check.failed", lang, findings=len(bad), checks=len(failed), first=told[0]), file=sys.stderr)
    return 1


def _iso(day: Any) -> str:
    return "" if day != day or day is None else str(day.date())


def _print_json(answer: dict[str, Any]) -> None:
    json.dump(answer, sys.stdout, ensure_ascii=False)
    sys.stdout.write("\n")


def _columns(text: str) -> int:
    """Terminal columns of ``text``: Hangul and other wide signs take two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _fit(text: str, width: int) -> str:
    """``text`` in exactly ``width`` columns, cut with an ellipsis where it is longer."""
    text = " ".join(text.split())
    if _columns(text) > width:
        while _columns(text) > width - 1:
            text = text[:-1]
        text += "…"
    return text + " " * (width - _columns(text))


def _print_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table that fits a terminal: columns as wide as their longest cell, names cut."""
    widths = [min(max(_columns(" ".join(cell.split())) for cell in column), _NAME_WIDTH) for column in zip(header, *rows, strict=True)]
    for row in (header, *rows):
        print("  ".join(_fit(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _print_findings(findings: Sequence[Finding], lang: Language) -> None:
    from tpm.findings import worst_first

    if findings:
        print()
    for finding in worst_first(findings)[:_SHOWN_FINDINGS]:
        print(f"{t(f'cli.severity.{finding.severity.value}', lang)}: {finding.message(lang)} {finding.fix(lang)}")
    if len(findings) > _SHOWN_FINDINGS:
        print(t("cli.more", lang, count=len(findings) - _SHOWN_FINDINGS))


def _print_result(result: ImportResult, lang: Language) -> None:
    plan = result.plan
    kinds = plan.activities["kind"].value_counts()
    print(t("cli.counts", lang, activities=int(kinds.get("activity", 0)), milestones=int(kinds.get("milestone", 0)),
            summaries=int(kinds.get("summary", 0)), links=len(plan.dependencies), risks=len(plan.risks)))
    if plan.first_date and plan.last_date:
        print(t("cli.dates", lang, first=plan.first_date, last=plan.last_date))
    for table in result.tables:
        kind = t(f"cli.kind.{table.kind.value}", lang)
        print()
        print(t("cli.table", lang, sheet=table.sheet or table.source, first=table.first_row, last=table.last_row, kind=kind))
        for field, choice in table.columns.items():
            second = f"   ({choice.runner_up})" if choice.runner_up else ""
            print(f"  {field:<22} {choice.column:>3}  {_fit(choice.header, 32)} {choice.confidence:>4.0%}{second}")
    _print_findings(result.findings, lang)


def _no_options(parser: argparse.ArgumentParser) -> None:
    """A command without options of its own."""


def _schedule_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--target", metavar="ID", help="floats and critical path to this item instead of the last finish")


def _check_options(parser: argparse.ArgumentParser) -> None:
    _schedule_options(parser)
    parser.add_argument("--fail-on", choices=("error", "warning"), help="exit status 1 when something this bad is found")


Command = Callable[[argparse.Namespace], int]
_COMMANDS: dict[str, tuple[Command, Callable[[argparse.ArgumentParser], None], str]] = {
    "inspect": (inspect, _no_options, "what was understood of the files"),
    "schedule": (schedule_command, _schedule_options, "forecast, floats and the critical path"),
    "check": (check_command, _check_options, "schedule health and data quality"),
}


def parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    top = argparse.ArgumentParser(prog="tpm", description="Read plans, schedule them, weigh their risks.")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    common = _common()
    for name, (_, add_options, summary) in _COMMANDS.items():
        add_options(commands.add_parser(name, parents=[common], help=summary, description=summary))
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    from tpm.findings import InputError

    arguments: Any = parser().parse_args(argv)
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")
    try:
        status = _COMMANDS[arguments.command][0](arguments)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader has seen enough (`… | head`)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except InputError as error:
        finding = error.finding
        print(f"{finding.message(arguments.lang)} {finding.fix(arguments.lang)}", file=sys.stderr)
        return 1
    return status
