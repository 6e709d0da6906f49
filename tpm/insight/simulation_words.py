"""A simulation in words: how likely the promise is, what the register costs, what the answer rests on, what would make it surer.

Working days are counted in the plan's calendar. Text that comes from a sheet is returned as it is; whoever shows it makes it literal.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd

from tpm.i18n import Language, format_date, listed, t
from tpm.insight.driving import headline_item
from tpm.insight.probe import days_between, row_calendars, target_calendar
from tpm.model import Kind, Plan, Schedule, SimulationResult, State

LIKELY: Final = 0.8  # a promise that holds in this share of the runs is kept
_THIN_SHARE: Final = 0.5  # of the variance; above it the default bands are the message
_SMALL_DAYS: Final = 0.05
_NAMED: Final = 2


@dataclass(frozen=True, slots=True)
class Promise:
    """The day that was promised for a target, and what promised it."""

    day: dt.date
    by: Literal["deadline", "baseline", "planned"]


@dataclass(frozen=True, slots=True)
class Factor:
    """One uncertainty: ``kind`` is risk, activity or team; ``days`` working days of the target's P80 (negative: it saves days)."""

    kind: str
    name: str
    days: float
    story: str = ""


def simulation_target(plan: Plan, schedule: Schedule, wanted: str | None) -> str | None:
    """``wanted`` where it can be asked about, else the milestone that a reader asks about first."""
    return wanted if wanted in set(targets(plan, schedule)["id"]) else headline_item(plan, schedule)


def targets(plan: Plan, schedule: Schedule) -> pd.DataFrame:
    """Open, scheduled milestones and items with a deadline (id, name, finish), earliest forecast first."""
    rows, table = plan.activities, schedule.table
    over = table["state"].isin([State.DONE.value, State.CANCELLED.value])
    asked = (rows["kind"] == Kind.MILESTONE) | (rows["deadline"].notna() & (rows["kind"] != Kind.SUMMARY))
    mask = (asked & table["scheduled"] & ~over).to_numpy()
    found = pd.DataFrame({"id": rows["id"][mask], "name": rows["name"][mask], "finish": table["forecast_finish"][mask]})
    return found.sort_values("finish", kind="stable").reset_index(drop=True)


def promise_of(plan: Plan, target: str | None) -> Promise | None:
    """The deadline, else the baseline finish, else the planned finish of ``target``; of the whole plan its last planned date."""
    if target is None:
        last = plan.activities["planned_finish"].max()
        return None if pd.isna(last) else Promise(last.date(), "planned")
    row = plan.activities[plan.activities["id"] == target].iloc[0]
    for name, by in (("deadline", "deadline"), ("baseline_finish", "baseline"), ("planned_finish", "planned")):
        if pd.notna(row[name]):
            return Promise(row[name].date(), by)  # type: ignore[arg-type]
    return None


def name_of(plan: Plan, target: str | None, lang: Language) -> str:
    """The target's name; of none, the whole plan."""
    if target is None:
        return t("confidence.whole", lang)
    return str(plan.activities.loc[plan.activities["id"] == target, "name"].iloc[0])


def working_days(plan: Plan, schedule: Schedule, target: str | None, first: dt.date, last: dt.date) -> float:
    """Working days of the target's calendar from the close of one day to the close of another; negative backwards."""
    return days_between(target_calendar(plan, schedule, target), first, last)


def confidence_title(plan: Plan, schedule: Schedule, result: SimulationResult, promise: Promise | None, lang: Language) -> str:
    """How likely the promise is and where P80 lies, as one sentence."""
    if not result.answered:
        return t("confidence.no-finish", lang, name=name_of(plan, result.target, lang))
    p80 = result.percentile(LIKELY)
    words = {"name": name_of(plan, result.target, lang), "p80": _day(p80, schedule, lang)}
    if result.target is None:  # it opens the sentence
        words["name"] = words["name"][:1].upper() + words["name"][1:]
    if promise is None:
        return t("confidence.title-no-promise", lang, **words, p50=_day(result.percentile(0.5), schedule, lang))
    share = result.confidence(promise.day)
    days = working_days(plan, schedule, result.target, promise.day, p80)
    key = "later" if days >= 0.5 else "earlier" if days <= -0.5 else "same"
    return t(f"confidence.title-{key}", lang, **words, share=_share(share), promise=_day(promise.day, schedule, lang), days=abs(days))


