"""Write the sample plans: an invented program in English and in Korean, as its team reported it on three Fridays.

Run from the repository's root::

    python data/make_samples.py [FOLDER]

What the teams know (estimates, dependencies, notes, risks, what they reported when) is data in ``program.toml``. Every date
is computed here from that logic on the calendar of the team's country, so the plans hold together except for the faults
that are there on purpose (data/README.md lists them). No clock is read; the same input gives the same bytes on every machine.

This is no scheduling engine: it knows FS, SS and FF links, plans forward, and never looks at a status date.
"""

from __future__ import annotations

import datetime as dt
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # run as a script, Python looks for modules in data/ only

import holidays  # noqa: E402
from openpyxl import Workbook  # noqa: E402
from openpyxl.styles import Alignment  # noqa: E402

from tpm.export.columns import (  # noqa: E402
    Column,
    Shape,
    kind_words,
    plan_columns,
    priority_words,
    risk_columns,
    risk_kind_words,
    risk_state_words,
    sheet_name,
    state_words,
    strategy_words,
)
from tpm.export.grid import SUMMARY_FILL, SUMMARY_FONT, TITLE_FONT, put_text, to_bytes, write_guide, write_table  # noqa: E402
from tpm.i18n import LANGUAGES, Language, t  # noqa: E402

DAY = dt.timedelta(days=1)
HEADER_ROW = 4  # under a title, the status date and an empty line, as teams do it
GUIDE_LINES = ("sample", "holidays-seoul", "ids", "wbs", "dates", "predecessors", "progress", "estimates", "risks")
PREFIX = {"en": "CK", "ko": "PAY"}
RAG_HEADER = {"en": "RAG", "ko": "신호등"}
RAG_WORDS = {
    "green": {"en": "Green", "ko": "녹색"},
    "amber": {"en": "Amber", "ko": "황색"},
    "red": {"en": "Red", "ko": "적색"},
}
SITE_HEADER = {"en": "Site", "ko": "근무지"}
CATEGORY_WORDS = {
    "technical": {"en": "Technical", "ko": "기술"},
    "vendor": {"en": "Vendor", "ko": "외부 업체"},
    "people": {"en": "People", "ko": "인력"},
    "schedule": {"en": "Schedule", "ko": "일정"},
    "legal": {"en": "Legal", "ko": "법무"},
}
_LINK = re.compile(r"(?P<n>\d+)(?:(?P<type>FS|SS|FF)(?P<lag>[+-]\d+)?(?P<elapsed>e)?)?")


@dataclass(frozen=True)
class Link:
    """A dependency on item ``n``; ``lag`` in working days of the successor, or in calendar days when ``elapsed``."""

    n: int
    type: str
    lag: int
    elapsed: bool

    def text(self, prefix: str) -> str:
        """As it stands in the sheet: ``CK-202SS+5d``."""
        tail = f"{self.lag:+d}{'ed' if self.elapsed else 'd'}" if self.lag else ""
        return f"{prefix}-{self.n}" + (f"{self.type}{tail}" if tail or self.type != "FS" else "")


@dataclass(frozen=True)
class Item:
    """An activity or milestone as the team describes it; ``days`` 0 is a milestone."""

    n: int
    phase: str
    wbs: str
    team: str
    country: str
    who: tuple[str, ...]
    days: int
    links: tuple[Link, ...]
    names: dict[str, str]
    notes: dict[str, str]
    priority: str
    start: dt.date | None = None
    took: int | None = None
    three: tuple[int, ...] = ()
    deadline: dt.date | None = None
    added: dt.date | None = None
    fixed: tuple[dt.date, ...] = ()
    rag: str | None = None


@dataclass(frozen=True)
class Dates:
    """Planned and actual dates of an item, finishes inclusive."""

    start: dt.date
    finish: dt.date
    actual_start: dt.date | None = None
    actual_finish: dt.date | None = None

    @property
    def settled(self) -> dt.date:
        """The finish that followers can count on."""
        return max(self.finish, self.actual_finish or self.finish)


