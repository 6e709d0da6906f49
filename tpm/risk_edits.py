"""Changes to the risk register, as data over an upload: a field of a risk, a new risk, a risk taken out.

The sibling of :mod:`tpm.edits`, which does the same for activities. Applying is pure: the register that was read is
never altered, and leaving an edit out restores it. Edits stay valid over a newer upload as long as the risk's id is there; those
that cannot be applied come back as a finding and are kept.

The score follows probability and impact where either is edited and the score itself is not: probability level × impact. Where the
state is edited the status' words go, because they would say the old state.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from tpm.findings import Finding, Severity
from tpm.model import (
    CELL_LENGTH_MAX,
    DAYS_MOST,
    RISK_COLUMNS,
    RISK_HIT_COLUMNS,
    Plan,
    conform,
    day_from,
    number_from,
    probability_level,
)

TEXT_FIELDS: Final = ("title", "description", "category", "team", "program", "owner", "response", "status")
DATE_FIELDS: Final = ("due",)
SHARE_FIELDS: Final = ("probability", "residual_probability")
LEVEL_FIELDS: Final = ("impact", "residual_impact")
DAYS_FIELDS: Final = ("impact_days_min", "impact_days", "impact_days_max")
CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "kind": ("threat", "opportunity"),  # what has happened is a state, not a kind
    "state": ("open", "closed", "occurred"),
    "strategy": ("avoid", "reduce", "transfer", "accept", "exploit", "share", "enhance"),
}
ACTIVITIES: Final = "activities"  # the ids of the activities that the risk hits
ADD: Final = "add"  # a risk that the upload does not have; value True
DROP: Final = "drop"  # leave the risk out; value True
FIELDS: Final = (*TEXT_FIELDS, *DATE_FIELDS, *SHARE_FIELDS, *LEVEL_FIELDS, *DAYS_FIELDS, *CHOICES, "score", ACTIVITIES, ADD, DROP)
_NUMBERS: Final = (*SHARE_FIELDS, *LEVEL_FIELDS, *DAYS_FIELDS, "score")
_RANGES: Final[Mapping[str, tuple[float, float]]] = {
    **dict.fromkeys(SHARE_FIELDS, (0.0, 1.0)), **dict.fromkeys(LEVEL_FIELDS, (1.0, 5.0)),
    **dict.fromkeys(DAYS_FIELDS, (0.0, DAYS_MOST)),  # not negative: an opportunity says by its kind that they are saved
    "score": (-1e6, 1e6),
}  # fmt: skip
_NEEDED: Final = ("title", "kind", "state", ADD, DROP)
_IN_STORE: Final = "risk."  # what tells a risk's field from an activity's in the store's one list of corrections
_ID: Final = re.compile(r"(?P<stem>(?:.*[^\d\n])?)(?P<number>\d+)")

Value = str | float | bool | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class RiskEdit:
    """One change to a risk. Dates are ISO text, probabilities shares 0–1, impacts levels 1–5, days working days; None clears the cell.

    Raises ``ValueError`` for an unknown field or a value that the field cannot hold.
    """

    risk: str
    field: str
    value: Value
    reason: str = ""

    def __post_init__(self) -> None:
        if self.field not in FIELDS:
            raise ValueError(f"{self.field!r} of a risk cannot be edited")
        if self.value is None or self.value == "":
            if self.field in _NEEDED:
                raise ValueError(f"{self.field} cannot be empty")
            return
        if self.field in DATE_FIELDS:
            day_from(self.value)
        elif self.field in CHOICES and self.value not in CHOICES[self.field]:
            raise ValueError(f"{self.value!r} is no {self.field}")
        elif self.field == ACTIVITIES and not (isinstance(self.value, tuple) and all(isinstance(one, str) for one in self.value)):
            raise ValueError("activities are a tuple of ids")
        elif self.field in _RANGES:
            number_from(self.value, *_RANGES[self.field])
        elif self.field in TEXT_FIELDS and not (isinstance(self.value, str) and len(self.value) <= CELL_LENGTH_MAX):
            raise ValueError(f"{self.field} is a text of at most {CELL_LENGTH_MAX} characters")
        elif self.field == ADD and self.value is not True:
            raise ValueError("a risk is added or not")
        elif self.field == DROP and not isinstance(self.value, bool):
            raise ValueError("a risk is left out or not")

    @property
    def stored_field(self) -> str:
        """The field as the store keeps it beside the corrections of activities."""
        return _IN_STORE + self.field

    @property
    def stored_value(self) -> Any:
        """The value as JSON."""
        return list(self.value) if isinstance(self.value, tuple) else self.value

    @classmethod
    def from_store(cls, item: str, field: str, value: Any, reason: str = "") -> RiskEdit:
        """The edit that was stored. Raises ``ValueError`` as the constructor."""
        return cls(item, field.removeprefix(_IN_STORE), tuple(value) if isinstance(value, list) else value, reason)


def is_risk_edit(stored_field: str) -> bool:
    """Whether a stored correction is one of a risk."""
    return stored_field.startswith(_IN_STORE)


def next_id(ids: Iterable[str]) -> str:
    """An id for a new risk in the manner of those that are there: ``R-12`` → ``R-13``, ``RISK009`` → ``RISK010``."""
    taken = set(ids)
    found = [match for match in map(_ID.fullmatch, taken) if match]
    if not found:
        stem, number, width = "R-", 0, 1
    else:
        stem = Counter(match["stem"] for match in found).most_common(1)[0][0]
        alike = [match["number"] for match in found if match["stem"] == stem]
        number, width = max(map(int, alike)), max(map(len, alike)) if any(text.startswith("0") for text in alike) else 1
    while (named := f"{stem}{number + 1:0{width}d}") in taken:
        number += 1
    return named


def apply_risk_edits(plan: Plan, edits: Sequence[RiskEdit]) -> tuple[Plan, list[Finding]]:
    """``plan`` with ``edits`` applied in order, and findings for those that could not be.

    Left out and told: an edit of a risk that is not there, days whose least is above their most, and hits on activities that the plan
    does not have.
    """
    if not edits:
        return plan, []
    rows = _with_new(plan.risks, edits)
    position = {risk: at for at, risk in enumerate(rows["id"])}
    gone = [edit.risk for edit in edits if edit.risk not in position]
    dropped = {edit.risk for edit in edits if edit.field == DROP and edit.risk in position}
    by_risk: dict[str, dict[str, Value]] = {}
    for edit in edits:
        if edit.risk in position and edit.field not in (ADD, DROP):
            cells = by_risk.setdefault(edit.risk, {})
            cells[edit.field] = edit.value
            if edit.field == "state":
                cells["status"] = None
    refused = [risk for risk, cells in by_risk.items() if not _set(rows, position[risk], cells)]
    hits, unknown = _hits(plan, {risk: cells[ACTIVITIES] for risk, cells in by_risk.items() if ACTIVITIES in cells}, dropped)
    kept = rows[~rows["id"].isin(dropped)] if dropped else rows
    changed = plan.with_(risks=conform(kept, RISK_COLUMNS), risk_hits=hits)
    found = (("risk-edit-without-risk", gone), ("risk-edit-days", refused), ("risk-edit-unknown-activity", unknown))
    return changed, [
        Finding(code, Severity.WARNING, params={"count": len(names), "risks": ", ".join(dict.fromkeys(names))},
                items=tuple(dict.fromkeys(names)) if code != "risk-edit-without-risk" else ())
        for code, names in found if names
    ]  # fmt: skip


def _with_new(risks: pd.DataFrame, edits: Sequence[RiskEdit]) -> pd.DataFrame:
    """A copy of the register with the added risks at its end."""
    held = set(risks["id"])
    new = list(dict.fromkeys(edit.risk for edit in edits if edit.field == ADD and edit.risk not in held))
    if not new:
        return risks.reset_index(drop=True)
    blank = conform(pd.DataFrame({"id": new, "title": new, "kind": ["threat"] * len(new), "state": ["open"] * len(new)}), RISK_COLUMNS)
    blank["score"] = np.nan
    return pd.concat([risks, blank], ignore_index=True).astype(dict(RISK_COLUMNS))


def _set(rows: pd.DataFrame, at: int, cells: Mapping[str, Value]) -> bool:
    """Write one risk's cells into ``rows``; False where its days make no sense and were left as they are."""
    wanted: dict[str, Any] = {}
    for field, value in cells.items():
        if field == ACTIVITIES:
            continue
        if field in DATE_FIELDS:
            wanted[field] = pd.NaT if value in (None, "") else pd.Timestamp(str(value)).as_unit("s")
        elif field in _NUMBERS:
            wanted[field] = np.nan if value in (None, "") else float(value)  # type: ignore[arg-type]
        else:
            wanted[field] = None if value == "" else value
    sensible = True
    if wanted.keys() & set(DAYS_FIELDS):
        days = [float(wanted.get(field, rows[field].iloc[at])) for field in DAYS_FIELDS]
        given = [day for day in days if day == day]
        if given != sorted(given):
            sensible = False
            wanted = {field: value for field, value in wanted.items() if field not in DAYS_FIELDS}
    if wanted.keys() & {"probability", "impact"} and "score" not in wanted:
        probability = float(wanted.get("probability", rows["probability"].iloc[at]))
        wanted["score"] = float(probability_level(np.array([probability]))[0]) * float(wanted.get("impact", rows["impact"].iloc[at]))
    for field, value in wanted.items():
        rows.loc[at, field] = value  # the index is 0 … n−1
    return sensible


