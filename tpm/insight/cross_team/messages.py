"""The text to send to one team: what it owes, to whom and by when; what it gets, from whom and when.

Plain text for a mail or a chat. Every line names one open link; nothing is summed away.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, Final

import pandas as pd

from tpm.i18n import Language, t
from tpm.insight.cross_team.base import known

_MOST_LINES: Final = 20  # a list; a longer message is not read


def team_message(commitments: pd.DataFrame, team: str | None, lang: Language) -> str:
    """What ``team`` owes and gets, as plain text in ``lang``; ``commitments`` as :func:`~.commitments.commitments` gives them.

    ``team`` None writes to those whom the plan does not name.
    """
    owes, gets = (commitments[commitments[column].isna() if team is None else commitments[column] == team]
                  for column in ("giver_team", "receiver_team"))
    name = t("cross_team.nobody.team", lang) if team is None else team
    if owes.empty and gets.empty:
        return t("messages.nothing", lang, team=name)
    late = int((owes["standing"] == "late").sum())
    lines = [t("messages.greeting-late" if late else "messages.greeting", lang, team=name, owes=len(owes), gets=len(gets), late=late)]
    for title, rows, side in (("owes", owes, "receiver"), ("gets", gets, "giver")):
        if rows.empty:
            continue
        lines += ["", t(f"messages.{title}", lang)]
        shown = rows.sort_values(["needed", "link"], kind="stable").head(_MOST_LINES)
        lines += [_line(row, side, lang) for row in shown.to_dict("records")]
        if len(rows) > _MOST_LINES:
            lines.append(t("messages.more", lang, count=len(rows) - _MOST_LINES))
    return "\n".join([*lines, "", t("messages.ask", lang)])


def _line(row: Mapping[Hashable, Any], other: str, lang: Language) -> str:
    """One line of a list; ``other`` is the side that is not the reader."""
    whom = row[f"{other}_team"] if known(row[f"{other}_team"]) else t("cross_team.nobody.team", lang)
    person = row["receiver_owner" if other == "receiver" else "giver_owner"]
    whom = t("commitments.who", lang, team=whom, owner=person) if known(person) else whom
    told = {"item": row["giver_name"], "into": row["receiver_name"], "whom": whom, "forecast": row["forecast"], "needed": row["needed"]}
    way = "owe" if other == "receiver" else "get"
    if row["standing"] == "unknown":
        return t(f"messages.{way}.unknown", lang, **told)
    days = (float(row["slack"]) + 1e-9) // 1
    if days == 0:
        return t(f"messages.{way}.exact", lang, **told)
    return t(f"messages.{way}.{'late' if days < 0 else 'kept'}", lang, days=abs(days), **told)
