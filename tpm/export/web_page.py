"""A review as one web page that opens in any browser without the internet: the one page, the interactive charts, the open items.

Every text of a sheet is escaped, figures are JSON that cannot end their element, and a Content-Security-Policy lets nothing run but the
two scripts that this page was written with (by their hashes) and nothing be fetched from anywhere.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Hashable, Iterable, Mapping
from functools import cache
from html import escape
from pathlib import Path
from typing import Any, Final

from tpm.charts.confidence import confidence
from tpm.charts.embed import figure_json, library_for
from tpm.charts.gantt import gantt
from tpm.charts.risk_heatmap import risk_heatmap
from tpm.charts.text import one_line
from tpm.charts.theme import DARK, FONT_STACK, LIGHT, Theme
from tpm.export.deck import one_page_svg
from tpm.export.deck.parts import decisions_finding
from tpm.i18n import Language, format_date, t
from tpm.insight.closed_days import closed_days
from tpm.insight.review import Decision, Rag, Review
from tpm.insight.review.facts import as_date
from tpm.insight.review.table import item_table
from tpm.insight.risks.register import RiskFilter, filtered, heatmap_title, read_register
from tpm.insight.risks.scale import RiskScale
from tpm.insight.roadmap import lanes_of, roadmap_rows
from tpm.insight.roadmap_items import NO_SLIP_DAYS
from tpm.insight.roadmap_words import empty_words, left_out, roadmap_title
from tpm.insight.simulation_words import confidence_title, promise_of
from tpm.model import Kind

_WIDTH: Final = 1160  # px that the charts are laid out for; wider screens give them more room
_LINKS_READABLE: Final = 60  # rows and arrows; above that only the critical path's arrows are drawn
_COLUMNS: Final = ("id", "name", "team", "owner", "state", "forecast_start", "forecast_finish", "promise", "promised_by", "slip",
                   "total_float", "rag")
_NUMBERS: Final = ("slip", "total_float")
_DAYS: Final = ("forecast_start", "forecast_finish", "promise")
_HERE: Final = Path(__file__)


def web_page(review: Review, lang: Language, *, scale: RiskScale | None = None) -> bytes:
    """``review`` as the bytes of one UTF-8 HTML file. Who to talk to is left out: it is for the presenter."""
    figures: dict[str, Any] = {}
    parts = [
        _head(review, lang),
        f'<section class="picture for-light">{one_page_svg(review, lang, LIGHT, headed=False)}</section>',
        f'<section class="picture for-dark">{one_page_svg(review, lang, DARK, headed=False)}</section>',
        _roadmap(review, lang, figures),
        _decisions(review, lang),
        _brief(review, lang),
        _risks(review, lang, scale or RiskScale(), figures),
        _confidence(review, lang, figures),
        _items(review, lang),
    ]
    data = "".join(f'<script type="application/json" id="{name}">{figure_json(figure)}</script>' for name, figure in figures.items())
    scripts = [library_for(figures.values()), _file("web_page.js")] if figures else ["const Plotly = null;", _file("web_page.js")]
    policy = ("default-src 'none'; style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'; script-src "
              + " ".join(f"'sha256-{_digest(script)}'" for script in scripts))  # fmt: skip
    page = (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{policy}">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">'
        f"<title>{_safe(review.headline.text(lang))}</title><style>{_colours()}{_file('web_page.css')}</style></head><body><main>"
        f"<noscript><p class='quiet'>{_safe(t('report.web.no-script', lang))}</p></noscript>"
        f"{''.join(parts)}</main>{data}{''.join(f'<script>{script}</script>' for script in scripts)}</body></html>"
    )
    return page.encode("utf-8", "replace")


@cache
def _file(name: str) -> str:
    return _HERE.with_name(name).read_text(encoding="utf-8")


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _safe(text: object) -> str:
    """Text of a sheet as text of the page, in markup and in attributes."""
    return escape(one_line(str(text)))


def _colours() -> str:
    def told(theme: Theme) -> str:
        names = ("background", "band", "ink", "muted_text", "rule", "baseline", "critical", "late", "good")
        return ";".join(f"--{name.replace('_', '-')}:{getattr(theme, name)}" for name in names)

    return (f":root{{{told(LIGHT)};--font:{FONT_STACK}}}@media screen and (prefers-color-scheme:dark){{:root{{{told(DARK)}}}}}")


def _rag(rag: str, lang: Language, more: str = "") -> str:
    return f'<span class="rag {rag}{more}" title="{_safe(t(f"brief.rag-name.{rag}", lang))}">{t(f"brief.rag-letter.{rag}", lang)}</span>'


def _head(review: Review, lang: Language) -> str:
    status = review.facts.status_date
    as_of = t("deck.no-status-date", lang) if status is None else t("deck.as-of", lang, date=status)
    name = review.facts.plan.name or t("deck.untitled", lang)
    return (f'<header><p class="quiet">{_safe(name)} · {_safe(as_of)} · {_safe(t("deck.days", lang))}</p>'
            f"<h1>{_safe(review.headline.text(lang))}</h1>"
            f'<p class="status">{_rag(review.status.rag, lang, " big")}<span class="quiet">{_safe(review.ground.text(lang))}</span></p>'
            "</header>")  # fmt: skip


def _section(title: str, body: str, quiet: Iterable[str] = ()) -> str:
    return f"<section><h2>{_safe(title)}</h2>{''.join(f'<p class=quiet>{_safe(line)}</p>' for line in quiet if line)}{body}</section>"


def _chart(name: str, drawn: Mapping[bool, Any], figures: dict[str, Any], lang: Language, label: str, *, narrow: bool = False) -> str:
    """The place of a chart; its figures, light and dark, go to ``figures``."""
    for dark, figure in drawn.items():
        figures[f"{name}-{'dark' if dark else 'light'}"] = figure
    notes = (drawn[False].layout.meta or {}).get("notes", ())
    return (f'<div class="wide"><div class="chart{" narrow" if narrow else ""}" data-figure="{name}" role="img" '
            f'aria-label="{_safe(label)}"></div></div>' + "".join(f"<p class=quiet>{_safe(note)}</p>" for note in notes))  # fmt: skip


def _roadmap(review: Review, lang: Language, figures: dict[str, Any]) -> str:
    facts = review.facts
    rows = roadmap_rows(facts.plan, facts.schedule, lane=lanes_of(facts.plan)[0])
    if rows.empty:
        return _section(t("report.web.roadmap", lang), f"<p>{_safe(empty_words(rows, lang))}</p>")
    title, legend = roadmap_title(facts.schedule, rows, lang, review.headline.text(lang))
    few = rows.lines <= _LINKS_READABLE and len(rows.links) <= _LINKS_READABLE
    first, last = rows.frame["start"].min().date(), rows.frame["finish"].max().date()
    closed = closed_days(facts.plan, facts.schedule.options, first, last)
    sure = _whiskers(review)
    drawn = {dark: gantt(rows, lang=lang, dark=dark, status_date=facts.status_date, links="all" if few else "critical", width=_WIDTH,
                         height_per_row=24, closed_days=closed, confidence=sure) for dark in (False, True)}  # fmt: skip
    body = _chart("roadmap", drawn, figures, lang, title)
    legend = " · ".join(filter(None, (legend, t("roadmap-page.whiskers", lang) if sure else "")))
    return _section(title, body + "".join(f"<p class=quiet>{_safe(line)}</p>" for line in left_out(rows, lang)), (legend,))


def _whiskers(review: Review) -> dict[str, tuple[Any, Any]]:
    """P10 and P90 of the open milestones that were simulated; a single day has no whisker."""
    table = item_table(review.facts, review.options.thresholds)
    wide = table[(table["kind"] == Kind.MILESTONE) & (table["p90"] > table["p10"])]
    return {item: (as_date(low), as_date(high)) for item, low, high in zip(wide["id"], wide["p10"], wide["p90"], strict=True)}


def _decisions(review: Review, lang: Language) -> str:
    if not review.decisions:
        return ""
    told = "".join(_decision(number, decision, lang) for number, decision in enumerate(review.decisions, start=1))
    return _section(decisions_finding(review, lang), told, (t("deck.legend.decisions", lang),))


def _decision(number: int, decision: Decision, lang: Language) -> str:
    by = t("deck.decide-now", lang) if decision.by is None else t("deck.decide-by", lang, date=decision.by)
    rows = []
    for option in decision.options:
        days = t("deck.no-change", lang) if abs(option.days) < 0.05 else t("deck.signed-days", lang, days=option.days)
        good = " good" if option.days < 0 else ""
        rows.append(f'<tr><td>{_safe(option.sentence.text(lang))}</td><td>{_safe(", ".join(option.teams))}</td>'
                    f'<td class="number{good}">{_safe(days)}</td></tr>')  # fmt: skip
    return (f'<div class="decision"><h3>{number}. {_safe(decision.question.text(lang))} · {_safe(by)}</h3>'
            f'<p class="quiet">{_safe(decision.why.text(lang))}</p><table><tbody>{"".join(rows)}</tbody></table></div>')  # fmt: skip


def _brief(review: Review, lang: Language) -> str:
    """The sections of the brief, without the decisions, which stand in full above."""
    out = []
    for section in review.brief.sections:
        if section.title != "brief.section.decisions":
            lines = "".join(f"<li>{_safe(sentence.text(lang))}</li>" for sentence in section.sentences)
            out.append(_section(t(section.title, lang), f"<ul>{lines}</ul>"))
    return "".join(out)


def _risks(review: Review, lang: Language, scale: RiskScale, figures: dict[str, Any]) -> str:
    facts = review.facts
    register = filtered(read_register(facts.plan, scale, facts.status_date), facts.plan, facts.schedule, RiskFilter())
    if register.rows.empty:
        return ""
    title, legend = heatmap_title(register, lang)
    drawn = {dark: risk_heatmap(register, lang=lang, dark=dark, width=_WIDTH) for dark in (False, True)}
    return _section(title, _chart("risks", drawn, figures, lang, title), (legend,))


def _confidence(review: Review, lang: Language, figures: dict[str, Any]) -> str:
    facts, result = review.facts, review.facts.simulation
    if result is None or not result.answered:
        return ""
    promise = promise_of(facts.plan, result.target)
    day = promise.day if promise is not None else None
    drawn = {dark: confidence(result, lang=lang, dark=dark, promise=day) for dark in (False, True)}
    title = confidence_title(facts.plan, facts.schedule, result, promise, lang)
    return _section(title, _chart("confidence", drawn, figures, lang, title, narrow=True), (t("confidence.legend", lang),))


def _items(review: Review, lang: Language) -> str:
    """The open items as a table that can be searched, filtered and sorted."""
    table = item_table(review.facts, review.options.thresholds)
    table = table[table["open"].astype(bool)]
    title = t("report.web.items", lang)
    if table.empty:
        return _section(title, f"<p>{_safe(t('report.web.no-items', lang))}</p>")
    teams = "".join(f"<option>{_safe(team)}</option>" for team in sorted({str(team) for team in table["team"] if team}))
    head = "".join(f'<th{" class=number" if name in _NUMBERS else ""}><button type="button">{_safe(t(f"report.column.{name}", lang))}'
                   "</button></th>" for name in _COLUMNS)  # fmt: skip
    rows = "".join(_row(row, lang) for row in table.to_dict("records"))
    words = t("report.web.shown", lang, shown="%1", total="%2")
    search, every, late = (_safe(t(f"report.web.{name}", lang)) for name in ("search", "every-team", "late-only"))
    controls = (
        f'<div class="controls"><input id="search" type="search" aria-label="{search}" placeholder="{search}">'
        f'<select id="team" aria-label="{_safe(t("report.column.team", lang))}"><option>{every}</option>{teams}</select>'
        f'<label><input id="late" type="checkbox"> {late}</label>'
        f'<span id="shown" class="quiet" data-words="{_safe(words)}"></span></div>'
    )
    body = f'<div class="wide"><table id="items"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
    return _section(title, controls + body, (t("report.web.sort", lang),))


def _row(row: Mapping[Hashable, Any], lang: Language) -> str:
    cells = []
    late = row["slip"] == row["slip"] and row["slip"] >= NO_SLIP_DAYS
    for name in _COLUMNS:
        value = row[name]
        if name in _DAYS:
            day = as_date(value)
            told = ("", "") if day is None else (day.isoformat(), format_date(day, lang, "fulldate"))
            cells.append(f'<td class="short" data-key="{told[0]}">{told[1]}</td>')
        elif name in _NUMBERS:
            known = value == value and abs(value) != float("inf")
            key = "deck.slip" if name == "slip" else "deck.short-days"
            shown = t(key, lang, days=value) if known and (name != "slip" or abs(value) >= NO_SLIP_DAYS) else ""
            red = " late" if name == "slip" and late else ""
            cells.append(f'<td class="number{red}" data-key="{value if known else ""}">{_safe(shown)}</td>')
        elif name == "rag":
            cells.append(f'<td data-key="{Rag(value).rank}">{_rag(value, lang)}</td>')
        elif name == "promised_by":
            cells.append(f"<td>{_safe(t(f'brief.set.{value}', lang) if as_date(row['promise']) else '')}</td>")
        else:
            short = " class=short" if name in ("id", "state") else ""
            cells.append(f"<td{short}>{_safe(t(f'roadmap.state.{value}', lang) if name == 'state' else value or '')}</td>")
    return f'<tr data-team="{_safe(row["team"] or "")}" data-late="{int(late)}">{"".join(cells)}</tr>'
