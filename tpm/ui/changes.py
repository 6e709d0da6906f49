"""The Changes page: two versions compared in words, why the date moved, which dates keep moving, what was edited."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import streamlit as st

from tpm.charts.milestone_trend import milestone_trend
from tpm.charts.waterfall import waterfall
from tpm.i18n import Language, format_date, t
from tpm.insight.changes.attribution import Slip, why_moved
from tpm.insight.changes.differences import Differences
from tpm.insight.changes.match import Pair
from tpm.insight.changes.summary import Summary, headline, judgement, sentences, since
from tpm.insight.changes.trend import lines_of
from tpm.insight.changes.trend_words import trend_title, trend_warning
from tpm.insight.driving import headline_item
from tpm.model import Kind, Plan
from tpm.ui import cache, changes_history, changes_manage, changes_table, start
from tpm.ui.changes_versions import History, Version, answer, answers, differences, estimates, forget_answers, history, version
from tpm.ui.keys import Key
from tpm.ui.text import literal
from tpm.ui.workspace import Current

CHART: Final[Mapping[str, Any]] = {"displaylogo": False, "displayModeBar": "hover",
                                   "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d", "zoom2d", "pan2d"]}
_HALF_PX: Final = 560  # half of what a 1280-pixel projector leaves
_VIEWS: Final = ("table", "gantt", "accuracy", "versions")
_FROZEN: Final = "b"  # before a version's number: as it stood when it was frozen


def show(here: Current, lang: Language, *, dark: bool) -> None:
    """The page of the open workspace."""
    if len(here.snapshots) < 2:
        _one_version(here, lang)
        return
    said = answers(here)
    row = st.container(horizontal=True, vertical_alignment="bottom", gap="medium")
    with row:
        chosen = _choose(here, lang)
    if chosen is None:
        st.info(t("changes-page.same", lang), icon=":material/compare_arrows:")
        changes_manage.show(here, lang)
        return
    old, new = chosen
    both = differences(old, new, said)
    times = {} if old.frozen else estimates(here, _snapshot(here, old.number), _snapshot(here, new.number), said)
    target = headline_item(new.plan, new.schedule)
    summary = since(both, old.as_of, new.as_of, target=target, slip=_why(both, target, said), estimates=times)
    with row:
        _for_a_mail(summary, lang)
    _summary(summary, lang)
    _doubts(here, both, said, lang)
    known = history(here, said)
    left, right = st.columns(2, gap="medium")
    with left:
        _reason(both, target, said, times, lang, dark=dark)
    with right:
        _trend(here, known, target, said, lang, dark=dark)
    tabs = st.tabs([t(f"changes-page.view-{view}", lang) for view in _VIEWS], key=Key.CHANGES_TABS, on_change="rerun")
    for tab, view in zip(tabs, _VIEWS, strict=True):
        if tab.open:
            with tab:
                if view == "table":
                    changes_table.table(both, lang)
                elif view == "gantt":
                    changes_table.gantt_of(both, new.as_of, lang, dark=dark)
                elif view == "accuracy":
                    changes_history.show(both, known, lang, dark=dark)
                else:
                    changes_manage.show(here, lang)


def _one_version(here: Current, lang: Language) -> None:
    """One version shows nothing that changed: say what is missing and take it."""
    st.header(t("changes-page.one-title", lang), anchor=False)
    st.write(t("changes-page.one-why", lang))
    start.notice(lang)
    start.uploader(lang, opened=True)
    changes_manage.show(here, lang)


def _snapshot(here: Current, number: int) -> Any:
    return next(one for one in here.snapshots if one.number == number)


def _choose(here: Current, lang: Language) -> tuple[Version, Version] | None:
    """Which version with which; None where both are the same."""
    by_number = {str(one.number): one for one in here.snapshots}
    numbers = list(reversed(by_number))
    if st.session_state.get(Key.CHANGES_SEEN) != (here.id, numbers):
        st.session_state[Key.CHANGES_SEEN] = (here.id, numbers)
        for key in (Key.CHANGES_FROM, Key.CHANGES_TO, Key.CHANGES_TARGET):
            st.session_state.pop(key, None)
    frozen = [f"{_FROZEN}{number}" for number in numbers if by_number[number].baseline is not None]

    def label(choice: str) -> str:
        one = by_number[choice.removeprefix(_FROZEN)]
        if choice.startswith(_FROZEN) and one.baseline is not None:
            return t("changes-page.baseline-option", lang, name=one.baseline.name)
        return changes_manage.version_name(one, lang)

    earlier = st.selectbox(t("changes-page.from", lang), [*numbers[1:], numbers[0], *frozen], key=Key.CHANGES_FROM, width=300,
                           persist_state="session", format_func=label)
    later = st.selectbox(t("changes-page.to", lang), numbers, key=Key.CHANGES_TO, width=300, persist_state="session", format_func=label)
    if earlier == later:
        return None
    old = version(here, by_number[earlier.removeprefix(_FROZEN)], frozen=earlier.startswith(_FROZEN))
    return old, version(here, by_number[later])


def _why(both: Differences, target: str | None, said: Mapping[str, bool]) -> Slip | None:
    if target is None:
        return None
    return cache.of_two(both.before, both.after, f"why|{target}|{sorted(said.items())!r}",
                        lambda: why_moved(both.old, both.new, both.before, both.after, both.matching, target))


def _for_a_mail(summary: Summary, lang: Language) -> None:
    """The sentences to be copied."""
    with st.popover(t("changes-page.copy", lang), icon=":material/content_copy:", width="content"):
        st.code(" ".join(sentences(summary, lang)), language=None, wrap_lines=True)


def _summary(summary: Summary, lang: Language) -> None:
    """The finding as the title, then the rest of what a status mail would say; the cause stands over its own chart below."""
    st.header(literal(headline(summary, lang)), anchor=False)
    cause = judgement(summary.slip, lang, summary.estimates) if summary.slip else ""
    rest = " ".join(sentence for sentence in sentences(summary, lang)[1:] if sentence != cause)
    if rest:
        st.markdown(literal(rest))


def _doubts(here: Current, both: Differences, said: Mapping[str, bool], lang: Language) -> None:
    """One doubtful pair at a time, both rows side by side; the answer is kept."""
    doubtful = both.matching.doubtful
    if not doubtful:
        if said:
            st.button(t("changes-page.forget", lang, count=len(said)), key=Key.CHANGES_FORGET, type="tertiary", icon=":material/undo:",
                      on_click=forget_answers, args=(here,))
        return
    pair = doubtful[0]
    sides = _row(both.old, pair.old), _row(both.new, pair.new)
    with st.container(border=True):
        st.markdown(f"**{t('changes-page.doubt', lang, count=len(doubtful))}**")
        columns = st.columns(2)
        for column, row, name in zip(columns, sides, ("then", "now"), strict=True):
            with column:
                st.caption(t(f"changes-page.doubt-{name}", lang))
                st.markdown(_told(row, lang))
        _answer_buttons(pair, sides, lang)


def _answer_buttons(pair: Pair, sides: tuple[dict[str, Any], dict[str, Any]], lang: Language) -> None:
    ends = (pair.old, sides[0]["name"]), (pair.new, sides[1]["name"])
    with st.container(horizontal=True):
        for key, name, same, icon in ((Key.CHANGES_SAME, "yes", True, "check"), (Key.CHANGES_OTHER, "no", False, "close")):
            st.button(t(f"changes-page.doubt-{name}", lang), key=key, on_click=answer, args=(*ends, same),
                      icon=f":material/{icon}:")
        st.caption(t("changes-page.doubt-score", lang, score=pair.score))


def _row(plan: Plan, item: str) -> dict[str, Any]:
    return {str(name): cell for name, cell in plan.activities[plan.activities["id"] == item].iloc[0].items()}


def _told(row: dict[str, Any], lang: Language) -> str:
    """One row of a plan on a few lines."""
    dates = " – ".join(format_date(row[name], lang, "fulldate") for name in ("planned_start", "planned_finish") if row[name] == row[name])
    people = " · ".join(literal(row[name]) for name in ("team", "owner") if row[name])
    days = "" if row["duration"] != row["duration"] else t("changes.days", lang, days=row["duration"])
    lines = [f"**{literal(row['name'])}**  ({literal(row['id'])})", people, dates, days]
    return "  \n".join(line for line in lines if line)


def _reason(both: Differences, target: str | None, said: Mapping[str, bool], times: Mapping[str, int], lang: Language, *,
            dark: bool) -> None:
    """Why one milestone's date moved."""
    rows = both.new.activities
    marks = rows[(rows["kind"] == Kind.MILESTONE) & rows["id"].isin(both.matching.old_of)]
    names = dict(zip(marks["id"], marks["name"], strict=True))
    if target is None or not names:
        st.subheader(t("changes-page.why", lang), anchor=False)
        st.caption(t("changes-page.no-milestone", lang))
        return
    choices = list(names)
    title = st.container()
    chosen = st.selectbox(t("changes-page.milestone", lang), choices, index=choices.index(target) if target in names else 0,
                          key=Key.CHANGES_TARGET, persist_state="session", format_func=lambda item: f"{names[item]}  ({item})",
                          label_visibility="collapsed")
    slip = _why(both, chosen, said)
    with title:
        if slip is None:
            st.subheader(t("changes-page.why", lang), anchor=False)
            st.caption(t("changes-page.no-date", lang))
            return
        words = judgement(slip, lang, times) or t("changes-page.stood", lang, date=format_date(slip.after, lang, "day"))
        st.subheader(literal(words), anchor=False)
        if slip.parts:
            st.caption(t("waterfall.subtitle", lang))
    if slip.parts:
        figure = waterfall(slip, lang=lang, dark=dark, width=_HALF_PX, estimates=times)
        st.plotly_chart(figure, theme=None, key=Key.CHANGES_WATERFALL, width="content", config=dict(CHART), alt=words)


