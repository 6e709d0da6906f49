"""What changed since the last review, in a few sentences that can be pasted into a status mail; and as numbers.

:func:`since` is what a page, a slide or the command line asks for. The words are of the reader's language, the facts are not.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from tpm.i18n import Language, format_date, t
from tpm.i18n.formats import format_number
from tpm.insight.changes.attribution import Part, Slip, why_moved
from tpm.insight.changes.differences import RISKS, Differences, What
from tpm.insight.changes.transition import Cause
from tpm.insight.driving import headline_item
from tpm.model import Kind

_NAMED = (What.ADDED, What.REMOVED, What.RE_ESTIMATED, What.RE_LINKED, What.RE_OWNED, What.TEAM, What.RENAMED)
_RISKS = (What.RISK_OPENED, What.RISK_CLOSED, What.RISK_SCORED)


@dataclass(frozen=True)
class Summary:
    """Two versions in short. ``slip`` is of the headline milestone (None where either version does not have it)."""

    earlier: dt.date | None  # the days that the two versions speak of; None where nothing says it
    later: dt.date | None
    slip: Slip | None
    counts: Mapping[What, int]
    items: int  # of the later version and what was removed, without roll-ups
    changed: int
    moved_later: int
    moved_earlier: int
    worst_team: str | None
    worst_days: float  # the largest slip of that team's items
    estimates: Mapping[str, int]  # item → how many times it was re-estimated over the versions between


def since(differences: Differences, earlier: dt.date | None, later: dt.date | None, *, target: str | None = None, slip: Slip | None = None,
          estimates: Mapping[str, int] | None = None) -> Summary:
    """The summary of ``differences`` between a version as of ``earlier`` and one as of ``later``.

    ``target`` is an id of the new plan; default: the milestone that the other pages speak of. Its ``slip`` is computed unless it is given.
    """
    both = differences
    target = target or headline_item(both.new, both.after)
    if slip is None and target is not None:
        slip = why_moved(both.old, both.new, both.before, both.after, both.matching, target)
    moved = both.table[(both.table["what"] == What.MOVED) & both.table["days"].notna()]
    late = moved[moved["days"] > 0]
    worst = late.iloc[int(late["days"].to_numpy().argmax())] if len(late) else None
    items = int((both.new.activities["kind"] != Kind.SUMMARY).sum()) + both.counts.get(What.REMOVED, 0)
    return Summary(earlier, later, slip, both.counts, items, both.items_changed, len(late), int((moved["days"] < 0).sum()),
                   None if worst is None else worst["team"], 0.0 if worst is None else float(worst["days"]), estimates or {})


def by_item(slip: Slip) -> tuple[Part, ...]:
    """The parts put together by whose they are, whatever the cause, the weightiest first."""
    groups: dict[tuple[str, ...], list[Part]] = {}
    for part in slip.parts:
        groups.setdefault(part.items, []).append(part)
    merged = [replace(max(group, key=lambda part: abs(part.days)), days=sum(part.days for part in group)) for group in groups.values()]
    return tuple(sorted((part for part in merged if part.days), key=lambda part: -abs(part.days)))


def how_words(part: Part, lang: Language, times: int = 0) -> str:
    """The cause of a part in a word or two: "re-estimated twice", "일정 변경"."""
    if part.cause is Cause.DURATION and times > 1:
        return t("changes.how.duration-twice" if times == 2 else "changes.how.duration-times", lang, times=times)
    if part.cause is Cause.SCOPE:
        return t("changes.how.scope-added" if part.added else "changes.how.scope-cut", lang)
    if part.cause is Cause.PROGRESS:
        if not part.items:
            return t("changes.how.status-date", lang)
        return t("changes.how.progress-behind" if part.days > 0 else "changes.how.progress-ahead", lang)
    return t(f"changes.how.{part.cause.value}", lang)


def whose_words(part: Part, lang: Language) -> str:
    """Whose part it is: “Identity’s Token service build”, “3 items of Mobile”; the cause alone where it is nobody's."""
    if part.name:
        return t("changes.whose.item", lang, name=part.name, team=part.team) if part.team else part.name
    if len(part.items) > 1 and part.team:
        return t("changes.whose.team", lang, count=len(part.items), team=part.team)
    if len(part.items) > 1:
        return t("changes.whose.items", lang, count=len(part.items))
    return t("changes.whose.nobody", lang)


def headline(summary: Summary, lang: Language) -> str:
    """What happened to the date that everybody asks about, as a sentence without a full stop."""
    slip = summary.slip
    if slip is None:
        if not summary.counts:
            return t("changes.headline.nothing", lang, since=_since(summary, lang))
        return t("changes.headline.changed", lang, count=summary.changed, total=summary.items, since=_since(summary, lang))
    words = {"name": slip.name, "before": _day(slip.before, summary.later, lang), "after": _day(slip.after, summary.later, lang)}
    if slip.days:
        return t("changes.headline.later" if slip.days > 0 else "changes.headline.earlier", lang, days=abs(slip.days), **words)
    key = "changes.headline.held" if summary.counts else "changes.headline.held-nothing"
    return t(key, lang, since=_since(summary, lang), **words)


