"""Who waits on whom: the design structure matrix of a plan, by team (or owner, program, phase).

Rows wait on columns. A link counts while it still holds somebody: what it hangs on has not happened, and its successor is unfinished.
Every open link is in exactly one cell, also those within one group (the diagonal) and those of work that names nobody.

Source: Steward (1981), the design structure matrix; the reading "rows wait on columns" is Eppinger & Browning (2012).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from tpm.i18n import Language, t
from tpm.insight.cross_team.base import Base

NOBODY = ""  # the code of work that names nobody, in frames; ``None`` in ``groups``


@dataclass(frozen=True)
class TeamMatrix:
    """The open links of a plan by who waits (``waits``) and on whom (``on``).

    ``links`` has one row an open link: its row in ``schedule.links`` (``link``), ``predecessor``, ``successor``, ``type``, ``lag``,
    ``lag_unit``, ``source``, ``waits``, ``on``, ``slack`` (working days to the successor's planned date), ``float`` (to the date behind
    it), ``late``, ``violated``. ``cells`` has one row a pair of groups with a link: ``waits``, ``on``, ``links``, ``late``, ``violated``,
    ``smallest_slack``, ``smallest_float``. ``groups``: most links across first, None (nobody named) last.
    """

    by: str
    groups: tuple[str | None, ...]
    cells: pd.DataFrame
    links: pd.DataFrame

    @cached_property
    def counts(self) -> npt.NDArray[np.int64]:
        """Open links as an array: rows wait on columns, in the order of ``groups``."""
        out = np.zeros((len(self.groups), len(self.groups)), dtype=np.int64)
        at = {group: position for position, group in enumerate(self.groups)}
        for waits, on, count in zip(self.cells["waits"].tolist(), self.cells["on"].tolist(), self.cells["links"].tolist(), strict=True):
            out[at[waits], at[on]] = count
        return out

    def count(self, waits: str | None, on: str | None) -> int:
        """Open links in one cell."""
        return int(self.counts[self.groups.index(waits), self.groups.index(on)])

    def between(self, waits: str | None, on: str | None) -> pd.DataFrame:
        """The links behind one cell, the least slack first."""
        rows = self.links
        chosen = rows[_is(rows["waits"], waits) & _is(rows["on"], on)]
        return chosen.sort_values("slack", kind="stable", ignore_index=True)

    def label(self, group: str | None, lang: Language) -> str:
        """A group's name; work that names nobody says so."""
        return t(f"cross_team.nobody.{self.by}", lang) if group is None else group

    def sentence(self, waits: str | None, on: str | None, lang: Language) -> str:
        """One cell in words."""
        links = self.between(waits, on)
        who, whom = self.label(waits, lang), self.label(on, lang)
        if links.empty:
            return t("cross_team.cell.none", lang, waits=who, on=whom)
        late = int(links["late"].sum())
        if waits == on:
            return t("cross_team.cell.own", lang, waits=who, count=len(links), late=late)
        slack = links["slack"].min()
        if late:
            return t("cross_team.cell.late", lang, waits=who, on=whom, count=len(links), late=late)
        if slack != slack:
            return t("cross_team.cell.undated", lang, waits=who, on=whom, count=len(links))
        return t("cross_team.cell.kept", lang, waits=who, on=whom, count=len(links), slack=slack)

    @cached_property
    def crossing(self) -> int:
        """Open links between different groups."""
        return int(self.counts.sum() - np.trace(self.counts))


def _is(column: pd.Series, group: str | None) -> pd.Series:
    return column.isna() if group is None else column == group


def team_matrix(base: Base, by: str = "team") -> TeamMatrix:
    """The matrix of ``base`` by ``by`` (``team``, ``owner``, ``program``, ``phase``). Raises ``ValueError`` for another grouping."""
    group = base.group(by)
    rows = np.flatnonzero(base.waiting)
    violated = base.schedule.links["violated"].to_numpy()[rows]
    slack = base.slack[rows]
    links = base.schedule.links.iloc[rows][["predecessor", "successor", "type", "lag", "lag_unit", "source"]].reset_index(drop=True)
    links.insert(0, "link", rows)
    links["waits"] = pd.Series(group[base.successor[rows]], dtype=object)
    links["on"] = pd.Series(group[base.predecessor[rows]], dtype=object)
    links["slack"], links["float"] = slack, base.date_slack[rows]
    links["late"] = (slack < 0) | violated
    links["violated"] = violated
    named = links.assign(waits=links["waits"].fillna(NOBODY), on=links["on"].fillna(NOBODY))
    cells = named.groupby(["waits", "on"], sort=True).agg(
        links=("link", "size"), late=("late", "sum"), violated=("violated", "sum"), smallest_slack=("slack", "min"),
        smallest_float=("float", "min")).reset_index()
    across = cells[cells["waits"] != cells["on"]]
    weight = across.groupby("waits")["links"].sum().add(across.groupby("on")["links"].sum(), fill_value=0)
    present = [each for each in pd.unique(group[~base.summary]) if each is not None]
    order = sorted(present, key=lambda each: -weight.get(each, 0))  # stable: then the plan's order
    on_links = set(named["waits"]) | set(named["on"])
    order += sorted(on_links - set(order) - {NOBODY})  # groups that only summaries name
    without = NOBODY in on_links or bool(pd.isna(group[base.open]).any())
    for name in ("waits", "on"):
        cells[name] = cells[name].astype(object).where(cells[name] != NOBODY, None)
    return TeamMatrix(by, (*order, *([None] if without else [])), cells, links)
