"""Priority conflicts: what a team ranks low though another team's, or the program's, date hangs on it.

Low is relative to the team: two thirds of its own ranked items rank above it, so a team that calls everything "high" is not
mistaken for one without conflicts, nor one that calls everything "low" for one full of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from tpm.i18n import Language, t
from tpm.insight.cross_team.base import Base, Flags, Numbers

_CHAIN: Final = 60  # items of a chain that are kept; a reader follows no longer one
_ABOVE: Final = 2 / 3  # share of a team's work that ranks above what it ranks low


@dataclass(frozen=True, slots=True)
class Conflict:
    """An item that its team ranks below its usual work, and the date that hangs on it.

    ``spare`` is how many working days the item may slip before the date moves or is missed; 0 or less: it decides the date, or the
    date is missed already by that much. ``chain`` leads from the item to the date; ``waits`` is the first item of another team on it.
    """

    item: str
    item_name: str
    team: str
    priority: str  # as in the sheet
    usual: str  # the team's most common priority
    date: str
    date_name: str
    date_priority: str | None
    waits: str | None
    waits_name: str | None
    waits_team: str | None
    spare: float
    chain: tuple[str, ...]

    def sentence(self, lang: Language) -> str:
        """The pair and the days at stake."""
        which = "missed" if self.spare < 0 else "decides" if self.spare == 0 else "near"
        told = t(f"conflicts.{which}", lang, item=self.item_name, team=self.team, priority=self.priority, date=self.date_name,
                 days=abs(self.spare))
        if self.waits_name is not None and self.waits_team is not None:
            told += " " + t("conflicts.waits", lang, other=self.waits_team, waits=self.waits_name)
        return told

    def decision(self, lang: Language) -> str:
        """What somebody has to decide."""
        return t("conflicts.decision.missed" if self.spare <= 0 else "conflicts.decision.near", lang, item=self.item_name, team=self.team,
                 date=self.date_name, days=abs(self.spare), usual=self.usual)


def low_for_its_team(base: Base) -> Flags:
    """Rows that two thirds of their team's work rank above (done work included: it shows how the team ranks)."""
    counted, ranks = _ranks(base)
    grouped = ranks.groupby(pd.Series(base.group("team"), dtype=object))
    above = (grouped.rank(method="min") - 1) / grouped.transform("count")
    return np.asarray(counted & (above.to_numpy() >= _ABOVE - 1e-9))


def _ranks(base: Base) -> tuple[Flags, pd.Series]:
    """Rows whose priority counts, and the ranks (1 highest), NaN of the others."""
    rank = base.plan.activities["priority_rank"].to_numpy()
    counted = ~base.summary & ~base.cancelled & ~np.isnan(rank)
    return counted, pd.Series(np.where(counted, rank, np.nan))


def _top_dates(base: Base) -> Flags:
    """Promised dates, the headline, and milestones that their own team ranks at its median or higher."""
    _, ranks = _ranks(base)
    median = ranks.groupby(pd.Series(base.group("team"), dtype=object)).transform("median").to_numpy()
    return np.asarray(base.dates | (base.milestone & (ranks.to_numpy() <= median)))


def conflicts(base: Base, within: float | None = None) -> tuple[Conflict, ...]:
    """Low-ranked open items whose float to a date that matters more is at most ``within`` working days (default: near-critical).

    A date matters more where it is another team's, or the program's headline, is promised or ranked high by its own team, and not ranked
    as low as the item. The tightest first, then the most work.
    """
    limit = base.schedule.options.near_critical_days if within is None else within
    ends = base.endangers
    rank = base.plan.activities["priority_rank"].to_numpy()
    team = base.group("team")
    date = np.where(ends >= 0, ends, 0)
    foreign = base.team_code != base.team_code[date]
    reached = (ends >= 0) & (ends != np.arange(len(ends))) & _top_dates(base)[date]
    higher = np.isnan(rank[date]) | (rank[date] < rank)
    near = ~np.isnan(base.floats) & (base.floats <= limit)
    matters = reached & higher & (foreign | (date == base.headline))
    rows = np.flatnonzero(base.open & low_for_its_team(base) & near & matters & ~pd.isna(team))
    rows = rows[np.lexsort((rows, -base.remaining[rows], base.floats[rows]))]
    usual = _usual(base, rank)
    return tuple(_told(base, row, usual, team) for row in rows.tolist())


def _usual(base: Base, rank: Numbers) -> dict[str, str]:
    """The priority word that each team uses most; of equally common ones the higher."""
    frame = pd.DataFrame({"team": base.group("team"), "word": base.text("priority"), "rank": rank})[~base.summary].dropna()
    counts = frame.groupby(["team", "word"]).agg(count=("rank", "size"), rank=("rank", "first")).reset_index()
    first = counts.sort_values(["team", "count", "rank"], ascending=[True, False, True], kind="stable").drop_duplicates("team")
    return dict(zip(first["team"], first["word"], strict=True))


def _told(base: Base, row: int, usual: dict[str, str], team: np.ndarray) -> Conflict:
    at = int(base.endangers[row])
    chain = [row]
    while chain[-1] != at and len(chain) < _CHAIN:
        chain.append(int(base.limiter[chain[-1]]))
    waits = next((each for each in chain[1:] if team[each] is not None and team[each] != team[row]), None)
    text, name = base.text("priority"), str(team[row])
    return Conflict(
        str(base.ids[row]), str(base.names[row]), name, str(text[row]), usual.get(name, str(text[row])), str(base.ids[at]),
        str(base.names[at]), text[at],
        waits=None if waits is None else str(base.ids[waits]),
        waits_name=None if waits is None else str(base.names[waits]),
        waits_team=None if waits is None else str(team[waits]),
        spare=float(np.floor(base.floats[row] + 1e-9)),
        chain=tuple(str(base.ids[each]) for each in chain))
