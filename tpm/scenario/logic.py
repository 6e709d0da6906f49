"""Changes of logic, scope, calendars and risks, on a :class:`~tpm.scenario.draft.Draft`."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from tpm.edits import DROP, Edit, apply_edits
from tpm.model import DEPENDENCY_COLUMNS, RISK_COLUMNS, CalendarSpec, Kind, LinkType, State, conform, frame_of
from tpm.scenario.changes import Change, ChangeKind
from tpm.scenario.draft import Draft, Flags, Positions, each_calendar, refusal, whole_days
from tpm.scenario.moving import relocate, resize
from tpm.schedule.clock import TICKS_PER_DAY
from tpm.schedule.network import Network
from tpm.schedule.rows import Rows, codes

_ADDED: Final = "What-if"  # where an added dependency comes from: no cell


def add_link(draft: Draft, change: Change) -> None:
    """Add a dependency; one of the same type between the two gets the new lag. A loop is refused and named."""
    predecessor, successor = draft.positions[change.item], draft.positions[change.other]
    names = {"predecessor": draft.called(predecessor), "successor": draft.called(successor)}
    link_type = change.link_type or LinkType.FS
    d = draft.plan.dependencies
    ends = (d["predecessor"].to_numpy() == change.item) & (d["successor"].to_numpy() == change.other)
    same = ends & (d["type"].to_numpy() == link_type)
    if same.any():
        if (d["lag"].to_numpy()[same] == change.lag).all() and (d["lag_unit"].to_numpy()[same] == change.lag_unit).all():
            raise refusal("change-link-known", change.item, change.other, **names)
        draft.replace_plan(dependencies=conform(d.assign(
            lag=np.where(same, change.lag, d["lag"]), lag_unit=np.where(same, change.lag_unit.value, d["lag_unit"])), DEPENDENCY_COLUMNS))
        return
    before, after = draft.leaves(predecessor), draft.leaves(successor)
    if np.isin(before, after).any():
        raise refusal("change-link-itself", change.item, change.other, **names)
    loop = _way(draft, after, before)
    if loop is not None:
        shown = [draft.called(row) for row in (predecessor, *([successor] if loop[0] != successor else []), *loop) ]
        if loop[-1] == predecessor:
            shown = shown[:-1]
        shown = shown if len(shown) <= 8 else [*shown[:6], "…", shown[-1]]
        raise refusal("change-link-loop", *(str(draft.column("id")[row]) for row in loop), loop=" → ".join([*shown, shown[0]]), **names)
    new = {"predecessor": change.item, "successor": change.other, "type": link_type.value, "lag": change.lag,
           "lag_unit": change.lag_unit.value, "source": _ADDED}
    draft.replace_plan(dependencies=frame_of({
        name: np.append(values := d[name].to_numpy(), np.array([new[name]], values.dtype)) for name in DEPENDENCY_COLUMNS}))


def _way(draft: Draft, sources: Positions, ends: Positions) -> list[int] | None:
    """Rows on a shortest way along dependencies from any of ``sources`` to any of ``ends``; None where there is none."""
    problem = draft.problem
    network, n = problem.network, len(problem.rows.ids)
    if not network.blocked.any():
        place = np.empty(network.n, np.int64)
        place[network.order] = np.arange(network.n)
        if place[ends].max() < place[sources].min():
            return None  # links lead down the order only
    came = np.full(network.n, -2)
    came[sources] = -1
    wanted = np.zeros(network.n, bool)
    wanted[ends] = True
    frontier = sources
    while len(frontier):
        origin, reached = _next(network, frontier)
        new = came[reached] == -2
        reached, first = np.unique(reached[new], return_index=True)
        came[reached] = origin[new][first]
        hit = reached[wanted[reached]]
        if len(hit):
            way, node = [], int(hit[0])
            while node >= 0:
                way.append(node if node < n else int(problem.hub_row[node - n]))
                node = int(came[node])
            return list(dict.fromkeys(reversed(way)))
        frontier = reached
    return None


def _next(network: Network, nodes: Any) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Every link that leaves ``nodes``: where from and where to."""
    first, counts = network.first[nodes], network.first[nodes + 1] - network.first[nodes]
    at = np.repeat(first - np.concatenate([[0], np.cumsum(counts)[:-1]]), counts) + np.arange(counts.sum())
    return np.repeat(nodes, counts), network.links["to"][at]