def _share(share: float) -> str:
    """A share as a percentage that never claims more than the runs can say."""
    return "< 1%" if 0 < share < 0.01 else "> 99%" if 0.99 < share < 1 else f"{share:.0%}"


def _day(day: dt.date, schedule: Schedule, lang: Language) -> str:
    """A date with its year only where that is not obvious."""
    near = schedule.options.status_date or schedule.start
    close = near is not None and abs((day - near).days) <= 300
    return format_date(day, lang, "day" if close else "fulldate")


def register_words(plan: Plan, schedule: Schedule, result: SimulationResult, without: SimulationResult, after: SimulationResult | None,
                   lang: Language) -> list[str]:  # fmt: skip
    """What the register adds to the target's P80, then what the responses win back; empty where nothing can be said.

    ``without`` is the same simulation without the register, ``after`` with it as it stands once the responses work.
    """
    if not (result.answered and without.answered) or result.risk_days.empty:
        return []
    base, now = without.percentile(LIKELY), result.percentile(LIKELY)
    adds = working_days(plan, schedule, result.target, base, now)
    key = "adds" if adds >= 0.5 else "saves" if adds <= -0.5 else "nothing"
    words = [t(f"confidence.register-{key}", lang, days=abs(adds), name=name_of(plan, result.target, lang),
               without=_day(base, schedule, lang), now=_day(now, schedule, lang))]  # fmt: skip
    if after is not None and after.answered:
        wins = working_days(plan, schedule, result.target, after.percentile(LIKELY), now)
        if wins >= 0.5:
            words.append(t("confidence.responses-win", lang, days=wins, date=_day(after.percentile(LIKELY), schedule, lang)))
        elif adds >= 0.5:
            words.append(t("confidence.responses-nothing", lang))
    return words


def forecast_words(schedule: Schedule, result: SimulationResult, lang: Language) -> str:
    """How likely the forecast itself is: it takes every estimate at its word and no risk as happening."""
    if not result.answered or result.deterministic_finish is None:
        return ""
    share = _share(result.confidence(result.deterministic_finish))
    return t("confidence.forecast", lang, date=_day(result.deterministic_finish, schedule, lang), share=share)


def how_words(result: SimulationResult, promise: Promise | None, schedule: Schedule, lang: Language) -> str:
    """Runs, seed and what they leave open: the sampling error of the confidence and of P80."""
    low, high = result.percentile_error(LIKELY)
    words = t("confidence.how-runs", lang, runs=result.runs, seed=result.seed)
    if promise is not None:
        error = 1.959964 * result.confidence_error(promise.day) * 100
        words += " " + t("confidence.how-share", lang, points=f"{error:.1f}")
    if low == high:
        return words + " " + t("confidence.how-p80-exact", lang, date=_day(low, schedule, lang))
    return words + " " + t("confidence.how-p80", lang, low=_day(low, schedule, lang), high=_day(high, schedule, lang))


def certainty_words(plan: Plan, result: SimulationResult, lang: Language) -> str:
    """What the sheet's own certainty is worth: how much of the spread rests on default bands; empty where there is no spread."""
    if not result.answered or np.isnan(result.default_share):
        return ""
    low, high = result.options.default_spread
    key = "certainty-thin" if result.default_share > _THIN_SHARE else "certainty"
    sources = result.table["spread_source"]
    names = dict(zip(plan.activities["id"], plan.activities["name"], strict=True))
    told = sources.isin(["estimates", "learned", "default"])
    words = t(f"confidence.{key}", lang, share=result.default_share, low=low, high=high, count=int((sources == "default").sum()),
              total=int(told.sum()))  # fmt: skip
    default = set(result.table["id"][sources == "default"])
    worth = [names[str(item)] for kind, item in zip(result.tornado["kind"], result.tornado["id"], strict=True)
             if kind == "activity" and item in default][:_NAMED]  # fmt: skip
    if worth:
        words += " " + t("confidence.certainty-ask", lang, names=(", ").join(f"“{name}”" for name in worth))
    return words


