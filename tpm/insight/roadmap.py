"""The rows of the roadmap: which line shows what, in which order, with which flags, and what is not shown.

A plan has more than a screen can carry, so rows are chosen in three steps, and each says what it left out: filters
hide items, lanes and summaries fold, and what has no date is kept as a row without a bar. Nothing here draws, and
nothing computes a schedule: dates, floats and states are read from the :class:`~tpm.model.Schedule`.

The words for these rows are in :mod:`tpm.insight.roadmap_words`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import numpy as np
import pandas as pd

from tpm.insight.roadmap_items import MILESTONE, NO_DATE, SUMMARY, Before, Items, frame_of, read_items, smallest_lane_set
from tpm.model import LINK_COLUMNS, Kind, Plan, Schedule, conform

DateSet = Literal["planned", "forecast", "baseline"]
LANES: Final = ("team", "owner", "program", "phase", "none")
LANE: Final = "lane"  # the kind of a lane's own row; the others are those of tpm.model.Kind

MAX_ROWS: Final = 400  # rows before folding starts: about ten screens of a chart
HARD_MAX_ROWS: Final = 2_000  # what a browser still paints; beyond it even opened lanes are cut, and the cut is counted
PLOT_PX: Final = 900  # what a page usually gives the bars: to guess whether the names of milestones fit on one line

ROW_COLUMNS: Final = (
    "line", "kind", "id", "name", "lane", "depth", "start", "finish", "ghost_start", "ghost_finish", "planned_start",
    "planned_finish", "forecast_start", "forecast_finish", "baseline_start", "baseline_finish", "actual_start", "actual_finish",
    "deadline", "progress", "state", "done", "blocked", "cancelled", "late", "at_risk", "critical", "near_critical", "slip",
    "promise", "promised_by", "beyond", "told", "total_float", "late_finish", "team", "owner", "notes", "waits_for", "driver",
    "driver_kind", "folded",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RoadmapFilter:
    """What the reader wants to see; the default hides nothing.

    ``teams`` None means every team, ``""`` in it the items without one. ``window`` keeps items that touch the inclusive
    range. ``text`` is looked for in name, id, owner and notes, whatever its case.
    """

    teams: frozenset[str] | None = None
    states: frozenset[str] | None = None
    text: str = ""
    window: tuple[dt.date | None, dt.date | None] = (None, None)
    hide_done: bool = False
    only_critical: bool = False
    only_late: bool = False
    only_ids: frozenset[str] | None = None  # None: all

    def hides(self, items: Items) -> dict[str, np.ndarray]:
        """Name of each active filter → mask of the items that it hides."""
        out: dict[str, np.ndarray] = {}
        if self.teams is not None:
            out["teams"] = ~np.isin(_text(items.column("team")), list(self.teams))
        if self.states is not None:
            out["states"] = ~np.isin(_text(items.state), list(self.states))
        if self.text.strip():
            wanted = self.text.strip().casefold()
            out["text"] = np.ones(len(items), dtype=bool)
            for column in ("name", "id", "owner", "notes"):
                out["text"] &= np.array([wanted not in str(value or "").casefold() for value in items.column(column)], dtype=bool)
        first, last = self.window
        if first is not None or last is not None:
            dated = ~np.isnat(items.start)
            before = items.finish < np.datetime64(first, "s") if first is not None else np.zeros(len(items), dtype=bool)
            after = items.start > np.datetime64(last, "s") if last is not None else np.zeros(len(items), dtype=bool)
            out["window"] = ~dated | before | after
        if self.hide_done:
            out["done"] = items.done | items.cancelled
        if self.only_critical:
            out["critical"] = ~(items.critical | items.near_critical)
        if self.only_late:
            out["late"] = ~(items.late | items.at_risk)
        if self.only_ids is not None:
            out["ids"] = ~np.isin(items.column("id"), list(self.only_ids))
        return out


@dataclass(frozen=True)
class RoadmapRows:
    """What to draw, line by line, and what is not drawn.

    ``frame`` has ``ROW_COLUMNS``; several rows share a ``line`` where milestones stand on their lane's line. ``start``
    and ``finish`` are inclusive days of the chosen set of dates, ``ghost_*`` what they are compared with; ``slip`` is counted
    from there, ``beyond`` from the promise, both in working days, positive later; ``told`` is what a bar says: ``beyond``, or in What-if
    ``slip``. ``links`` has the columns of ``LINK_COLUMNS`` and ``critical``, for links whose two ends are drawn.
    """

    frame: pd.DataFrame
    links: pd.DataFrame
    found: pd.DataFrame  # every activity and milestone that passed the filters, folded or not, with the same columns
    dates: DateSet
    ghost: DateSet | Literal["before"] | None  # what ghost_start and ghost_finish are; None where nothing is compared
    lane: str
    total: int  # activities and milestones of the plan
    hidden: Mapping[str, int] = field(default_factory=dict)  # filter → items that it hid (each counted once)
    folded: Mapping[str, int] = field(default_factory=dict)  # "lanes", "summaries", "items": how many were folded by the limit
    spread: int = 0  # summaries over several lanes, shown without lanes only
    undated: int = 0  # drawn rows without a date in the chosen set
    status_date: dt.date | None = None
    late: int = 0  # activities and milestones of the plan that are late, filtered or not

    @property
    def lines(self) -> int:
        """Number of lines to draw."""
        return int(self.frame["line"].max()) + 1 if len(self.frame) else 0

    @property
    def shown(self) -> int:
        """Activities and milestones that have a row."""
        return int(self.frame["kind"].isin([Kind.ACTIVITY, Kind.MILESTONE]).sum())

    @property
    def empty(self) -> Literal["", "no-items", "no-dates", "filtered"]:
        """Why there is nothing to draw, or an empty string."""
        if self.total == 0:
            return "no-items"
        if self.frame.empty:
            return "filtered"
        return "no-dates" if self.frame["start"].isna().all() else ""


def lanes_of(plan: Plan) -> tuple[str, ...]:
    """Lanes that say something about this plan, the best first; ``none`` is always among them."""
    leaves = plan.activities[plan.activities["kind"] != Kind.SUMMARY]
    told = [lane for lane in LANES[:-1] if leaves[lane].notna().any()]
    return (*smallest_lane_set(leaves, told), "none")


def roadmap_rows(
    plan: Plan,
    schedule: Schedule | None = None,
    *,
    lane: str = "team",
    dates: DateSet = "forecast",
    filters: RoadmapFilter | None = None,
    collapsed: Collection[str] = (),
    expanded: Collection[str] = (),
    max_rows: int = MAX_ROWS,
    compact: bool | None = None,
    before: Before | None = None,
) -> RoadmapRows:
    """The rows of the roadmap.

    ``lane`` is one of ``LANES`` or a column of ``plan.attributes``. ``collapsed`` names lanes ("" is the one of items without a
    value) or ids of summaries that the reader closed, ``expanded`` those that the limit must leave open. ``compact`` puts
    milestones on their lane's line; None does so in lanes where their names have room. Without a schedule there is no forecast
    and planned dates are shown. ``before`` is the plan before changes with its schedule: ghosts and slips then compare with it.

    Raises ``KeyError`` for an unknown lane.
    """
    items = read_items(plan, schedule, "planned" if schedule is None and dates == "forecast" else dates, before)
    leaf = items.kind != SUMMARY
    visible = leaf.copy()
    hidden: dict[str, int] = {}
    for name, mask in (filters or RoadmapFilter()).hides(items).items():
        hidden[name] = int((visible & mask).sum())
        visible &= ~mask
    lane_codes, lane_names = items.lanes(lane)
    alive = items.with_ancestors(visible)
    spread = (items.kind == SUMMARY) & alive & (lane_codes < 0)
    alive &= ~spread

    layout = _Layout(items, lane_codes, lane_names, alive, set(collapsed), set(expanded), compact)
    folded = layout.fold(max_rows)
    frame = layout.frame()
    return RoadmapRows(
        frame=frame,
        links=_links(plan, schedule, frame),
        found=items.table(np.flatnonzero(visible)),
        dates=items.dates,
        ghost=items.ghost,
        lane=lane,
        total=int(leaf.sum()),
        hidden={name: count for name, count in hidden.items() if count},
        folded=folded,
        spread=int(spread.sum()),
        undated=int((frame["start"].isna() & (frame["kind"] != LANE)).sum()),
        status_date=schedule.options.status_date if schedule is not None else None,
        late=int((leaf & items.late).sum()),
    )


class _Layout:
    """Which items get a line of their own; state of one call, folding narrows it."""

    def __init__(self, items: Items, lane_codes: np.ndarray, lane_names: list[str | None], alive: np.ndarray,
                 collapsed: set[str], expanded: set[str], compact: bool | None) -> None:  # fmt: skip
        self.items, self.codes, self.names = items, lane_codes, lane_names
        self.leaf = items.kind != SUMMARY
        self.alive = alive  # passed the filters
        self.expanded = expanded
        self.laned = len(lane_names) > 0
        closed = np.array([(name or "") in collapsed for name in lane_names], dtype=bool)
        self.closed = closed if self.laned else np.zeros(1, dtype=bool)
        self.shut = np.array([item in collapsed for item in items.column("id")], dtype=bool) & ~self.leaf
        self.kept = np.zeros(len(items), dtype=bool)  # stay visible in a folded lane
        self.compact = compact
        self.roomy = self._roomy()

    def _roomy(self) -> np.ndarray:
        """Which lanes have milestones so far apart that their names fit on one line, each to the right or the left."""
        items = self.items
        dated = self.alive & ~np.isnat(items.start)
        roomy = np.ones(max(len(self.names), 1), dtype=bool)
        if not dated.any():
            return roomy
        first = items.start[dated].min()
        px_per_second = PLOT_PX / max(float((items.finish[dated].max() - first) / np.timedelta64(1, "s")), 1.0)
        names = items.column("name")
        for code in range(len(self.names)):
            marks = np.flatnonzero(dated & (items.kind == MILESTONE) & (self.codes == code))
            marks = marks[np.argsort(items.finish[marks], kind="stable")]
            at = (items.finish[marks] - first) / np.timedelta64(1, "s") * px_per_second
            taken = 0.0
            for here, after, mark in zip(at, [*at[1:], PLOT_PX], marks, strict=False):
                need = 90 + sum(12 if ord(char) > 0x1100 else 7 for char in str(names[mark])[:40])
                if here + need <= after:
                    taken = here + need
                elif here - need >= taken:
                    taken = here + 8
                else:
                    roomy[code] = False
                    break
        return roomy

    @property
    def inside(self) -> np.ndarray:
        """Items below a closed summary."""
        return self.items.below(self.shut)

    def own_row(self) -> tuple[np.ndarray, np.ndarray]:
        """Masks of items with a line of their own, and of milestones on their lane's line."""
        open_lane = ~self.closed[np.maximum(self.codes, 0)]
        shown = self.alive & ((open_lane & ~self.inside) | self.kept)
        on_line = np.zeros(len(self.items), dtype=bool)
        if self.laned and self.compact is not False:
            marks = self.alive & (self.items.kind == MILESTONE) & ~np.isnat(self.items.start)
            if self.compact is None:
                marks &= self.roomy[self.codes] & ((self.items.depth_in(self.codes) == 0) | ~open_lane)
            on_line = marks
        return shown & ~on_line, on_line

    def fold(self, max_rows: int) -> dict[str, int]:
        """Close summaries, then lanes, until at most ``max_rows`` lines are left; what was closed, by kind."""
        rows, _ = self.own_row()
        budget = max(max_rows - len(self.names), 1)
        if rows.sum() <= budget:
            return {}
        told: dict[str, int] = {}
        before = rows.copy()
        summary = rows & ~self.leaf & ~np.isin(self.items.column("id"), list(self.expanded))
        for level in sorted(set(self.items.level[summary].tolist()), reverse=True):
            self.shut |= summary & (self.items.level == level)
            rows, _ = self.own_row()
            if rows.sum() <= budget:
                break
        told["summaries"] = int((self.shut & summary).sum())
        if rows.sum() > budget and self.laned:
            self._fold_lanes(rows, budget)
            told["lanes"] = int(self.closed.sum())
            rows, _ = self.own_row()
        if rows.sum() > max(budget, HARD_MAX_ROWS if self.expanded or not self.laned else budget):
            self._cut(rows, HARD_MAX_ROWS)
            rows, _ = self.own_row()
        told["items"] = int((before & ~rows & self.leaf).sum())
        return {name: count for name, count in told.items() if count}

    def _fold_lanes(self, rows: np.ndarray, budget: int) -> None:
        """Close the biggest lanes first; what a reader must not miss stays as long as it fits."""
        sizes = np.bincount(self.codes[rows], minlength=len(self.names))
        total = int(rows.sum())
        for code in np.argsort(-sizes, kind="stable"):
            if total <= budget:
                break
            if (self.names[code] or "") in self.expanded:
                continue
            self.closed[code] = True
            total -= int(sizes[code])
        items = self.items
        gone = rows & self.closed[np.maximum(self.codes, 0)] & self.leaf
        point = items.kind == MILESTONE
        for matters in (point & (items.critical | items.late), items.critical, items.late, point):
            candidates = gone & matters & ~self.kept
            if candidates.any() and total + int(candidates.sum()) <= budget:
                self.kept |= candidates
                total += int(candidates.sum())

    def _cut(self, rows: np.ndarray, limit: int) -> None:
        """Keep the ``limit`` weightiest rows: critical, late, milestones, then in the plan's order."""
        items = self.items
        weight = items.critical * 4 + items.late * 2 + (items.kind == MILESTONE)
        where = np.flatnonzero(rows)
        order = where[np.argsort(-weight[where], kind="stable")]
        self.alive[order[limit:]] = False

    def frame(self) -> pd.DataFrame:
        """The rows in drawing order with their line numbers."""
        rows, on_line = self.own_row()
        drawn = np.flatnonzero(rows | on_line)
        drawn = drawn[np.lexsort((drawn, self.codes[drawn]))]
        lanes = self._lanes_drawn()
        starts_line = np.concatenate([np.ones(len(lanes), dtype=bool), rows[drawn]])
        lane_of = np.concatenate([lanes, self.codes[drawn]]).astype(int)
        rank = np.concatenate([np.full(len(lanes), -1), np.arange(len(drawn))])
        # a lane's own line first, then the milestones on it, then the lane's rows
        late_in_lane = np.concatenate([np.zeros(len(lanes), dtype=int), np.where(rows[drawn], 1, 0)])
        order = np.lexsort((rank, late_in_lane, lane_of))
        line = np.cumsum(starts_line[order]) - 1
        table = pd.concat([self._lane_rows(lanes, drawn), self._item_rows(drawn, rows)], ignore_index=True) if len(lanes) else (
            self._item_rows(drawn, rows)
        )
        table = table.iloc[order].reset_index(drop=True)
        table["line"] = line
        return table[list(ROW_COLUMNS)]

    def _lanes_drawn(self) -> np.ndarray:
        if not self.laned:
            return np.array([], dtype=int)
        return np.unique(self.codes[self.alive])

    def _item_rows(self, drawn: np.ndarray, rows: np.ndarray) -> pd.DataFrame:
        table = self.items.table(drawn)
        lanes = [self.names[code] if self.laned else None for code in self.codes[drawn]]
        table["lane"] = pd.Series(lanes, dtype=object)
        table["depth"] = self.items.depth_in(self.codes, rows)[drawn]
        counts = self.items.leaves_below(self.alive & self.leaf & ~rows)
        table["folded"] = np.where(self.shut[drawn], counts[drawn], 0)
        return table

    def _lane_rows(self, lanes: np.ndarray, drawn: np.ndarray) -> pd.DataFrame:
        items = self.items
        told: dict[str, list[Any]] = {name: [] for name in ("start", "finish", "late", "critical", "folded")}
        for code in lanes:
            member = self.alive & self.leaf & (self.codes == code)
            closed = bool(self.closed[code])
            dated = member & ~np.isnat(items.start)
            span = closed and bool(dated.any())
            told["start"].append(items.start[dated].min() if span else NO_DATE)
            told["finish"].append(items.finish[dated].max() if span else NO_DATE)
            told["late"].append(bool((items.late & member).any()))
            told["critical"].append(bool((items.critical & member).any()))
            told["folded"].append(int(member.sum() - np.isin(np.flatnonzero(member), drawn).sum()) if closed else 0)
        names = [self.names[code] for code in lanes]
        known: dict[str, Any] = {
            **told, "start": np.array(told["start"], dtype="datetime64[s]"), "finish": np.array(told["finish"], dtype="datetime64[s]"),
            "kind": [LANE] * len(lanes), "name": [name or "" for name in names], "lane": names, "depth": [0] * len(lanes),
        }  # fmt: skip
        like = items.table(drawn[:0])
        columns: dict[str, Any] = {}
        for column in ROW_COLUMNS[1:]:
            if column in known:
                columns[column] = known[column]
                continue
            dtype: Any = like[column].dtype
            columns[column] = np.full(len(lanes), {"b": False, "M": NO_DATE, "f": np.nan}.get(dtype.kind), dtype=dtype)
        return frame_of(columns)


def _links(plan: Plan, schedule: Schedule | None, frame: pd.DataFrame) -> pd.DataFrame:
    """Links between drawn, dated rows; ``critical`` where a driving link joins two critical rows."""
    links = conform(plan.dependencies, LINK_COLUMNS) if schedule is None or schedule.links.empty else schedule.links
    dated = frame[frame["start"].notna() & frame["id"].notna()]
    drawn = links[links["predecessor"].isin(dated["id"]) & links["successor"].isin(dated["id"])].reset_index(drop=True)
    critical = set(dated.loc[dated["critical"], "id"])
    ends = zip(drawn["predecessor"], drawn["successor"], drawn["driving"], strict=True)
    drawn["critical"] = np.array([bool(a in critical and b in critical and driving) for a, b, driving in ends], dtype=bool)
    return drawn


def _text(values: np.ndarray) -> np.ndarray:
    return np.array([value or "" for value in values], dtype=str)


