"""The executive review: one function whose answer feeds the page, the deck, the brief and the command line alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from tpm.insight.review.brief import Brief, Length, Shape, write
from tpm.insight.review.decisions import Decision, decisions, left_red
from tpm.insight.review.facts import Facts, facts_of
from tpm.insight.review.milestones import Bar, ExecutiveRoadmap, Mark, executive_roadmap
from tpm.insight.review.sentence import Sentence, Told
from tpm.insight.review.status import Rag, Status, Thresholds, Watermelon, program_status, watermelons
from tpm.insight.review.talk import Person, who_to_talk_to
from tpm.insight.review.top_risks import TopRisk, top_risks
from tpm.insight.review.unknowns import unknowns
from tpm.insight.review.ways import Option
from tpm.model import Plan, Schedule, SimulationResult

__all__ = [
    "Bar", "Brief", "Decision", "ExecutiveRoadmap", "Length", "Mark", "Option", "Person", "Rag", "Review", "ReviewOptions",
    "Sentence", "Shape", "Status", "Thresholds", "Told", "TopRisk", "Watermelon", "review",
]


@dataclass(frozen=True, slots=True)
class ReviewOptions:
    """What a presenter chose: thresholds, milestones pinned and hidden, the lanes (None: the program picks)."""

    thresholds: Thresholds = field(default_factory=Thresholds)
    pinned: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    lane: str | None = None
    decided: tuple[tuple[str, str], ...] = ()  # keys of decisions that have been made, and the day that was decided for (ISO) or nothing


@dataclass(frozen=True)
class Review:
    """Everything that an executive review shows. ``rule`` is the written threshold behind ``status``."""

    facts: Facts
    options: ReviewOptions
    status: Status
    rule: Sentence
    roadmap: ExecutiveRoadmap
    risks: tuple[TopRisk, ...]
    decisions: tuple[Decision, ...]
    watermelons: tuple[Watermelon, ...]
    people: tuple[Person, ...]
    unknowns: tuple[Sentence, ...]
    since: tuple[Told, ...]  # what changed since the last review; empty where there is nothing to compare with
    brief: Brief

    @property
    def headline(self) -> Sentence:
        """The finding of the whole."""
        return self.brief.headline

    @property
    def ground(self) -> Sentence:
        """What stands beside the status: the rule behind it, or why there is none."""
        if self.status.rag is not Rag.UNKNOWN:
            return self.rule
        return Sentence("brief.threshold.unjudged", {"why": self.status.why}, self.status.why.rows)


def review(plan: Plan, schedule: Schedule, *, simulation: SimulationResult | None = None, since: Sequence[Told] = (),
           options: ReviewOptions | None = None, decide: bool = True, today: dt.date | None = None) -> Review:
    """The review of ``plan`` under ``schedule``, with the confidence of ``simulation`` where one was run.

    ``since`` says what changed since the last review. ``decide`` False leaves out the decisions, which try many changes of the plan.
    ``today`` is the reader's day. A plan whose end has passed with nothing under way is shown as planned: a forecast would date from today.
    """
    options = options or ReviewOptions()
    facts = facts_of(plan, schedule, simulation, today)
    status = program_status(facts, options.thresholds)
    rule = options.thresholds.sentence(simulated=facts.is_evident)
    risks = top_risks(facts)
    made = dict(options.decided)
    roadmap = executive_roadmap(facts, options.thresholds, pinned=options.pinned, hidden=options.hidden, lane=options.lane)
    found = decisions(facts) if decide else ()
    asked = tuple(one for one in (*found, *(left_red(facts, roadmap.statuses, found) if decide else ())) if not one.is_settled(made))
    melons = watermelons(facts, options.thresholds)
    missing = unknowns(facts)
    words = write(facts, status=status, lanes=roadmap.statuses, rule=rule, decisions=asked, risks=risks, melons=melons,
                  unknown=missing, since=since)
    return Review(
        facts, options, status, rule, roadmap, risks, asked, melons, who_to_talk_to(facts), missing, tuple(since), words)


def pins(chosen: Collection[str], hidden: Collection[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Pinned and hidden milestones as options take them: sorted, and what is pinned is not hidden."""
    return tuple(sorted(chosen)), tuple(sorted(set(hidden) - set(chosen)))