def issue_words(plan: Plan, lang: Language) -> str:
    """Risks that have happened: certain in the simulation, in the forecast only once the plan says so; empty without any."""
    risks = plan.risks
    happened = risks[(risks["state"] == "occurred") | ((risks["kind"] == "issue") & (risks["state"] == "open"))]
    if happened.empty:
        return ""
    ids = [str(risk) for risk in happened["id"]]
    return t("confidence.issues", lang, count=len(ids), risks=listed(ids, 5, "risks"))


def factors(plan: Plan, result: SimulationResult, lang: Language, kinds: frozenset[str] | None = None) -> list[Factor]:
    """The tornado with names a reader knows, largest first; factors that move nothing are left out."""
    items = {str(row["id"]): (str(row["name"]), row["team"]) for row in plan.activities[["id", "name", "team"]].to_dict("records")}
    titles = dict(zip(plan.risks["id"], plan.risks["title"], strict=True))
    out = []
    for kind, ident, days in result.tornado[["kind", "id", "days"]].itertuples(index=False):
        if abs(days) < _SMALL_DAYS or (kinds is not None and kind not in kinds):
            continue
        name, team = items.get(str(ident), (str(ident), None)) if kind == "activity" else (str(ident), None)
        if kind == "risk":
            name = str(titles.get(ident, ident))
        told = f"{name} ({ident})" if kind == "risk" else name
        case = kind if days > 0 else "saves" if kind == "risk" else "early"
        story = t(f"tornado.story-{case}", lang, name=told, days=abs(days))
        out.append(Factor(str(kind), f"{name} ({team})" if team else name, float(days), story))
    return out


def tornado_title(plan: Plan, result: SimulationResult, lang: Language) -> str:
    """What would make the date surest, as one sentence."""
    found = [factor for factor in factors(plan, result, lang) if factor.days > 0 or factor.kind == "risk"]
    if not found:
        return t("tornado.nothing", lang)
    first = found[0]
    return t(f"tornado.title-{'saves' if first.days < 0 else first.kind}", lang, name=first.name, days=abs(first.days))


def milestone_table(plan: Plan, schedule: Schedule, result: SimulationResult) -> pd.DataFrame:
    """Open milestones with what the runs say of each: id, name, team, promise, forecast, p50, p80, days (P80 after the promise).

    ``days`` are working days of the milestone's calendar, positive later; earliest forecast first.
    """
    chosen = targets(plan, schedule)
    rows, table = plan.activities.set_index("id"), result.table.set_index("id")
    calendars, position = row_calendars(plan, schedule), {item: row for row, item in enumerate(plan.activities["id"])}
    records = []
    for item, name, finish in chosen.itertuples(index=False):
        promise, p80 = promise_of(plan, item), table["p80_finish"][item]
        days = np.nan if promise is None or pd.isna(p80) else days_between(calendars.of(position[item]), promise.day, p80.date())
        records.append((item, name, rows["team"][item], pd.NaT if promise is None else pd.Timestamp(promise.day), finish,
                        table["p50_finish"][item], p80, days))  # fmt: skip
    return pd.DataFrame(records, columns=["id", "name", "team", "promise", "forecast", "p50", "p80", "days"])


def criticality_table(plan: Plan, result: SimulationResult) -> pd.DataFrame:
    """Activities that are critical in some run: id, name, team, criticality_index, p50, p80, spread_source; the most critical first."""
    table = result.table
    seen = (table["criticality_index"] > 0).to_numpy()
    rows = plan.activities
    found = pd.DataFrame({
        "id": rows["id"][seen], "name": rows["name"][seen], "team": rows["team"][seen],
        "criticality_index": table["criticality_index"][seen], "p50": table["p50_finish"][seen], "p80": table["p80_finish"][seen],
        "spread_source": table["spread_source"][seen],
    })
    return found.sort_values("criticality_index", ascending=False, kind="stable").reset_index(drop=True)
