"""A backlog without any date as a board: a column a status, in it each owner's items, the weightiest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd

from tpm.i18n import Language, t
from tpm.insight.heard import heard
from tpm.model import Kind, Plan, State

_STATUSES_MOST: Final = 7  # of the team's own words; more are folded into the program's states
_ORDER: Final = (State.NOT_STARTED, State.IN_PROGRESS, State.BLOCKED, State.DONE, State.CANCELLED)
_NO_PRIORITY: Final = 1e9


@dataclass(frozen=True, slots=True)
class Card:
    """One item."""

    id: str
    name: str
    owner: str  # "" nobody
    priority: str


@dataclass(frozen=True, slots=True)
class Column:
    """The items of one status: ``status`` in the team's own word, "" where ``state`` says it."""

    state: str
    status: str
    cards: tuple[Card, ...]

    def owners(self) -> dict[str, list[Card]]:
        """Owner → items; who has most first, nobody last."""
        out: dict[str, list[Card]] = {}
        for card in self.cards:
            out.setdefault(card.owner, []).append(card)
        return dict(sorted(out.items(), key=lambda pair: (not pair[0], -len(pair[1]), pair[0])))


def board(plan: Plan, owner: str | None = None, text: str = "") -> list[Column]:
    """The columns of ``plan``, from what has not begun to what is out; of one ``owner`` and with ``text`` in the name or id where given."""
    rows = plan.activities[(plan.activities["kind"] != Kind.SUMMARY.value).to_numpy()]
    if owner is not None:
        rows = rows[(rows["owner"].fillna("") == owner).to_numpy()]
    if wanted := text.strip().casefold():
        rows = rows[[wanted in f"{item} {name}".casefold() for item, name in zip(rows["id"], rows["name"], strict=True)]]
    states = rows["state"].tolist()
    words = [heard(str(status)).strip() if status else "" for status in rows["status"]]
    if len(set(zip(states, words, strict=True))) > _STATUSES_MOST:
        words = [""] * len(words)
    columns: dict[tuple[str, str], list[tuple[float, Card]]] = {}
    for state, status, item, name, who, priority, rank in zip(
        states, words, rows["id"], rows["name"], rows["owner"], rows["priority"], rows["priority_rank"], strict=True
    ):
        card = Card(str(item), str(name), str(who or ""), str(priority or ""))
        columns.setdefault((state, status), []).append((_NO_PRIORITY if pd.isna(rank) else float(rank), card))
    place = {state.value: number for number, state in enumerate(_ORDER)}
    return [
        Column(state, status, tuple(card for _, card in sorted(cards, key=lambda pair: pair[0])))
        for (state, status), cards in sorted(columns.items(), key=lambda pair: place.get(pair[0][0], len(place)))
    ]


def board_title(plan: Plan, lang: Language) -> str:
    """How much is open, and for how much of it nobody answers."""
    work = plan.activities[(plan.activities["kind"] != Kind.SUMMARY.value).to_numpy()]
    open_ = ~work["state"].isin([State.DONE.value, State.CANCELLED.value])
    nobody = int((open_ & work["owner"].isna()).sum())
    begun = int((work["state"] == State.IN_PROGRESS.value).sum())
    key = "backlog.title" if nobody else "backlog.title-owned"
    return t(key, lang, count=len(work), open=int(open_.sum()), begun=begun, nobody=nobody)
