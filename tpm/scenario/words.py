"""Changes, answers and moves in the reader's language. The words are in ``catalogue/scenario.toml``."""

from __future__ import annotations

import numpy as np

from tpm.i18n import Language, format_range, listed, t
from tpm.model import LagUnit, LinkType, Plan
from tpm.scenario.answer import Answer, Held
from tpm.scenario.changes import CALENDAR, LINKS, RISKS, Change, ChangeKind
from tpm.scenario.recovery import Move, MoveKind, Recovery

_NAMES_SHOWN = 3


def name_of(plan: Plan, item: str) -> str:
    """What people call an item: its name, or its id where it has none."""
    here = np.flatnonzero(plan.activities["id"].to_numpy() == item)
    return str(plan.activities["name"].to_numpy()[here[0]] or item) if len(here) else item


def change_text(change: Change, plan: Plan, lang: Language) -> str:
    """A change in a few words. ``plan`` is one that has its items, as a rule the plan before the change."""
    if change.kind in CALENDAR:
        return t(f"scenario.change.{change.kind}", lang, who=change.team or t("scenario.change.everybody", lang),
                 range=format_range(change.date, change.last, lang))
    if change.kind in RISKS:
        risks = plan.risks
        title = risks["title"].to_numpy()[risks["id"].to_numpy() == change.item]
        return t(f"scenario.change.{change.kind}", lang, item=str(title[0]) if len(title) and title[0] else change.item_name or change.item)
    item = _called(plan, change.item, change.item_name)
    if change.kind == ChangeKind.SHIFT:
        key = "shift-later" if change.number >= 0 else "shift-earlier"
        return t(f"scenario.change.{key}", lang, item=item, days=abs(change.number))
    parts: dict[str, object] = {"item": item}
    if change.kind in (ChangeKind.SET_START, ChangeKind.SET_FINISH):
        parts["date"] = change.date
    elif change.kind == ChangeKind.SET_DURATION:
        parts["days"] = change.number
    elif change.kind == ChangeKind.SET_PROGRESS:
        parts["share"] = change.number
    elif change.kind in LINKS:
        parts["other"] = _called(plan, change.other, change.other_name)
    if change.kind == ChangeKind.ADD_LINK:
        parts["link"] = link_text(change)
    return t(f"scenario.change.{change.kind}", lang, **parts)


def link_text(change: Change) -> str:
    """Type and lag as planners write them: ``FS``, ``SS+2d``, ``FS-1ed``."""
    unit = {LagUnit.WORKING: "d", LagUnit.ELAPSED: "ed", LagUnit.PERCENT: "%"}[change.lag_unit]
    lag = change.lag * 100 if change.lag_unit == LagUnit.PERCENT else change.lag
    return f"{change.link_type or LinkType.FS}" + (f"{lag:+g}{unit}" if lag else "")


def _called(plan: Plan, item: str, remembered: str) -> str:
    name = name_of(plan, item)
    return remembered or name if name == item else name


def _target(answer: Answer, lang: Language) -> str:
    return t("scenario.headline.project", lang) if answer.target is None else name_of(answer.plan, answer.target)


def landing(answer: Answer, lang: Language) -> str:
    """Where the target lands and how far that is from before, in one sentence."""
    target = _target(answer, lang)
    if answer.after_finish is None or answer.before_finish is None or answer.days is None:
        return t("scenario.headline.undated", lang, target=target)
    key = "same" if answer.after_finish == answer.before_finish else "later" if answer.after_finish > answer.before_finish else "earlier"
    parts = {} if key == "same" else {"before": answer.before_finish, "days": abs(answer.days)}
    return t(f"scenario.headline.{key}", lang, target=target, after=answer.after_finish, **parts)


def headline(answer: Answer, lang: Language) -> str:
    """What the changes do, in a few sentences: the date, who moves, which deadlines break, which float was used."""
    told = [landing(answer, lang)]
    count, teams = len(answer.moved), len(answer.teams)
    if count and teams:
        told.append(t("scenario.headline.moved", lang, count=count, teams=teams))
    else:
        told.append(t("scenario.headline.moved-alone", lang, count=count) if count else t("scenario.headline.unmoved", lang))
    if len(answer.broken):
        told.append(t("scenario.headline.broken", lang, count=len(answer.broken), names=listed(answer.broken["name"], _NAMES_SHOWN)))
    if len(answer.mended):
        told.append(t("scenario.headline.mended", lang, count=len(answer.mended), names=listed(answer.mended["name"], _NAMES_SHOWN)))
    if answer.days == 0 and len(answer.float_eaten):
        told.append(float_text(answer, 0, lang))
    return " ".join(told)


