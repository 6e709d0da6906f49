"""The dependency graph in words: the finding as its title, the legend, what is not shown, what a fold is, and the story of a node."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pandas as pd

from tpm.i18n import Language, format_date, format_range, t
from tpm.insight.cross_team.base import Base
from tpm.insight.graph import OTHER_LANES, GraphView
from tpm.insight.graph_fold import GROUP
from tpm.insight.roadmap_items import NO_SLIP_DAYS
from tpm.insight.roadmap_words import NO_BREAK
from tpm.model import Kind, State


def graph_title(base: Base, view: GraphView, lang: Language) -> tuple[str, str]:
    """The finding as one sentence with its numbers, and the legend in words of what is drawn."""
    return _sentence(base, view, lang), _legend(view, lang)


def _sentence(base: Base, view: GraphView, lang: Language) -> str:
    if view.trace is not None:
        return _traced(base, view, lang)
    if base.schedule.cycles:
        return t("graph.title.loop", lang, count=len(base.schedule.cycles[0]))
    if view.most is None:
        sentence = t("graph.title.linked", lang, count=int(view.nodes["count"].sum()), links=int(view.links["count"].sum()))
    else:
        name, behind, teams = view.most
        sentence = t(f"graph.title.{'holds-up' if teams > 1 else 'holds-up-one'}", lang, name=name, count=behind, teams=teams)
    return t("graph.title.broken", lang, sentence=sentence, count=view.broken) if view.broken else sentence


def _traced(base: Base, view: GraphView, lang: Language) -> str:
    trace = view.trace
    assert trace is not None
    name = str(base.names[base.at[trace.item]])
    up, down = len(trace.upstream), len(trace.downstream)
    told: dict[str, object] = {"name": name, "up": up, "down": down, "teams_up": trace.teams_up, "teams_down": trace.teams_down,
                               "days": trace.days}
    key = "both" if up and down else "down" if down else "up" if up else "alone"
    if base.state[base.at[trace.item]] == State.DONE:
        key = "done" if down else "done-alone"
    return t(f"graph.traced.{key}", lang, **told)


def _legend(view: GraphView, lang: Language) -> str:
    nodes, links = view.nodes, view.links
    marks = {
        f"across-{view.columns}": True,
        "size": bool((nodes["behind"] > 0).any()),
        "critical": bool(nodes["critical"].any()),
        "milestone": bool((nodes["kind"] == Kind.MILESTONE).any()),
        "fold": bool((nodes["kind"] == GROUP).any()),
        "done": bool(nodes["done"].any()),
        "violated": bool(links["violated"].any()),
    }
    said = " · ".join(t(f"graph.legend.{mark}", lang).replace(" ", NO_BREAK) for mark, drawn in marks.items() if drawn)
    return said[:1].upper() + said[1:]


def left_out(view: GraphView, lang: Language) -> list[str]:
    """What the picture does not show, one sentence each."""
    said = []
    if view.unlinked:
        said.append(t("graph.left-out.unlinked", lang, count=view.unlinked, total=view.total))
    if view.folded:
        folds = int((view.nodes["kind"] == GROUP).sum())
        said.append(t("graph.left-out.folded", lang, count=view.folded, total=view.total, folds=folds))
    if view.thinned:
        said.append(t("graph.left-out.thinned", lang, count=view.thinned, total=view.thinned + len(view.links)))
    if view.refused:
        said.append(t("graph.left-out.refused", lang, count=len(view.refused)))
    if view.hidden:
        said.append(t("graph.left-out.done", lang, count=view.hidden))
    if view.other_lanes:
        said.append(t("graph.left-out.lanes", lang, count=view.other_lanes))
    return said


def lane_words(view: GraphView, name: str | None, lang: Language) -> str:
    """A lane's name as it is shown."""
    if name == OTHER_LANES:
        return t("graph.other-lanes", lang, count=view.other_lanes)
    if name is None:
        return "" if view.lane == "none" else t(f"cross_team.nobody.{view.lane}", lang)
    return name


def fold_words(view: GraphView, segment: int, lang: Language) -> str:
    """What a fold of a segment of the view is called: a phase, a month, steps of the work."""
    assert view.segments is not None
    kind, key = view.segments.kind, view.segments.keys[segment]
    if not key:
        return t("graph.fold.no-phase" if kind == "phase" else "graph.fold.no-date", lang)
    if kind == "phase":
        return key
    if kind == "steps":
        first, last = key.split("-")
        return t("graph.fold.steps", lang, first=int(first), last=int(last))
    return period_words(kind, dt.date.fromisoformat(key), lang)


def period_words(period: str, first: dt.date, lang: Language) -> str:
    """A calendar period that begins on ``first``."""
    if period == "month":
        return format_date(first, lang, "month")
    if period == "quarter":
        return t("graph.fold.quarter", lang, quarter=(first.month + 2) // 3, year=first.year)
    if period == "year":
        return t("graph.fold.year", lang, year=first.year)
    return format_date(first, lang, "day")


def records(nodes: pd.DataFrame) -> list[dict[str, Any]]:
    """The nodes one by one."""
    return [{str(name): cell for name, cell in row.items()} for row in nodes.to_dict("records")]


def node_name(view: GraphView, node: Mapping[str, Any], lang: Language) -> str:
    """What is written beside a node."""
    if node["kind"] != GROUP:
        return str(node["name"])
    return t("graph.fold.label", lang, name=fold_words(view, int(node["segment"]), lang), count=node["count"])


def node_story(view: GraphView, node: Mapping[str, Any], names: tuple[list[str], list[str]], lang: Language) -> list[str]:
    """What a hover tells, sentence by sentence, the name first; ``names`` are those right before and right behind the node."""
    said = [node_name(view, node, lang)]
    if node["kind"] == GROUP:
        said.append(t("graph.story.fold", lang, count=node["count"], lane=lane_words(view, view.lanes[int(node["lane"])], lang)
                      or t("graph.story.plan", lang)))
    else:
        people = " · ".join(str(part) for part in (node["team"], node["owner"]) if isinstance(part, str) and part)
        if people:
            said.append(people)
    if pd.notna(node["finish"]):
        start = node["start"] if pd.notna(node["start"]) else node["finish"]
        dates = format_range(start, node["finish"], lang)
        slip = node["slip"]
        slipped = slip == slip and abs(slip) >= NO_SLIP_DAYS and node["kind"] != GROUP
        said.append(t("graph.story.slipped" if slipped else "graph.story.dates", lang, range=dates,
                      days=slip if slipped else 0))
    for key, list_ in zip(("before", "after"), names, strict=True):
        if list_:
            more = len(list_) - 3
            named = ", ".join(list_[:3])
            said.append(t(f"graph.story.{key}", lang, names=t("graph.story.more", lang, names=named, count=more) if more > 0 else named))
    if node["behind"] and not node["done"]:
        said.append(t("graph.story.behind", lang, count=node["behind"], teams=node["teams_behind"]))
    spare = node["total_float"]
    if node["critical"]:
        said.append(t("graph.story.critical", lang))
    elif spare == spare and not node["done"]:
        said.append(t("graph.story.float", lang, days=spare))
    if node["kind"] == GROUP:
        said.append(t("graph.story.open", lang))
    return said
