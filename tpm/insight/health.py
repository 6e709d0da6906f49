"""Schedule health: the checks of DCMA's 14-point assessment that apply to a plan, each with its threshold.

A check looks at unfinished work unless it says otherwise; summaries and cancelled items are never counted. A
check without the data it needs is *not applicable*, never passed. This is an aid to judgement, not a
statement of compliance.

Source: Defense Contract Management Agency, *Earned Value Management System Program Analysis Pamphlet*
(DCMA-EA PAM 200.1), section 4, the 14-point assessment. Left out are resources (point 10: a plan of
milestones carries none) and what needs earned value.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import pandas as pd

from tpm.i18n import Language, t
from tpm.insight.probe import days_between, longer, plan_calendar
from tpm.model import Constraint, Kind, LinkType, Plan, Schedule, State
from tpm.schedule import schedule as compute_schedule

_SHARE: Final = 0.05  # DCMA: at most 5 % of the rows
_FS_SHARE: Final = 0.90  # at least 90 % finish-to-start
_LONG_DAYS: Final = 44.0  # two months of working days
_INDEX: Final = 0.95  # CPLI and BEI
_PROBE_DAYS: Final = 600  # what the critical-path test adds to one activity
_AT_LEAST: Final = frozenset(("finish-to-start", "critical-path-test", "cpli", "bei"))
_HARD: Final = (Constraint.MSO, Constraint.MFO, Constraint.SNLT, Constraint.FNLT)


class Verdict(StrEnum):
    """What a check came to."""

    PASS = "pass"  # noqa: S105  (a verdict, not a password)
    FAIL = "fail"
    NOT_APPLICABLE = "n/a"


@dataclass(frozen=True, slots=True)
class Check:
    """One check. ``value`` and ``threshold`` are in ``unit`` (share 0–1, count, index, days); None without data."""

    code: str
    unit: str
    threshold: float
    value: float | None
    verdict: Verdict
    items: tuple[str, ...] = ()  # ids of the rows behind it, in the plan's order
    counted: int = 0  # rows that were looked at

    def title(self, lang: Language) -> str:
        """The check's name."""
        return t(f"health.{self.code}.title", lang)

    def measured(self, lang: Language) -> str:
        """Its value as a person says it; a dash without data."""
        return "–" if self.value is None else t(f"health.measure.{self.unit}", lang, value=self.value)

    def limit(self, lang: Language) -> str:
        """What the value must not exceed, or must reach."""
        side = "least" if self.code in _AT_LEAST else "most"
        return t(f"health.at-{side}", lang, value=t(f"health.measure.{self.unit}", lang, value=self.threshold))

    def explanation(self, lang: Language) -> str:
        """What it looks for and why."""
        return t(f"health.{self.code}.why", lang)


def _at_most(code: str, unit: str, threshold: float, items: list[str], counted: int) -> Check:
    if not counted:
        return Check(code, unit, threshold, None, Verdict.NOT_APPLICABLE)
    value = len(items) / counted if unit == "share" else float(len(items))
    return Check(code, unit, threshold, value, Verdict.PASS if value <= threshold else Verdict.FAIL, tuple(items), counted)


def _at_least(code: str, unit: str, threshold: float, value: float | None, items: list[str], counted: int) -> Check:
    if value is None:
        return Check(code, unit, threshold, None, Verdict.NOT_APPLICABLE)
    return Check(code, unit, threshold, value, Verdict.PASS if value >= threshold else Verdict.FAIL, tuple(items), counted)


@dataclass(frozen=True)
class _Data:
    """A plan and its schedule joined, and the rows that the checks look at."""

    plan: Plan
    schedule: Schedule
    rows: pd.DataFrame  # activities and milestones with the schedule's columns
    open: pd.DataFrame  # of those, unfinished
    links: pd.DataFrame  # links whose successor is unfinished

    def ids(self, mask: pd.Series | np.ndarray, of: pd.DataFrame | None = None) -> list[str]:
        frame = self.open if of is None else of
        return [str(item) for item in frame.loc[mask, "id"]]