def _since(summary: Summary, lang: Language) -> str:
    """The day of the earlier version, or what stands for it where nothing says its day."""
    return t("changes.headline.before", lang) if summary.earlier is None else format_date(summary.earlier, lang, "day")


def judgement(slip: Slip, lang: Language, estimates: Mapping[str, int] | None = None) -> str:
    """Where the days come from, in one sentence; empty where the date did not move or nothing explains it."""
    parts = by_item(slip)
    same_way = [part for part in parts if (part.days > 0) == (slip.days > 0)]
    if not slip.days or not same_way:
        return ""
    first = same_way[0]
    times = (estimates or {}).get(first.items[0], 0) if len(first.items) == 1 else 0
    words = {"part": abs(first.days), "total": abs(slip.days), "whose": whose_words(first, lang), "how": how_words(first, lang, times)}
    if not first.items:
        return t("changes.judgement.nobody" if abs(first.days) <= abs(slip.days) else "changes.judgement.nobody-more", lang, **words)
    if abs(first.days) == abs(slip.days):
        return t("changes.judgement.all", lang, **words)
    if abs(first.days) > abs(slip.days):
        key = "changes.judgement.more-later" if slip.days > 0 else "changes.judgement.more-earlier"
        return t(key, lang, rest=abs(first.days) - abs(slip.days), **words)
    return t("changes.judgement.most", lang, **words)


def sentences(summary: Summary, lang: Language) -> tuple[str, ...]:
    """The summary for a status mail: the date, why, what else moved, what was edited, the risks; two to five sentences."""
    said = [headline(summary, lang) + "."]
    if summary.slip is not None:
        said.append(judgement(summary.slip, lang, summary.estimates))
    said.append(_moves(summary, lang))
    said.append(_counted(summary, _NAMED, "changes.edited", lang))
    said.append(_counted(summary, _RISKS, "changes.risks", lang))
    return tuple(sentence for sentence in said if sentence)


def _moves(summary: Summary, lang: Language) -> str:
    if not summary.moved_later and not summary.moved_earlier:
        return ""
    words = {"later": summary.moved_later, "earlier": summary.moved_earlier, "total": summary.items, "since": _since(summary, lang)}
    which = "both" if summary.moved_later and summary.moved_earlier else "later" if summary.moved_later else "earlier"
    said = t(f"changes.moves.{which}", lang, **words)
    if summary.worst_days and summary.worst_team:
        said += " " + t("changes.moves.worst", lang, team=summary.worst_team, days=summary.worst_days)
    return said


def _counted(summary: Summary, kinds: tuple[What, ...], key: str, lang: Language) -> str:
    parts = [t(f"changes.count.{what.value}", lang, count=summary.counts[what]) for what in kinds if summary.counts.get(what)]
    return t(key, lang, parts=", ".join(parts)) if parts else ""


def _day(day: dt.date, near: dt.date | None, lang: Language) -> str:
    return format_date(day, lang, "day" if near is not None and abs((day - near).days) < 300 else "fulldate")


def value_words(what: What, value: object, lang: Language) -> str:
    """A cell of the table of changes as people write it; an empty text where there is nothing."""
    if value is None or value != value:
        return ""
    if isinstance(value, dt.date):
        return format_date(value, lang, "day")
    if what is What.PROGRESS:
        return f"{float(str(value)):.0%}"
    if isinstance(value, int | float):
        return t("changes.days", lang, days=value) if what is What.RE_ESTIMATED else format_number(value)
    if what in (What.STATUS, *RISKS):
        text = str(value)
        known = {"not_started", "in_progress", "done", "blocked", "cancelled"}
        return t(f"state.{text}", lang) if text in known else text
    return str(value)


def change_words(what: What, lang: Language) -> str:
    """A kind of change as a word."""
    return t(f"changes.what.{what.value}", lang)


def table_words(table: pd.DataFrame, lang: Language) -> pd.DataFrame:
    """The table of changes in words: columns ``team``, ``name``, ``what``, ``before``, ``after``, ``days``, ``owner``, ``id``."""
    kinds = [What(what) for what in table["what"]]
    return pd.DataFrame({
        "team": [team or "" for team in table["team"]],
        "name": [str(name) for name in table["name"]],
        "what": [change_words(what, lang) for what in kinds],
        "before": [value_words(what, value, lang) for what, value in zip(kinds, table["before"], strict=True)],
        "after": [value_words(what, value, lang) for what, value in zip(kinds, table["after"], strict=True)],
        "days": table["days"].to_numpy(dtype=float),
        "owner": [owner or "" for owner in table["owner"]],
        "id": [new or old or "" for old, new in zip(table["old"], table["new"], strict=True)],
    })