@dataclass(frozen=True)
class Version:
    """The plan as reported on one day."""

    on: dt.date
    items: dict[int, Item]
    dates: dict[int, Dates]
    baseline: dict[int, Dates]
    progress: dict[int, float]
    state: dict[int, str]
    rag: dict[int, str] = field(default_factory=dict)


@cache
def program() -> dict[str, Any]:
    """The contents of ``program.toml``."""
    return tomllib.loads((Path(__file__).parent / "program.toml").read_text(encoding="utf-8"))


# --- working time ----------------------------------------------------------------------------------------------------
@cache
def _holidays(country: str) -> frozenset[dt.date]:
    return frozenset(holidays.country_holidays(country, years=range(2026, 2028)))


def works(day: dt.date, country: str) -> bool:
    """Whether a team in ``country`` works on ``day``."""
    return day.weekday() < 5 and day not in _holidays(country)


def on_or_after(day: dt.date, country: str) -> dt.date:
    """The first working day from ``day`` on."""
    while not works(day, country):
        day += DAY
    return day


def shift(day: dt.date, days: int, country: str) -> dt.date:
    """``day`` moved by working days; ``day`` itself need not be worked."""
    step = DAY if days >= 0 else -DAY
    for _ in range(abs(days)):
        day += step
        while not works(day, country):
            day += step
    return day


def working_days(first: dt.date, last: dt.date, country: str) -> int:
    """Working days from ``first`` to ``last``, both included."""
    return sum(works(first + DAY * offset, country) for offset in range((last - first).days + 1))


# --- the program's logic ---------------------------------------------------------------------------------------------
def read_items() -> dict[int, Item]:
    """The items in the sheet's order, as they stood at the baseline."""
    items = {}
    teams = program()["team"]
    for phase in program()["phase"]:
        for position, raw in enumerate(phase["item"], 1):
            notes = {lang: raw[lang][1] for lang in LANGUAGES if len(raw[lang]) > 1}
            items[raw["n"]] = Item(
                n=raw["n"], phase=phase["wbs"], wbs=f"{phase['wbs']}.{position}", team=raw["team"],
                country=teams[raw["team"]]["country"], who=tuple(raw["who"]), days=raw["days"],
                links=tuple(read_links(raw.get("after", ""))), names={lang: raw[lang][0] for lang in LANGUAGES}, notes=notes,
                priority=raw["priority"], start=raw.get("start"), took=raw.get("took"), three=tuple(raw.get("three", ())),
                deadline=raw.get("deadline"), added=raw.get("added"), fixed=tuple(raw.get("fixed", ())), rag=raw.get("rag"),
            )  # fmt: skip
    return items


def read_links(text: str) -> Iterator[Link]:
    """``"202SS+5; 103"`` → links. Raises ``ValueError`` for anything else."""
    for part in filter(None, (piece.strip() for piece in text.split(";"))):
        match = _LINK.fullmatch(part)
        if match is None:
            raise ValueError(f"program.toml: {part!r} is no predecessor")
        yield Link(int(match["n"]), match["type"] or "FS", int(match["lag"] or 0), bool(match["elapsed"]))


def plan_dates(items: dict[int, Item], baseline: dict[int, Dates] | None, on: dt.date | None) -> dict[int, Dates]:
    """Planned dates by the items' own logic, and actual dates of what was over by ``on``.

    Nothing is planned before its baseline start (a promise is kept unless logic breaks it). Items must stand behind
    their predecessors or be reachable from them; the loop in program.toml would never end and is refused.
    """
    dates: dict[int, Dates] = {}
    waiting = list(items.values())
    while waiting:
        ready = [item for item in waiting if all(link.n in dates for link in item.links)]
        if not ready:
            raise ValueError(f"program.toml: a loop through {sorted(item.n for item in waiting)}")
        for item in ready:
            dates[item.n] = _dates_of(item, dates, (baseline or {}).get(item.n), on)
        waiting = [item for item in waiting if item.n not in dates]
    return {n: dates[n] for n in items}