def reach(network: Network, sources: Positions) -> Flags:
    """Nodes that ``sources`` lead to, and themselves; bool, nodes."""
    reached = np.zeros(network.n, bool)
    reached[sources] = True
    frontier: Any = sources
    while len(frontier):
        _, to = _next(network, frontier)
        frontier = np.unique(to[~reached[to]])
        reached[frontier] = True
    return reached


def remove_link(draft: Draft, change: Change) -> None:
    """Cut the dependency between two items."""
    d = draft.plan.dependencies
    hit = (d["predecessor"].to_numpy() == change.item) & (d["successor"].to_numpy() == change.other)
    if change.link_type is not None:
        hit &= d["type"].to_numpy() == change.link_type
    if not hit.any():
        raise refusal("change-no-link", change.item, change.other, predecessor=draft.called(draft.positions[change.item]),
                      successor=draft.called(draft.positions[change.other]))
    draft.replace_plan(dependencies=frame_of({name: d[name].to_numpy()[~hit] for name in DEPENDENCY_COLUMNS}))


def drop(draft: Draft, row: int) -> None:
    """Take an item out, with everything below it and every summary that is left without items."""
    ids = draft.column("id")
    gone = np.zeros(len(ids), bool)
    parent = codes(draft.column("parent"), ids)
    gone[row] = True
    for _ in range(int(draft.column("level").max()) + 1):
        gone |= (parent >= 0) & gone[parent]
    while True:  # a summary whose items all go would become an item
        kept_below = np.zeros(len(ids), bool)
        kept_below[parent[(parent >= 0) & ~gone]] = True
        had_below = np.zeros(len(ids), bool)
        had_below[parent[parent >= 0]] = True
        empty = had_below & ~kept_below & ~gone
        if not empty.any():
            break
        gone |= empty
    item, name = ids[row], draft.called(row)
    if draft.options.target is not None and gone[draft.positions[draft.options.target]]:
        raise refusal("change-drop-target", item, item=name, target=draft.called(draft.positions[draft.options.target]))
    if gone.all():
        raise refusal("change-drop-all", item, item=name)
    bridges = _bridges(draft, gone, parent)
    draft.redate()
    plan, _ = apply_edits(draft.plan, [Edit(str(each), DROP, True) for each in ids[gone]])
    if bridges:
        new = pd.DataFrame(bridges, columns=["predecessor", "successor", "type", "lag"]).assign(lag_unit="working", source=_ADDED)
        links = pd.concat([plan.dependencies, new]) if len(plan.dependencies) else new
        plan = plan.with_(dependencies=conform(links, DEPENDENCY_COLUMNS))
    draft.swap_plan(plan)


def _bridges(draft: Draft, gone: Flags, parent: npt.NDArray[np.int32]) -> list[tuple[str, str, str, float]]:
    """Dependencies that dropped open work hands on: what waited for it waits for what it waited for.

    Otherwise dropping a test would let the launch behind it land before the build in front of it. A lag goes with the item; a lead
    stays, so that dropping never makes anything later. What is done or cancelled holds nobody, so it hands nothing on.
    """
    ids = draft.column("id")
    has_below = np.zeros(len(ids), bool)
    has_below[parent[parent >= 0]] = True
    state = draft.table["state"]
    leaves = np.flatnonzero(gone & ~has_below & (state != State.DONE) & (state != State.CANCELLED))
    named: dict[str, list[str]] = {str(ids[row]): [] for row in np.flatnonzero(gone)}  # a dropped row → the leaves that its links bind
    for leaf in leaves:
        row = int(leaf)
        while row >= 0 and gone[row]:
            named[str(ids[row])].append(str(ids[leaf]))
            row = int(parent[row])
    d = draft.plan.dependencies
    touched = d[d["predecessor"].isin(named) | d["successor"].isin(named)]
    links = {(p, s, kind, 0.0 if unit == "percent" else min(lag, 0.0))
             for from_, to, kind, lag, unit in touched[["predecessor", "successor", "type", "lag", "lag_unit"]].itertuples(index=False)
             for p in named.get(from_, [from_]) for s in named.get(to, [to])}
    for leaf in ids[leaves]:
        into = [link for link in links if link[1] == leaf and link[0] != leaf]
        out = [link for link in links if link[0] == leaf and link[1] != leaf]
        links -= {*into, *out}
        links |= {(p, s, ("F" if first in ("FS", "FF") else "S") + ("S" if second in ("FS", "SS") else "F"), lag + more)
                  for p, _, first, lag in into for _, s, second, more in out if p != s}
    known = set(zip(d["predecessor"], d["successor"], d["type"], strict=True))
    return sorted(link for link in links if link[:3] not in known and link[0] not in named and link[1] not in named)


