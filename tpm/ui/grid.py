"""A table that is typed into: what is typed is kept at once, and nothing moves under the hand that types.

Streamlit holds what was typed as a difference to the frame that its editor was given; with another key or other rows the difference is
gone, and with it every value that is on its way. So a grid freezes its rows for a *sitting*: from the moment it is shown until the reader
asks for it anew, leaves the page, or something beside the grid changes what it shows. Rank, rating and everything else that follows from
what was typed therefore waits until it is asked for.

The editor always tells all that was typed in the sitting. What of it was not kept yet is written, and what was undone is taken back; a
state that arrives twice is written once. Only cells that were typed into are written, and compared with what the rows show: what somebody
else made of such a cell since is asked about (:mod:`tpm.ui.shared`). What the store cannot take is tried again with every run and
keeps its rows until then. The grid is a fragment: the page around it is not computed between two values.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypeVar

import numpy as np
import pandas as pd
import streamlit as st

from tpm.i18n import Language, t
from tpm.ui import shared, trouble, workspace
from tpm.ui.keys import Key
from tpm.ui.shared import Seen
from tpm.ui.text import literal
from tpm.ui.trouble import told
from tpm.ui.workspace import Current

Change = TypeVar("Change")
Cell = tuple[int, str]  # position in the frozen rows, column

_ROWS_SHOWN: Final = 12  # more than these scroll inside the grid
_REFUSED_SHOWN: Final = 5


@dataclass(frozen=True)
class Grid(Generic[Change]):
    """What a table is made from and where its cells go."""

    name: str
    of: Hashable  # what the rows come from: with another the sitting ends
    rows: Callable[[], pd.DataFrame]  # as they are now; index 0 … n−1
    row: str  # the column that names a row
    columns: Mapping[str, Any]  # Streamlit's configuration of each column
    editable: Collection[str]
    change: Callable[[str, str, Any], Change]  # row, column and cell → what is kept of it; ValueError for what the field cannot hold
    # writes what nobody else changed after the rows were seen, or raises StoreError; of each change its ids, None where a person is asked
    keep: Callable[[Sequence[Change], Seen], Sequence[Sequence[int] | None]]
    # row, column, cell that is again as the sitting began, ids of what was kept
    undo: Callable[[str, str, Any, Sequence[int], Seen], object]
    rule: str  # what a cell must be like, in the reader's language
    below: Callable[[], object] = tuple  # draws what follows the grid and changes with it


@dataclass
class Sitting:
    """The rows of a grid while it is typed into, and what was kept of that."""

    grid: Grid[Any]
    rows: pd.DataFrame
    key: str  # unguessable: what a browser still holds of another sitting must never meet these rows
    since: Seen  # what the rows show
    told: Mapping[Cell, Any] = field(default_factory=dict)  # the last state of the editor
    kept: dict[Cell, Any] = field(default_factory=dict)  # in the store, or asked about
    asked: set[Cell] = field(default_factory=set)
    made: dict[Cell, list[int]] = field(default_factory=dict)  # ids in the store
    waiting: bool = False  # for the store to take what it could not
    over: bool = False

    def take(self, typed: Mapping[Cell, Any]) -> None:
        """Bring the store to ``typed``, all cells that differ from the rows; those that their field cannot hold stay as they were kept.

        Raises ``StoreError`` for what could not be written: it is written with the next state.
        """
        self.told, self.waiting = typed, True
        changes = {}
        for cell in self.refused(typed):
            try:
                changes[cell] = self.grid.change(self.name(cell), cell[1], typed[cell])
            except ValueError:
                continue
        if changes:
            for cell, ids in zip(changes, self.grid.keep(list(changes.values()), self.since), strict=True):
                self.kept[cell] = typed[cell]
                self.made.setdefault(cell, []).extend(ids or ())
                (self.asked.add if ids is None else self.asked.discard)(cell)
        for cell in [cell for cell in self.kept if cell not in typed]:
            self.grid.undo(self.name(cell), cell[1], self.rows[cell[1]].iloc[cell[0]], self.made[cell], self.since)
            del self.made[cell], self.kept[cell]
            self.asked.discard(cell)
        self.waiting = False

    def name(self, cell: Cell) -> str:
        """The name of a cell's row."""
        return str(self.rows[self.grid.row].iloc[cell[0]])

    def refused(self, typed: Mapping[Cell, Any]) -> list[Cell]:
        """The cells whose text is not what is kept."""
        return [cell for cell, value in typed.items() if cell not in self.kept or self.kept[cell] != value]

    def typed(self) -> Mapping[Cell, Any]:
        """All that was typed in this sitting and not undone; where the editor is not drawn, as it told last."""
        if self.key not in st.session_state:
            return self.told
        return {(row, column): value for row, cells in st.session_state[self.key]["edited_rows"].items() for column, value in cells.items()}


def renew(name: str | None = None) -> None:
    """Let the grid ``name`` (or every grid) show what the store holds, with the next run of the page; rows stay where they are."""
    for held, sitting in st.session_state.get(Key.GRIDS, {}).items():
        sitting.over = sitting.over or name in (None, held)


