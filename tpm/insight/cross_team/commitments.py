"""Cross-team commitments: every open link between two teams as a promise, what hurts first on top.

The giver's end of the link is what is promised; the receiver's planned date says when it is needed; the date of the program that the
receiver's float runs out at is what it endangers. All days are inclusive; slacks are working days of the receiver's calendar.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from tpm.i18n import Language, t
from tpm.insight.cross_team.base import Base, Flags, Texts, known

COMMITMENT_COLUMNS: Final[Mapping[str, str]] = {
    "link": "int64",  # row of schedule.links
    "giver_team": "object",
    "giver_owner": "object",
    "giver": "object",  # id
    "giver_name": "object",
    "receiver_team": "object",
    "receiver_owner": "object",
    "receiver": "object",
    "receiver_name": "object",
    "type": "object",
    "lag": "float64",
    "lag_unit": "object",
    "source": "object",
    "promised": "datetime64[s]",  # planned end of the giver's item: its finish, or its start for SS and SF
    "forecast": "datetime64[s]",  # the same end as forecast
    "needed": "datetime64[s]",  # the latest such end with which the receiver keeps its planned date
    "slack": "float64",  # working days from forecast to needed; negative: too late
    "latest": "datetime64[s]",  # the latest such end before the endangered date moves or is missed
    "date": "object",  # id of the item whose date is endangered first
    "date_name": "object",
    "deadline": "datetime64[s]",  # of that date, where it has one
    "date_slack": "float64",  # working days from forecast to latest
    "standing": "object",  # late, tight, kept, unknown
}


def commitments(base: Base) -> pd.DataFrame:
    """``COMMITMENT_COLUMNS``, one row an open link between different teams (nobody named counts as a team of its own).

    What hurts first comes first: least slack to the endangered date, then least slack to the receiver's planned date.
    """
    team = base.group("team")
    code, _ = pd.factorize(team)
    rows = np.flatnonzero(base.waiting & (code[base.predecessor] != code[base.successor]))
    giver, receiver = base.predecessor[rows], base.successor[rows]
    from_start = base.from_start[rows]
    planned_start, planned_finish = base.day("planned_start"), base.day("planned_finish")
    planned_start, planned_finish = (np.where(np.isnat(one), other, one)
                                     for one, other in ((planned_start, planned_finish), (planned_finish, planned_start)))
    forecast = np.where(from_start, base.day("forecast_start")[giver], base.day("forecast_finish")[giver])
    slack, date_slack = base.slack[rows], base.date_slack[rows]
    date = base.endangers[receiver]
    standing = np.select([np.isnan(slack), slack < 0, slack <= base.schedule.options.near_critical_days],
                         ["unknown", "late", "tight"], "kept").astype(object)
    names, owner = base.names, base.text("owner")
    links = base.schedule.links.iloc[rows]
    columns: dict[str, Any] = {
        "link": rows, "giver_team": team[giver], "giver_owner": owner[giver], "giver": base.ids[giver], "giver_name": names[giver],
        "receiver_team": team[receiver], "receiver_owner": owner[receiver], "receiver": base.ids[receiver],
        "receiver_name": names[receiver],
        **{name: links[name].to_numpy() for name in ("type", "lag", "lag_unit", "source")},
        "promised": np.where(from_start, planned_start[giver], planned_finish[giver]), "forecast": forecast,
        "needed": base.shifted(forecast, slack, receiver), "slack": slack,
        "latest": base.shifted(forecast, date_slack, receiver),
        "date": _where(date >= 0, base.ids[date]), "date_name": _where(date >= 0, names[date]),
        "deadline": np.where(date >= 0, base.day("deadline")[date], np.datetime64("NaT", "D")), "date_slack": date_slack,
        "standing": standing,
    }
    frame = pd.DataFrame({name: pd.Series(np.asarray(columns[name]).astype(dtype), dtype=dtype)
                          for name, dtype in COMMITMENT_COLUMNS.items()})
    return frame.sort_values(["date_slack", "slack", "needed", "link"], kind="stable", ignore_index=True)


def _where(kept: Flags, values: Texts) -> Texts:
    out = values.copy()
    out[~kept] = None
    return out


def _who(team: Any, owner: Any, lang: Language) -> str:
    if known(team) and known(owner):
        return t("commitments.who", lang, team=team, owner=owner)
    return str(team) if known(team) else str(owner) if known(owner) else t("cross_team.nobody.team", lang)


def commitment_words(row: Mapping[str, Any], lang: Language) -> str:
    """One commitment as a sentence: who owes what to whom, when it comes, when it is needed, what it endangers.

    ``row`` is a row of :func:`commitments`.
    """
    start = row["type"] in ("SS", "SF")
    told = {"giver": _who(row["giver_team"], row["giver_owner"], lang), "item": row["giver_name"],
            "receiver": _who(row["receiver_team"], row["receiver_owner"], lang), "into": row["receiver_name"],
            "forecast": row["forecast"], "needed": row["needed"]}
    end = "start" if start else "finish"
    if row["standing"] == "unknown":
        return t(f"commitments.unknown.{end}", lang, **told)
    days = float(np.floor(row["slack"] + 1e-9))
    which = "late" if days < 0 else "exact" if days == 0 else "kept"
    sentence = t(f"commitments.{which}.{end}", lang, **told, **({} if which == "exact" else {"days": abs(days)}))
    return sentence + endangered_words(row, lang)


def endangered_words(row: Mapping[str, Any], lang: Language) -> str:
    """What the commitment endangers, as a following sentence; empty where it endangers nothing that is near."""
    if not known(row["date"]) or row["date_slack"] != row["date_slack"]:
        return ""
    spare = float(np.floor(row["date_slack"] + 1e-9))
    if spare < 0:
        return " " + t("commitments.endangers.missed", lang, date=row["date_name"], days=-spare)
    if spare == 0:
        return " " + t("commitments.endangers.decides", lang, date=row["date_name"])
    if row["standing"] != "kept":
        return " " + t("commitments.endangers.spare", lang, date=row["date_name"], days=spare)
    return ""
