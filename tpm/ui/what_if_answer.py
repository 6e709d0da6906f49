"""The answer of the What-if page: the date before and after, what moved and whose it is, what breaks, what float is gone."""

from __future__ import annotations

from typing import Final

import pandas as pd
import streamlit as st

from tpm.i18n import Language, format_date, t
from tpm.scenario import Answer, change_text, headline, held_text, moved_because
from tpm.ui import cache
from tpm.ui import what_if_state as state
from tpm.ui.keys import Key
from tpm.ui.text import literal

_NAMED: Final = 4  # names in one sentence; the rest is a count
_LINES: Final = 6
_SIMULATED: Final = 300  # items up to which an answer is simulated while its reader waits: a tenth of a second


def head(answer: Answer, lang: Language) -> None:
    """The promised date before → after in large, the finding under it, the counts in one line."""
    before, after = (_day(day, answer, lang, "day") for day in (answer.before_finish, answer.after_finish))
    days = answer.days or 0.0
    large = literal(after)
    if answer.applied and days:
        moved = f":red[▲ {t('what-if.later', lang, days=days)}]" if days > 0 else f":green[▼ {t('what-if.earlier', lang, days=-days)}]"
        large = f":gray[{literal(before)} →] {large} {moved}"
    names = dict(zip(answer.plan.activities["id"], answer.plan.activities["name"], strict=True))
    aimed = names.get(answer.target or "", t("settings.target-finish", lang))
    if answer.before_finish is None and answer.after_finish is None:
        large, sentence = t("what-if.undated", lang), t("what-if.undated-why", lang)
    else:
        lands = t("what-if.lands", lang, name=aimed, date=_day(answer.before_finish, answer, lang, "date"))
        sentence = headline(answer, lang) if answer.applied else lands
    if answer.after.cycles:
        sentence += " " + t("what-if.loop", lang, count=len(answer.after.cycles[0]))
    told = [*_standing(answer, lang), *(_counts(answer, lang) if answer.applied else ())]
    counts = " · ".join(literal(part) for part in told)
    with st.container(key=Key.WHAT_IF_ANSWER, gap=None):
        st.header(large, anchor=False)
        st.markdown(f"**{literal(sentence)}**" + (f" :gray[{counts}]" if counts else ""))


def _standing(answer: Answer, lang: Language) -> list[str]:
    """How the date in question stands against its promise, and by when it is sure, where the sheet says something about uncertainty."""
    from tpm.insight.review.evidence import says_uncertainty
    from tpm.insight.review.facts import SURE, Facts
    from tpm.insight.review.sentence import Sentence
    from tpm.insight.review.status import against

    facts = Facts(answer.plan, answer.after)
    item = answer.target or facts.last
    if item is None or item not in facts.position or facts.finish(item) is None:
        return []
    told = [against(facts, item)]
    if len(answer.plan.activities) <= _SIMULATED and facts.is_open(item) and says_uncertainty(answer.plan):
        sure = cache.sure_dates(answer.plan, answer.after, item)
        if sure is not None:
            told.append(Sentence("brief.against.sure", {"middle": facts.when(sure[0]), "sure": facts.when(sure[1]), "share": SURE}))
    return [one.text(lang) for one in told if one is not None]


def _day(day: object, answer: Answer, lang: Language, how: str) -> str:
    """A date with its year where that is not the year of the status date, or not the same before and after."""
    years = {one.year for one in (answer.before_finish, answer.after_finish, answer.after.options.status_date) if one is not None}
    return format_date(day, lang, how if len(years) == 1 else "fulldate")


def _counts(answer: Answer, lang: Language) -> list[str]:
    """What the finding does not count yet."""
    counted = (("became-critical", len(answer.became_critical)), ("no-longer-critical", len(answer.no_longer_critical)),
               ("eaten", len(_eaten_alone(answer))))  # fmt: skip
    return [t(f"what-if.count-{key}", lang, count=count) for key, count in counted if count]


def changes(answer: Answer, made: state.Changes, lang: Language) -> None:
    """The list of changes in words, each with a button that takes it back; what could not be made, and why."""
    if not made:
        return
    st.markdown(f"**{t('what-if.changes', lang, count=len(made))}**")
    refused = dict(zip(_refused(made, answer), answer.refused, strict=False))
    for position, change in enumerate(made):
        left, right = st.columns([6, 1], vertical_alignment="center", gap="small")
        with left:
            words = literal(change_text(change, answer.plan, lang))
            if position in refused:
                words = f":orange[△ {words}]  \n{literal(refused[position].message(lang))}"
            st.markdown(words)
        with right:
            st.button("✕", key=f"{Key.WHAT_IF_REMOVE}_{position}", type="tertiary", width="content",
                      help=t("what-if.remove", lang, number=position + 1), on_click=state.remove, args=(position, lang))  # fmt: skip
    for held in answer.held:
        st.caption(literal(held_text(held, answer, lang)))