def _dates_of(item: Item, dates: dict[int, Dates], baseline: Dates | None, on: dt.date | None) -> Dates:
    """Dates of one item from those of its predecessors."""
    start, finish = item.fixed or (_milestone_day if not item.days else _span)(item, dates, baseline, on)
    actual_finish = finish if item.took is None else shift(start, item.took - 1, item.country)
    return Dates(
        start, finish,
        actual_start=start if on and start <= on else None,
        actual_finish=actual_finish if on and actual_finish <= on else None,
    )  # fmt: skip


def _span(item: Item, dates: dict[int, Dates], baseline: Dates | None, on: dt.date | None) -> tuple[dt.date, dt.date]:
    """First and last day of an activity: not before the day set by hand, nor before its baseline, nor before logic allows."""
    floor = max(filter(None, (item.start, baseline and baseline.start)), default=dt.date(2026, 9, 1))
    start = max([on_or_after(floor, item.country), *(_bound(link, dates, item) for link in item.links if link.type != "FF")])
    finishes = [shift(dates[link.n].settled, link.lag, item.country) for link in item.links if link.type == "FF"]
    finish = max([shift(start, item.days - 1, item.country), *finishes])
    if on is None or start > on:  # not begun: the whole item moves; under way: it stretches
        start = max(start, shift(finish, 1 - item.days, item.country))
    return start, finish


def _milestone_day(item: Item, dates: dict[int, Dates], _baseline: Dates | None, _on: dt.date | None) -> tuple[dt.date, dt.date]:
    """The day at whose close a milestone is reached: the working day that ends where its predecessors set the boundary."""
    days = [item.start or dt.date.min]
    for link in item.links:
        # the other country may have worked on a day that is a holiday here: then the next day worked here shows it
        days += [shift(_bound(link, dates, item), -1, item.country)] + [dates[link.n].settled] * (link.type == "FS")
    day = on_or_after(max(days), item.country)
    return day, day


def _bound(link: Link, dates: dict[int, Dates], item: Item) -> dt.date:
    """The first day on which an FS or SS link lets ``item`` start."""
    before = dates[link.n]
    day = before.start if link.type == "SS" else before.settled + DAY
    if link.elapsed:
        return on_or_after(day + DAY * link.lag, item.country)
    return shift(on_or_after(day, item.country), link.lag, item.country)


def versions() -> list[Version]:
    """The three reports, oldest first."""
    items = read_items()
    first = _known(items, min(program()["program"]["reports"]))
    baseline = plan_dates({n: replace(item, fixed=()) for n, item in first.items()}, None, None)
    out = []
    for report in program()["report"]:
        for change in report.get("change", []):
            items[change["n"]] = _changed(items[change["n"]], change)
        on = report["on"]
        known = _known(items, on)
        dates = plan_dates(known, baseline, on)
        progress = {n: _progress(known[n], dates[n], on, report["progress"].get(str(n))) for n in known}
        state = {n: _state(progress[n], n in report.get("blocked", [])) for n in known}
        rag = {n: report["rag"].get(str(n), known[n].rag or "green") for n in known if state[n] != "done"}
        out.append(Version(on, known, dates, baseline, progress, state, rag))
    return out


def _known(items: dict[int, Item], on: dt.date) -> dict[int, Item]:
    """The items that the plan had on a day, without links to those it had not."""
    there = {n for n, item in items.items() if item.added is None or item.added <= on}
    return {n: replace(items[n], links=tuple(link for link in items[n].links if link.n in there)) for n in items if n in there}


def _state(progress: float, blocked: bool) -> str:
    if progress == 1:
        return "done"
    return "blocked" if blocked else "in_progress" if progress else "not_started"


