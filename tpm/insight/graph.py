"""Who waits for whom, as nodes and links to draw: which items, in which lane and column, what is folded and what is lit.

Nothing here draws, and nothing computes a schedule. Items without any dependency are left out and counted; where more are linked than a
picture can carry they fold into their lane's phases (else months), and a fold opens when its id is in ``opened``. The words are in
:mod:`tpm.insight.graph_words`, the places in :mod:`tpm.insight.graph_layout`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import repeat
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from tpm.insight.cross_team.base import GROUPINGS, Base
from tpm.insight.graph_fold import GROUP, Segments, fold_id, segments_of
from tpm.insight.graph_layout import levels
from tpm.model import Kind, State
from tpm.schedule import ordering
from tpm.schedule.reach import colours_behind, reach

Columns = Literal["logic", "date"]
Flags = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]
MOST_NODES: Final = 300  # what stays readable on one picture
MOST_LANES: Final = 24  # further ones share the last
MOST_COLUMNS: Final = 40
STRONGEST: Final = 2  # links of a fold to either side; more are a tangle that says nothing
PERIODS: Final = {"week": 7, "fortnight": 14, "month": 0, "quarter": 0, "year": 0}  # days of a column; calendar units have none
OTHER_LANES: Final = "\x1fother"  # the name of the lane that the smallest share

NODE_COLUMNS: Final = (
    "id", "kind", "name", "lane", "segment", "column", "count", "behind", "teams_behind", "critical", "done", "lit", "team", "owner",
    "start", "finish", "total_float", "slip", "state", "opened",
)  # fmt: skip


@dataclass(frozen=True)
class Trace:
    """What unfinished work stands before and behind the chosen item: rows of the plan, summaries left out, and how many teams."""

    item: str
    upstream: Rows
    downstream: Rows
    teams_up: int
    teams_down: int
    days: float  # working days from the item's forecast finish to that of the last item behind it
    lit: int  # items that are lit, done ones included


@dataclass(frozen=True)
class GraphView:
    """``nodes`` has ``NODE_COLUMNS``: one row an item, or a fold (kind ``group``) of ``count`` items of one lane
    and one segment. ``lane`` and ``segment`` are places in ``lanes`` and in ``segments.keys``. ``links`` joins rows of ``nodes``:
    ``tail``, ``head``, ``count``, ``critical``, ``violated`` (the planned dates break it, and its successor is unfinished), ``lit``.
    """

    nodes: pd.DataFrame
    links: pd.DataFrame
    lanes: tuple[str | None, ...]  # names from top to bottom; None: nobody named
    lane: str
    columns: Columns
    ticks: tuple[Any, ...]  # the first day of every column by date; empty by logic
    period: str  # what a column by date is: week, fortnight, month, quarter, year
    segments: Segments | None  # what folds are; None where nothing is folded
    total: int  # activities and milestones of the plan
    unlinked: int  # of them without any dependency
    hidden: int  # linked items hidden because they are done
    folded: int  # items inside folds
    trace: Trace | None
    refused: tuple[str, ...] = ()  # folds that would have made the picture unreadable
    other_lanes: int = 0  # how many share the last lane
    thinned: int = 0  # links between folds that are not drawn because others are stronger
    broken: int = 0  # links of unfinished drawn items that the planned dates break
    most: tuple[str, int, int] | None = None  # name of the drawn unfinished item that most waits for, how many items, of how many teams


def graph_lanes(base: Base) -> tuple[str, ...]:
    """Lanes that say something about this plan, teams first; ``none`` is always the last."""
    leaves = ~base.summary
    told = [name for name in ("team", "program", "phase") if len({each for each in base.text(name)[leaves] if isinstance(each, str)}) > 1]
    return (*told, "none")


def graph_view(base: Base, *, lane: str = "team", columns: Columns = "logic", selected: str | None = None, focus: bool = False,
               opened: Collection[str] = (), hide_done: bool = False, limit: int = MOST_NODES) -> GraphView:  # fmt: skip
    """The picture of ``base``. ``focus`` keeps only what the ``selected`` item waits for and holds up. Lanes as of :func:`graph_lanes`."""
    closure = _Closure(base)
    linked = np.zeros(len(base.ids), dtype=bool)
    linked[base.predecessor] = linked[base.successor] = True
    items = ~base.summary
    done = np.asarray(base.state == State.DONE) | base.cancelled
    trace, lit = (None, None) if selected is None or selected not in base.at else _trace(base, closure, base.at[selected])
    shown = linked & ~(done & hide_done)
    if focus and lit is not None:
        shown &= lit
    rows = np.flatnonzero(shown)
    lane_code, lanes, others = _lanes(base, lane, rows)
    drawn = _Drawn(base, rows, lane_code[rows], closure.level[rows])
    segments: Segments | None = None
    refused: tuple[str, ...] = ()
    if len(rows) > limit:
        segments = segments_of(base, rows, lane_code[rows], closure.level[rows])
        refused = drawn.fold(segments, lanes, opened, limit)
    nodes = drawn.frame(lit)
    links = drawn.links(lit)
    every = len(links)
    if segments is not None:
        links = _strongest(links)
    nodes["column"], ticks, period = _columns(nodes, columns)
    behind, teams = _waiting_behind(base)
    most = int(rows[np.where(base.open[rows], behind[rows], -1).argmax()]) if len(rows) else -1
    return GraphView(
        nodes=nodes[list(NODE_COLUMNS)], links=links, lanes=lanes, lane=lane, columns="date" if len(ticks) else "logic", ticks=ticks,
        period=period, segments=segments, total=int(items.sum()), unlinked=int((items & ~closure.covered).sum()),
        hidden=int((linked & done & items).sum()) if hide_done else 0,
        folded=int(nodes.loc[nodes["kind"] == GROUP, "count"].sum()), trace=trace, refused=refused, other_lanes=others,
        thinned=every - len(links),
        broken=int((base.schedule.links["violated"].to_numpy(dtype=bool) & base.unfinished[base.successor] & shown[base.successor]
                    & shown[base.predecessor]).sum()),
        most=(str(base.names[most]), int(behind[most]), int(teams[most])) if most >= 0 and base.open[most] and behind[most] else None,
    )


class _Closure:
    """The links of all rows with summaries spelled out: a summary is entered once and left once, its leaves lie between."""

    def __init__(self, base: Base) -> None:
        n = len(base.ids)
        self.n = n
        parents = pd.Index(base.ids).get_indexer(pd.Index(base.text("parent")))
        child = np.flatnonzero(parents >= 0)
        leave = np.where(base.summary, n + np.arange(n), np.arange(n))  # where links set out from
        self.tail = np.concatenate([leave[base.predecessor], parents[child], leave[child]]).astype(np.int32)
        self.head = np.concatenate([base.successor, child, n + parents[child]]).astype(np.int32)
        keys = [*base.ids.tolist(), *(f"{item}\x1f" for item in base.ids.tolist())]
        self.level = levels(keys, self.tail, self.head)[:n]
        linked = np.zeros(n, dtype=bool)
        linked[base.predecessor] = linked[base.successor] = True
        self.covered = self._below(linked & base.summary, child, parents) | linked  # linked itself or by a summary above

    def _below(self, marked: Flags, child: Rows, parents: Rows) -> Flags:
        found: Flags = ordering.reachable(self.n, parents[child].astype(np.int32), child.astype(np.int32),
                                          np.flatnonzero(marked).astype(np.int32))
        return found

    def behind(self, row: int, summary: bool) -> Flags:
        """Rows that ``row`` leads to, itself included."""
        start = np.array([self.n + row] if summary else [row], np.int32)
        seen = ordering.reachable(2 * self.n, self.tail, self.head, start)
        return np.asarray(seen[: self.n] | seen[self.n :])

    def before(self, row: int) -> Flags:
        """Rows that lead to ``row``, itself included."""
        seen = ordering.reachable(2 * self.n, self.head, self.tail, np.array([row], np.int32))
        return np.asarray(seen[: self.n] | seen[self.n :])


def _trace(base: Base, closure: _Closure, row: int) -> tuple[Trace, Flags]:
    """What lies before and behind a row, and the mask of all rows to light."""
    down, up = closure.behind(row, bool(base.summary[row])), closure.before(row)
    lit = down | up
    lit[row] = True
    down[row] = up[row] = False
    rows_down, rows_up = np.flatnonzero(down & base.open), np.flatnonzero(up & base.open)
    team = base.group("team")
    finish = base.day("forecast_finish")
    ends = finish[rows_down]
    ends = ends[~np.isnat(ends)]
    days = 0.0
    if len(ends) and not np.isnat(finish[row]):
        days = float(base.between(finish[[row]], np.array([ends.max()]), np.array([row]))[0])
    teams_up, teams_down = (len({str(each) for each in team[rows] if each is not None}) for rows in (rows_up, rows_down))
    return Trace(str(base.ids[row]), rows_up, rows_down, teams_up, teams_down, max(days, 0.0), int(lit.sum())), lit


def _lanes(base: Base, lane: str, rows: Rows) -> tuple[Rows, tuple[str | None, ...], int]:
    """Lane of every row of the plan, the lanes' names in the plan's order, and how many share the last one."""
    n = len(base.ids)
    if lane not in GROUPINGS or not len(rows):
        return np.zeros(n, dtype=np.int64), (None,), 0
    values = base.group(lane)
    codes, names = pd.factorize(values)
    codes = codes.astype(np.int64)
    used = np.bincount(codes[rows] + 1, minlength=len(names) + 1)[1:]
    kept = np.flatnonzero(used > 0)
    others = 0
    if len(kept) > MOST_LANES:
        keep = np.sort(np.argsort(-used, kind="stable")[: MOST_LANES - 1])
        others, kept = len(kept) - len(keep), keep
    final = np.full(len(names) + 1, -1, dtype=np.int64)
    final[kept] = np.arange(len(kept))
    lanes: list[str | None] = [str(names[at]) for at in kept]
    if others:
        rest = final[:-1] < 0
        final[:-1][rest] = len(lanes)
        lanes.append(OTHER_LANES)
    if (codes[rows] < 0).any():
        final[-1] = len(lanes)
        lanes.append(None)
    return np.where(codes < 0, final[-1], final[codes]), tuple(lanes), others


class _Drawn:
    """The rows that are drawn, each alone or in a fold; ``node`` is the node of each."""

    def __init__(self, base: Base, rows: Rows, lane: Rows, level: npt.NDArray[np.int32]) -> None:
        self.base, self.rows, self.lane, self.level = base, rows, lane, level
        self.node = np.arange(len(rows))
        self.groups: list[str] = []  # the id of each fold, numbered after the rows that are alone
        self.alone = np.arange(len(rows))  # positions in ``rows`` of the nodes that are items
        self.segment = np.zeros(len(rows), dtype=np.int64)  # of each row, where anything is folded

    def fold(self, segments: Segments, lanes: tuple[str | None, ...], opened: Collection[str], limit: int) -> tuple[str, ...]:
        """Fold all rows but those of opened folds; returns the opened ones for which there is no room."""
        codes, cells = pd.factorize(self.lane * len(segments.keys) + segments.code)
        keys = [fold_id(lanes[lane], segments.keys[segment]) for lane, segment in map(divmod, cells, repeat(len(segments.keys)))]
        sizes = np.bincount(codes, minlength=len(keys))
        room, refused = limit - len(keys), []
        is_open = sizes == 1
        for key in [key for key in reversed(list(opened)) if key in keys]:  # the latest first
            at = keys.index(key)
            if is_open[at]:
                continue
            if sizes[at] > max(room, limit // 3):
                refused.append(key)
            else:
                is_open[at], room = True, room - sizes[at]
        loose = is_open[codes]
        self.alone = np.flatnonzero(loose)
        number = np.full(len(keys), -1)
        closed = np.flatnonzero(~is_open)
        number[closed] = len(self.alone) + np.arange(len(closed))
        self.node = np.where(loose, np.cumsum(loose) - 1, number[codes])
        self.groups = [keys[at] for at in closed]
        self.segment = segments.code
        return tuple(refused)

    @property
    def n(self) -> int:
        return len(self.alone) + len(self.groups)

    def frame(self, lit: Flags | None) -> pd.DataFrame:
        """One row a node, items first."""
        base, rows = self.base, self.rows
        table, plan = base.schedule.table.iloc[rows], base.plan.activities.iloc[rows]
        behind, teams = _waiting_behind(base)
        finish, start = base.day("forecast_finish")[rows], base.day("forecast_start")[rows]
        planned, planned_start = base.day("planned_finish")[rows], base.day("planned_start")[rows]
        each = pd.DataFrame({
            "id": base.ids[rows], "kind": np.where(base.summary[rows], Kind.SUMMARY.value, plan["kind"].to_numpy()),
            "name": base.names[rows], "lane": self.lane, "level": self.level, "segment": self.segment, "count": 1, "behind": behind[rows],
            "teams_behind": teams[rows], "critical": table["critical"].to_numpy(dtype=bool),
            "done": np.asarray(base.state[rows] == State.DONE) | base.cancelled[rows], "lit": True if lit is None else lit[rows],
            "team": base.group("team")[rows], "owner": base.text("owner")[rows],
            "start": np.where(np.isnat(start), planned_start, start).astype("datetime64[s]"),
            "finish": np.where(np.isnat(finish), planned, finish).astype("datetime64[s]"),
            "total_float": table["total_float"].to_numpy(), "slip": table["slip"].to_numpy(), "state": base.state[rows], "opened": False,
        })  # fmt: skip
        if not self.groups:
            return each
        folds = each.assign(node=self.node)[self.node >= len(self.alone)].groupby("node", sort=True).agg(
            lane=("lane", "first"), level=("level", "min"), segment=("segment", "first"), count=("count", "sum"), behind=("behind", "max"),
            teams_behind=("teams_behind", "max"), critical=("critical", "any"), done=("done", "all"), lit=("lit", "any"),
            team=("team", "first"), start=("start", "min"), finish=("finish", "max"), total_float=("total_float", "min"),
            slip=("slip", "max")).reset_index(drop=True)  # fmt: skip
        folds["id"] = folds["name"] = pd.Series(self.groups, dtype=object)
        folds["kind"], folds["owner"], folds["state"], folds["opened"] = GROUP, None, None, False
        folds["level"] = -1  # a fold stands before the opened items of its segment
        alone = each.iloc[self.alone].assign(opened=True)
        return pd.concat([alone, folds[alone.columns]], ignore_index=True)

    def links(self, lit: Flags | None) -> pd.DataFrame:
        """Links between the nodes, those of one pair as one."""
        base = self.base
        node = np.full(len(base.ids), -1)
        node[self.rows] = self.node
        tail, head = node[base.predecessor], node[base.successor]
        kept = (tail >= 0) & (head >= 0) & (tail != head)
        flags = base.schedule.links[["driving", "violated"]].to_numpy(dtype=bool)
        flags[:, 1] &= base.unfinished[base.successor]  # what is done needs no decision any more
        critical = base.schedule.table["critical"].to_numpy(dtype=bool)
        both = critical[base.predecessor] & critical[base.successor]
        shown = lit[base.predecessor] & lit[base.successor] if lit is not None else np.ones(len(tail), dtype=bool)
        frame = pd.DataFrame({"tail": tail, "head": head, "count": 1, "critical": both & flags[:, 0], "violated": flags[:, 1],
                              "lit": shown})[kept]  # fmt: skip
        joined: pd.DataFrame = frame.groupby(["tail", "head"], sort=True).agg(
            count=("count", "sum"), critical=("critical", "any"), violated=("violated", "sum"), lit=("lit", "any")).reset_index()
        joined["violated"] = 2 * joined["violated"] > joined["count"]  # of a bundle: most of it
        return joined


def _strongest(links: pd.DataFrame) -> pd.DataFrame:
    """Of the links between folds those that are among the strongest of either end; lit and critical ones first, all critical ones."""
    weight = links["count"] + 1e6 * links["critical"] + (1e9 * links["lit"] if not links["lit"].all() else 0)
    best = np.zeros(len(links), dtype=bool)
    for end in ("tail", "head"):
        best |= (weight.groupby(links[end]).rank(ascending=False, method="first") <= STRONGEST).to_numpy()
    kept: pd.DataFrame = links[best | links["critical"].to_numpy()].reset_index(drop=True)
    return kept


def _waiting_behind(base: Base) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Unfinished items and teams that wait behind every row, however far."""
    code, names = pd.factorize(base.group("team"))
    found = reach(base.graph, base.open.astype(np.float64)[:, None])[:, 0]
    teams = colours_behind(base.graph, np.where(base.open, code, -1).astype(np.int32), len(names)).sum(axis=1) if len(names) else 0
    return found.astype(np.int64), np.broadcast_to(teams, found.shape).astype(np.int64)


