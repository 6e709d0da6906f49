"""How the schedule is computed: one popover, one sentence, the same on every page, kept with the workspace."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache as once
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from tpm.i18n import Language, t
from tpm.model import FIRST_DAY, LAST_DAY, Kind, Mode, Plan, ScheduleOptions
from tpm.ui import cache, shared, workspace
from tpm.ui.keys import Key
from tpm.ui.text import literal

WEEKS: Final[Mapping[str, tuple[bool, bool, bool, bool, bool, bool, bool] | None]] = {
    "plan": None,  # what the plan's own dates say
    "mon-fri": (True, True, True, True, True, False, False),
    "mon-sat": (True, True, True, True, True, True, False),
    "mon-sun": (True, True, True, True, True, True, True),
}
OLD_DAYS: Final = 3  # from which age of the data on the page says what the plan looks like from today
NEAR_CRITICAL_MOST: Final = 60.0  # working days
_FIRST_COUNTRIES: Final = ("KR", "US")  # the first users'; the rest follow by name


@dataclass(frozen=True, slots=True)
class Settings:
    """What the reader set; missing keys keep their defaults. Values have been checked by ``kept.check``."""

    status: str = "auto"  # auto, none or an ISO date
    mode: str = Mode.PLANNED
    country: str | None = None
    week: str = "plan"
    team_countries: tuple[tuple[str, str], ...] = ()
    near_critical: float = 5.0
    target: str | None = None
    project_start: str | None = None  # ISO date

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Settings:
        """Settings from what the workspace keeps."""
        given = {name: stored[name] for name in cls.__dataclass_fields__ if name in stored}
        return cls(**{**given, "team_countries": tuple(sorted(stored.get("team_countries", {}).items()))})

    def options(self, plan: Plan, today: dt.date) -> ScheduleOptions:
        """The schedule options for ``plan``; a target that is no longer in the plan is left out."""
        from tpm.schedule import described_day

        status = None
        if self.status == "auto":
            found = described_day(plan, today)
            status = None if found is None else found.day
        elif self.status != "none":
            status = dt.date.fromisoformat(self.status)
        return ScheduleOptions(
            mode=Mode(self.mode),
            status_date=status,
            target=self.target if self.target in set(plan.activities["id"]) else None,
            project_start=dt.date.fromisoformat(self.project_start) if self.project_start else None,
            country=self.country,
            week=WEEKS[self.week],
            team_countries=self.team_countries,
            near_critical_days=self.near_critical,
        )


def today() -> dt.date:
    """The reader's date: in the browser's time zone, or ``TPM_TODAY`` where a picture or a test fixes it."""
    fixed = os.environ.get("TPM_TODAY")
    return dt.date.fromisoformat(fixed) if fixed else now().date()


def now() -> dt.datetime:
    """The reader's date and time of day, in the browser's time zone."""
    try:
        zone = ZoneInfo(st.context.timezone) if st.context.timezone else None
    except (ZoneInfoNotFoundError, ValueError):
        zone = None
    return dt.datetime.now(zone)


@once
def countries(lang: Language) -> dict[str, str]:
    """Country codes that have public holidays, with their names in ``lang``, the first users' first."""
    from babel import Locale
    from holidays.registry import EntityLoader  # names them without importing a module for each

    names = Locale(lang).territories
    codes = [code for code in EntityLoader.get_country_codes(include_aliases=False) if len(code) == 2]
    by_name = sorted(codes, key=lambda code: (code not in _FIRST_COUNTRIES, str(names.get(code, code))))
    return {code: str(names.get(code, code)) for code in by_name}


