"""Several import results → one: files of different tools that make one plan together.

Ids that two files share are told apart by the file's name; nothing is matched across files.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePath

import numpy as np
import pandas as pd

from tpm.findings import Finding, Place, Severity
from tpm.model import (
    ACTIVITY_COLUMNS,
    DEPENDENCY_COLUMNS,
    REJECTED_COLUMNS,
    RELATIVE_COLUMNS,
    RISK_COLUMNS,
    RISK_HIT_COLUMNS,
    ImportResult,
    Plan,
    conform,
)


def merge(results: Sequence[ImportResult]) -> ImportResult:
    """One result of all ``results``, in their order; a single one is returned as it is."""
    if len(results) == 1:
        return results[0]
    taken: set[str] = set()
    plans: list[Plan] = []
    findings: list[Finding] = []
    for result in results:
        plan = result.plan
        shared = [name for name in plan.activities["id"] if name in taken]
        if shared:
            stem = PurePath(result.sources[0].file).stem if result.sources else plan.name
            plan = _renamed(plan, stem)
            findings.append(
                Finding(
                    "ids-shared-by-files",
                    Severity.INFO,
                    (Place(result.sources[0].file if result.sources else ""),),
                    {"count": len(shared), "prefix": stem},
                )
            )
        taken |= set(plan.activities["id"])
        plans.append(plan)
    first = next((plan for plan in plans if len(plan.activities)), plans[0])
    schemas = {"activities": ACTIVITY_COLUMNS, "dependencies": DEPENDENCY_COLUMNS, "risks": RISK_COLUMNS, "risk_hits": RISK_HIT_COLUMNS}
    frames = {
        name: conform(pd.concat([getattr(plan, name) for plan in plans], ignore_index=True), schema) for name, schema in schemas.items()
    }
    calendars = {name: spec for plan in plans for name, spec in plan.calendars.items()}
    teams: dict[str, str] = {}
    for plan in plans:
        teams |= plan.team_calendars
    merged = Plan(
        name=first.name,
        **frames,
        attributes=_attributes(plans),
        calendars=calendars,
        default_calendar=first.default_calendar,
        team_calendars=teams,
        project_start=min((plan.project_start for plan in plans if plan.project_start), default=None),
        progress_reported=any(plan.progress_reported for plan in plans),
        status_date=max((plan.status_date for plan in plans if plan.status_date), default=None),
        saved_on=max((plan.saved_on for plan in plans if plan.saved_on), default=None),
        rows_missed=sum(plan.rows_missed for plan in plans),
        relative=conform(pd.concat([plan.relative for plan in plans], ignore_index=True), RELATIVE_COLUMNS),
        relative_unit=next((plan.relative_unit for plan in plans if plan.relative_unit), ""),
    )
    rejected = conform(pd.concat([result.rejected for result in results], ignore_index=True), REJECTED_COLUMNS)
    return ImportResult(
        merged,
        tuple(source for result in results for source in result.sources),
        tuple(table for result in results for table in result.tables),
        (*findings, *(finding for result in results for finding in result.findings)),
        rejected,
    )


def _attributes(plans: Sequence[Plan]) -> pd.DataFrame:
    names = list(dict.fromkeys(name for plan in plans for name in plan.attributes.columns))
    if not names:
        return pd.DataFrame()
    parts = []
    for plan in plans:
        size = len(plan.activities)
        parts.append(
            pd.DataFrame(
                {
                    name: plan.attributes[name].to_numpy() if name in plan.attributes else np.full(size, None, dtype=object)
                    for name in names
                },
                dtype=object,
            )
        )
    return pd.concat(parts, ignore_index=True)


def _renamed(plan: Plan, prefix: str) -> Plan:
    """``plan`` with every activity id prefixed."""

    def rename(values: pd.Series[str]) -> np.ndarray:
        return np.array([None if value is None else f"{prefix}/{value}" for value in values], dtype=object)

    relative = conform(plan.relative.assign(id=rename(plan.relative["id"])), RELATIVE_COLUMNS)
    acts, links, hits = plan.activities, plan.dependencies, plan.risk_hits
    changes: Mapping[str, pd.DataFrame] = {
        "activities": conform(acts.assign(id=rename(acts["id"]), parent=rename(acts["parent"])), ACTIVITY_COLUMNS),
        "dependencies": conform(
            links.assign(predecessor=rename(links["predecessor"]), successor=rename(links["successor"])), DEPENDENCY_COLUMNS
        ),
        "risk_hits": conform(hits.assign(activity=rename(hits["activity"])), RISK_HIT_COLUMNS),
    }
    return plan.with_(**changes, relative=relative)
