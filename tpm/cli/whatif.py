"""``whatif``: apply changes, show what moves."""

from __future__ import annotations

import argparse
import datetime as dt
import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tpm.cli.common import day, fit, iso, options_of, print_json, print_table, read, target_option
from tpm.i18n import Language, t

if TYPE_CHECKING:
    from tpm.model import Plan
    from tpm.scenario import Answer, Change

_FORMS = {"shift": "ID=+10d", "start": "ID=2026-11-20", "finish": "ID=2026-11-20", "duration": "ID=20d", "progress": "ID=50%",
          "link": "A->B, A->B:SS+2d", "unlink": "A->B", "drop": "ID", "fire-risk": "RISK", "retire-risk": "RISK"}
_DAYS = re.compile(r"(?P<number>[+-]?\d+(?:\.\d+)?)\s*(?P<unit>d|days?|w|weeks?|일|주)?", re.IGNORECASE)
_SHARE = re.compile(r"(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>%)?")
_LINK = re.compile(r"(?P<item>.*?)(?::(?P<type>FS|SS|FF|SF)?\s*(?P<lag>[+-]\s*\d+(?:\.\d+)?)?\s*(?P<unit>d|ed|%)?)?", re.IGNORECASE)
_WORKING_DAYS_A_WEEK = 5
_LEAST_NAME = 12  # columns of a terminal


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of this command alone. Changes are made in the order of the command line.

    ``--start ID=DATE`` starts an item; without an item it is the common option, the project's start.
    """
    target_option(parser)
    parser.set_defaults(start=None)
    helps = {"shift": "move an item by working days from its forecast", "start": "set its start", "finish": "set its finish",
             "duration": "set its duration in working days", "progress": "set its progress", "link": "add a dependency",
             "unlink": "cut a dependency", "drop": "take an item out of the plan", "fire-risk": "let a risk of the register happen",
             "retire-risk": "close a risk: it can no longer happen"}
    for name, text in helps.items():
        parser.add_argument(f"--{name}", metavar=_FORMS[name].split(",")[0].replace("%", "%%"), action=_Keep, dest="changes",
                            default=[], help=f"{text} (repeatable)")
    parser.add_argument("--out", metavar="PLAN.xlsx", help="write the changed plan")


class _Keep(argparse.Action):
    """Every change of the command line in one list, in order: (option, text)."""

    def __call__(self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: Any, option: str | None = None) -> None:
        if option == "--start" and "=" not in str(values):
            try:
                namespace.start = day(str(values))
            except argparse.ArgumentTypeError as error:
                parser.error(f"argument --start: {error}")
            return
        setattr(namespace, self.dest, [*getattr(namespace, self.dest), ((option or "").lstrip("-"), str(values))])


def run(arguments: argparse.Namespace) -> int:
    """Apply changes, show what moves. Nothing is written where a change cannot be made."""
    from tpm.findings import InputError
    from tpm.scenario import what_if

    result = read(arguments)
    plan = result.plan
    if arguments.out is not None and Path(arguments.out).suffix.lower() != ".xlsx":
        raise _bad_output(arguments.out)
    changes = [_change(option, text, plan) for option, text in arguments.changes]
    answer = what_if(plan, options_of(arguments, plan), changes)
    if answer.refused:
        raise InputError(answer.refused[0])
    if arguments.out is not None:
        _write(answer, arguments.out, arguments.lang)
    if arguments.json:
        print_json(as_json(answer, plan, arguments.lang))
    else:
        _print(answer, arguments)
    return 0


def _change(option: str, text: str, plan: Plan) -> Change:
    """One option of the command line as a change. Raises ``InputError``."""
    from tpm import scenario

    ids = set(plan.activities["id"])
    whole = {"drop": scenario.drop, "fire-risk": scenario.fire_risk, "retire-risk": scenario.retire_risk}
    if option in whole:
        return whole[option](text)
    if option in ("link", "unlink"):
        return _link(option, text, ids)
    # An id may hold "=": the value is what follows the last one.
    item, found, value = text.rpartition("=")
    if not found or not item.strip():
        raise _unreadable(option, text)
    item = item if item in ids else item.strip()
    value = value.strip().replace("−", "-")
    make: dict[str, Callable[[], Change]] = {
        "shift": lambda: scenario.shift(item, _days(option, text, value)),
        "duration": lambda: scenario.set_duration(item, _days(option, text, value)),
        "progress": lambda: scenario.set_progress(item, _share(option, text, value)),
        "start": lambda: scenario.set_start(item, _day(option, text, value)),
        "finish": lambda: scenario.set_finish(item, _day(option, text, value)),
    }
    try:
        return make[option]()
    except ValueError as error:
        raise _out_of_range(option, text) from error


def _days(option: str, text: str, value: str) -> float:
    match = _DAYS.fullmatch(value)
    if match is None:
        raise _unreadable(option, text)
    weeks = (match["unit"] or "").lower() in ("w", "week", "weeks", "주")
    return float(match["number"]) * (_WORKING_DAYS_A_WEEK if weeks else 1)


def _share(option: str, text: str, value: str) -> float:
    match = _SHARE.fullmatch(value)
    if match is None:
        raise _unreadable(option, text)
    number = float(match["number"])
    return number / 100 if match["unit"] or number > 1 else number


def _day(option: str, text: str, value: str) -> dt.date:
    try:
        return dt.date.fromisoformat(value)
    except ValueError as error:
        raise _unreadable(option, text) from error


def _link(option: str, text: str, ids: set[str]) -> Change:
    """``A->B[:FS+2d]``; where an id holds "->" or ":" itself, the reading whose two ends are in the plan."""
    from tpm import scenario
    from tpm.model import LagUnit, LinkType

    readings: list[tuple[str, str, re.Match[str] | None]] = []
    for arrow in re.finditer("->|→", text):
        before, after = text[: arrow.start()].strip(), text[arrow.end():].strip()
        match = _LINK.fullmatch(after)
        readings.append((before, after, None))
        if match is not None and match["item"] != after:
            readings.append((before, match["item"].strip(), match))
    known = [each for each in readings if each[0] in ids and each[1] in ids]
    chosen = (known or [each for each in readings if each[2] is not None] or readings)[:1]
    if not chosen or not chosen[0][0] or not chosen[0][1]:
        raise _unreadable(option, text)
    before, after, match = chosen[0]
    kind = LinkType(match["type"].upper()) if match is not None and match["type"] else None
    if option == "unlink":
        return scenario.remove_link(before, after, kind)
    lag = float((match["lag"] or "0").replace(" ", "")) if match is not None else 0.0
    unit = {"ed": LagUnit.ELAPSED, "%": LagUnit.PERCENT}.get((match["unit"] or "").lower() if match is not None else "", LagUnit.WORKING)
    try:
        return scenario.add_link(before, after, kind or LinkType.FS, lag / 100 if unit == LagUnit.PERCENT else lag, unit)
    except ValueError as error:
        raise _out_of_range(option, text) from error


def _unreadable(option: str, text: str) -> Exception:
    from tpm.findings import Finding, InputError, Severity

    return InputError(Finding("change-unreadable", Severity.ERROR, params={"option": f"--{option}", "text": text, "form": _FORMS[option]}))


def _out_of_range(option: str, text: str) -> Exception:
    from tpm.findings import Finding, InputError, Severity
    from tpm.model import DAYS_MOST, FIRST_DAY, LAST_DAY

    params = {"option": f"--{option}", "text": text, "first": FIRST_DAY, "last": LAST_DAY, "days": DAYS_MOST}
    return InputError(Finding("change-out-of-range", Severity.ERROR, params=params))


def _bad_output(path: str) -> Exception:
    from tpm.findings import Finding, InputError, Severity

    return InputError(Finding("change-output", Severity.ERROR, params={"path": path}))


def _write(answer: Answer, path: str, lang: Language) -> None:
    from tpm.export.workbook import plan_workbook

    data = plan_workbook(answer.plan, lang, answer.after)
    try:
        Path(path).write_bytes(data)
    except OSError as error:
        raise _bad_output(path) from error


def _plain(value: Any) -> Any:
    return None if value is None or value != value else value


def _iso(value: dt.date | None) -> str | None:
    return None if value is None else value.isoformat()


def as_json(answer: Answer, plan: Plan, lang: Language) -> dict[str, Any]:
    """The answer as the command line's contract has it; ``plan`` is the one before the changes."""
    from tpm.scenario import change_text

    moved = [
        {"id": row["id"], "name": row["name"], "team": _plain(row["team"]), "before": iso(row["before"]) or None,
         "after": iso(row["after"]) or None, "days": _plain(row["days"]), "driver": _plain(row["driver"]),
         "driver_kind": row["driver_kind"], "cause": row["cause"], "chain": list(answer.chain(row["id"]))}
        for row in answer.moved.to_dict("records")
    ]

    def deadlines(frame: Any) -> list[dict[str, Any]]:
        return [{"id": row["id"], "name": row["name"], "deadline": iso(row["deadline"]), "before": iso(row["before"]) or None,
                 "after": iso(row["after"]) or None} for row in frame.to_dict("records")]

    return {
        "target": answer.target, "before": {"finish": _iso(answer.before_finish)}, "after": {"finish": _iso(answer.after_finish)},
        "days": answer.days, "moved": moved,
        "changes": [{**change.as_json(), "text": change_text(change, plan, lang)} for change in answer.applied],
        "became_critical": list(answer.became_critical), "no_longer_critical": list(answer.no_longer_critical),
        "deadlines": {"broken": deadlines(answer.broken), "mended": deadlines(answer.mended)},
        "float_eaten": [{"id": row["id"], "before": row["before"], "after": row["after"], "used": row["used"]}
                        for row in answer.float_eaten.to_dict("records")],
        "held": [{"id": held.item, "wanted": _iso(held.wanted), "got": _iso(held.got), "days": held.days, "driver": held.driver,
                  "driver_kind": held.kind} for held in answer.held],
    }


