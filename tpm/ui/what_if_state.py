"""The scenario that is open on the What-if page: its changes, what can be undone, where it is kept.

A scenario is kept from its first change on, after every change, and its id is in the address (``?s=``), so a refresh or a
colleague's click opens the same one. What can be undone and redone lives in the session only.

Two may work on one scenario: what is written is what the store has with this session's step in it. Where both touched the same item,
nothing is written and the reader is asked.
"""

from __future__ import annotations

import uuid
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import streamlit as st

from tpm.i18n import Language, t
from tpm.scenario import Change, ChangeKind, Scenario
from tpm.scenario.changes import CALENDAR, named
from tpm.store import ABSENT, DocumentKind
from tpm.ui import cache, shared
from tpm.ui.keys import Key
from tpm.ui.merging import Clash, merged_list, rebased
from tpm.ui.trouble import told
from tpm.ui.workspace import Current

MOST_UNDO: Final = 200

Changes = tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """A scenario of the workspace with its key and the version of the plan that it was made on."""

    id: str
    scenario: Scenario
    number: int  # scenarios are listed in the order in which they were made
    snapshot: int


@dataclass(frozen=True, slots=True)
class Open:
    """What the page works on. ``id`` is empty until there is something to keep."""

    workspace: str
    id: str
    scenario: Scenario
    snapshot: int
    past: tuple[Changes, ...] = ()
    future: tuple[Changes, ...] = ()
    number: int = 0  # its place among the kept ones; 0 until it has one

    @property
    def changes(self) -> Changes:
        return self.scenario.changes


def all_kept(workspace: str) -> list[Kept]:
    """The workspace's scenarios, oldest first; what this version cannot read is left out (and told by ``kept.check``)."""
    found = []
    for key, stored in cache.store().documents(workspace, DocumentKind.SCENARIO).items():
        kept = _read(key, stored)
        if kept is not None:
            found.append(kept)
    return sorted(found, key=lambda kept: (kept.number, kept.id))


def _read(key: str, stored: Any) -> Kept | None:
    try:
        return Kept(key, Scenario.from_json(stored), int(stored.get("number", 0)), int(stored.get("snapshot", 0)))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def follow_address(here: Current) -> None:
    """Open the scenario that the address names, or put the open one back into an address that lost it."""
    asked = st.query_params.get(Key.SCENARIO)
    held: Open | None = st.session_state.get(Key.BOARD)
    if held is not None and held.workspace != here.id:
        held = None
        st.session_state.pop(Key.BOARD, None)
    if not asked:
        st.session_state[Key.UNKNOWN_SCENARIO] = False
    else:
        kept = next((kept for kept in all_kept(here.id) if kept.id == asked), None)
        st.session_state[Key.UNKNOWN_SCENARIO] = kept is None
        if kept is not None:
            _set(_brought_up(held, kept) if held is not None and held.id == asked
                 else Open(here.id, kept.id, kept.scenario, kept.snapshot, number=kept.number))  # fmt: skip
            return
        held = held if held is not None and held.id != asked else None  # deleted by somebody else
    if held is None:
        held = _new(here)
    _set(held)


def _brought_up(board: Open, kept: Kept) -> Open:
    """The open scenario as the store has it now; what can be undone goes back to states with others' changes in them."""
    if kept.scenario == board.scenario:
        return board
    past, future = (tuple(tuple(rebased(each, board.changes, kept.scenario.changes)) for each in states)
                    for states in (board.past, board.future))  # fmt: skip
    return replace(board, scenario=kept.scenario, past=past, future=future)


def is_unknown() -> bool:
    """The address named a scenario that this workspace does not have."""
    return bool(st.session_state.get(Key.UNKNOWN_SCENARIO))


def opened() -> Open:
    """The open scenario; :func:`follow_address` has run."""
    found: Open = st.session_state[Key.BOARD]
    return found


def _new(here: Current) -> Open:
    return Open(here.id, "", Scenario(""), here.snapshot.number)


def _set(board: Open) -> None:
    st.session_state[Key.BOARD] = board
    if board.id:
        st.query_params[Key.SCENARIO] = board.id
    else:
        st.query_params.pop(Key.SCENARIO, None)


@told
def _keep(board: Open, before: Open, lang: Language | None = None) -> None:
    """Write the step from ``before`` to ``board`` down, and open what came of it. A scenario without a name is given one in ``lang``."""
    made, clash = board, False

    def revise(now: Mapping[str, Any]) -> dict[str, Any]:
        nonlocal made, clash
        standing = _read(board.id, now[board.id]) if board.id in now else None
        if before.id != board.id:  # a new one
            last = max((one.number for key, value in now.items() if (one := _read(key, value)) is not None), default=0)
            name = board.scenario.name or t("what-if.scenario-name", lang or "en", number=len(now) + 1)
            made = replace(board, number=last + 1, scenario=replace(board.scenario, name=name))
        elif standing is None:
            clash = True
            return {}
        elif standing.scenario != before.scenario:
            merged = _merged(board, before, standing)
            made, clash = merged or board, merged is None
        return {} if clash else {made.id: _document(made)}

    cache.store().revise_documents(board.workspace, DocumentKind.SCENARIO, revise)
    st.session_state[Key.UNKNOWN_SCENARIO] = False
    if clash:
        stands = cache.store().documents(board.workspace, DocumentKind.SCENARIO)
        shared.ask([Clash(DocumentKind.SCENARIO, (board.id,), stands.get(board.id, ABSENT), _document(board))])
        return
    shared.saw_document(DocumentKind.SCENARIO, made.id, _document(made))
    _set(made)