def rest(draft: Draft, change: Change) -> None:
    """Take working days out of calendars. Open work planned across them keeps its working days and ends later.

    What has been planned on such a day would count as worked there (planned dates win), so the dates move with the calendar. In a
    freeze milestones planned in it move behind it as well.
    """
    first, last, status = change.date, change.last, draft.options.status_date
    if last < first:
        raise refusal("change-holiday-order", first=first, last=last)
    if status is not None and last < status:
        raise refusal("change-holiday-past", first=first, last=last, status_date=status)
    if status is not None:
        first = max(first, status)  # what has been worked has been worked
    team = draft.column("team")
    rows = np.flatnonzero((team == change.team) if change.team is not None else np.ones(len(team), bool))
    if not len(rows):
        raise refusal("change-unknown-team", team=change.team)
    state = draft.table["state"][rows]
    open_ = rows[(draft.column("kind")[rows] != Kind.SUMMARY) & (state != State.DONE) & (state != State.CANCELLED)]
    before = draft.part(open_)
    _close(draft, rows, first, last, everybody=change.team is None)
    draft.restate()
    _stretch(draft, before, open_, first, last, freeze=change.kind == ChangeKind.FREEZE)


def _without(spec: CalendarSpec, first: dt.date, last: dt.date) -> CalendarSpec:
    worked = tuple(day for day in spec.worked if not first <= day <= last)
    return replace(spec, worked=worked, holidays=(*spec.holidays, (first, last + dt.timedelta(days=1))))


def _close(draft: Draft, rows: Positions, first: dt.date, last: dt.date, everybody: bool) -> None:
    plan = draft.plan
    if everybody:
        draft.replace_plan(default_calendar=_without(plan.default_calendar, first, last),
                           calendars={name: _without(spec, first, last) for name, spec in plan.calendars.items()})
        return
    # A calendar named at the row wins over every other source, so the team's rows get one of their own, one a calendar in use.
    part = draft.part(rows)
    elapsed = draft.column("elapsed")[rows]
    calendars = dict(plan.calendars)
    names = draft.column("calendar")[rows].copy()
    for code in np.unique(part.calendar[: len(rows)][~elapsed]):
        spec = part.calendars[code].spec
        name = f"{spec.name} · {draft.column('team')[rows[0]]}"
        while name in calendars and calendars[name] != spec:
            name += "′"
        calendars[name] = replace(_without(spec, first, last), name=name)
        names[(part.calendar[: len(rows)] == code) & ~elapsed] = name
    draft.put("calendar", rows, names)
    draft.replace_plan(calendars=calendars)


def _stretch(draft: Draft, before: Rows, rows: Positions, first: dt.date, last: dt.date, freeze: bool) -> None:
    n = len(rows)
    if not n:
        return
    start, finish = draft.days("planned_start", rows), draft.days("planned_finish", rows)
    event, elapsed = before.event[:n], draft.column("elapsed")[rows]
    opens, closes = np.datetime64(first, "D"), np.datetime64(last, "D")
    day = np.where(np.isnat(finish), start, finish)
    crosses = ~event & ~elapsed & ~np.isnat(start) & (start <= closes) & (np.where(np.isnat(finish), start, finish) >= opens)
    _stretch_work(draft, before, rows, crosses, start, finish, opens, closes)
    if freeze:
        inside = event & (day >= opens) & (day <= closes)
        chosen = rows[inside]
        part = draft.part(chosen)
        after = each_calendar(part, len(chosen), lambda calendar, at: calendar.add(np.full(len(at), closes), 1))
        relocate(draft, part, chosen, after, asked=False)