def health(plan: Plan, schedule: Schedule) -> tuple[Check, ...]:
    """All checks in the order of the source. ``schedule`` must be of ``plan``."""
    table = schedule.table.drop(columns=["id", "state", "progress"]).add_prefix("s_")
    rows = pd.concat([plan.activities, table], axis=1)
    rows["state"] = schedule.table["state"]
    rows = rows[(rows["kind"] != Kind.SUMMARY) & (rows["state"] != State.CANCELLED)]
    unfinished = rows[rows["state"] != State.DONE]
    links = schedule.links[schedule.links["successor"].isin(set(unfinished["id"]))]
    data = _Data(plan, schedule, rows, unfinished, links)
    return tuple(check(data) for check in _CHECKS)


def _missing_logic(data: _Data) -> Check:
    links = data.plan.dependencies
    if links.empty:
        return Check("missing-logic", "share", _SHARE, None, Verdict.NOT_APPLICABLE)
    linked = pd.Index(links["predecessor"]), pd.Index(links["successor"])
    covered = tuple(_with_descendants(data.plan, set(ids)) for ids in linked)
    first = data.rows.loc[data.rows["s_early_start"] == data.rows["s_early_start"].min(), "id"]
    last = data.rows.loc[data.rows["s_early_finish"] == data.rows["s_early_finish"].max(), "id"]
    open_ended = ~(data.open["id"].isin(covered[0]) | data.open["id"].isin(last)) | ~(
        data.open["id"].isin(covered[1]) | data.open["id"].isin(first))
    return _at_most("missing-logic", "share", _SHARE, data.ids(open_ended), len(data.open))


def _with_descendants(plan: Plan, ids: set[str]) -> set[str]:
    """``ids`` and everything below them: a link on a summary row reaches its leaves."""
    covered = set(ids)
    for item, parent in zip(plan.activities["id"], plan.activities["parent"], strict=True):
        if parent in covered:  # parents stand before their children in the plan's order
            covered.add(item)
    return covered


def _successors(links: pd.DataFrame) -> list[str]:
    return [str(item) for item in dict.fromkeys(links["successor"])]


def _leads(data: _Data) -> Check:
    return _at_most("leads", "count", 0, _successors(data.links[data.links["lag"] < 0]), len(data.links))


def _lags(data: _Data) -> Check:
    if data.links.empty:
        return Check("lags", "share", _SHARE, None, Verdict.NOT_APPLICABLE)
    lagged = data.links[data.links["lag"] > 0]
    share = len(lagged) / len(data.links)
    return Check("lags", "share", _SHARE, share, Verdict.PASS if share <= _SHARE else Verdict.FAIL,
                 tuple(_successors(lagged)), len(data.links))


def _finish_to_start(data: _Data) -> Check:
    others = data.links[data.links["type"] != LinkType.FS]
    value = None if data.links.empty else 1 - len(others) / len(data.links)
    return _at_least("finish-to-start", "share", _FS_SHARE, value, _successors(others), len(data.links))


def _hard_constraints(data: _Data) -> Check:
    if data.plan.activities["constraint"].isna().all():
        return Check("hard-constraints", "share", _SHARE, None, Verdict.NOT_APPLICABLE)
    return _at_most("hard-constraints", "share", _SHARE, data.ids(data.open["constraint"].isin(_HARD)), len(data.open))


def _high_float(data: _Data) -> Check:
    known = data.open[data.open["s_total_float"].notna()] if len(data.links) else data.open.iloc[:0]
    return _at_most("high-float", "share", _SHARE, data.ids(known["s_total_float"] > _LONG_DAYS, known), len(known))


def _negative_float(data: _Data) -> Check:
    bounded = data.plan.activities["deadline"].notna().any() or data.plan.activities["constraint"].isin(_HARD).any()
    known = data.open[data.open["s_total_float"].notna()] if bounded else data.open.iloc[:0]
    return _at_most("negative-float", "count", 0, data.ids(known["s_total_float"] < 0, known), len(known))


def _high_duration(data: _Data) -> Check:
    known = data.open[(data.open["kind"] == Kind.ACTIVITY) & data.open["s_duration"].notna() & ~data.open["elapsed"]]
    return _at_most("high-duration", "share", _SHARE, data.ids(known["s_duration"] > _LONG_DAYS, known), len(known))