def _columns(nodes: pd.DataFrame, columns: Columns) -> tuple[npt.NDArray[np.int32], tuple[Any, ...], str]:
    """Column of every node; by date the first day of each column and what a column is.

    By logic the columns are the levels of the logic, within each segment where anything is folded.
    """
    if nodes.empty:
        return np.zeros(0, np.int32), (), ""
    finish = nodes["finish"].to_numpy().astype("datetime64[D]")
    known = ~np.isnat(finish)
    if columns == "date" and known.any():
        return _by_date(finish, known)
    level = nodes["level"].to_numpy(dtype=np.int64)
    place = nodes["segment"].to_numpy(dtype=np.int64) * (level.max() + 2) + level + 1
    return np.unique(place, return_inverse=True)[1].astype(np.int32), (), ""


def _by_date(finish: npt.NDArray[np.datetime64], known: Flags) -> tuple[npt.NDArray[np.int32], tuple[Any, ...], str]:
    """Columns of one calendar period each; what has no date stands with the first."""
    first, last = finish[known].min(), finish[known].max()
    for period, days in PERIODS.items():
        if days:
            monday = first - ((first.astype("datetime64[D]").astype(int) + 3) % 7)
            at = (finish - monday).astype(int) // days
            top = int((last - monday).astype(int)) // days
            starts = monday + np.arange(top + 1) * np.timedelta64(days, "D")
        else:
            months = {"month": 1, "quarter": 3, "year": 12}[period]
            number = finish.astype("datetime64[M]").astype(int) // months
            base = int(first.astype("datetime64[M]").astype(int)) // months
            at, top = number - base, int(last.astype("datetime64[M]").astype(int)) // months - base
            starts = ((base + np.arange(top + 1)) * months).astype("datetime64[M]").astype("datetime64[D]")
        if top < MOST_COLUMNS:
            break
    return np.where(known, at, 0).astype(np.int32), tuple(starts.tolist()), period
