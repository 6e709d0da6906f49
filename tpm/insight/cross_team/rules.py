"""The rules behind the hidden assumptions. Each takes a :class:`~.base.Base` and yields findings; none writes, none guesses in silence.

Precision comes before reach: a rule that cries wolf is worse than none. Finished and cancelled work is never told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

import numpy as np
import pandas as pd

from tpm.findings import Place, Severity
from tpm.insight.cross_team.assumptions import MOST_EACH, Assumption, some
from tpm.insight.cross_team.base import Base, Flags, Numbers, Rows, known
from tpm.insight.cross_team.rules_words import implied_by_note, implied_by_steps, similar_names, unconfirmed
from tpm.insight.cross_team.sites import countries_of, on_holiday
from tpm.insight.cross_team.tell import about, on_links
from tpm.model import LagUnit, LinkType, State
from tpm.schedule.reach import redundant_links

_MOST_ENDS: Final = 8  # open ends told one by one; a plan with more has its logic still to come
_MOST_WITHOUT: Final = 0.5  # where more than half of the work names no owner, the plan does not use the column


def assumptions(base: Base) -> tuple[Assumption, ...]:
    """Everything that the rules find, warnings first, in the order of the rules."""
    found = [each for rule in RULES for each in _gathered(list(rule(base)))]
    return tuple(sorted(found, key=lambda each: each.severity.rank))


def _gathered(found: list[Assumption]) -> list[Assumption]:
    """One finding for all where a rule finds too many to be read one by one."""
    if len(found) <= (_MOST_ENDS if found and found[0].code == "nobody-waits" else MOST_EACH):
        return found
    names = [", ".join(each.names) for each in found]
    worst = min((each.severity for each in found), key=lambda severity: severity.rank)
    return [Assumption(found[0].code, worst, tuple(dict.fromkeys(item for each in found for item in each.items)),
                       {"list": some(names)}, tuple(link for each in found for link in each.links),
                       tuple(place for each in found for place in each.places)[:50], len(found),
                       tuple(end for each in found for end in each.ends), tuple(name for each in found for name in each.names))]


def against_dates(base: Base) -> Iterator[Assumption]:
    """An open link that the planned dates contradict."""
    rows = np.flatnonzero(base.waiting & base.schedule.links["violated"].to_numpy())
    if len(rows) > MOST_EACH:
        pairs = [f"{base.names[base.predecessor[row]]} → {base.names[base.successor[row]]}" for row in rows.tolist()]
        yield on_links("against-dates", Severity.WARNING, base, rows.tolist(), list=some(pairs))
        return
    for link, days in zip(rows.tolist(), _too_early(base, rows).tolist(), strict=True):
        sentence = {"giver": base.names[base.predecessor[link]], "receiver": base.names[base.successor[link]]}
        yield on_links("against-dates", Severity.WARNING, base, [link], **sentence, **({"days": days} if days >= 1 else {"form": "some"}))


def _too_early(base: Base, rows: Rows) -> Numbers:
    """Working days of the successor's calendar by which its planned dates come before what the predecessor's planned dates allow."""
    links = base.schedule.links.iloc[rows]
    giver, receiver, day = base.predecessor[rows], base.successor[rows], np.timedelta64(1, "D")
    allowed = np.where(base.from_start[rows], base.day("planned_start")[giver], base.day("planned_finish")[giver] + day)
    begins = np.where(base.to_finish[rows], base.day("planned_finish")[receiver] + day, base.day("planned_start")[receiver])
    lag, unit = np.nan_to_num(links["lag"].to_numpy()), links["lag_unit"].to_numpy()
    elapsed = unit == LagUnit.ELAPSED
    allowed = allowed + np.where(elapsed, np.rint(lag), 0).astype("timedelta64[D]")
    days = base.between(begins, allowed, receiver) + np.where(elapsed, 0.0, lag)
    return np.where(unit == LagUnit.PERCENT, 0.0, np.ceil(days - 1e-9))  # a share of the duration is not counted here


def milestone_unled(base: Base) -> Iterator[Assumption]:
    """An open milestone that no link leads to, though something waits for it or a date is promised."""
    if base.plan.dependencies.empty:
        return
    led, leads = _ends(base)
    promised = ~np.isnat(base.day("deadline"))
    for row in np.flatnonzero(base.open & base.milestone & ~led & (leads | promised)).tolist():
        after = base.successor[(base.predecessor == row) & base.waiting]
        yield about("milestone-unled", Severity.WARNING, base, [row], name=base.names[row], date=base.day("forecast_finish")[row].item(),
                    waiting=some([str(base.names[each]) for each in after.tolist()] or [str(base.names[row])]))


def nobody_waits(base: Base) -> Iterator[Assumption]:
    """Open work whose finish nothing waits for: unneeded, or its successor is missing."""
    if base.plan.dependencies.empty:
        return
    _, leads = _ends(base, finish=True)
    finish = base.day("forecast_finish")
    finishes = finish[base.open & ~np.isnat(finish)]
    last = finish == finishes.max() if len(finishes) else np.zeros(len(finish), dtype=bool)
    promised = ~np.isnat(base.day("deadline"))
    for row in np.flatnonzero(base.open & ~base.milestone & ~leads & ~last & ~promised).tolist():
        yield about("nobody-waits", Severity.INFO, base, [row], name=base.names[row])


def _ends(base: Base, finish: bool = False) -> tuple[Flags, Flags]:
    """Rows that a link leads to, and rows that a link leads from (``finish``: from their finish); links of summaries reach their leaves."""
    graph = base.whole_graph
    source, to = graph.edges()
    led, leads = np.zeros(graph.nodes, dtype=bool), np.zeros(graph.nodes, dtype=bool)
    led[to] = True
    ends = np.ones(len(source), dtype=bool)
    if finish:
        of_start = np.append(base.from_start, False)  # the last: where a hub gathers
        ends = ~of_start[graph.dependency]
    leads[source[ends]] = True
    return led[: graph.rows], leads[: graph.rows]


def no_buffer(base: Base) -> Iterator[Assumption]:
    """Hand-offs between teams on the critical path that leave no day between the giver's finish and the receiver's start."""
    code = base.team_code
    links = base.schedule.links
    both = ~base.milestone[base.predecessor] & ~base.milestone[base.successor]
    giver, receiver = code[base.predecessor], code[base.successor]
    crossing = (giver >= 0) & (receiver >= 0) & (giver != receiver)
    plain = (links["type"].to_numpy() == LinkType.FS) & (links["lag"].to_numpy() == 0)
    critical = base.schedule.table["critical"].to_numpy()[base.successor]
    tight = (np.abs(np.nan_to_num(links["relationship_float"].to_numpy(), nan=1.0)) < 1e-6) & critical
    rows = np.flatnonzero(base.waiting & both & crossing & plain & tight)
    if len(rows):
        pairs = [f"{base.names[base.predecessor[row]]} → {base.names[base.successor[row]]}" for row in rows.tolist()]
        yield on_links("no-buffer", Severity.INFO, base, rows.tolist(), list=some(pairs), giver=base.names[base.predecessor[rows[0]]],
                       receiver=base.names[base.successor[rows[0]]])


def no_owner(base: Base) -> Iterator[Assumption]:
    """Open work that names nobody, in a plan that names people."""
    owner = pd.isna(base.text("owner"))
    start = base.day("forecast_start")
    rows = np.flatnonzero(base.open & owner & ~np.isnat(start))  # a row without dates may be a heading
    if not len(rows) or owner[~base.summary & ~base.cancelled].mean() > _MOST_WITHOUT:
        return
    for row in rows.tolist():
        yield about("no-owner", Severity.WARNING, base, [row], name=base.names[row], start=start[row].item())


def finish_on_holiday(base: Base) -> Iterator[Assumption]:
    """Open work planned to finish on a public holiday of the team that does it."""
    country = countries_of(base)
    finish = base.day("planned_finish")
    rows = np.flatnonzero(base.open & on_holiday(finish, country))
    team = base.text("team")
    for row in rows.tolist():
        told = not bool(base.calendars.of(row).is_working(finish[row]))  # the schedule's own finding says so already
        whose = team[row] if known(team[row]) else base.names[row]
        yield about("finish-on-holiday", Severity.WARNING, base, [row], name=base.names[row], team=whose, date=finish[row].item(),
                    country=country[row], told=told)


def response_late(base: Base) -> Iterator[Assumption]:
    """An open risk whose response is due after the work that it protects ends (a warning), or starts.

    Work under way is told by its end only: a response during it is what a response is for.
    """
    risks = base.plan.risks
    due = risks["due"].to_numpy().astype("datetime64[D]")
    live = (risks["state"].to_numpy() == "open") & (risks["kind"].to_numpy() == "threat") & ~np.isnat(due)
    hits = base.plan.risk_hits.groupby("risk", sort=False)["activity"].agg(list).to_dict()
    start, finish = base.day("forecast_start"), base.day("forecast_finish")
    for number in np.flatnonzero(live).tolist():
        rows = [base.at[item] for item in hits.get(risks["id"].iat[number], ()) if item in base.at]
        rows = [row for row in rows if base.open[row] and not np.isnat(start[row])]
        if not rows:
            continue
        ahead = [row for row in rows if base.state[row] != State.IN_PROGRESS]
        last = max(rows, key=lambda row: finish[row])
        ended = bool(due[number] > finish[last])
        if ended or (ahead and due[number] > min(start[row] for row in ahead)):
            first = last if ended else min(ahead, key=lambda row: start[row])
            limit = finish[first] if ended else start[first]
            title, risk = risks["title"].iat[number], str(risks["id"].iat[number])
            place = Place(str(risks["file"].iat[number] or ""), str(risks["sheet"].iat[number] or ""), f"A{risks['row'].iat[number]}")
            name = str(title) if known(title) else risk
            sentence = {"form": "ended" if ended else "one", "risk": name, "due": due[number].item(), "name": base.names[first],
                        "date": limit.item(), "told": not ended, "list": name}
            yield Assumption("response-late", Severity.WARNING if ended else Severity.INFO, (risk, str(base.ids[first])), sentence,
                             places=(place,), names=(f"{name} ({risk})",))


def redundant(base: Base) -> Iterator[Assumption]:
    """Finish-to-start links without a lag that a chain of others already implies: noise that hides what matters."""
    graph = base.whole_graph
    graph = graph.only(graph.ordered)
    found = redundant_links(graph) & graph.plain & (graph.dependency >= 0)
    source, to = graph.edges()
    found &= (source < graph.rows) & (to < graph.rows)
    links = np.unique(graph.dependency[found])
    # A link on a summary stands for several: it is redundant only where all of them are.
    kept = np.unique(graph.dependency[~found & (graph.dependency >= 0)])
    links = links[~np.isin(links, kept)]
    rows = links[base.waiting[links]]
    if len(rows):
        pairs = [f"{base.names[base.predecessor[row]]} → {base.names[base.successor[row]]}" for row in rows.tolist()]
        yield on_links("redundant-links", Severity.INFO, base, rows.tolist(), list=some(pairs),
                       giver=base.names[base.predecessor[rows[0]]], receiver=base.names[base.successor[rows[0]]])


RULES: Final[Sequence[Callable[[Base], Iterable[Assumption]]]] = (
    implied_by_note, implied_by_steps, milestone_unled, against_dates, response_late, finish_on_holiday, no_owner, unconfirmed,
    similar_names, no_buffer, nobody_waits, redundant,
)