def _refused(made: state.Changes, answer: Answer) -> list[int]:
    """Positions of the changes that were not made; those that were are in ``answer.applied`` in the same order."""
    left, out = list(answer.applied), []
    for position, change in enumerate(made):
        if left and (left[0].kind, left[0].value, left[0].until) == (change.kind, change.value, change.until) and (
            left[0].item in (change.item, change.item_name) or left[0].item_name == change.item_name):
            left.pop(0)
        else:
            out.append(position)
    return out


def details(answer: Answer, lang: Language) -> None:
    """Deadlines, the critical path and float beside each other, where there is anything to say; below them what moved, by team."""
    if not answer.applied:
        return
    told = [tell for tell, there in (
        (_deadlines, len(answer.broken) + len(answer.mended)), (_critical, len(answer.became_critical) + len(answer.no_longer_critical)),
        (_eaten, len(_eaten_alone(answer)))) if there]  # fmt: skip
    if told:
        for column, tell in zip(st.columns(len(told), gap="medium"), told, strict=True):
            with column:
                tell(answer, lang)
    _moved(answer, lang)


def _moved(answer: Answer, lang: Language) -> None:
    moved = answer.moved
    if moved.empty:
        st.markdown(t("what-if.nothing-moved", lang))
        return
    st.markdown(f"**{t('what-if.moved', lang)}**")
    first = moved.assign(far=moved["days"].abs()).groupby(moved["team"].fillna(""), sort=False)["far"].transform("max")
    order = moved.assign(first=first, far=moved["days"].abs(), whose=moved["team"].fillna("")).sort_values(
        ["first", "whose", "far"], ascending=[False, True, False], kind="stable")
    st.dataframe(
        pd.DataFrame({
            t("what-if.column-team", lang): order["team"].fillna("").astype(object).to_numpy(),
            t("what-if.column-item", lang): order["name"].to_numpy(),
            t("what-if.column-owner", lang): order["owner"].fillna("").astype(object).to_numpy(),
            t("what-if.column-days", lang): order["days"].to_numpy(),
            t("what-if.column-before", lang): order["before"].to_numpy(),
            t("what-if.column-after", lang): order["after"].to_numpy(),
            t("what-if.column-because", lang): [moved_because(answer, item, lang) for item in order["id"]],
        }),
        hide_index=True, width="stretch", height="auto" if len(order) > 12 else "content",
        column_config={
            t("what-if.column-team", lang): st.column_config.TextColumn(width=110),
            t("what-if.column-item", lang): st.column_config.TextColumn(width=220),
            t("what-if.column-owner", lang): st.column_config.TextColumn(width=120),
            t("what-if.column-days", lang): st.column_config.NumberColumn(format="%+.0f", width=80),
            t("what-if.column-before", lang): st.column_config.DateColumn(format=t("what-if.table-date", lang), width=130),
            t("what-if.column-after", lang): st.column_config.DateColumn(format=t("what-if.table-date", lang), width=130),
            t("what-if.column-because", lang): st.column_config.TextColumn(width=300),
        },
    )


def _deadlines(answer: Answer, lang: Language) -> None:
    for key, frame in (("broken", answer.broken), ("mended", answer.mended)):
        if frame.empty:
            continue
        st.markdown(f"**{t(f'what-if.{key}', lang, count=len(frame))}**")
        lines = [t(f"what-if.{key}-line", lang, name=literal(row.name), deadline=row.deadline, after=row.after, days=row.days)
                 for row in frame.head(_LINES).itertuples(index=False)]  # fmt: skip
        st.markdown("\n".join(f"- {line}" for line in lines))
        _more(len(frame) - _LINES, lang)


def _critical(answer: Answer, lang: Language) -> None:
    names = dict(zip(answer.plan.activities["id"], answer.plan.activities["name"], strict=True))
    for key, ids in (("became-critical", answer.became_critical), ("no-longer-critical", answer.no_longer_critical)):
        if ids:
            st.markdown(f"**{t(f'what-if.{key}', lang, count=len(ids))}**")
            shown = ", ".join(literal(names.get(item, item)) for item in ids[:_NAMED])
            st.markdown(shown + (f" {t('what-if.and-more', lang, count=len(ids) - _NAMED)}" if len(ids) > _NAMED else ""))


def _eaten_alone(answer: Answer) -> pd.DataFrame:
    """Items that have less float and have not moved."""
    return answer.float_eaten[~answer.float_eaten["moved"].astype(bool)]


def _eaten(answer: Answer, lang: Language) -> None:
    eaten = _eaten_alone(answer)
    if eaten.empty:
        return
    st.markdown(f"**{t('what-if.eaten', lang)}**")
    lines = [t("what-if.eaten-line", lang, name=literal(row.name), used=row.used, before=row.before)
             for row in eaten.head(_LINES).itertuples(index=False)]  # fmt: skip
    st.markdown("\n".join(f"- {line}" for line in lines))
    _more(len(eaten) - _LINES, lang)


def _more(count: int, lang: Language) -> None:
    if count > 0:
        st.caption(t("what-if.and-more", lang, count=count))
