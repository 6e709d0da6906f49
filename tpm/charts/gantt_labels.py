"""What is written beside the marks of a Gantt chart: names and dates of milestones, slips, ticks and warnings."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from tpm.charts.gantt_marks import Marks, trace
from tpm.charts.labels import Label, Placed
from tpm.charts.text import literal, one_line, shorten
from tpm.charts.theme import Theme
from tpm.charts.time_axis import Canvas
from tpm.i18n import Language, format_date, t
from tpm.i18n.formats import apply_format
from tpm.insight.roadmap_items import NO_SLIP_DAYS
from tpm.model import Kind

NAME_PX: Final = (300, 170, 110, 64)  # room for a milestone's name beside its diamond, the best first; the whole is in the hover


def _signs(marks: Marks, lang: Language) -> list[str]:
    """The short remark of each row: ``✓``, ``▲ +10 d``, ``△``, ``−3 d``, or nothing."""
    out = []
    columns = ("done", "cancelled", "late", "at_risk", "told")
    for done, cancelled, late, risk, slip in zip(*(marks.frame[name] for name in columns), strict=True):
        moved = slip == slip and abs(slip) >= NO_SLIP_DAYS
        days = t("gantt.slip", lang, days=apply_format(round(slip), "signed", lang)) if moved else ""
        sign = "" if cancelled else "✓" if done else "▲" if late else "△" if risk else ""
        out.append("" if cancelled else f"{sign} {days}".strip())
    return out


def item_labels(marks: Marks, lang: Language, size: float) -> list[Label]:
    """The labels that want a place; their key is the row of ``marks.frame``."""
    out = []
    frame, signs = marks.frame, _signs(marks, lang)
    columns = zip(frame["kind"], frame["line"], frame["name"], frame["finish"], frame["late"], frame["critical"], frame["at_risk"],
                  strict=True)  # fmt: skip
    lefts, rights = (values.tolist() for values in marks.spans())
    for row, (kind, line, name, finish, late, critical, risk) in enumerate(columns):
        weight = 4.0 * bool(late) + 2.0 * bool(critical) + bool(risk)
        if rights[row] < 0 or lefts[row] > marks.shown.width or (kind == Kind.ACTIVITY and rights[row] > marks.shown.width):
            continue  # its end is outside the window: the reader pans there, and finds it by its hover
        if kind == Kind.MILESTONE:
            date = format_date(finish, lang, "day")
            tail = f" · {date}  {signs[row]}".rstrip()
            plain = one_line(name)
            if marks.own_line[row]:  # its whole name is at the left of its own line
                texts = [shorten(plain, NAME_PX[0], size) + tail, tail.removeprefix(" · ")]
            else:
                texts = [shorten(plain, room, size) + tail for room in NAME_PX]
            out.append(Label(int(line), lefts[row], rights[row], tuple(dict.fromkeys(texts)), 10 + weight, row))
        elif signs[row] and kind == Kind.ACTIVITY:
            short = signs[row].split(" ")[0]
            out.append(Label(int(line), lefts[row], rights[row], tuple(dict.fromkeys([signs[row], short])), weight,
                             row))  # fmt: skip
    return out


def label_traces(marks: Marks, placed: list[Placed], shown: Canvas, lang: Language, colours: Theme, size: float) -> list[dict[str, Any]]:
    """The placed labels, one trace a colour and side; rows without a date say so at the left edge."""
    groups: dict[tuple[str, int, str], list[Placed]] = {}
    columns = [marks.frame[name].tolist() for name in ("kind", "late", "at_risk", "done", "cancelled", "told")]
    for one in placed:
        kind, late, risk, done, cancelled, slip = (values[one.label.key] for values in columns)
        if late:
            look = (colours.late, 600)
        elif risk:
            look = (colours.warning_text, 600)
        elif done or cancelled:
            look = (colours.muted_text, 400)
        else:
            look = (colours.ink if kind == Kind.MILESTONE else colours.good if slip < 0 else colours.muted_text, 400)
        groups.setdefault((*look, one.side), []).append(one)
    out = [_text(np.array([one.x for one in group]), marks.y[[one.label.key for one in group]], [literal(one.text) for one in group],
                 shown, colour, weight, side, size) for (colour, weight, side), group in groups.items()]  # fmt: skip
    if len(marks.undated):
        y = marks.middles[marks.undated]
        out.append(_text(np.full(len(y), 6.0), y, [t("gantt.no-date", lang)] * len(y), shown, colours.muted_text, 400, "right", size))
    return out


def _text(x: np.ndarray, y: np.ndarray, texts: list[str], shown: Canvas, colour: str, weight: int, side: str, size: float
          ) -> dict[str, Any]:  # fmt: skip
    return trace("scatter", x=shown.time(x), y=y, text=np.array(texts, dtype=object), textposition=f"middle {side}", mode="text",
                 textfont={"size": size, "color": colour, "weight": weight}, hoverinfo="skip", cliponaxis=True,
                 unselected={"textfont": {"color": colour}})  # fmt: skip
