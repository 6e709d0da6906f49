"""The register with what follows from it: rating, rank, expected days, what needs an answer, and the findings in words.

*Needs an answer* is said of open threats only: no owner, no response (neither words nor a strategy), or a response whose due date has
passed. Expected days are probability × mean days × activities hit, working days; of an opportunity they are saved and negative;
what has happened counts in full; what is closed counts nothing.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from tpm.findings import Finding, Place, Severity
from tpm.i18n import Language, listed, t
from tpm.insight.risks.scale import RiskScale
from tpm.model import Plan, Schedule

NEEDS: Final = ("overdue", "response", "owner")  # the worst first
_NAMED: Final = 3  # risks in a title or a finding; the rest are counted
_SEVERITY: Final = {"risk-response-overdue": Severity.WARNING, "risk-without-response": Severity.WARNING,
                    "risk-without-owner": Severity.WARNING}  # fmt: skip


@dataclass(frozen=True)
class Register:
    """``rows``: one row a risk, best rank first: every column of the register, and

    ``number`` (rank, 1 …), ``probability_level``, ``impact_level``, ``rating`` and the same with ``residual_`` (NaN where not rated),
    ``zone``, ``residual_zone``, ``expected_days``, ``activities`` (tuple of ids), ``needs`` (tuple of ``NEEDS``), ``opportunity``,
    ``open``, ``occurred`` (bool).
    """

    rows: pd.DataFrame
    scale: RiskScale

    @property
    def rated(self) -> pd.DataFrame:
        """The rows that have a place on the heatmap."""
        return self.rows[self.rows["rating"].notna()]


@dataclass(frozen=True, slots=True)
class RiskFilter:
    """Which risks are shown; None lets everything pass. ``window`` are days, either may be None."""

    teams: frozenset[str] | None = None
    categories: frozenset[str] | None = None
    programs: frozenset[str] | None = None
    window: tuple[dt.date | None, dt.date | None] = (None, None)
    closed: bool = False


def mean_days(risks: pd.DataFrame) -> np.ndarray:
    """Mean working days that each risk costs one activity: PERT's (min + 4 × likely + max) ÷ 6, or the one number; NaN without any."""
    low, likely, high = (risks[name].to_numpy(dtype=float) for name in ("impact_days_min", "impact_days", "impact_days_max"))
    with np.errstate(invalid="ignore"):
        likely = np.where(np.isnan(likely), np.where(np.isnan(low) | np.isnan(high), np.fmax(low, high), (low + high) / 2), likely)
        three = ~np.isnan(low) & ~np.isnan(high)
        return np.where(three, (low + 4 * likely + high) / 6, likely)


def read_register(plan: Plan, scale: RiskScale, as_of: dt.date | None) -> Register:
    """The rated and ranked register of ``plan``; responses are overdue when due before ``as_of``."""
    rows = plan.risks.reset_index(drop=True)
    state = rows["state"].to_numpy()
    opened, occurred = state == "open", state == "occurred"
    opportunity = (rows["kind"] == "opportunity").to_numpy()
    added: dict[str, Any] = {
        "open": opened, "occurred": occurred | (opened & (rows["kind"] == "issue").to_numpy()), "opportunity": opportunity,
    }
    for prefix in ("", "residual_"):
        probability = scale.level(rows[f"{prefix}probability"].to_numpy())
        impact = scale.impact_level(rows[f"{prefix}impact"].to_numpy())
        added |= {f"{prefix}probability_level": probability, f"{prefix}impact_level": impact, f"{prefix}rating": probability * impact}
        added[f"{prefix}zone"] = np.array([None if rating != rating else scale.zone(rating) for rating in probability * impact], object)
    hits = hits_of(plan)
    activities = np.empty(len(rows), dtype=object)
    activities[:] = [hits.get(risk, ()) for risk in rows["id"]]
    added["activities"] = activities
    chance = np.where(added["occurred"], 1.0, np.where(opened, rows["probability"].to_numpy(), 0.0))
    days = np.nan_to_num(chance * mean_days(rows)) * np.array([len(items) for items in activities], dtype=float)
    added["expected_days"] = np.where(opportunity, -days, days)
    added["needs"] = _needs(rows, opened & ~opportunity, as_of)
    table = rows.assign(**{name: pd.Series(values, dtype=getattr(values, "dtype", object)) for name, values in added.items()})
    over = ~(table["open"] | table["occurred"])
    weight = np.lexsort((np.arange(len(rows)), -table["expected_days"].abs(), -table["rating"].fillna(0), over))
    table = table.iloc[weight].reset_index(drop=True)
    return Register(table.assign(number=np.arange(1, len(table) + 1)), scale)


