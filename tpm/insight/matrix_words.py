"""The team matrix and the team load in words: the finding as the title."""

from __future__ import annotations

import pandas as pd

from tpm.i18n import Language, t
from tpm.insight.cross_team import Load, TeamMatrix


def matrix_title(matrix: TeamMatrix, lang: Language) -> str:
    """Who owes the most that hurts, as one sentence with its numbers."""
    cells = matrix.cells
    across = cells[[waits != on for waits, on in zip(cells["waits"], cells["on"], strict=True)]]
    across = across[across["on"].notna()]
    if across.empty:
        return t(f"team-matrix.none.{matrix.by}", lang, links=int(matrix.counts.sum()))
    givers = across.groupby("on", sort=False).agg(links=("links", "sum"), late=("late", "sum"), waiting=("waits", "size"))
    worst = givers.sort_values(["late", "links"], ascending=False, kind="stable").iloc[0]
    told = {"name": worst.name, "links": int(worst["links"]), "late": int(worst["late"]), "count": int(worst["waiting"])}
    return t(f"team-matrix.{'late' if worst['late'] else 'kept'}", lang, **told)


def load_title(load: Load, status: object, lang: Language) -> str:
    """The heaviest crunch, else that there is none."""
    if load.crunches:
        return load.crunches[0].sentence(lang).rstrip(".")
    if load.weeks.empty:
        return t("team-load.nothing", lang)
    weeks = load.weeks
    ahead = weeks[weeks["week"] >= pd.Timestamp(str(status))] if status is not None else weeks
    most = (ahead if len(ahead) else weeks).sort_values("in_flight", ascending=False, kind="stable").iloc[0]
    return t("team-load.calm", lang, group=most["group"], count=int(most["in_flight"]), week=most["week"])
