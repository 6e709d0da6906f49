"""Bottlenecks: items, people and teams ranked by what waits behind them.

Behind an item waits everything that links lead to from it, directly or through others, each item counted once; behind a person or
a team, what waits behind any of their open items and is not theirs. Only unfinished work counts.

The rank is the *weight*: working days still to do of what waits, in full where it is critical, half where it is near-critical, a
quarter elsewhere; times how tight the bottleneck itself is (1 without float, 1/2 with as much float as the near-critical threshold, and
so on downwards). The sentence gives the plain counts, not the weight.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd

from tpm.i18n import Language, t
from tpm.insight.cross_team.base import Base, Flags, Numbers, Rows, Texts
from tpm.schedule.reach import colours_behind, reach

_MOST: Final = 10  # of each kind; a longer list names no bottleneck any more
_CRITICAL_WEIGHT, _NEAR_WEIGHT, _OTHER_WEIGHT = 1.0, 0.5, 0.25


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """One item, person or team. ``days`` is unfinished work behind in working days; ``spare`` the smallest float of its items."""

    kind: Literal["item", "person", "team"]
    key: str  # id of the item, or the name
    name: str
    items: tuple[str, ...]  # its open items that something waits behind, tightest first
    waiting: tuple[str, ...]  # what waits for them directly and is not theirs, in the plan's order
    behind: int  # everything that waits, directly or not
    teams: int  # other teams among it
    critical: int  # of it on the critical path
    days: float
    spare: float | None
    weight: float

    def sentence(self, lang: Language) -> str:
        """Why this is a bottleneck."""
        end = "unknown" if self.spare is None else "none" if self.spare <= 0 else "some"
        which = "item-alone" if self.kind == "item" and not self.teams else self.kind
        return t(f"bottlenecks.{which}.{end}", lang, name=self.name, behind=self.behind, teams=self.teams, critical=self.critical,
                 days=self.days, spare=self.spare or 0.0, count=len(self.items))


def _tightness(base: Base) -> Numbers:
    """1 without float, falling with it; as 1/4 where no float is known."""
    near = max(base.schedule.options.near_critical_days, 1.0)
    return np.where(np.isnan(base.floats), 0.25, near / (near + np.maximum(np.nan_to_num(base.floats), 0)))


def _weights(base: Base) -> Numbers:
    """What each waiting row counts: one, its work, one if critical, its weighted work; rows × 4."""
    critical, near = (base.schedule.table[name].to_numpy() for name in ("critical", "near_critical"))
    factor = np.where(critical, _CRITICAL_WEIGHT, np.where(near, _NEAR_WEIGHT, _OTHER_WEIGHT))
    columns = [np.ones(len(base.ids)), base.remaining, critical.astype(np.float64), factor * base.remaining]
    return np.where(base.open[:, None], np.column_stack(columns), 0.0)


def waiting_counts(base: Base) -> Rows:
    """Transitive successors of every row among unfinished work; exact, each counted once."""
    return np.rint(reach(base.graph, base.open.astype(np.float64)[:, None])[:, 0]).astype(np.int64)


def bottlenecks(base: Base, most: int = _MOST) -> tuple[Bottleneck, ...]:
    """Items first, then people, then teams; of each kind at most ``most``, the heaviest first."""
    if base.plan.dependencies.empty:
        return ()
    weights = _weights(base)
    return (*_items(base, weights, most), *_groups(base, weights, most, "person"), *_groups(base, weights, most, "team"))


def _items(base: Base, weights: Numbers, most: int) -> list[Bottleneck]:
    totals = reach(base.graph, weights)
    weight = totals[:, 3] * _tightness(base)
    led = np.zeros(len(base.ids), dtype=bool)
    led[base.successor[base.waiting]] = True
    rows = np.flatnonzero(base.open & (totals[:, 0] >= 2) & ~(base.milestone & led))  # a mark that work leads to holds up nothing itself
    rows = rows[np.lexsort((rows, -totals[rows, 0], -weight[rows]))][:most]
    if not len(rows):
        return []
    team = pd.factorize(base.group("team"))[0].astype(np.int32)
    behind = colours_behind(base.graph, np.where(base.open, team, -1).astype(np.int32), int(team.max()) + 1)
    out = []
    for row in rows.tolist():
        others = behind[row].copy()
        if team[row] >= 0:
            others[team[row]] = False
        direct = np.unique(base.successor[(base.predecessor == row) & base.waiting])
        out.append(_told(base, "item", str(base.ids[row]), str(base.names[row]), np.array([row]), direct, totals[row], int(others.sum()),
                         float(weight[row])))
    return out


def _groups(base: Base, weights: Numbers, most: int, kind: Literal["person", "team"]) -> list[Bottleneck]:
    row_of, who = _holders(base, kind)
    held = base.open[row_of]
    row_of, who = row_of[held], who[held]
    code, names = pd.factorize(who)
    if not len(names):
        return []
    back = base.graph.reversed()
    behind = np.zeros((len(base.ids), len(names)), dtype=bool)
    # A row may have several owners: a colour a row is one round, the second-named of shared rows another.
    order = pd.Series(row_of).groupby(row_of).cumcount().to_numpy()
    for place in range(int(order.max()) + 1):
        colour = np.full(len(base.ids), -1, np.int32)
        colour[row_of[order == place]] = code[order == place]
        behind |= colours_behind(back, colour, len(names))
    behind[row_of, code] = False
    behind &= base.open[:, None]
    totals = behind.T.astype(np.float64) @ weights
    tight = np.full(len(names), 0.0)
    leading = np.zeros(len(base.ids), dtype=bool)
    leading[base.predecessor[base.waiting]] = True
    np.maximum.at(tight, code, np.where(leading, _tightness(base), 0)[row_of])
    weight = totals[:, 3] * tight
    ranked = [each for each in np.lexsort((np.arange(len(names)), -totals[:, 0], -weight)).tolist() if totals[each, 0] >= 2][:most]
    team = base.group("team")
    out = []
    for each in ranked:
        own = np.unique(row_of[code == each])
        direct = _direct(base, own)
        waiting_teams = {name for name in team[behind[:, each]].tolist() if name is not None}
        waiting_teams -= {names[each]} if kind == "team" else set(team[own].tolist())
        own = own[np.isin(own, base.predecessor[base.waiting])]
        name = str(names[each])
        out.append(_told(base, kind, name, name, own, direct, totals[each], len(waiting_teams), float(weight[each])))
    return out


def _holders(base: Base, kind: Literal["person", "team"]) -> tuple[Rows, Texts]:
    if kind == "person":
        return base.people()
    team = base.group("team")
    rows = np.flatnonzero(~pd.isna(team))
    return rows, team[rows]


def _direct(base: Base, own: Rows) -> Rows:
    """Rows that wait directly for any of ``own`` and are not among them."""
    mine: Flags = np.zeros(len(base.ids), dtype=bool)
    mine[own] = True
    links = base.waiting & mine[base.predecessor] & ~mine[base.successor]
    return np.unique(base.successor[links])


def _told(base: Base, kind: Literal["item", "person", "team"], key: str, name: str, own: Rows, direct: Rows, totals: Numbers, teams: int,
          weight: float) -> Bottleneck:
    own = own[np.argsort(np.nan_to_num(base.floats[own], nan=np.inf), kind="stable")]
    tightest = float(base.floats[own[0]]) if len(own) else np.nan
    return Bottleneck(kind, key, name, tuple(map(str, base.ids[own])), tuple(map(str, base.ids[direct])), round(totals[0]), teams,
                      round(totals[2]), round(float(totals[1]), 1), None if np.isnan(tightest) else tightest, weight)