def float_text(answer: Answer, row: int, lang: Language) -> str:
    """“It uses 6 of 9 days of float of Billing API.” for one row of ``answer.float_eaten``."""
    eaten = answer.float_eaten.iloc[row]
    return t("scenario.headline.float", lang, used=eaten["used"], before=eaten["before"], name=eaten["name"])


def held_text(held: Held, answer: Answer, lang: Language) -> str:
    """What held an item that was asked to move farther."""
    why = t(f"scenario.why.{held.kind}", lang, driver=name_of(answer.plan, held.driver or ""))
    return t(f"scenario.held.{held.which}", lang, item=name_of(answer.plan, held.item), wanted=held.wanted, got=held.got, why=why)


def moved_because(answer: Answer, item: str, lang: Language) -> str:
    """Why an item of ``answer.moved`` moved, without a full stop. Raises ``KeyError`` for an item that did not."""
    here = answer.moved[answer.moved["id"] == item]
    if here.empty:
        raise KeyError(item)
    row = here.iloc[0]
    chain = answer.chain(item)
    if len(chain) > 1:
        key = "pushed" if row["after"] > row["before"] else "released"
        return t(f"scenario.why.{key}", lang, driver=name_of(answer.plan, chain[-2]))
    if row["change"] >= 0:
        return t("scenario.why.changed", lang)
    return t(f"scenario.why.{row['driver_kind']}", lang, driver=name_of(answer.plan, row["driver"] or ""))


def move_text(move: Move, plan: Plan, lang: Language) -> str:
    """A recovery move: what to do."""
    return t(f"scenario.move.{move.kind}", lang, item=name_of(plan, move.item), other=name_of(plan, move.other or ""),
             days=move.amount or 0.0)


def move_sentence(move: Move, plan: Plan, lang: Language) -> str:
    """A recovery move with what it wins and what it touches."""
    pulled = len(move.items) - (2 if move.other else 1) if move.kind != MoveKind.START_EARLIER else len(move.items)
    key = "gain-pulled" if pulled > 0 else "gain"
    parts = {"pulled": pulled} if pulled > 0 else {}
    return t(f"scenario.move.{key}", lang, move=move_text(move, plan, lang), gained=move.days, count=len(move.items), **parts)


def recovery_text(recovery: Recovery, plan: Plan, lang: Language) -> str:
    """Whether the date can be had back, and the price in teams and scope."""
    target = t("scenario.headline.project", lang) if recovery.target is None else name_of(plan, recovery.target)
    if recovery.reached and not recovery.moves:
        return t("scenario.recovery.already", lang, target=target, before=recovery.before)
    if not recovery.moves:
        return t("scenario.recovery.none", lang, target=target, before=recovery.before)
    key = "reached" if recovery.reached else "short"
    parts = {"before": recovery.before} if recovery.reached else {"wanted": recovery.wanted}
    told = [t(f"scenario.recovery.{key}", lang, target=target, finish=recovery.finish, count=len(recovery.moves), **parts)]
    price = {"items": len(recovery.items), "cut": recovery.days_cut}
    if recovery.teams:
        names = listed(recovery.teams, _NAMES_SHOWN, "teams")
        told.append(t("scenario.recovery.price", lang, teams=len(recovery.teams), names=names, **price))
    else:
        told.append(t("scenario.recovery.price-alone", lang, **price))
    if recovery.dropped:
        told.append(t("scenario.recovery.scope", lang, names=listed((name_of(plan, item) for item in recovery.dropped), _NAMES_SHOWN)))
    return " ".join(told)


def team_messages(answer: Answer, lang: Language, before: Plan | None = None) -> dict[str, str]:
    """What to send to each team whose dates move: team → plain text. ``before`` is the plan that the changes were made on."""
    plan = before or answer.plan
    changes = [f"- {change_text(change, plan, lang)}" for change in answer.applied]
    out = {}
    for team in answer.teams:
        lines = [t("scenario.message.opening", lang, team=team), "", t("scenario.message.changes", lang), *changes, "",
                 t("scenario.message.dates", lang)]
        for row in answer.moved[answer.moved["team"] == team].to_dict("records"):
            key = "later" if row["after"] > row["before"] else "earlier"
            lines.append("- " + t(f"scenario.message.{key}", lang, item=row["name"], before=row["before"], after=row["after"],
                                  days=abs(row["days"]), why=moved_because(answer, row["id"], lang)))
        for row in answer.broken[answer.broken["team"] == team].to_dict("records"):
            lines.append("- " + t("scenario.message.deadline", lang, item=row["name"], deadline=row["deadline"]))
        out[team] = "\n".join([*lines, "", t("scenario.message.ask", lang)])
    return out