def show_edits(here: Current, lang: Language, *, findings: str, below: Callable[[Current], object], **told_of: Any) -> None:
    """A grid whose cells are corrections over the version ``here``; ``told_of`` is what else a :class:`Grid` says.

    Below it stand the findings whose code begins with ``findings``, about corrections that cannot be applied, and what ``below`` draws of
    the workspace as it is by then.
    """

    def underneath() -> None:
        now = workspace.again(here)
        for finding in now.result.findings:
            if finding.code.startswith(findings):
                st.warning(f"{literal(finding.message(lang))} {literal(finding.fix(lang))}", icon=":material/warning:")
        below(now)

    show(Grid(row="id", keep=workspace.lay_over, below=underneath,
              undo=lambda _row, _column, _cell, ids, since: shared.remove(ids, since), **told_of), lang)  # fmt: skip


def take_back(saved: int, lang: Language) -> None:
    """A button that takes a kept change back, drawn below a grid; the page follows."""

    def taken() -> None:
        workspace.take_back([saved])
        renew()

    st.button(t("plan.items.take-back", lang), key=f"take_back_{saved}", type="tertiary", icon=":material/undo:", on_click=taken)


def show(grid: Grid[Any], lang: Language) -> None:
    """Draw the grid: what is typed is kept at once, and what cannot be is said below it."""
    sittings: dict[str, Sitting] = st.session_state.setdefault(Key.GRIDS, {})
    held = sittings.get(grid.name)
    stays = held is not None and held.key in st.session_state and held.grid.of == grid.of
    if held is not None and held.waiting and (held.over or not stays):
        _keep(held)
        if not held.waiting:
            st.rerun()  # the rows show it
    if held is None or not stays:
        held = sittings[grid.name] = _begin(grid, grid.rows())
    elif held.over and not held.waiting:
        held = sittings[grid.name] = _begin(grid, _in_order_of(held.rows, grid.rows(), grid.row))
    held.grid, held.over = grid, False
    _draw(held, lang)


def _begin(grid: Grid[Any], rows: pd.DataFrame) -> Sitting:
    found = workspace.opened()
    assert found is not None, "a grid is of an open workspace"
    return Sitting(grid, rows, f"{grid.name}_{secrets.token_hex(4)}", Seen(found))


def _in_order_of(before: pd.DataFrame, rows: pd.DataFrame, row: str) -> pd.DataFrame:
    """``rows`` in the order of ``before``, what is new at the top, where it is seen."""
    places = pd.Index(before[row]).get_indexer(pd.Index(rows[row]))  # −1 for a new one
    return rows.iloc[np.argsort(places, kind="stable")].reset_index(drop=True)


@told
def _keep(sitting: Sitting) -> None:
    sitting.take(sitting.typed())


@st.fragment
def _draw(sitting: Sitting, lang: Language) -> None:
    if sitting.over:  # what made it so is below the grid: the page follows
        st.rerun()
    trouble.shown(lambda: _drawn(sitting, lang), lang)


def _drawn(sitting: Sitting, lang: Language) -> None:
    rows, grid = sitting.rows, sitting.grid
    _keep(sitting)  # again what the store could not keep the last time
    st.data_editor(
        rows, hide_index=True, width="stretch", height="auto" if len(rows) > _ROWS_SHOWN else "content", num_rows="fixed", placeholder="",
        key=sitting.key, column_config=dict(grid.columns), disabled=[name for name in rows.columns if name not in grid.editable],
        on_change=_keep, args=(sitting,),
    )
    if Key.STORE_TROUBLE in st.session_state:
        trouble.say_last(lang)
    else:
        _refusals(sitting, lang)
    if shared.must_be_told():
        st.rerun()
    if sitting.kept:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(t("grid.kept", lang, count=len(sitting.kept) - len(sitting.asked)), width="content")
            if st.button(t("grid.update", lang), key=f"{Key.GRID_UPDATE}_{grid.name}", icon=":material/refresh:",
                         help=t("grid.update-help", lang), disabled=sitting.waiting):  # fmt: skip
                del st.session_state[Key.GRIDS][grid.name]
                st.rerun()
    grid.below()


def _refusals(sitting: Sitting, lang: Language) -> None:
    grid, typed = sitting.grid, sitting.typed()
    refused = sitting.refused(typed)
    if not refused:
        return
    said = [t("grid.refused", lang, row=literal(sitting.name(cell)), column=literal(str(grid.columns[cell[1]]["label"])),
              typed=literal(t("plan.items.empty", lang) if typed[cell] in (None, "") else str(typed[cell])))
            for cell in refused[:_REFUSED_SHOWN]]  # fmt: skip
    if len(refused) > _REFUSED_SHOWN:
        said.append(t("grid.refused-more", lang, count=len(refused) - _REFUSED_SHOWN))
    st.warning("  \n".join([*said, grid.rule]), icon=":material/warning:")
