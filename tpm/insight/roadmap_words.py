"""The roadmap in words: the finding as its title, the legend, what is not shown, and the story of an item.

All text that comes from a sheet is returned as it is; whoever shows it (a chart, a page) makes it literal there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import pandas as pd

from tpm.i18n import Language, format_date, format_range, t
from tpm.insight.roadmap import LANE, RoadmapRows
from tpm.insight.roadmap_items import NO_SLIP_DAYS
from tpm.model import Kind, Schedule, State

NOTE_CHARACTERS: Final = 160
WAITS_NAMED: Final = 3
NO_BREAK: Final = "\u00a0"  # the legend may be broken between its entries only
_SAME_YEAR_DAYS: Final = 300  # a date this near needs no year


def roadmap_title(schedule: Schedule | None, rows: RoadmapRows, lang: Language, finding: str | None = None) -> tuple[str, str]:
    """The finding as one sentence with its number, and the legend in words of what is drawn.

    ``finding`` is the headline of the review, which is the same whatever is filtered. Without one, and where planned or baseline dates are
    shown, the subject is the schedule's target, else the last milestone that passed the filters, else the plan as a whole.
    """
    legend = " · ".join(t(f"roadmap.legend.{mark}", lang).replace(" ", NO_BREAK) for mark in marks_drawn(rows))
    legend = legend[:1].upper() + legend[1:]
    items = rows.found[rows.found["finish"].notna()]
    if items.empty:
        return t("roadmap.title.nothing", lang), legend
    if schedule is not None and schedule.cycles:
        return t("roadmap.title.loop", lang, count=len(schedule.cycles[0]), total=rows.total, left=_uncomputed(schedule)), legend
    told = finding is not None and rows.dates == "forecast"
    sentence = str(finding).rstrip(".") if told else _landing(_subject(items, schedule), items, rows, lang)
    late, total = (rows.late, rows.total) if told else (int(items["late"].sum()), len(items))
    if late:
        key = f"roadmap.title.late-{'one' if late == 1 else 'count'}{'-beside' if ';' in sentence else ''}"
        sentence = t(key, lang, sentence=sentence, count=late, total=total)
    return sentence, legend


def _uncomputed(schedule: Schedule) -> int:
    """Activities and milestones on or behind a loop, or without any date."""
    table = schedule.table
    return int((~table["scheduled"] & (table["driver_kind"] != "summary")).sum())


def _subject(items: pd.DataFrame, schedule: Schedule | None) -> Any:
    """The row that the title is about; None when it is the plan as a whole."""
    target = schedule.options.target if schedule is not None else None
    if target is not None and (items["id"] == target).any():
        return items[items["id"] == target].iloc[0]
    marks = items[(items["kind"] == Kind.MILESTONE) & ~items["cancelled"]]
    promised = marks[marks["deadline"].notna() & ~marks["done"]]
    missed = promised[promised["beyond"] > NO_SLIP_DAYS]
    if len(missed):
        return missed.iloc[int(missed["beyond"].to_numpy().argmax())]
    marks = marks if promised.empty else promised
    return None if marks.empty else marks.iloc[int(marks["finish"].to_numpy().argmax())]


def _landing(subject: Any, items: pd.DataFrame, rows: RoadmapRows, lang: Language) -> str:
    last = items.iloc[int(items["finish"].to_numpy().argmax())] if subject is None else subject
    name = t("roadmap.title.whole", lang) if subject is None else str(subject["name"])
    finish, promise, beyond = last["finish"], last["promise"], float(last["beyond"])
    words: dict[str, object] = {"name": name, "date": _day(finish, rows.status_date, lang)}
    if bool(last["done"] if subject is not None else items["done"].all()):
        return t("roadmap.title.reached", lang, **words)
    if rows.dates == "baseline":
        return t("roadmap.title.baseline", lang, **words)
    if pd.isna(promise) or (rows.dates == "planned" and rows.ghost is None and pd.isna(last["deadline"])):
        return t("roadmap.title.lands" if rows.dates == "forecast" else "roadmap.title.planned", lang, **words)
    promised = rows.ghost == "baseline" or pd.notna(last["deadline"])
    if abs(beyond) < NO_SLIP_DAYS:
        return t("roadmap.title.kept" if promised else "roadmap.title.as-planned", lang, **words)
    how = ("late" if promised else "slipped") if beyond > 0 else ("early" if promised else "ahead")
    return t(f"roadmap.title.{how}", lang, **words, days=abs(beyond), promise=_day(promise, rows.status_date, lang))


def _day(day: Any, near: dt.date | None, lang: Language) -> str:
    """A date with its year only where that is not obvious."""
    close = near is not None and abs((pd.Timestamp(day) - pd.Timestamp(near)).days) <= _SAME_YEAR_DAYS
    return format_date(day, lang, "day" if close else "fulldate")


def marks_drawn(rows: RoadmapRows) -> list[str]:
    """Names of the legend's entries for the marks that these rows draw, in reading order."""
    frame = rows.frame[rows.frame["start"].notna() & (rows.frame["kind"] != LANE)]
    open_work = ~frame["done"] & ~frame["cancelled"]
    ghost = (frame["ghost_finish"] != frame["finish"]) | (frame["ghost_start"] != frame["start"])
    drawn: Mapping[str, bool] = {
        "critical": bool(frame["critical"].any()),
        "near-critical": bool(frame["near_critical"].any()),
        f"ghost-{rows.ghost}": rows.ghost is not None and bool((ghost & frame["ghost_finish"].notna()).any()),
        "progress": bool((open_work & (frame["progress"] > 0) & (frame["kind"] == Kind.ACTIVITY)).any()),
        "float": rows.dates == "forecast" and bool((open_work & ~frame["critical"] & (frame["total_float"] >= 1)).any()),
        "done": bool(frame["done"].any()),
        "late": bool(frame["late"].any()),
        "at-risk": bool(frame["at_risk"].any()),
        "blocked": bool(frame["blocked"].any()),
        "cancelled": bool(frame["cancelled"].any()),
    }
    return [mark for mark, present in drawn.items() if present]