def _print(answer: Answer, arguments: argparse.Namespace) -> None:
    from tpm.scenario import headline, held_text

    lang: Language = arguments.lang
    print(headline(answer, lang))
    for held in answer.held:
        print(held_text(held, answer, lang))
    rows = [[str(row["id"]), str(row["name"] or ""), str(row["team"] or ""), iso(row["before"]), iso(row["after"]),
             "" if row["days"] != row["days"] else f"{row['days']:+g}", str(row["driver"] or "")]
            for row in answer.moved.to_dict("records")]
    if rows:
        print()
        header = [t(f"scenario.cli.header-{name}", lang) for name in ("id", "name", "team", "before", "after", "days", "driver")]
        print_table(header, _narrowed(header, rows))
    if arguments.out is not None:
        print(t("scenario.cli.written", lang, path=arguments.out))


def _narrowed(header: Sequence[str], rows: list[list[str]]) -> list[list[str]]:
    """``rows`` with the names cut so that a line fits the terminal."""
    widths = [max(len(cell) for cell in column) for column in zip(header, *rows, strict=True)]
    spare = shutil.get_terminal_size((100, 24)).columns - 1 - 2 * (len(widths) - 1) - sum(widths[:1] + widths[3:])
    team = min(widths[2], max(spare // 3, _LEAST_NAME))
    name = max(spare - team, _LEAST_NAME)
    return [[row[0], fit(row[1], name).rstrip(), fit(row[2], team).rstrip(), *row[3:]] for row in rows]
