"""Who waits for whom, and what the plan takes for granted: everything that the page of dependencies says, as pure functions.

:func:`cross_team` works all of it out; each part can be had alone from a :class:`Base`. A plan without dependencies still gets its
load, its hidden assumptions, and the dependencies that its names, notes and dates imply as offers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from tpm.i18n import Language, t
from tpm.insight.cross_team.assumptions import Assumption, as_findings, split_dismissed
from tpm.insight.cross_team.base import GROUPINGS, Base
from tpm.insight.cross_team.bottlenecks import Bottleneck, bottlenecks
from tpm.insight.cross_team.commitments import COMMITMENT_COLUMNS, commitment_words, commitments
from tpm.insight.cross_team.conflicts import Conflict, conflicts
from tpm.insight.cross_team.load import Crunch, Load, team_load
from tpm.insight.cross_team.matrix import TeamMatrix, team_matrix
from tpm.insight.cross_team.messages import team_message
from tpm.insight.cross_team.offers import Offer, offers
from tpm.insight.cross_team.rules import assumptions
from tpm.model import Plan, Schedule

__all__ = [
    "COMMITMENT_COLUMNS", "GROUPINGS", "Assumption", "Base", "Bottleneck", "Conflict", "CrossTeam", "Crunch", "Load", "Offer", "TeamMatrix",
    "as_findings", "assumptions", "bottlenecks", "commitment_words", "commitments", "conflicts", "cross_team", "offers", "split_dismissed",
    "team_load", "team_matrix", "team_message",
]


@dataclass(frozen=True)
class CrossTeam:
    """All judgements about one plan and schedule. ``assumptions`` and ``offers`` are without what somebody has dismissed."""

    base: Base
    matrix: TeamMatrix
    commitments: pd.DataFrame  # COMMITMENT_COLUMNS
    bottlenecks: tuple[Bottleneck, ...]
    conflicts: tuple[Conflict, ...]
    assumptions: tuple[Assumption, ...]
    dismissed: tuple[Assumption, ...]
    offers: tuple[Offer, ...]
    load: Load

    @property
    def without_links(self) -> bool:
        """The plan has no dependency at all."""
        return self.base.plan.dependencies.empty

    def statement(self, lang: Language) -> str:
        """The sentence over the page: how many hand-offs, how many are late; or that the plan has no dependencies, and what is offered."""
        if self.base.plan.activities.empty:
            return t("cross_team.statement.empty", lang)
        if self.without_links:
            return t("cross_team.statement.offers" if self.offers else "cross_team.statement.no-links", lang, count=len(self.offers))
        teams = {team for column in ("giver_team", "receiver_team") for team in self.commitments[column] if team is not None}
        late = int((self.commitments["standing"] == "late").sum())
        if not self.base.plan.activities["team"].notna().any():
            return t("cross_team.statement.no-teams", lang, links=int(self.matrix.counts.sum()))
        if self.commitments.empty:
            return t("cross_team.statement.none-crossing", lang, links=int(self.matrix.counts.sum()))
        key = "cross_team.statement.late" if late else "cross_team.statement.kept"
        return t(key, lang, count=len(self.commitments), teams=len(teams), late=late)


def cross_team(plan: Plan, schedule: Schedule, by: str = "team", dismissed: Mapping[str, str] | None = None) -> CrossTeam:
    """Everything that the page of dependencies says. ``schedule`` must be of ``plan``; ``by`` groups matrix and load.

    ``dismissed`` maps keys of assumptions and offers to the reasons why they are no issue. Raises ``ValueError`` for another grouping.
    """
    base = Base(plan, schedule)
    standing, no_issue = split_dismissed(assumptions(base), dismissed or {})
    return CrossTeam(
        base, team_matrix(base, by), commitments(base), bottlenecks(base), conflicts(base), standing, no_issue,
        tuple(offer for offer in offers(base) if offer.key not in (dismissed or {})), team_load(base, by))