def left_out(rows: RoadmapRows, lang: Language) -> list[str]:
    """What the rows do not show, one sentence each; empty when everything is there."""
    said: list[str] = []
    hidden = sum(rows.hidden.values())
    if hidden:
        said.append(t("roadmap.left-out.filtered", lang, count=hidden, total=rows.total))
    items = rows.folded.get("items", 0)
    if items:
        kinds = [kind for kind in ("lanes", "summaries") if kind in rows.folded]
        key = f"folded-{kinds[0]}" if kinds else "cut"
        counts = {"lanes": rows.folded.get("lanes", 0), "summaries": rows.folded.get("summaries", 0)}
        said.append(t(f"roadmap.left-out.{key}", lang, items=items, total=rows.total, **counts))
    elsewhere = rows.total - hidden - items - rows.shown
    if elsewhere > 0:
        said.append(t("roadmap.left-out.closed", lang, items=elsewhere, total=rows.total))
    if rows.spread:
        said.append(t("roadmap.left-out.spread", lang, count=rows.spread))
    if rows.undated:
        said.append(t("roadmap.left-out.undated", lang, count=rows.undated))
    return said


def empty_words(rows: RoadmapRows, lang: Language) -> str:
    """Why nothing can be drawn and what mends it; empty when something can."""
    return t(f"roadmap.empty.{rows.empty}", lang, count=rows.total) if rows.empty else ""


def lane_name(rows: RoadmapRows, name: str, lang: Language) -> str:
    """A lane's name; of items without a value, what is missing."""
    if name:
        return name
    return t(f"roadmap.lane.missing-{rows.lane if rows.lane in ('team', 'owner') else 'other'}", lang)


@lru_cache(maxsize=4_096)
def _say(key: str, lang: Language, **numbers: float | str) -> str:
    """A sentence that many rows share: their numbers repeat."""
    return t(key, lang, **numbers)


@lru_cache(maxsize=4_096)
def _range(first: Any, last: Any, lang: Language) -> str:
    return format_range(first, last, lang)