def _invalid_dates(data: _Data) -> Check:
    status = data.schedule.options.status_date
    if status is None or not data.plan.progress_reported:
        return Check("invalid-dates", "count", 0, None, Verdict.NOT_APPLICABLE)
    day = pd.Timestamp(status)
    rows = data.rows
    done = rows["state"] == State.DONE
    started = rows["state"].isin((State.IN_PROGRESS, State.DONE))
    ahead = (rows["actual_start"] > day) | (rows["actual_finish"] > day) | (done & rows["actual_finish"].isna()
                                                                         & (rows["s_planned_finish"] > day))
    left = (~done & (rows["s_planned_finish"] < day)) | (~started & (rows["s_planned_start"] < day))
    return _at_most("invalid-dates", "count", 0, data.ids(ahead | left, rows), len(rows))


def _missed_baseline(data: _Data) -> Check:
    due = _due_by_status(data)
    if due is None:
        return Check("missed-baseline", "share", _SHARE, None, Verdict.NOT_APPLICABLE)
    finished = due["actual_finish"].fillna(due["s_planned_finish"])
    missed = (due["state"] != State.DONE) | (finished > due["baseline_finish"])
    return _at_most("missed-baseline", "share", _SHARE, data.ids(missed, due), len(due))


def _due_by_status(data: _Data) -> pd.DataFrame | None:
    """Rows whose baseline finish lies at or before the status date; None when that cannot be said."""
    status = data.schedule.options.status_date
    if status is None or data.rows["baseline_finish"].isna().all():
        return None
    due = data.rows[data.rows["baseline_finish"] <= pd.Timestamp(status)]
    return due if len(due) else None


def _critical_path_test(data: _Data) -> Check:
    """Adding 600 days to the first unfinished activity of the path must move the finish by as much."""
    path = [item for item in data.schedule.critical_path if item in set(data.open["id"])]
    by_id = data.open.set_index("id")
    probe = next((item for item in path if by_id.at[item, "kind"] == Kind.ACTIVITY), None)
    if probe is None or data.links.empty or data.schedule.finish is None:
        return Check("critical-path-test", "days", _PROBE_DAYS, None, Verdict.NOT_APPLICABLE)
    after = compute_schedule(longer(data.plan, data.schedule, probe, _PROBE_DAYS), data.schedule.options)
    moved = float("nan") if after.finish is None else _working_days(data, data.schedule.finish, after.finish)
    passed = abs(moved - _PROBE_DAYS) <= 1  # one day of rounding where calendars differ along the path
    return Check("critical-path-test", "days", _PROBE_DAYS, moved, Verdict.PASS if passed else Verdict.FAIL, (probe,), 1)


def _working_days(data: _Data, first: dt.date, last: dt.date) -> float:
    return days_between(plan_calendar(data.plan, data.schedule), first, last)


def _critical_path_length_index(data: _Data) -> Check:
    """(critical path length + total float to the promise) ÷ critical path length, from the status date."""
    last = data.schedule.critical_path[-1] if data.schedule.critical_path else None
    row = data.rows[data.rows["id"] == last]
    promises = [day.date() for day in (*row["deadline"], *row["baseline_finish"]) if pd.notna(day)]
    if not promises or data.schedule.finish is None or data.schedule.start is None:
        return Check("cpli", "index", _INDEX, None, Verdict.NOT_APPLICABLE)
    options = data.schedule.options
    begin = max(filter(None, (data.schedule.start, options.status_date)))
    length = _working_days(data, begin - dt.timedelta(days=1), data.schedule.finish)  # both days are worked
    spare = _working_days(data, data.schedule.finish, promises[0])
    if length <= 0:
        return Check("cpli", "index", _INDEX, None, Verdict.NOT_APPLICABLE)
    return _at_least("cpli", "index", _INDEX, (length + spare) / length, [str(last)], 1)


def _baseline_execution_index(data: _Data) -> Check:
    """Rows finished by the status date ÷ rows that the baseline wanted finished by then."""
    due = _due_by_status(data)
    if due is None:
        return Check("bei", "index", _INDEX, None, Verdict.NOT_APPLICABLE)
    finished = int((data.rows["state"] == State.DONE).sum())
    return _at_least("bei", "index", _INDEX, finished / len(due), data.ids(due["state"] != State.DONE, due), len(due))


_CHECKS: Final[tuple[Callable[[_Data], Check], ...]] = (
    _missing_logic, _leads, _lags, _finish_to_start, _hard_constraints, _high_float, _negative_float, _high_duration,
    _invalid_dates, _missed_baseline, _critical_path_test, _critical_path_length_index, _baseline_execution_index,
)