def in_words(plan: Plan, options: ScheduleOptions, lang: Language, *, seen_from: dt.date | None = None) -> str:
    """How the forecast was computed, as one sentence; ``seen_from`` (the reader's day) says that nobody chose the status date."""
    from tpm.schedule import described_day

    parts = []
    found = None if seen_from is None else described_day(plan, seen_from)
    if found is not None and seen_from is not None and found.by != "today":
        parts.append(t(f"settings.words.as-of-{found.by}", lang, date=found.day, ago=_ago((seen_from - found.day).days, lang)))
    elif options.status_date is not None:
        parts.append(t("settings.words.as-of", lang, date=options.status_date))
    elif seen_from is not None and (lies := _lies(plan, seen_from)) is not None:
        parts.append(t(f"settings.words.{lies}", lang))
    else:
        parts.append(t("settings.words.no-status", lang))
    codes = [options.country or plan.default_calendar.country, *(code for _, code in options.team_countries)]
    named = [countries(lang).get(code, code) for code in dict.fromkeys(codes) if code]
    if named:
        joined = (" · " if lang == "ko" else ", ").join(named)
        parts.append(t("settings.words.holidays", lang, countries=joined))
    else:
        parts.append(t("settings.words.no-holidays", lang))
    worked = sum(options.week or plan.default_calendar.week)
    if worked != 5:
        parts.append(t("settings.words.week", lang, days=worked))
    parts.append(t(f"settings.words.mode-{options.mode}", lang))
    parts.append(t("settings.words.near-critical", lang, days=options.near_critical_days))
    if options.target:
        name = plan.activities.loc[plan.activities["id"] == options.target, "name"].iloc[0]
        parts.append(t("settings.words.target", lang, name=literal(name)))
    return ", ".join(parts) + "."


def _ago(days: int, lang: Language) -> str:
    if days <= 1:
        return t("settings.words.ago-today" if days <= 0 else "settings.words.ago-yesterday", lang)
    return t("settings.words.ago", lang, days=days)


def offer(lang: Language) -> None:
    """Where what is reported is some days old: what the same plan looks like from today, and the click that shows it."""
    here = workspace.current()
    if here is None:
        return
    chosen, day = Settings.of(here.settings), here.as_of(today())
    options = chosen.options(here.plan, day)
    if not here.plan.progress_reported:  # what is not reported is taken as done as planned: nothing changes
        return
    if chosen.status == "auto" and options.status_date is not None and (day - options.status_date).days >= OLD_DAYS:
        _from_today(here.plan, options, options.status_date, day, lang)


def _from_today(plan: Plan, options: ScheduleOptions, told: dt.date, day: dt.date, lang: Language) -> None:
    """The end that the same plan has from today if nothing was done since its data's day, and the click that shows it."""
    then, finish = (cache.schedule(plan, each).finish for each in (options, replace(options, status_date=day)))
    if then is None or finish is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        key = "settings.words.later-from-today" if finish > then else "settings.words.same-from-today"
        st.caption(f":orange[{t(key, lang, days=(day - told).days, finish=finish, then=then)}]", width="content")
        st.button(t("settings.use-today", lang), key=Key.USE_TODAY, type="tertiary", icon=":material/today:",
                  on_click=workspace.save_settings, args=({"status": day.isoformat()},))


def _lies(plan: Plan, day: dt.date) -> str | None:
    """Where the plan lies, seen from ``day``: wholly ``past`` or wholly ``ahead``; None where neither can be said."""
    from tpm.schedule import planned_span

    span = planned_span(plan)
    if span is None:
        return None
    return "past" if span[1] < day else "ahead" if span[0] > day else None


def popover(lang: Language) -> None:
    """How the forecast was computed, in words, and the one place where it is changed."""
    here = workspace.current()
    if here is None:
        return
    chosen, day = Settings.of(here.settings), here.as_of(today())
    options = chosen.options(here.plan, day)
    automatic = chosen.status == "auto"
    if options.status_date is None:
        as_of = t("settings.no-status", lang)
    elif automatic and options.status_date < day:
        as_of = t("settings.as-of-old", lang, date=options.status_date, ago=_ago((day - options.status_date).days, lang))
    else:
        as_of = t("settings.as-of", lang, date=options.status_date)
    with st.popover(as_of, type="tertiary", help=t("settings.change", lang)):
        st.markdown(f"**{t('settings.change', lang)}**")
        st.caption(in_words(here.plan, options, lang, seen_from=day if automatic else None))
        _status(chosen, options, lang)
        _mode(chosen, lang)
        _target(chosen, here.plan, lang)
        _calendar(chosen, here.plan, lang)


def _save(key: str, name: str, part_of: str | None = None) -> None:
    value = st.session_state[key]
    workspace.save_settings({name: value.isoformat() if isinstance(value, dt.date) else value}, part_of)


