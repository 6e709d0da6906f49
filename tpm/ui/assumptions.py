"""Hidden assumptions on the Dependencies page: rule by rule, with their rows, to be called no issue; and implied dependencies to add."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Final

import streamlit as st

from tpm.edits import PREDECESSOR, Edit
from tpm.findings import Severity
from tpm.i18n import Language, t
from tpm.insight.cross_team import Assumption, Base, Offer, offers, split_dismissed
from tpm.insight.cross_team import assumptions as all_assumptions
from tpm.ui import cache, pick, shared, workspace
from tpm.ui.keys import Key
from tpm.ui.text import literal
from tpm.ui.workspace import Current

_EACH_SHOWN: Final = 8  # of one rule, or of the offers, before the reader asks for more
_ITEMS_SHOWN: Final = 4
_SURE: Final = 0.8  # offers from here on are added together
_ICONS: Final = {Severity.ERROR: ":material/error:", Severity.WARNING: ":material/warning:", Severity.INFO: ":material/info:"}


def show(here: Current, base: Base, lang: Language) -> None:
    """What the plan takes for granted, the gravest rule open; what it implies; what somebody called no issue."""
    reasons = _dismissed(here)
    found: tuple[Assumption, ...] = cache.judgement(base, "assumptions", all_assumptions)
    standing, settled = split_dismissed(found, reasons)
    offered = open_offers(here, base)
    pick.title(t(f"waits.assumptions-{'title' if standing else 'none'}", lang, count=sum(one.count for one in standing)), "", lang)
    for number, group in enumerate(_by_rule(standing)):
        _rule(base, group, lang, opened=number == 0)
    if offered:
        st.markdown(f"**{t('waits.offers', lang, count=len(offered))}**")
        offer_list(offered, lang)
    add_link(base, lang)
    _settled(settled, reasons, {one.key: one for one in _offers(base)}, base, lang)


def _dismissed(here: Current) -> Mapping[str, str]:
    """Key of a finding or an offer → why it is no issue."""
    return here.kept.dismissed


def _offers(base: Base) -> tuple[Offer, ...]:
    return cache.judgement(base, "offers", offers)


def open_offers(here: Current, base: Base) -> list[Offer]:
    """Implied dependencies that nobody has refused."""
    refused = _dismissed(here)
    return [one for one in _offers(base) if one.key not in refused]


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _by_rule(found: Iterable[Assumption]) -> list[list[Assumption]]:
    """Findings rule by rule, the rule with the gravest first; within a rule the gravest first."""
    rules: dict[str, list[Assumption]] = {}
    for one in sorted(found, key=lambda one: one.severity.rank):
        rules.setdefault(one.code, []).append(one)
    return list(rules.values())


def _rule(base: Base, group: list[Assumption], lang: Language, *, opened: bool) -> None:
    """All findings of one rule."""
    code = group[0].code
    count = sum(one.count for one in group)
    label = t("waits.rule", lang, title=group[0].title(lang), count=count)
    with st.expander(literal(label), icon=_ICONS[group[0].severity], expanded=opened, key=f"{Key.ASSUMPTION_OPEN}_{code}",
                     on_change="rerun") as panel:
        if not panel.open:
            return
        st.caption(literal(group[0].ask(lang)))
        more = f"{Key.ASSUMPTION_MORE}_{code}"
        shown = group if st.session_state.get(more) else group[:_EACH_SHOWN]
        for one in shown:
            _finding(base, one, lang)
        if len(shown) < len(group):
            st.button(t("waits.more", lang, count=len(group) - len(shown)), key=f"{more}_button", type="tertiary", on_click=_show_more,
                      args=(more,))


def _show_more(name: str) -> None:
    st.session_state[name] = True


def _finding(base: Base, one: Assumption, lang: Language) -> None:
    """One finding: its sentence, its rows, and the way to call it no issue."""
    key = _digest(one.key)
    st.markdown(literal(one.sentence(lang)))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        items = [item for item in one.items if item in base.at]
        for item in items[:_ITEMS_SHOWN]:
            st.button(literal(base.names[base.at[item]]), key=f"{Key.ITEM}_{key}_{item}", type="tertiary", icon=":material/open_in_new:",
                      on_click=pick.open_item, args=(item,))
        if len(items) > _ITEMS_SHOWN:
            st.caption(t("waits.more-items", lang, count=len(items) - _ITEMS_SHOWN), width="content")
        _refuse(one.key, key, lang)


def _refuse(key: str, digest: str, lang: Language) -> None:
    """Not an issue, with the reason that others will read."""
    reason = f"{Key.ASSUMPTION_REASON}_{digest}"
    with st.popover(t("waits.no-issue", lang), type="tertiary", icon=":material/check_circle:"):
        st.text_input(t("waits.reason", lang), key=reason, placeholder=t("waits.reason-hint", lang), max_chars=300)
        st.button(t("waits.no-issue-confirm", lang), key=f"{Key.ASSUMPTION_DISMISS}_{digest}", type="primary", on_click=_dismiss,
                  args=(key, reason))


def _dismiss(key: str, reason: str) -> None:
    from tpm.store import DocumentKind

    shared.put(DocumentKind.DISMISSED, {(key,): str(st.session_state.get(reason) or "").strip()})


def _restore(key: str) -> None:
    from tpm.store import ABSENT, DocumentKind

    shared.put(DocumentKind.DISMISSED, {(key,): ABSENT})


def _settled(found: tuple[Assumption, ...], reasons: Mapping[str, str], offered: Mapping[str, Offer], base: Base, lang: Language) -> None:
    """What somebody called no issue, with the reason, to be taken back."""
    said: list[tuple[str, str]] = [(one.key, one.sentence(lang)) for one in found]
    said += [(key, _offer_words(offered[key], lang)) for key in reasons if key in offered]
    if not said:
        return
    with st.expander(t("waits.settled", lang, count=len(said)), icon=":material/check_circle:"):
        for key, sentence in said:
            with st.container(horizontal=True, vertical_alignment="center"):
                why = reasons.get(key) or t("waits.no-reason", lang)
                st.markdown(f"{literal(sentence)}  \n:gray[{literal(why)}]", width="stretch")
                st.button(t("waits.restore", lang), key=f"{Key.ASSUMPTION_RESTORE}_{_digest(key)}", type="tertiary", icon=":material/undo:",
                          on_click=_restore, args=(key,))


def _offer_words(one: Offer, lang: Language) -> str:
    return t("waits.offer", lang, before=one.predecessor_name, after=one.successor_name)


def offer_list(found: list[Offer], lang: Language) -> None:
    """Implied dependencies, the surest first, each added or refused with one click."""
    if not found:
        return
    sure = [one for one in found if one.confidence >= _SURE]
    if len(sure) > 1:
        st.button(t("waits.offer-add-sure", lang, count=len(sure)), key=Key.OFFER_ADD_SURE, type="primary", icon=":material/add_link:",
                  on_click=_accept, args=(sure,))
    shown = found if st.session_state.get(Key.OFFER_MORE) else found[:_EACH_SHOWN]
    for one in shown:
        st.markdown(f"{literal(_offer_words(one, lang))}  \n:gray[{literal(one.evidence(lang))} "
                    f"{t('waits.offer-sure', lang, share=one.confidence)}]")
        digest = _digest(one.key)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.button(t("waits.offer-add", lang), key=f"{Key.OFFER_ADD}_{digest}", icon=":material/add_link:", on_click=_accept,
                      args=([one],))
            _refuse(one.key, digest, lang)
    if len(shown) < len(found):
        st.button(t("waits.more", lang, count=len(found) - len(shown)), key=f"{Key.OFFER_MORE}_button", type="tertiary",
                  on_click=_show_more, args=(Key.OFFER_MORE,))


def add_link(base: Base, lang: Language) -> None:
    """A dependency by hand: which item waits for which."""
    items = base.ids[~base.cancelled].tolist()
    names = dict(zip(base.ids.tolist(), base.names.tolist(), strict=True))
    for key in (Key.LINK_BEFORE, Key.LINK_AFTER):
        if st.session_state.get(key) not in names:
            st.session_state.pop(key, None)
    st.markdown(f"**{t('waits.link', lang)}**")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        after, before = (
            st.selectbox(t(f"waits.link-{side}", lang), items, index=None, key=key, width=340, placeholder=t("waits.link-hint", lang),
                         format_func=lambda item: f"{names[item]}  ({item})")
            for side, key in (("after", Key.LINK_AFTER), ("before", Key.LINK_BEFORE)))  # fmt: skip
        held = base.plan.dependencies
        there = bool(((held["predecessor"] == before) & (held["successor"] == after)).any())
        st.button(t("waits.offer-add", lang), key=Key.LINK_ADD, icon=":material/add_link:", on_click=_link, args=(before, after),
                  disabled=before is None or after is None or before == after or there)


def _link(before: str, after: str) -> None:
    workspace.correct([Edit(after, PREDECESSOR, before)])


def _accept(found: list[Offer]) -> None:
    workspace.correct([one.edit() for one in found])