def hits_of(plan: Plan) -> dict[str, tuple[str, ...]]:
    """Risk → the activities that it hits."""
    out: dict[str, tuple[str, ...]] = {}
    for risk, activity in zip(plan.risk_hits["risk"], plan.risk_hits["activity"], strict=True):
        out[risk] = (*out.get(risk, ()), activity)
    return out


def _needs(rows: pd.DataFrame, threats: np.ndarray, as_of: dt.date | None) -> np.ndarray:
    blank = {name: np.array([not (isinstance(text, str) and text.strip()) for text in rows[name]], dtype=bool)
             for name in ("owner", "response", "strategy")}  # fmt: skip
    late = np.zeros(len(rows), dtype=bool) if as_of is None else (rows["due"] < pd.Timestamp(as_of)).to_numpy()
    found = {"overdue": late, "response": blank["response"] & blank["strategy"], "owner": blank["owner"]}
    out = np.empty(len(rows), dtype=object)
    out[:] = [tuple(need for need in NEEDS if found[need][at]) if threats[at] else () for at in range(len(rows))]
    return out


def filtered(register: Register, plan: Plan, schedule: Schedule | None, wanted: RiskFilter) -> Register:
    """The register with the risks that pass ``wanted``; numbers stay what they were.

    A risk lies in the window when its response is due in it or an activity that it hits runs in it; one with neither date always passes.
    """
    rows = register.rows
    keep = np.ones(len(rows), dtype=bool) if wanted.closed else (rows["open"] | rows["occurred"]).to_numpy()
    for name, allowed in (("category", wanted.categories), ("program", wanted.programs)):
        if allowed is not None:
            keep = keep & rows[name].isin(allowed).to_numpy()
    teams = dict(zip(plan.activities["id"], plan.activities["team"], strict=True))
    if wanted.teams is not None:
        some = wanted.teams
        keep = keep & np.array([team in some or any(teams.get(item) in some for item in items)
                          for team, items in zip(rows["team"], rows["activities"], strict=True)], dtype=bool)  # fmt: skip
    first, last = wanted.window
    if first is not None or last is not None:
        spans = _spans(plan, schedule)
        keep = keep & np.array([_within(first, last, due, [spans[item] for item in items if item in spans])
                          for due, items in zip(rows["due"], rows["activities"], strict=True)], dtype=bool)  # fmt: skip
    return Register(rows[keep].reset_index(drop=True), register.scale)


def _spans(plan: Plan, schedule: Schedule | None) -> dict[str, tuple[pd.Timestamp, pd.Timestamp]]:
    table = plan.activities if schedule is None else schedule.table
    start, finish = ("planned_start", "planned_finish") if schedule is None else ("forecast_start", "forecast_finish")
    return {item: (begin, end) for item, begin, end in zip(table["id"], table[start], table[finish], strict=True) if pd.notna(end)}


def _within(first: dt.date | None, last: dt.date | None, due: Any, spans: list[tuple[pd.Timestamp, pd.Timestamp]]) -> bool:
    dated = [*([(due, due)] if pd.notna(due) else []), *spans]
    low = pd.Timestamp.min if first is None else pd.Timestamp(first)
    high = pd.Timestamp.max if last is None else pd.Timestamp(last)
    return not dated or any((pd.isna(begin) or begin <= high) and end >= low for begin, end in dated)