def _status(chosen: Settings, options: ScheduleOptions, lang: Language) -> None:
    kinds = ("auto", "date", "none")
    kind = chosen.status if chosen.status in kinds else "date"

    def changed() -> None:
        picked = st.session_state[Key.STATUS_MODE]
        workspace.save_settings({"status": (options.status_date or today()).isoformat() if picked == "date" else picked})

    shared.hold(Key.STATUS_MODE, kind)
    st.radio(
        t("settings.status", lang), kinds, key=Key.STATUS_MODE, on_change=changed,
        format_func=lambda name: t(f"settings.status-{name}", lang), help=t("settings.status-help", lang),
    )
    if kind == "date":
        shared.hold(Key.STATUS_DATE, dt.date.fromisoformat(chosen.status))
        st.date_input(t("settings.status-date", lang), min_value=FIRST_DAY, max_value=LAST_DAY, key=Key.STATUS_DATE,
                      on_change=_save, args=(Key.STATUS_DATE, "status"))


def _mode(chosen: Settings, lang: Language) -> None:
    modes = [mode.value for mode in Mode]
    shared.hold(Key.MODE, Mode(chosen.mode).value)
    st.radio(
        t("settings.mode", lang), modes, key=Key.MODE, on_change=_save, args=(Key.MODE, "mode"),
        format_func=lambda name: t(f"settings.mode-{name}", lang), help=t("settings.mode-help", lang),
    )
    shared.hold(Key.PROJECT_START, dt.date.fromisoformat(chosen.project_start) if chosen.project_start else None)
    st.date_input(t("settings.project-start", lang), None, min_value=FIRST_DAY, max_value=LAST_DAY,
                  key=Key.PROJECT_START, on_change=_save, args=(Key.PROJECT_START, "project_start"),
                  help=t("settings.project-start-help", lang))
    shared.hold(Key.NEAR_CRITICAL, chosen.near_critical)
    st.number_input(t("settings.near-critical", lang), 0.0, NEAR_CRITICAL_MOST, step=1.0, format="%.0f", key=Key.NEAR_CRITICAL,
                    on_change=_save, args=(Key.NEAR_CRITICAL, "near_critical"), help=t("settings.near-critical-help", lang))


def _target(chosen: Settings, plan: Plan, lang: Language) -> None:
    rows = plan.activities
    marks = rows[(rows["kind"] == Kind.MILESTONE) | (rows["id"] == chosen.target)]
    names = dict(zip(marks["id"], marks["name"], strict=True))
    choices: list[str | None] = [None, *names]
    shared.hold(Key.TARGET, chosen.target if chosen.target in names else None)
    st.selectbox(
        t("settings.target", lang), choices,
        format_func=lambda item: t("settings.target-finish", lang) if item is None else str(names[item]),
        key=Key.TARGET, on_change=_save, args=(Key.TARGET, "target"), help=t("settings.target-help", lang),
    )


def _calendar(chosen: Settings, plan: Plan, lang: Language) -> None:
    weeks = list(WEEKS)
    shared.hold(Key.WEEK, chosen.week)
    st.selectbox(t("settings.week", lang), weeks, key=Key.WEEK, on_change=_save,
                 args=(Key.WEEK, "week"), format_func=lambda name: t(f"settings.week-{name}", lang))
    names = countries(lang)
    codes: list[str | None] = [None, *names]

    def label(code: str | None) -> str:
        return t("settings.country-none", lang) if code is None else names[code]

    shared.hold(Key.COUNTRY, chosen.country if chosen.country in names else None)
    st.selectbox(t("settings.country", lang), codes, key=Key.COUNTRY, on_change=_save, args=(Key.COUNTRY, "country"), format_func=label)
    teams = sorted(set(plan.activities["team"].dropna()))
    if not teams or len(teams) > 30:  # a list that nobody would fill in; the plan's country serves
        return
    given = dict(chosen.team_countries)
    st.caption(t("settings.team-countries", lang))
    for number, team in enumerate(teams):
        key = f"{Key.TEAM_COUNTRIES}_{number}"
        shared.hold(key, given.get(team) if given.get(team) in names else None)
        st.selectbox(literal(team), codes, key=key, on_change=_save, args=(key, team, "team_countries"),
                     format_func=lambda code: t("settings.country-plan", lang) if code is None else names[code])
