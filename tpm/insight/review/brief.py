"""The brief in words: the same facts as one line, one paragraph or one page, in English or Korean, for paper, e-mail or Slack.

It is deterministic, and every sentence names the rows behind it. It says the finding first, then its cause, then what is asked,
then what is not known. Nothing is said of what is not there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

import numpy as np

from tpm.i18n import Language, t
from tpm.insight.review.decisions import Decision
from tpm.insight.review.facts import SURE, Facts, as_date, is_scheduled, names_of
from tpm.insight.review.sentence import Names, Sentence, Told, Word, paragraph, rows_of
from tpm.insight.review.status import Rag, Status, Watermelon, watermelon_sentence
from tpm.insight.review.top_risks import TopRisk
from tpm.insight.roadmap_items import NO_SLIP_DAYS

_CHAIN_NAMED: Final = 4  # items of the driving path that a sentence names
_LANES_NAMED: Final = 8
_BULLETS: Final = ("•", "    ◦")  # by level
_SECOND_SHARE: Final = 0.2  # of the slip: a second cause worth naming


class Length(StrEnum):
    """How long a brief is."""

    LINE = "line"
    PARAGRAPH = "paragraph"
    PAGE = "page"


class Shape(StrEnum):
    """Where a brief is pasted."""

    TEXT = "text"
    EMAIL = "email"
    SLACK = "slack"


@dataclass(frozen=True, slots=True)
class Section:
    """Sentences under one heading of the page; ``title`` is a key of the catalogue."""

    title: str
    sentences: tuple[Told, ...]


@dataclass(frozen=True)
class Brief:
    """The headline, the short paragraph and the page's sections."""

    headline: Sentence
    short: tuple[Told, ...]  # with the headline, at most a handful
    why: tuple[Sentence, ...]  # where the slip comes from, what has no float left
    sure: tuple[Sentence, ...]  # how likely, where it was simulated
    sections: tuple[Section, ...]

    def line(self, lang: Language) -> str:
        """The one line."""
        return self.headline.text(lang)

    def paragraphs(self, length: Length) -> tuple[tuple[Told, ...], ...]:
        """Sentences by paragraph at ``length``."""
        if length is Length.LINE:
            return ((self.headline,),)
        if length is Length.PARAGRAPH:
            return (self.short,)
        return ((self.headline,), *(section.sentences for section in self.sections))

    def text(self, lang: Language, length: Length = Length.PARAGRAPH, shape: Shape = Shape.TEXT) -> str:
        """The brief as text to paste; a page has headings."""
        if shape is Shape.EMAIL:
            body = self.text(lang, length) if length is not Length.LINE else self.line(lang)
            return f"{t('brief.email.subject', lang, line=self.line(lang))}\n\n{body}"
        if shape is Shape.SLACK:
            return self._slack(lang, length)
        if length is not Length.PAGE:
            return paragraph(self.paragraphs(length)[0], lang)
        parts = [self.line(lang)]
        for section in self.sections:
            lines = "\n".join(f"{'  ' * sentence.level}- {sentence.text(lang)}" for sentence in section.sentences)
            parts.append(f"{t(section.title, lang)}\n{lines}")
        return "\n\n".join(parts)

    def _slack(self, lang: Language, length: Length) -> str:
        """Slack's mrkdwn: bold between asterisks, its three reserved signs escaped."""
        if length is Length.LINE:
            return f"*{_slack(self.line(lang))}*"
        if length is Length.PARAGRAPH:
            return f"*{_slack(self.line(lang))}*\n{_slack(paragraph(self.short[1:], lang))}".strip()
        parts = [f"*{_slack(self.line(lang))}*"]
        for section in self.sections:
            lines = "\n".join(f"{_BULLETS[sentence.level]} {_slack(sentence.text(lang))}" for sentence in section.sentences)
            parts.append(f"*{_slack(t(section.title, lang))}*\n{lines}")
        return "\n\n".join(parts)

    def numbers(self) -> dict[str, float | str]:
        """Every number and date that the page states: ``headline.days``, ``section.position.fact``."""
        out = {f"headline.{name}": value for name, value in self.headline.numbers().items()}
        for section in self.sections:
            heading = section.title.rpartition(".")[2]
            for position, sentence in enumerate(section.sentences, start=1):
                out |= {f"{heading}.{position}.{name}": value for name, value in sentence.numbers().items()}
        return out

    def as_json(self, lang: Language) -> dict[str, Any]:
        """The brief as the command line gives it."""
        return {
            "lang": lang,
            "headline": self.line(lang),
            "paragraphs": [{"text": paragraph(sentences, lang), "rows": list(rows_of(sentences))}
                           for sentences in self.paragraphs(Length.PAGE)],
            "numbers": self.numbers(),
            "short": paragraph(self.short, lang),
            "sections": [{"title": t(section.title, lang),
                          "sentences": [{"text": sentence.text(lang), "rows": list(sentence.rows)} for sentence in section.sentences]}
                         for section in self.sections],
        }


