"""Changes as options of ``python -m tpm whatif``, which reads them back to the same changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from tpm.model import LagUnit
from tpm.scenario.changes import Change, ChangeKind

_OPTIONS: Final[dict[ChangeKind, tuple[str, Callable[[Change], str]]]] = {
    ChangeKind.SHIFT: ("--shift", lambda change: f"{change.item}={_number(change.number, '+')}d"),
    ChangeKind.SET_START: ("--start", lambda change: f"{change.item}={change.value}"),
    ChangeKind.SET_FINISH: ("--finish", lambda change: f"{change.item}={change.value}"),
    ChangeKind.SET_DURATION: ("--duration", lambda change: f"{change.item}={_number(change.number)}d"),
    ChangeKind.SET_PROGRESS: ("--progress", lambda change: f"{change.item}={_number(change.number * 100)}%"),
    ChangeKind.ADD_LINK: ("--link", lambda change: f"{change.item}->{change.other}:{_link(change)}"),
    ChangeKind.REMOVE_LINK: ("--unlink", lambda change: ":".join((f"{change.item}->{change.other}", *filter(None, [change.link_type])))),
    ChangeKind.DROP: ("--drop", lambda change: change.item),
    ChangeKind.FIRE_RISK: ("--fire-risk", lambda change: change.item),
    ChangeKind.RETIRE_RISK: ("--retire-risk", lambda change: change.item),
}


def arguments_of(changes: Iterable[Change]) -> tuple[str, ...]:
    """``("--duration", "CK-407=12d", …)``, in order. Raises ``KeyError`` for a holiday or a freeze, which have no option."""
    out: list[str] = []
    for change in changes:
        option, value = _OPTIONS[change.kind]
        text = value(change)
        out += [f"{option}={text}"] if text.startswith("-") else [option, text]
    return tuple(out)


def _link(change: Change) -> str:
    lag = _number(change.lag * 100 if change.lag_unit == LagUnit.PERCENT else change.lag, "+")
    unit = {LagUnit.WORKING: "d", LagUnit.ELAPSED: "ed", LagUnit.PERCENT: "%"}[change.lag_unit]
    return f"{change.link_type or 'FS'}{lag}{unit}"


def _number(value: float, sign: str = "") -> str:
    """Without an exponent and without zeros at its end, to a millionth."""
    return f"{value:{sign}.6f}".rstrip("0").rstrip(".")