def hover_story(row: Mapping[str, Any], rows: RoadmapRows, lang: Language) -> list[str]:
    """The full story of one row of ``rows.frame`` in sentences, its name first."""
    if row["kind"] == LANE:
        story = [lane_name(rows, row["name"], lang)]
        if row["folded"]:
            story.append(t("roadmap.story.folded", lang, count=int(row["folded"])))
        return story
    who = " · ".join(str(part) for part in (row["team"], row["owner"]) if part)
    story = [str(row["name"]), *([who] if who else []), _dates(row, lang)]
    progress = row["progress"]
    state = _say(f"roadmap.state.{row['state']}", lang)
    if row["kind"] == Kind.ACTIVITY and progress == progress and 0 < progress < 1:
        story.append(_say("roadmap.story.state", lang, state=state, progress=progress))
    else:
        story.append(_say("roadmap.story.state-alone", lang, state=state))
    story += _slip(row, rows, lang) + _logic(row, lang)
    if row["folded"]:
        story.append(t("roadmap.story.folded", lang, count=int(row["folded"])))
    if row["notes"]:
        note = " ".join(str(row["notes"]).split())
        short = note if len(note) <= NOTE_CHARACTERS else note[:NOTE_CHARACTERS].rstrip() + "…"
        story.append(t("roadmap.story.notes", lang, text=short))
    return story


def _dates(row: Mapping[str, Any], lang: Language) -> str:
    parts = []
    for name in ("forecast", "planned", "baseline"):
        finish = row[f"{name}_finish"]
        if finish == finish and finish is not None:
            parts.append(_say(f"roadmap.dates.{name}", lang, range=_range(row[f"{name}_start"], finish, lang)))
    started, ended = row["actual_start"], row["actual_finish"]
    if ended == ended:
        parts.append(t("roadmap.dates.actual", lang, range=_range(started if started == started else ended, ended, lang)))
    elif started == started:
        parts.append(t("roadmap.dates.actual-start", lang, date=format_date(started, lang, "day")))
    text = ", ".join(parts) or t("roadmap.dates.none", lang)
    return text[0].upper() + text[1:] + "."


def _slip(row: Mapping[str, Any], rows: RoadmapRows, lang: Language) -> list[str]:
    said, slip = [], row["slip"]
    if row["late"]:
        promise = format_date(row["promise"], lang, "day")
        what = _say(f"brief.set.{row['promised_by']}", lang)
        said.append(_say("roadmap.story.late", lang, promise=promise, days=row["beyond"], set=what))
    elif row["at_risk"]:
        said.append(_say("roadmap.story.at-risk", lang))
    told = row["late"] and row["deadline"] != row["deadline"]  # the promise was the baseline or the plan: already said
    if rows.ghost and slip == slip and abs(slip) >= NO_SLIP_DAYS and not told:
        compared = _say(f"roadmap.story.set-{rows.ghost}", lang)
        said.append(_say(f"roadmap.story.{'slip' if slip > 0 else 'pull-in'}", lang, days=abs(slip), set=compared))
    return said


def _logic(row: Mapping[str, Any], lang: Language) -> list[str]:
    said = []
    open_work = row["state"] not in (State.DONE, State.CANCELLED)
    waits: Sequence[str] = row["waits_for"] if open_work else ()
    if waits:
        names = ", ".join(waits[:WAITS_NAMED])
        if len(waits) > WAITS_NAMED:
            names = t("roadmap.story.more", lang, names=names, count=len(waits) - WAITS_NAMED)
        said.append(t("roadmap.story.waits", lang, names=names))
        if row["driver"] and len(waits) > 1:
            said.append(t("roadmap.story.driver", lang, name=row["driver"]))
    spare = row["total_float"]
    if not open_work or spare != spare:
        return said
    if row["critical"]:
        key = "negative-float" if spare <= -NO_SLIP_DAYS else "critical"
    else:
        key = "near-critical" if row["near_critical"] else "float"
    return [*said, _say(f"roadmap.story.{key}", lang, days=abs(spare))]
