"""The milestone trend, the slip heatmap and the accuracy of forecasts in words."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from tpm.i18n import Language, format_date, t
from tpm.insight.changes.trend import PLAN, Line, Report


def line_name(line: Line, lang: Language) -> str:
    """What the line is called: its milestone, or the plan's finish."""
    return t("trend.plan", lang) if line.id == PLAN else line.name


def line_note(line: Line, lang: Language) -> str:
    """What a line did, in a few words: "slipped in 4 of 5 reports, +12 d"; empty where it stood still."""
    if line.reached is not None:
        return t("trend.note.reached", lang)
    if line.gone:
        return t("trend.note.gone", lang)
    if line.slips:
        return t("trend.note.slipped", lang, slips=line.slips, chances=line.chances, days=line.days)
    return t("trend.note.earlier", lang, days=line.days) if line.days < 0 else ""


def trend_title(lines: Sequence[Line], lang: Language, first: str | None = None) -> str:
    """The finding of the milestone trend. ``first`` is the milestone that the other pages speak of: it leads where it slips."""
    open_ = [line for line in lines if line.reached is None and not line.gone and line.chances]
    if not open_:
        return t("trend.title.one-report" if lines else "trend.title.nothing", lang)
    habits = sorted((line for line in open_ if line.repeats), key=lambda line: line.id != first)
    if habits:
        line, more = habits[0], len(habits) - 1
        words = {"name": line_name(line, lang), "slips": line.slips, "chances": line.chances, "more": more}
        return t("trend.title.habits" if more else "trend.title.habit", lang, **words)
    later = [line for line in open_ if line.days > 0]
    if later and len(open_) == 1:
        return t("trend.title.later-one", lang, name=line_name(later[0], lang), days=later[0].days)
    if later:
        return t("trend.title.later", lang, count=len(later), total=len(open_))
    return t("trend.title.kept", lang, reports=max(line.chances for line in open_) + 1)


def trend_warning(lines: Sequence[Line], lang: Language, first: str | None = None) -> str:
    """What a real forecast would say of the date that slips as a habit; empty where nothing does or too few reports tell."""
    for line in sorted((line for line in lines if line.repeats), key=lambda line: line.id != first):
        told = line.points[-1][1]
        words = {"name": line_name(line, lang), "told": format_date(told, lang, "day")}
        if line.runs_away:
            return t("trend.warning.runs-away", lang, week=round(line.pace * 7), **words)
        if line.lands is not None:
            return t("trend.warning.lands", lang, lands=format_date(line.lands, lang, "fulldate"), **words)
    return ""


def heatmap_title(reports: Sequence[Report], lang: Language) -> str:
    """Which team slipped most often over the reports."""
    steps = [one for one in reports if one.changed is not None]
    counts: dict[str, int] = {}
    for one in steps:
        for team in one.teams:
            counts[team.team] = counts.get(team.team, 0) + (team.worst > 0)
    if not steps or not any(counts.values()):
        return t("trend.heatmap.none", lang)
    most = max(counts.values())
    worst = [team for team, count in counts.items() if count == most]
    if len(worst) == 1:
        return t("trend.heatmap.one", lang, team=worst[0] or t("trend.no-team", lang), count=most, total=len(steps))
    return t("trend.heatmap.several", lang, teams=len(worst), count=most, total=len(steps))


def churn_words(reports: Sequence[Report], lang: Language) -> str:
    """How much of the plan is edited from one report to the next; empty with a single report."""
    shares = [one.changed / (one.items + one.removed) for one in reports if one.changed is not None and one.items + one.removed]
    if not shares:
        return ""
    last = next(one for one in reversed(reports) if one.changed is not None)
    return t("trend.churn", lang, mean=sum(shares) / len(shares), changed=last.changed, items=last.items + last.removed)


def accuracy_title(table: pd.DataFrame, lang: Language) -> str:
    """The finding of the accuracy of plans, over all teams."""
    if table.empty:
        return t("trend.accuracy.nothing", lang)
    done, on_time = int(table["done"].sum()), int(table["on_time"].sum())
    mean = float((table["mean_days"] * table["done"]).sum() / done)
    return t("trend.accuracy.title", lang, done=done, on_time=on_time, mean=mean)