def _trend(here: Current, known: History, target: str | None, said: Mapping[str, bool], lang: Language, *, dark: bool) -> None:
    """Which dates keep moving."""
    lines = lines_of(known.reports)
    title = trend_title(lines, lang, target)
    st.subheader(literal(title), anchor=False)
    st.caption(t("trend.subtitle", lang))
    if known.unread:
        _unread(here, known, said, lang)
    if not lines:
        return
    warning = trend_warning(lines, lang, target)
    if warning:
        st.markdown(literal(warning))
    figure = milestone_trend(lines, lang=lang, dark=dark, width=_HALF_PX, first=target)
    st.plotly_chart(figure, theme=None, key=Key.CHANGES_TREND, width="content", config=dict(CHART), alt=title)
    if figure.layout.meta["left_out"]:
        st.caption(t("trend.left-out", lang, count=figure.layout.meta["left_out"]))


def _unread(here: Current, known: History, said: Mapping[str, bool], lang: Language) -> None:
    """Older versions that have not been read since the settings changed: offered, because it takes time."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(t("changes-page.unread", lang, count=known.unread), width="content")
        if st.button(t("changes-page.read-all", lang), key=Key.CHANGES_READ_ALL, type="tertiary", icon=":material/history:"):
            bar = st.progress(0.0)
            history(here, said, everything=True, heard=bar.progress)
            st.rerun()