def _hits(plan: Plan, wanted: Mapping[str, Value], dropped: set[str]) -> tuple[pd.DataFrame, list[str]]:
    """The activities that each risk hits, after the edits; and the risks that name an activity which is not there."""
    if not wanted and not dropped:
        return plan.risk_hits, []
    known = set(plan.activities["id"])
    left = plan.risk_hits[~plan.risk_hits["risk"].isin(set(wanted) | dropped)]
    pairs, unknown = [], []
    for risk, items in wanted.items():
        named = items if isinstance(items, tuple) else ()
        pairs += [(risk, item) for item in dict.fromkeys(named) if item in known and risk not in dropped]
        if not known.issuperset(named):
            unknown.append(risk)
    new = pd.DataFrame({"risk": [risk for risk, _ in pairs], "activity": [item for _, item in pairs]}, dtype=object)
    return conform(pd.concat([left, new], ignore_index=True), RISK_HIT_COLUMNS), unknown


def edits_between(before: Plan, after: Plan, *, drop_missing: bool = False) -> list[RiskEdit]:
    """What turns the register of ``before`` into that of ``after``, risk by risk in the order of ``after``.

    Risks that only ``before`` has are dropped where ``drop_missing`` says so. Words of a status count only where the state that they
    mean is the same: a changed state rewrites them. Raises ``ValueError`` for a value that a field cannot hold.
    """
    old = {str(row["id"]): row for row in before.risks.to_dict("records")}
    old_hits, new_hits = _by_risk(before), _by_risk(after)
    out: list[RiskEdit] = []
    for row in after.risks.to_dict("records"):
        risk = str(row["id"])
        held: Mapping[Any, Any] = old.get(risk, {"title": risk, "kind": "threat", "state": "open"})
        if risk not in old:
            out.append(RiskEdit(risk, ADD, True))
        for field in ("state", *(name for name in FIELDS if name in RISK_COLUMNS and name not in ("state", "score"))):
            value, was = _plain(row.get(field)), _plain(held.get(field))
            if value != was and not (value is None and field in _NEEDED):
                out.append(RiskEdit(risk, field, value))
        out += _score_edit(risk, row, held, out)
        if new_hits.get(risk, ()) != old_hits.get(risk, ()):
            out.append(RiskEdit(risk, ACTIVITIES, new_hits.get(risk, ())))
    if drop_missing:
        here = set(after.risks["id"])
        out += [RiskEdit(risk, DROP, True) for risk in old if risk not in here]
    return out


