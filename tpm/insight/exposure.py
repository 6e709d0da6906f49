"""Where and when working days are at risk: team × month, from three sources that a team can do something about.

Every number is an expectation in working days, E[…], so that the three can stand in one cell:

- *risk*: an open threat costs probability × mean days on each activity that it hits (what has happened counts in full); at the activity's
  team, in the month of its forecast finish.
- *float*: open work overruns what float it has, E[max(0, overrun − total float)]; at its own team, same month. The overrun comes from
  the three-point estimate scaled to what remains, else from a default band, as a triangular distribution.
- *handover*: a predecessor of another team overruns the slack of the link, E[max(0, overrun − relationship float)]; at the team that
  waits, in the month in which it would start. Of several such links the worst counts, because waiting happens once. Start-driven links
  wait for no overrun and are left out.

A day stands where it is felt: the same slip may stand at the team that causes it and at the team that waits. The sum is therefore a
measure of where attention goes, not the program's delay; that is the simulation's answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from pandas.api.typing import NaTType

from tpm.i18n import Language, t
from tpm.i18n.formats import format_number
from tpm.insight.risks.register import Register
from tpm.model import Kind, LinkType, Plan, Schedule, State

SOURCES: Final = ("risk", "float", "handover")
DEFAULT_SPREAD: Final = (-0.10, 0.25)  # the simulation's own default: shares of what remains
_SMALLEST_DAYS: Final = 0.005  # less is a rounding error of the integral
MONTHS_MOST: Final = 14  # columns; a longer plan is shown by quarter
TEAMS_MOST: Final = 14  # rows; the rest is one row
_COLUMNS: Final = ("team", "day", "source", "id", "name", "days", "other")


@dataclass(frozen=True)
class Exposure:
    """``rows``: one a source of days: team (None: none named), day (NaT: undated), source, id, name, days, other (the team handing over).

    ``grid`` is team × period of summed days, both in display order; ``periods`` are first days, NaT last for undated; ``months``
    says how long a period is. ``folded`` teams are in the row named None at the end where it is above 0.
    """

    rows: pd.DataFrame
    teams: tuple[str | None, ...]
    periods: tuple[pd.Timestamp | NaTType, ...]
    months: int  # that one period spans: 1, 3 or 12
    grid: np.ndarray  # (teams, periods)
    folded: int

    @property
    def total(self) -> float:
        return float(self.grid.sum())


def overrun_beyond(low: np.ndarray, high: np.ndarray, slack: np.ndarray) -> np.ndarray:
    """E[max(0, X − slack)] of X triangular on [low, high] with mode 0; low ≤ 0 ≤ high, slack ≥ 0, arrays of one shape.

    Above the mode the density is 2 (high − x) ÷ ((high − low) · high); integrating (x − slack) over it from slack to high gives
    (high − slack)³ ÷ (3 (high − low) · high).
    """
    low, high, slack = (np.asarray(values, dtype=float) for values in (low, high, slack))
    room = np.maximum(high - slack, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where((high > 0) & (room > 0), room**3 / (3 * (high - low) * high), 0.0)


def _overruns(plan: Plan, schedule: Schedule, spread: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    """(most that each activity may save as a number ≤ 0, most that it may overrun ≥ 0), working days of what remains."""
    rows = plan.activities
    low, likely, high = (rows[name].to_numpy() for name in ("optimistic", "most_likely", "pessimistic"))
    likely = np.where(np.isnan(likely), schedule.table["duration"].to_numpy(), likely)
    remaining = np.nan_to_num(schedule.table["remaining"].to_numpy())
    with np.errstate(divide="ignore", invalid="ignore"):
        given = ~np.isnan(low) & ~np.isnan(high) & (likely > 0) & (low <= likely) & (likely <= high)
        below = np.where(given, low / likely - 1, spread[0])
        above = np.where(given, high / likely - 1, spread[1])
    return np.minimum(below, 0) * remaining, np.maximum(above, 0) * remaining


def exposure(plan: Plan, schedule: Schedule, register: Register, spread: tuple[float, float] = DEFAULT_SPREAD) -> Exposure:
    """Expected days at risk of the open work of ``plan``; ``register`` may be filtered."""
    table, rows = schedule.table, plan.activities
    low, high = _overruns(plan, schedule, spread)
    leaf = (rows["kind"] != Kind.SUMMARY).to_numpy()
    open_work = leaf & ~table["state"].isin([State.DONE.value, State.CANCELLED.value]).to_numpy() & table["scheduled"].to_numpy()
    parts = [_risk_rows(plan, schedule, register, open_work), _float_rows(plan, schedule, open_work, low, high),
             _handover_rows(plan, schedule, open_work, low, high)]  # fmt: skip
    found = pd.concat([part for part in parts if len(part)], ignore_index=True) if any(map(len, parts)) else _frame({})
    found = found[found["days"] > _SMALLEST_DAYS].sort_values("days", ascending=False, kind="stable").reset_index(drop=True)
    return _grid(found)


def _frame(columns: dict[str, object]) -> pd.DataFrame:
    dtypes = {"days": "float64", "day": "datetime64[s]"}
    size = len(columns.get("id", ()))  # type: ignore[arg-type]
    return pd.DataFrame({name: pd.Series(columns.get(name, [None] * size), dtype=dtypes.get(name, "object")) for name in _COLUMNS})


def _risk_rows(plan: Plan, schedule: Schedule, register: Register, open_work: np.ndarray) -> pd.DataFrame:
    at = {item: number for number, item in enumerate(plan.activities["id"])}
    teams, finish = plan.activities["team"].to_numpy(), schedule.table["forecast_finish"].to_numpy()
    out: list[tuple[object, ...]] = []
    for row in register.rows.to_dict("records"):
        items = [item for item in row["activities"] if item in at]
        if row["opportunity"] or not items or not row["expected_days"] > 0:
            continue
        each = row["expected_days"] / len(row["activities"])
        out += [(teams[at[item]] or row["team"], finish[at[item]], row["id"], row["title"], each) for item in items if open_work[at[item]]]
    team, day, risk, title, days = zip(*out, strict=True) if out else ((),) * 5
    return _frame({"team": team, "day": np.array(day, dtype="datetime64[s]"), "source": ["risk"] * len(out), "id": risk, "name": title,
                   "days": days})  # fmt: skip


def _float_rows(plan: Plan, schedule: Schedule, open_work: np.ndarray, low: np.ndarray, high: np.ndarray) -> pd.DataFrame:
    spare = schedule.table["total_float"].to_numpy()
    if plan.dependencies.empty:  # without logic a float says nothing
        return _frame({})
    days = np.where(open_work & ~np.isnan(spare), overrun_beyond(low, high, np.maximum(np.nan_to_num(spare), 0)), 0.0)
    take = np.flatnonzero(days > _SMALLEST_DAYS)
    rows = plan.activities
    return _frame({"team": rows["team"].to_numpy()[take], "day": schedule.table["forecast_finish"].to_numpy()[take],
                   "source": ["float"] * len(take), "id": rows["id"].to_numpy()[take], "name": rows["name"].to_numpy()[take],
                   "days": days[take]})  # fmt: skip


def _handover_rows(plan: Plan, schedule: Schedule, open_work: np.ndarray, low: np.ndarray, high: np.ndarray) -> pd.DataFrame:
    links, rows = schedule.links, plan.activities
    if links.empty:
        return _frame({})
    position = pd.Index(rows["id"])
    before, after = position.get_indexer(pd.Index(links["predecessor"])), position.get_indexer(pd.Index(links["successor"]))
    teams = rows["team"].to_numpy()
    codes = pd.factorize(teams)[0]  # −1: no team
    finish_driven = links["type"].isin([LinkType.FS.value, LinkType.FF.value]).to_numpy()
    crossing = (codes[before] >= 0) & (codes[after] >= 0) & (codes[before] != codes[after])
    slack = links["relationship_float"].to_numpy()
    keep = finish_driven & crossing & open_work[before] & open_work[after] & ~np.isnan(slack)
    days = np.where(keep, overrun_beyond(low[before], high[before], np.maximum(np.nan_to_num(slack), 0)), 0.0)
    order = np.argsort(-days, kind="stable")
    order = order[days[order] > _SMALLEST_DAYS]
    take = order[~pd.Series(after[order]).duplicated().to_numpy()]  # the worst link of each successor
    starts = schedule.table["forecast_start"].to_numpy()[after[take]]
    if schedule.options.status_date is not None:  # work under way waits now, not when it began
        starts = np.maximum(starts, np.datetime64(schedule.options.status_date, "s"))
    return _frame({"team": teams[after[take]], "day": starts,
                   "source": ["handover"] * len(take), "id": rows["id"].to_numpy()[after[take]],
                   "name": rows["name"].to_numpy()[after[take]], "days": days[take], "other": teams[before[take]]})  # fmt: skip


def _grid(found: pd.DataFrame) -> Exposure:
    """Sum the rows into team × period: teams by falling days, periods in order without gaps."""
    if found.empty:
        return Exposure(found, (), (), 1, np.zeros((0, 0)), 0)
    months = found["day"].to_numpy().astype("datetime64[M]")
    dated = months[~np.isnat(months)]
    span = int((dated.max() - dated.min()).astype(int)) + 1 if len(dated) else 0
    step = next((step for step in (1, 3) if span / step <= MONTHS_MOST), 12)
    number = months.astype("int64") // step
    first = int(number[~np.isnat(months)].min()) if len(dated) else 0
    last = int(number[~np.isnat(months)].max()) if len(dated) else -1
    column = np.where(np.isnat(months), last + 1, number) - first
    by_team = found.groupby(found["team"].fillna("\0"), sort=False)["days"].sum().sort_values(ascending=False, kind="stable")
    names = list(by_team.index)
    shown = names if len(names) <= TEAMS_MOST else names[: TEAMS_MOST - 1]
    line_of = {name: line for line, name in enumerate(shown)}
    line = np.array([line_of.get(name, len(shown)) for name in found["team"].fillna("\0")])
    folded = len(names) - len(shown)
    width = last - first + 1 + int(np.isnat(months).any())
    grid = np.zeros((len(shown) + (folded > 0), width))
    np.add.at(grid, (line, column), found["days"].to_numpy())
    opens = np.arange(first, last + 1).astype("int64") * step
    periods: list[pd.Timestamp | NaTType] = [pd.Timestamp(day) for day in opens.astype("datetime64[M]").astype("datetime64[s]")]
    if np.isnat(months).any():
        periods.append(pd.NaT)
    teams: list[str | None] = [None if name == "\0" else str(name) for name in shown]
    return Exposure(found.assign(line=line, column=column), (*teams, *([None] if folded else [])), tuple(periods), step, grid, folded)


def period_name(day: pd.Timestamp | NaTType, months: int, lang: Language) -> str:
    """A column's name."""
    if isinstance(day, NaTType):
        return t("exposure.undated", lang)
    if months == 12:
        return t("exposure.year", lang, year=day.year)
    if months == 3:
        return t("exposure.quarter", lang, quarter=(day.month - 1) // 3 + 1, year=day.year)
    return t("exposure.month", lang, month=day)


def team_name(found: Exposure, line: int, lang: Language) -> str:
    """A row's name."""
    if found.folded and line == len(found.teams) - 1:
        return t("exposure.other-teams", lang, count=found.folded)
    return found.teams[line] or t("exposure.no-team", lang)


def exposure_title(found: Exposure, lang: Language) -> str:
    """Where most of it lies, as one sentence."""
    if not found.total > 0:
        return t("exposure.nothing", lang)
    by_team = found.grid.sum(axis=1)
    line = int(by_team[: len(by_team) - (found.folded > 0)].argmax())
    month = period_name(found.periods[int(found.grid.sum(axis=0).argmax())], found.months, lang)
    one = "-one" if len(by_team) == 1 else ""
    key = f"exposure.title{one}" if found.teams[line] else f"exposure.title-nobody{one}"
    return t(key, lang, team=team_name(found, line, lang), days=_rounded(by_team[line]), total=_rounded(found.total), month=month)


def _rounded(days: float) -> float:
    """Days as a title says them: whole from ten on."""
    return round(days) if days >= 10 else round(days, 1)


def cell_story(found: Exposure, line: int, column: int, lang: Language) -> list[str]:
    """What a cell is made of: one part a source that has days."""
    rows = found.rows[(found.rows["line"] == line) & (found.rows["column"] == column)]
    sums = rows.groupby("source")["days"].sum()
    return [t(f"exposure.hover-{source}", lang, days=format_number(sums[source])) for source in SOURCES if source in sums.index]
