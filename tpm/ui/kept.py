"""What a workspace keeps, checked: each value that cannot be used is left out, so that its default holds, and is told.

Everything that the store gives (settings, mappings, answers, scenarios, corrections) goes through :func:`check` before a page sees it:
a bundle from elsewhere, a database that was changed by hand, a country that a newer ``holidays`` no longer knows or a program that wrote
more than this one understands cost one value each, never a page. Nothing is removed from the store: that is for a person to do,
who sees what it was.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tpm.edits import Edit
from tpm.findings import Finding, Severity
from tpm.model import (
    DISTRIBUTIONS,
    RUNS_MOST,
    SEED_MOST,
    SPREAD_HIGH_MOST,
    SPREAD_LOW_LEAST,
    YEARS,
    Mode,
    day_from,
    number_from,
)
from tpm.risk_edits import RiskEdit, is_risk_edit
from tpm.store.records import UNREADABLE, DocumentKind
from tpm.ui.settings import NEAR_CRITICAL_MOST, WEEKS

if TYPE_CHECKING:
    from tpm.store import Opened, SavedEdit

TEXT_MOST: Final = 4_000  # characters of a name, an id, a reason
PARTS_MOST: Final = 5_000  # entries of a list or a mapping
SCENARIO_CHANGES_MOST: Final = 2_000
_SHOWN: Final = 60  # characters of a value in a sentence

_DATE_ORDERS: Final = ("dmy", "mdy", "ymd")

Path = tuple[str, ...]  # key of a document, or key and part


@dataclass(frozen=True, slots=True)
class Unusable:
    """A stored value that cannot be used: what it is, where it lies (``path`` of a document, or the ``edit``'s id), what is said of it."""

    finding: Finding
    kind: str = DocumentKind.SETTING
    path: Path = ()
    edit: int | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """What can be used of a workspace, and what cannot."""

    settings: Mapping[str, Any]
    mappings: Mapping[str, Mapping[str, str]]
    dismissed: Mapping[str, str]
    pairs: Mapping[str, bool]
    scenarios: Mapping[str, Mapping[str, Any]]
    decisions: Mapping[str, dict[str, Any]]
    edits: tuple[SavedEdit, ...]  # of activities
    risk_edits: tuple[SavedEdit, ...]
    unusable: tuple[Unusable, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(one.finding for one in self.unusable)


def check(opened: Opened) -> Kept:
    """``opened`` as pages may use it."""
    documents = opened.documents
    told: list[Unusable] = []
    settings = _settings(documents.get(DocumentKind.SETTING, {}), told)
    each: dict[str, Mapping[str, Any]] = {
        kind: _each(kind, documents.get(kind, {}), sound, told)
        for kind, sound in ((DocumentKind.MAPPING, _mapping), (DocumentKind.DISMISSED, text), (DocumentKind.PAIR, _flag),
                            (DocumentKind.SCENARIO, _scenario), (DocumentKind.DECISION, _decision))}  # fmt: skip
    edits, risk_edits = usable_edits(opened.edits, told)
    for snapshot in opened.snapshots:
        told += [Unusable(Finding(f"kept-{part}", Severity.WARNING, params={"number": snapshot.number})) for part in snapshot.damaged]
        frozen = snapshot.baseline.edits if snapshot.baseline is not None else ()
        if lost := sum(usable(edit) is None for edit in frozen):
            told.append(Unusable(Finding("kept-frozen-edit", Severity.WARNING, params={"number": snapshot.number, "count": lost})))
    return Kept(settings, each[DocumentKind.MAPPING], each[DocumentKind.DISMISSED], each[DocumentKind.PAIR], each[DocumentKind.SCENARIO],
                each[DocumentKind.DECISION], edits, risk_edits, tuple(told))


def usable(edit: Any) -> Edit | RiskEdit | None:
    """A correction of the store as the program applies it; None for one that no field can hold."""
    try:
        text(edit.item)
        if is_risk_edit(edit.field):
            return RiskEdit.from_store(edit.item, edit.field, edit.value, edit.reason)
        return Edit(edit.item, edit.field, edit.value, edit.reason)
    except UNREADABLE:
        return None


def usable_edits(
    saved: Iterable[SavedEdit], told: list[Unusable] | None = None
) -> tuple[tuple[SavedEdit, ...], tuple[SavedEdit, ...]]:
    """The corrections of activities and those of risks that can be applied; ``told`` hears of the others."""
    edits, risk_edits = [], []
    for one in saved:
        edit = usable(one.edit)
        if isinstance(edit, RiskEdit):
            risk_edits.append(one)
        elif edit is not None:
            edits.append(one)
        elif told is not None:
            params = {"item": one.edit.item[:_SHOWN] or "–", "field": one.edit.field[:_SHOWN] or "–", "value": shown(one.edit.value)}
            told.append(Unusable(Finding("kept-edit", Severity.WARNING, params=params), edit=one.id))
    return tuple(edits), tuple(risk_edits)


def shown(value: Any) -> str:
    """A stored value in a few characters."""
    words = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return words if len(words) <= _SHOWN else words[: _SHOWN - 1] + "…"


# Settings

Check = Callable[[Any], Any]  # gives the value back, or raises one of UNREADABLE


def text(value: Any) -> str:
    """A text of sane length. Raises ``ValueError`` for anything else."""
    if not isinstance(value, str) or len(value) > TEXT_MOST:
        raise ValueError("no text")
    return value


def _one_of(*allowed: Any) -> Check:
    def check_choice(value: Any) -> Any:
        if not isinstance(value, str) or value not in allowed:
            raise ValueError("unknown choice")
        return value

    return check_choice


def _between(low: float, high: float, kind: Callable[[float], Any] = float) -> Check:
    return lambda value: kind(number_from(value, low, high))


def _day(value: Any) -> str:
    return day_from(value).isoformat()


def _status(value: Any) -> str:
    return value if value in ("auto", "none") else _day(value)


def _country(value: Any) -> str:
    from tpm.calendars import countries

    if value not in countries():
        raise ValueError("no holidays are known there")
    return text(value)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError("neither yes nor no")
    return value


def _texts(value: Any) -> list[str]:
    if not isinstance(value, list) or len(value) > PARTS_MOST:
        raise TypeError("no list of texts")
    return [text(one) for one in value]


def _scale(value: Any) -> dict[str, Any]:
    from tpm.insight.risks.scale import RiskScale

    given = dict(value)
    _texts(given.get("impacts", []))
    if RiskScale.of(given).as_json() != RiskScale().as_json() | given:
        raise ValueError("no scale")
    return given


def _mapping(value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or len(value) > PARTS_MOST:
        raise TypeError("no mapping")
    return {text(field): text(header) for field, header in value.items()}


def _scenario(value: Any) -> dict[str, Any]:
    from tpm.scenario.changes import Scenario

    scenario = Scenario.from_json(value)
    text(value["name"])
    if len(scenario.changes) > SCENARIO_CHANGES_MOST:
        raise ValueError("too many changes")
    for name in ("number", "snapshot"):
        number_from(value.get(name, 0), 0, 2**31)
    return dict(value)


def _decision(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        raise TypeError("no decision")
    return {name: text(value[name]) for name in ("question", "what", "by")} | {
        "on": _day(value["on"]), "lands": _day(value["lands"]) if value.get("lands") else ""}


_CHECKS: Final[Mapping[str, Check]] = {
    "status": _status, "mode": _one_of(*(mode.value for mode in Mode)), "country": _country, "week": _one_of(*WEEKS),
    "near_critical": _between(0, NEAR_CRITICAL_MOST), "target": text, "project_start": _day, "date_order": _one_of(*_DATE_ORDERS),
    "sheet": text, "year": _between(YEARS[0], YEARS[1], int), "baseline": _between(1, 2**31, int), "risk_scale": _scale,
}  # fmt: skip
_PARTS: Final[Mapping[str, Mapping[str, Check]]] = {
    "simulation": {
        "runs": _between(100, RUNS_MOST, int), "seed": _between(0, SEED_MOST, int), "target": text, "distribution": _one_of(*DISTRIBUTIONS),
        "low": _between(SPREAD_LOW_LEAST, 0), "high": _between(0, SPREAD_HIGH_MOST), "correlation": _between(0, 1), "learned": _flag,
    },
    "review": {
        "pinned": _texts, "hidden": _texts, "lane": text,
        "amber_days": _between(0, 10_000), "red_days": _between(0, 10_000), "amber_confidence": _between(0, 1),
        "red_confidence": _between(0, 1),
    },
}  # fmt: skip


def _settings(stored: Mapping[str, Any], told: list[Unusable]) -> dict[str, Any]:
    """The settings that can be used; None is a setting that was taken back."""
    sound: dict[str, Any] = {}
    for name, value in stored.items():
        if value is None:
            continue
        if name in _PARTS or name == "team_countries":
            parts = _parts(name, value, told)
            if parts:
                sound[name] = parts
            continue
        check_value = _CHECKS.get(name, _unknown)
        try:
            sound[name] = check_value(value)
        except UNREADABLE:
            told.append(_told((name,), value))
    return sound


def _unknown(value: Any) -> Any:
    raise ValueError("a setting that this version does not know")


def _parts(name: str, value: Any, told: list[Unusable]) -> dict[str, Any]:
    """A setting that is made of parts, part by part."""
    if not isinstance(value, dict) or len(value) > PARTS_MOST:
        told.append(_told((name,), value))
        return {}
    sound: dict[str, Any] = {}
    for part, one in value.items():
        if one is None:
            continue
        check_part = _country if name == "team_countries" else _PARTS[name].get(part, _unknown)
        try:
            sound[text(part)] = check_part(one)
        except UNREADABLE:
            told.append(_told((name, part), one))
    if name == "review":
        _rising(sound, told)
    return sound


def _rising(review: dict[str, Any], told: list[Unusable]) -> None:
    """Thresholds that do not rise from amber to red are left out together."""
    given = {part: review[part] for part in ("amber_days", "red_days", "amber_confidence", "red_confidence") if part in review}
    if not given:
        return
    from tpm.insight.review import Thresholds

    try:
        Thresholds(**given)
    except ValueError:
        told += [_told(("review", part), review.pop(part)) for part in given]


def _told(path: Path, value: Any) -> Unusable:
    params = {"name": name_key(path), "part": f" ({path[1][:_SHOWN]})" if len(path) > 1 else "", "value": shown(value)}
    return Unusable(Finding("kept-setting", Severity.WARNING, params=params), DocumentKind.SETTING, path)


def name_key(path: Path) -> str:
    """The catalogue's key of what a setting is called."""
    known = path[0] in _CHECKS or path[0] in _PARTS or path[0] == "team_countries"
    return f"kept.setting.{path[0].replace('_', '-')}" if known else "kept.setting.unknown"


def _each(kind: str, stored: Mapping[str, Any], sound: Check, told: list[Unusable]) -> dict[str, Any]:
    """The documents of a kind that can be used, each by itself."""
    out: dict[str, Any] = {}
    for key, value in stored.items():
        try:
            out[key] = sound(value)
        except (*UNREADABLE, RecursionError):
            name = value.get("name") if isinstance(value, dict) and kind == DocumentKind.SCENARIO else None
            params = {"kind": f"kept.kind.{kind}", "key": shown(name if isinstance(name, str) and name else key), "value": shown(value)}
            told.append(Unusable(Finding("kept-document", Severity.WARNING, params=params), kind, (key,)))
    return out