def _slack(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def headline(facts: Facts) -> Sentence:
    """The finding in one sentence: when the date that matters lands, against what was promised, and how likely the promise is."""
    item = facts.last
    words: dict[str, object]
    if facts.schedule.cycles and (item is None or not is_scheduled(facts.schedule, item)):
        loop = facts.schedule.cycles[0]
        return Sentence("brief.headline.loop", {"count": len(loop), "names": Names(names_of(facts, loop))}, tuple(loop))
    if facts.passed is not None:
        words = {"date": facts.when(facts.passed), "count": int(facts.open.sum()), "total": int(facts.leaf.sum())}
        how = "-unreported" if not facts.plan.progress_reported else "-all" if facts.open.sum() == facts.leaf.sum() else ""
        return Sentence(f"brief.headline.passed{how}", words, tuple(facts.plan.activities["id"].to_numpy()[facts.open].astype(str)))
    if item is None:
        return Sentence("brief.headline.undated" if facts.leaf.any() else "brief.headline.empty", {"count": int(facts.leaf.sum())})
    finish, promise, slip = facts.finish(item), facts.promise(item), facts.slip(item)
    name: object = facts.name(item) if facts.headline is not None else Word("brief.whole")
    words = {"name": name}
    if finish is None:
        return Sentence("brief.headline.no-date", words, (item,))
    words["date"] = facts.when(finish)
    if not facts.is_open(item):
        return Sentence("brief.headline.reached", words, (item,))
    sure = facts.percentile(SURE) if facts.is_evident else None
    if sure is not None:
        words |= {"sure": facts.when(sure), "share": SURE}
    if promise is None:
        return Sentence("brief.headline.no-promise" if sure is None else "brief.headline.sure", words, (item,))
    words |= {"promise": facts.when(promise), "set": Word(f"brief.set.{facts.promise_kind(item)}")}
    if sure is not None:
        late = facts.days_between(promise, sure)
        key = f"brief.headline.sure-{'late' if late > NO_SLIP_DAYS else 'kept'}{'' if finish < sure else '-alone'}"
        return Sentence(key, words | ({"days": late} if late > NO_SLIP_DAYS else {}), (item,))
    how = "late" if slip > NO_SLIP_DAYS else "early" if slip < -NO_SLIP_DAYS else "kept"
    return Sentence(f"brief.headline.{how}", words if how == "kept" else words | {"days": abs(slip)}, (item,))


def causes(facts: Facts) -> tuple[Sentence, ...]:
    """Where the slip comes from: items of the driving path, days without a report, the plan itself; and what stands there without float."""
    if facts.last is None or not facts.is_open(facts.last) or facts.passed is not None:
        return ()
    named = _from_items(facts, facts.last)
    silent = _from_silence(facts)
    first = [silent, *named] if facts.silence > max((part.days for part in facts.parts), default=0.0) else [*named, silent]
    return tuple(one for one in (*first, _from_the_start(facts, facts.last), _chain(facts, facts.last)) if one is not None)


def _total(facts: Facts) -> float:
    """Working days since the baseline, or the plan where there is none."""
    return sum(part.days for part in facts.parts) + facts.silence


def _from_items(facts: Facts, last: str) -> list[Sentence]:
    """The one or two items that the slip comes from. It is told from the baseline where that is not the promise itself."""
    parts = sorted((part for part in facts.parts if part.days > NO_SLIP_DAYS), key=lambda part: -part.days)
    total = _total(facts)
    if not parts or total <= NO_SLIP_DAYS:
        return []
    first = parts[0]
    given = [facts.items.sets[kind][1][facts.position[last]] for kind in ("baseline", "planned")]
    if first.id == last and given[1] > given[0]:
        return [Sentence("brief.cause.replanned", {"was": facts.when(given[0]), "date": facts.when(given[1])}, (last,))]
    if first.id == last and first.days >= total:
        return [Sentence("brief.cause.own", {"days": first.days}, (last,))]
    based = "planned" if np.isnat(given[0]) else "baseline"
    words: dict[str, object] = {"days": first.days, "total": total, "name": facts.name(first.id), "team": facts.team(first.id) or "",
                                "since": Word(f"brief.since.{based}")}
    named = "" if facts.team(first.id) else "-teamless"
    if first.days - total >= NO_SLIP_DAYS:  # what was won back on the way is said as well
        return [Sentence(f"brief.cause.more{named}", words | {"won": first.days - total}, (first.id,))]
    same = abs(first.days - total) < NO_SLIP_DAYS
    since = "" if abs(total - facts.slip(last)) < NO_SLIP_DAYS else "-since"  # the promise is not the baseline: two different slips
    out = [Sentence(f"brief.cause.{'all' if same else 'most'}{named}{since}", words, (first.id,))]
    if len(parts) > 1 and not same and first.days < total and parts[1].days >= _SECOND_SHARE * total:
        second = parts[1]
        out.append(Sentence("brief.cause.second", {"days": second.days, "name": facts.name(second.id)}, (second.id,)))
    return out


def _from_silence(facts: Facts) -> Sentence | None:
    """The days by which it is late only because nothing was reported since the day of the data."""
    saved, status = facts.plan.saved_on, facts.status_date
    if facts.silence <= NO_SLIP_DAYS or saved is None or status is None:
        return None
    same = abs(facts.silence - _total(facts)) < NO_SLIP_DAYS
    words = {"days": facts.silence, "saved": facts.when(saved), "age": (status - saved).days}
    return Sentence(f"brief.cause.silent{'-all' if same else ''}", words)


def _from_the_start(facts: Facts, last: str) -> Sentence | None:
    """A promise that its own baseline or plan does not keep."""
    promise = facts.promise(last)
    if promise is None or facts.promise_kind(last) != "promised":
        return None
    given = [(kind, as_date(facts.items.sets[kind][1][facts.position[last]])) for kind in ("baseline", "planned")]
    kind, day = next(((kind, day) for kind, day in given if day is not None), ("", None))
    if day is None or facts.days_between(promise, day) <= NO_SLIP_DAYS:
        return None
    days = facts.days_between(promise, day)
    words = {"set": Word(f"brief.since.{kind}"), "date": facts.when(day), "days": days}
    return Sentence(f"brief.cause.from-the-start{'-all' if days >= facts.slip(last) else ''}", words, (last,))


def _chain(facts: Facts, last: str) -> Sentence | None:
    chain = [item for item in facts.driving if item != last]
    if len(chain) < 2:
        return None
    teams = {facts.team(item) for item in chain} - {None}
    return Sentence("brief.chain.teams" if len(teams) > 1 else "brief.chain.items", {
        "count": len(chain), "teams": len(teams), "names": Names(names_of(facts, chain), _CHAIN_NAMED),
        "target": facts.name(last) if facts.headline else Word("brief.whole")}, tuple(chain))


def confidence_sentences(facts: Facts) -> tuple[Sentence, ...]:
    """The date that is likely to hold, and how many runs say so."""
    sure, middle = facts.percentile(SURE), facts.percentile(0.5)
    if facts.last is None or facts.simulation is None or sure is None:
        return ()
    words: dict[str, object] = {"middle": facts.when(middle), "runs": facts.simulation.runs}
    if not facts.is_evident:
        words = {"middle": facts.when(middle), "date": facts.when(sure), "share": SURE}
        return (Sentence("brief.confidence.default", words, (facts.last,)),)
    promise, confidence = facts.promise(facts.last), facts.confidence(facts.last)
    if promise is None or confidence is None:
        return (Sentence("brief.confidence.half-alone", words, (facts.last,)),)
    words |= {"promise": facts.when(promise), "set": Word(f"brief.set.{facts.promise_kind(facts.last)}"), "confidence": confidence}
    return (Sentence("brief.confidence.half", words, (facts.last,)),)


def decision_sentences(decisions: Sequence[Decision], facts: Facts) -> tuple[Sentence, ...]:
    """Each decision as its question, what else it decides, its options and its day."""
    out: list[Sentence] = []
    for decision in decisions:
        out.append(decision.question)
        out += [replace(one, level=1) for one in (decision.also, *(option.sentence for option in decision.options)) if one is not None]
        out.append(Sentence("brief.decision.by", {"date": facts.when(decision.by)}, decision.rows, 1) if decision.by is not None
                   else Sentence("brief.decision.now", {}, decision.rows, 1))
    return tuple(out)


def _state(status: Status, lanes: Mapping[str, Status], rule: Sentence, first: Sentence) -> tuple[Sentence, ...]:
    """The colours and the rule behind them; the reason where the headline has not said it, or there is no colour."""
    judged = status.rag is not Rag.UNKNOWN
    out = [Sentence("brief.state.program", {"rag": Word(f"brief.rag-name.{status.rag.value}")}, status.why.rows) if judged
           else Sentence("brief.threshold.unjudged", {"why": status.why}, status.why.rows)]
    if judged and first.rows != status.why.rows:
        out.append(Sentence("brief.state.why", {"why": status.why}, status.why.rows))
    for rag in (Rag.RED, Rag.AMBER):
        named = [(name, lane) for name, lane in lanes.items() if lane.rag is rag and name]
        if named:
            out.append(Sentence(f"brief.state.lanes-{rag.value}", {"names": Names(tuple(name for name, _ in named), _LANES_NAMED)},
                                rows_of([lane.why for _, lane in named])))
    coloured = judged or any(lane.rag in (Rag.RED, Rag.AMBER, Rag.GREEN) for lane in lanes.values())
    return (*out, rule) if coloured and status.rag is not Rag.DONE else tuple(out)


def write(facts: Facts, *, status: Status, lanes: Mapping[str, Status], rule: Sentence, decisions: Sequence[Decision],
          risks: Sequence[TopRisk], melons: tuple[Watermelon, ...], unknown: Sequence[Sentence], since: Sequence[Told] = ()) -> Brief:
    """The brief of facts that were computed elsewhere in this room."""
    first = headline(facts)
    why = causes(facts)
    sure = confidence_sentences(facts)
    ask: list[Sentence] = []
    if decisions:
        leading = decisions[0]
        best = leading.best
        ask.append(leading.question)
        if best is not None:
            ask.append(Sentence("brief.option.lead", {"option": best.short}, best.items))
        if leading.by is not None:
            ask.append(Sentence("brief.decision.by", {"date": facts.when(leading.by)}, leading.rows))
    short = (first, *why[:2], *sure, *since[:1], *ask, *_not_known(unknown[:2]))
    state = _state(status, lanes, rule, first)
    sections = [
        Section("brief.section.status", state),
        Section("brief.section.why", (*why, *sure)),
        Section("brief.section.decisions", decision_sentences(decisions, facts)),
        Section("brief.section.risks", tuple(risk.sentence for risk in risks[:3])),
        Section("brief.section.changes", tuple(since)),
        Section("brief.section.reported", (watermelon_sentence(melons, facts), *(melon.why for melon in melons[:3])) if melons else ()),
        Section("brief.section.unknown", tuple(unknown)),
    ]
    return Brief(first, short, why, sure, tuple(section for section in sections if section.sentences))


def _not_known(sentences: Sequence[Sentence]) -> tuple[Sentence, ...]:
    if not sentences:
        return ()
    return (Sentence("brief.unknown.lead", {"first": sentences[0]}, sentences[0].rows), *sentences[1:])