def _changed(item: Item, change: dict[str, Any]) -> Item:
    """``item`` after one line of a report's ``change`` list."""
    names = {lang: change.get(lang, item.names[lang]) for lang in LANGUAGES}
    return replace(
        item, names=names, days=change.get("days", item.days), three=tuple(change.get("three", item.three)),
        start=change.get("start", item.start), who=tuple(change.get("who", item.who)),
    )  # fmt: skip


def _progress(item: Item, dates: Dates, on: dt.date, said: float | None) -> float:
    """Share done: all when over, what the report said, else the share of days gone by, to the nearest 5 %."""
    if dates.actual_finish is not None:
        return 1.0
    if not item.days or dates.start > on:
        return 0.0
    if said is not None:
        return said
    gone = working_days(dates.start, on, item.country) / working_days(dates.start, dates.finish, item.country)
    return min(max(round(gone * 20) / 20, 0.05), 0.95)


# --- the sheets ------------------------------------------------------------------------------------------------------
def workbook(version: Version, lang: Language) -> bytes:
    """One version as a workbook in one language."""
    book = Workbook()
    book.properties.title = program()["program"][lang]
    book.properties.creator = program()["person"]["eunji"][lang]
    plan = book.active
    plan.title = sheet_name("plan", lang)
    columns, rows, summaries = plan_table(version, lang)
    put_text(plan.cell(1, 1), program()["program"][lang])
    plan.cell(1, 1).font = TITLE_FONT
    put_text(plan.cell(2, 1), t("export.guide.as-of", lang, date=version.on))
    emphasis = dict.fromkeys(summaries, (SUMMARY_FONT, SUMMARY_FILL))
    write_table(plan, columns, rows, lang, top=HEADER_ROW, frozen=3, emphasis=emphasis)
    for index in range(len(rows)):  # the tidy team also indents what lies under a phase
        plan.cell(HEADER_ROW + 1 + index, 3).alignment = Alignment(vertical="top", indent=0 if index in summaries else 1)
    risks = book.create_sheet(sheet_name("risks", lang))
    write_table(risks, *risk_table(version, lang), lang, frozen=2)
    lines = [t(f"export.guide.{line}", lang) for line in GUIDE_LINES]
    write_guide(book.create_sheet(sheet_name("guide", lang)), program()["program"][lang], lines)
    return to_bytes(book, version.on, compress=False)


def plan_table(version: Version, lang: Language) -> tuple[list[Column], list[list[Any]], list[int]]:
    """Columns and rows of the plan sheet, and which rows are phases."""
    left_out = ("parent", "program", "phase", "duration", "constraint", "constraint_date", "calendar", "link")
    columns = [column for column in plan_columns(lang) if column.field not in left_out]
    after_team = next(index for index, column in enumerate(columns) if column.field == "team") + 1
    columns.insert(after_team, Column("site", SITE_HEADER[lang], Shape.TEXT, 11))
    after_status = next(index for index, column in enumerate(columns) if column.field == "progress") + 1
    columns.insert(after_status, Column("rag", RAG_HEADER[lang], Shape.TEXT, 8))
    rows, summaries = [], []
    for phase in program()["phase"]:
        members = [item for item in version.items.values() if item.phase == phase["wbs"]]
        summaries.append(len(rows))
        for values in (_phase_row(version, phase, members, lang), *(_item_row(version, item, lang) for item in members)):
            rows.append([values.get(column.field) for column in columns])
    return columns, rows, summaries