def _document(board: Open) -> dict[str, Any]:
    return {**board.scenario.as_json(), "number": board.number, "snapshot": board.snapshot}


def _merged(board: Open, before: Open, standing: Kept) -> Open | None:
    """``board`` with what somebody else made of the scenario since ``before``; None where both touched the same thing."""
    base, mine, theirs = before.scenario, board.scenario, standing.scenario
    changes = merged_list(base.changes, theirs.changes, mine.changes, _touches)
    renamed = base.name != mine.name
    if changes is None or (renamed and theirs.name not in (base.name, mine.name)):
        return None
    scenario = Scenario(mine.name if renamed else theirs.name, tuple(changes))
    past, future = (tuple(tuple(rebased(each, base.changes, theirs.changes)) for each in states)
                    for states in (board.past, board.future))  # fmt: skip
    return replace(board, scenario=scenario, past=past, future=future)


def _touches(change: Change) -> frozenset[Hashable]:
    """What a change is about: its items; of days off the team whose they are."""
    if change.kind in CALENDAR:
        return frozenset({(change.kind, change.team)})
    return frozenset(one for one in (change.item, change.other) if one)


def _change(board: Open, changes: Changes, lang: Language) -> None:
    if changes == board.changes:
        return
    scenario = replace(board.scenario, changes=changes)
    past = (*board.past, board.changes)[-MOST_UNDO:]
    _keep(replace(board, id=board.id or uuid.uuid4().hex[:12], scenario=scenario, past=past, future=()), board, lang)


def make(here: Current, changes: Changes, lang: Language) -> None:
    """Add changes as one step. A change that says more of what the last one said takes its place: two shifts are one."""
    board = opened()
    made = list(board.changes)
    for change in (named(change, here.plan) for change in changes):
        made = _with(made, change)
    _change(board, tuple(made), lang)


def try_out(here: Current, name: str, changes: Changes, target: str | None, lang: Language) -> None:
    """Open ``changes`` as a scenario of their own, called ``name``, with the date of ``target`` asked about; the one that was made before
    of the same changes, where there is one."""
    same = next((kept for kept in all_kept(here.id) if kept.scenario == Scenario(name, changes)), None)
    st.session_state[Key.WHAT_IF_TARGET] = target or ""
    if same is not None:
        open_kept(here, same.id)
        return
    board = _new(here)
    _keep(replace(board, id=uuid.uuid4().hex[:12], scenario=Scenario(name, changes), past=((),)), board, lang)


def _with(made: list[Change], change: Change) -> list[Change]:
    """``made`` and ``change``. Only the last is merged: a change counts from where those before it put the item."""
    last = made[-1] if made else None
    if last is None or (last.kind, last.item, last.other) != (change.kind, change.item, change.other) or not change.item:
        return [*made, change]
    if change.kind is ChangeKind.SHIFT:
        change = replace(change, value=change.number + last.number)
        return [*made[:-1], change] if change.number else made[:-1]
    return [*made[:-1], change]


def undo() -> None:
    """Go one step back."""
    board = opened()
    if board.past:
        _keep(replace(board, scenario=replace(board.scenario, changes=board.past[-1]), past=board.past[:-1],
                      future=(board.changes, *board.future)), board)  # fmt: skip


def redo() -> None:
    """Go one step forward again."""
    board = opened()
    if board.future:
        _keep(replace(board, scenario=replace(board.scenario, changes=board.future[0]), past=(*board.past, board.changes),
                      future=board.future[1:]), board)  # fmt: skip


def reset(lang: Language) -> None:
    """Take every change back; undo brings them all again."""
    _change(opened(), (), lang)


def remove(position: int, lang: Language) -> None:
    """Take one change back."""
    board = opened()
    if 0 <= position < len(board.changes):
        _change(board, board.scenario.without(position).changes, lang)


def rename(name: str) -> None:
    """Give the open scenario another name."""
    board = opened()
    if board.id and name.strip() and name.strip() != board.scenario.name:
        _keep(replace(board, scenario=replace(board.scenario, name=name.strip())), board)


def duplicate(lang: Language) -> None:
    """Go on in a copy; the original stays as it is."""
    board = opened()
    copy = replace(board.scenario, name=t("what-if.copy-name", lang, name=board.scenario.name))
    _keep(Open(board.workspace, uuid.uuid4().hex[:12], copy, board.snapshot), board)


def delete(here: Current) -> None:
    """Delete the open scenario and start afresh."""
    board = opened()
    shared.saw_document(DocumentKind.SCENARIO, board.id, _document(board))
    shared.put(DocumentKind.SCENARIO, {(board.id,): ABSENT})
    _set(_new(here))


def open_kept(here: Current, key: str) -> None:
    """Open a scenario by its key; an empty key starts a new one."""
    st.session_state[Key.UNKNOWN_SCENARIO] = False
    kept = next((kept for kept in all_kept(here.id) if kept.id == key), None)
    _set(_new(here) if kept is None else Open(here.id, kept.id, kept.scenario, kept.snapshot, number=kept.number))