def risk_findings(register: Register, plan: Plan) -> tuple[Finding, ...]:
    """What is missing in the register, one finding a kind, risks in rank order."""
    rows = register.rows
    active = (rows["open"] | rows["occurred"]).to_numpy()
    planned = len(plan.activities) > 0
    loose = np.array([not items for items in rows["activities"]], dtype=bool)
    masks = {
        "risk-response-overdue": _having(rows, "overdue"),
        "risk-without-response": _having(rows, "response"),
        "risk-without-owner": _having(rows, "owner"),
        "risk-without-activity": active & loose & planned,
        "risk-without-days": active & np.isnan(mean_days(rows)) & planned,
        "risk-without-rating": active & rows["rating"].isna().to_numpy(),
    }
    return tuple(_finding(code, rows[mask]) for code, mask in masks.items() if mask.any())


def _having(rows: pd.DataFrame, need: str) -> np.ndarray:
    return np.array([need in needs for needs in rows["needs"]], dtype=bool)


def _finding(code: str, rows: pd.DataFrame) -> Finding:
    places = tuple(Place(file or "", sheet or "", str(row)) for file, sheet, row in
                   zip(rows["file"], rows["sheet"], rows["row"], strict=True) if row)  # fmt: skip
    ids = tuple(str(risk) for risk in rows["id"])
    return Finding(code, _SEVERITY.get(code, Severity.INFO), places, {"count": len(ids), "risks": listed(ids, _NAMED, "risks")}, ids)


def heatmap_title(register: Register, lang: Language) -> tuple[str, str]:
    """The finding as one sentence, and the legend of what these rows draw."""
    rows = register.rows
    threats = rows[rows["open"] & ~rows["opportunity"]]
    needy = threats[[bool(needs) for needs in threats["needs"]]]
    high = int((threats["zone"] == "high").sum())
    if threats.empty:
        sentence = t("risks.title.none-open", lang)
    elif len(needy):
        parts = [t("risks.title.named", lang, number=row["number"], need=t(f"risks.need.{row['needs'][0]}", lang))
                 for row in needy.head(_NAMED).to_dict("records")]  # fmt: skip
        if len(needy) > _NAMED:  # too many to name: how many lack what
            counts = Counter(needs[0] for needs in needy["needs"])
            parts = [t("risks.title.grouped", lang, count=counts[need], need=t(f"risks.need.{need}", lang))
                     for need in NEEDS if counts[need]]  # fmt: skip
        names = ", ".join(parts)
        key = "risks.title.one" if len(threats) == 1 else "risks.title.need"
        sentence = t(key, lang, count=len(needy), total=len(threats), names=names)
    else:
        sentence = t("risks.title.answered" if high else "risks.title.answered-calm", lang, total=len(threats), high=high)
    after = int((threats["residual_zone"].where(threats["residual_rating"].notna(), threats["zone"]) == "high").sum())
    if after < high:
        sentence = t("risks.title.responses", lang, sentence=sentence, before=high, after=after)
    return sentence, " · ".join(_legend(register, lang))


def _legend(register: Register, lang: Language) -> list[str]:
    rated = register.rated
    drawn: Mapping[str, bool] = {
        "number": True,
        "need": any(bool(needs) for needs in rated["needs"]),
        "arrow": bool(rated["residual_rating"].notna().any()),
        "opportunity": bool(rated["opportunity"].any()),
        "occurred": bool(rated["occurred"].any()),
        "shade": True,
    }
    words = [t(f"risks.legend.{mark}", lang).replace(" ", "\u00a0") for mark, present in drawn.items() if present]
    return [words[0][:1].upper() + words[0][1:], *words[1:]]