def _phase_row(version: Version, phase: dict[str, Any], members: list[Item], lang: Language) -> dict[str, Any]:
    """A phase: first start, last finish, progress weighted by days."""
    dates = [version.dates[item.n] for item in members]
    baseline = [version.baseline[item.n] for item in members if item.n in version.baseline]
    total = sum(item.days for item in members)
    done = sum(version.progress[item.n] * item.days for item in members) / total
    state = "done" if all(version.state[item.n] == "done" for item in members) else "in_progress" if done else "not_started"
    return {
        "id": f"{PREFIX[lang]}-{phase['wbs']}00", "wbs": phase["wbs"], "name": phase[lang], "kind": kind_words(lang)["summary"],
        "planned_start": min(d.start for d in dates), "planned_finish": max(d.finish for d in dates),
        "baseline_start": min(d.start for d in baseline), "baseline_finish": max(d.finish for d in baseline),
        "progress": round(done, 2), "status": state_words(lang)[state],
    }  # fmt: skip


def _item_row(version: Version, item: Item, lang: Language) -> dict[str, Any]:
    dates, baseline = version.dates[item.n], version.baseline.get(item.n)
    people = program()["person"]
    optimistic, likely, pessimistic = item.three or (None, None, None)
    rag = version.rag.get(item.n)
    return {
        "id": f"{PREFIX[lang]}-{item.n}", "wbs": item.wbs, "name": item.names[lang],
        "kind": kind_words(lang)["activity" if item.days else "milestone"], "team": program()["team"][item.team][lang],
        "site": program()["site"][item.country][lang], "owner": ", ".join(people[who][lang] for who in item.who) or None,
        "priority": priority_words(lang)[item.priority], "status": state_words(lang)[version.state[item.n]],
        "rag": RAG_WORDS[rag][lang] if rag else None, "progress": version.progress[item.n],
        "planned_start": dates.start, "planned_finish": dates.finish,
        "predecessors": "; ".join(link.text(PREFIX[lang]) for link in item.links) or None, "deadline": item.deadline,
        "baseline_start": baseline and baseline.start, "baseline_finish": baseline and baseline.finish,
        "actual_start": dates.actual_start if item.days else dates.actual_finish, "actual_finish": dates.actual_finish,
        "optimistic": optimistic, "most_likely": likely, "pessimistic": pessimistic, "notes": item.notes.get(lang),
    }  # fmt: skip


def risk_table(version: Version, lang: Language) -> tuple[list[Column], list[list[Any]]]:
    """Columns and rows of the register as it stood."""
    columns = [column for column in risk_columns(lang) if column.field not in ("program", "score")]
    rows = []
    for risk in program()["risk"]:
        if risk.get("opened", version.on) > version.on:
            continue
        title, description, response = risk[lang]
        days = risk["days"]
        closed = "closed" in risk and risk["closed"] <= version.on
        strategy = risk.get("strategy")
        values = {
            "id": f"R-{risk['n']}", "title": title, "description": description,
            "kind": risk_kind_words(lang)[risk.get("kind", "threat")], "category": CATEGORY_WORDS[risk["category"]][lang],
            "team": program()["team"][risk["team"]][lang], "activities": "; ".join(f"{PREFIX[lang]}-{n}" for n in risk["hits"]),
            "probability": risk.get("p_on", {}).get(version.on.isoformat(), risk["p"]), "impact": risk["i"],
            "impact_days_min": days[0] if len(days) == 3 else None, "impact_days": days[len(days) // 2],
            "impact_days_max": days[2] if len(days) == 3 else None, "strategy": strategy and strategy_words(lang)[strategy],
            "response": response or None, "residual_probability": risk.get("rp"), "residual_impact": risk.get("ri"),
            "owner": program()["person"][risk["who"]][lang] if "who" in risk else None, "due": risk.get("due"),
            "status": risk_state_words(lang)["closed" if closed else "open"],
        }  # fmt: skip
        rows.append([values.get(column.field) for column in columns])
    return columns, rows


def main(folder: Path) -> None:
    """Write the six workbooks into ``folder``."""
    for version in versions():
        for lang in LANGUAGES:
            (folder / f"sample_{lang}_{version.on.isoformat()}.xlsx").write_bytes(workbook(version, lang))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