def _stretch_work(draft: Draft, before: Rows, rows: Positions, crosses: Flags, start: Any, finish: Any, opens: Any, closes: Any) -> None:
    chosen = rows[crosses]
    if not len(chosen):
        return
    old_start, old_finish, work = start[crosses], finish[crosses], before.work[: len(rows)][crosses]
    after = draft.part(chosen)
    n = len(chosen)
    begun = draft.is_begun(chosen)
    inside = (old_start >= opens) & (old_start <= closes) & ~begun
    moved = each_calendar(after, n, lambda calendar, at: calendar.add(old_start[at], 0))
    begins = np.where(inside, moved, old_start)
    length = whole_days(work)
    ends = each_calendar(after, n, lambda calendar, at: calendar.worked_until(begins[at], length[at]))
    draft.put("planned_start", chosen, begins.astype("datetime64[s]"))
    dated = ~np.isnat(old_finish)
    draft.put("planned_finish", chosen[dated], ends[dated].astype("datetime64[s]"))
    draft.put("duration", chosen[dated], work[dated] / TICKS_PER_DAY)
    draft.redate()


def fire_risk(draft: Draft, change: Change) -> None:
    """Add the impact days of a risk to what remains of every open item that it hits; an opportunity takes them."""
    row, title = _open_risk(draft, change)
    risks = draft.plan.risks
    days = next((float(value) for name in ("impact_days", "impact_days_max", "impact_days_min")
                 if np.isfinite(value := risks[name].to_numpy()[row])), float("nan"))
    if not days > 0 and not days < 0:
        raise refusal("change-risk-no-days", change.item, risk=title)
    hits = draft.plan.risk_hits
    struck = [draft.positions[each] for each in hits.loc[hits["risk"] == change.item, "activity"] if each in draft.positions]
    leaves = np.unique(np.concatenate([draft.leaves(each) for each in struck])) if struck else np.empty(0, np.int64)
    table = draft.table
    open_ = leaves[table["scheduled"][leaves] & ~draft.is_done(leaves)] if len(leaves) else leaves
    if not len(open_):
        raise refusal("change-risk-no-items", change.item, risk=title)
    duration = draft.column("duration")
    if not (np.isfinite(duration) & (duration % 1 != 0)).any():
        days = float(np.copysign(np.ceil(abs(days) - 1e-9), days))  # a plan in whole days stays one
    signed = -abs(days) if risks["kind"].to_numpy()[row] == "opportunity" else days
    event = draft.column("kind")[open_] == Kind.MILESTONE
    marks = open_[event]
    part = draft.part(marks)
    shown = draft.shown("forecast_finish", marks)
    steps = int(np.copysign(np.ceil(abs(signed) - 1e-9), signed))
    wanted = each_calendar(part, len(marks), lambda calendar, at: calendar.add(shown[at], steps))
    resize(draft, open_[~event], signed)
    relocate(draft, part, marks, wanted, pull=signed < 0, asked=False)
    _risk_state(draft, row, "occurred")


def retire_risk(draft: Draft, change: Change) -> None:
    """Close a risk: it can no longer happen."""
    row, _ = _open_risk(draft, change)
    _risk_state(draft, row, "closed")


def _open_risk(draft: Draft, change: Change) -> tuple[int, str]:
    risks = draft.plan.risks
    row = int(np.flatnonzero((risks["id"] == change.item).to_numpy())[0])
    title = str(risks["title"].to_numpy()[row] or change.item)
    if risks["state"].to_numpy()[row] in ("closed", "occurred"):
        raise refusal("change-risk-closed", change.item, risk=title)
    return row, title


def _risk_state(draft: Draft, row: int, state: str) -> None:
    risks = draft.plan.risks.copy()
    column = risks["state"].to_numpy(copy=True)
    column[row] = state
    draft.replace_plan(risks=conform(risks.assign(state=column), RISK_COLUMNS))