def _score_edit(risk: str, row: Mapping[Any, Any], held: Mapping[Any, Any], so_far: Sequence[RiskEdit]) -> list[RiskEdit]:
    """The score, where it is neither what it was nor what follows from the new rating."""
    value, was = _plain(row.get("score")), _plain(held.get("score"))
    rated = any(edit.risk == risk and edit.field in ("probability", "impact") for edit in so_far)
    follows = was
    if rated:
        level = probability_level(np.array([row["probability"]], dtype=float))[0]
        follows = _plain(float(level) * float(row["impact"]))
    return [] if value is None or value == follows or (rated and value == was) else [RiskEdit(risk, "score", value)]


def _plain(value: Any) -> Any:
    """A cell as an edit holds it."""
    if value is None or value is pd.NaT or value != value or value == "":
        return None
    if isinstance(value, pd.Timestamp | dt.datetime):
        return value.date().isoformat()
    return float(value) if isinstance(value, int | float | np.number) else str(value)


def _by_risk(plan: Plan) -> dict[str, tuple[str, ...]]:
    hits: dict[str, tuple[str, ...]] = {}
    for risk, activity in zip(plan.risk_hits["risk"], plan.risk_hits["activity"], strict=True):
        hits[risk] = (*hits.get(risk, ()), activity)
    return hits
