"""What ``check --json`` prints of the cross-team judgements; the shapes of docs/cli.md."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tpm.i18n import Language
from tpm.insight.as_json import plain, records
from tpm.insight.cross_team.commitments import COMMITMENT_COLUMNS, commitment_words

if TYPE_CHECKING:
    from tpm.insight.cross_team import CrossTeam


def cross_team_json(found: CrossTeam, lang: Language) -> dict[str, Any]:
    """The keys ``team_matrix``, ``commitments``, ``bottlenecks``, ``conflicts``, ``assumptions``, ``load`` and ``implied_dependencies``."""
    return {
        "team_matrix": _matrix(found),
        "commitments": _commitments(found, lang),
        "bottlenecks": [
            {"kind": one.kind, "key": one.key, "name": one.name, "items": list(one.items), "waiting": list(one.waiting),
             "behind": one.behind, "teams": one.teams, "critical": one.critical, "days": plain(one.days), "float": plain(one.spare),
             "sentence": one.sentence(lang)}
            for one in found.bottlenecks
        ],
        "conflicts": [
            {"item": one.item, "team": one.team, "priority": one.priority, "usual": one.usual, "date": one.date,
             "date_priority": one.date_priority, "waits": one.waits, "float": plain(one.spare), "chain": list(one.chain),
             "sentence": one.sentence(lang), "decision": one.decision(lang)}
            for one in found.conflicts
        ],
        "assumptions": [
            {"code": one.code, "severity": str(one.severity), "key": one.key, "title": one.title(lang), "sentence": one.sentence(lang),
             "ask": one.ask(lang), "items": list(one.items), "links": list(one.links), "where": [str(place) for place in one.places]}
            for one in found.assumptions
        ],
        "load": _load(found, lang),
        "implied_dependencies": [
            {"predecessor": one.predecessor, "successor": one.successor, "kind": one.kind, "confidence": one.confidence,
             "evidence": one.evidence(lang)}
            for one in found.offers
        ],
    }


def _matrix(found: CrossTeam) -> dict[str, Any]:
    """Groups (null: nobody named) and the cells with links: ``waits`` waits on ``on``; ``links`` are row numbers of all links."""
    matrix = found.matrix
    behind = matrix.links.groupby([matrix.links["waits"].fillna(""), matrix.links["on"].fillna("")])["link"].agg(list).to_dict()
    columns = ("waits", "on", "links", "late", "violated", "smallest_slack", "smallest_float")
    cells = records(matrix.cells, columns)
    for cell in cells:
        cell["count"] = cell["links"]
        cell["links"] = [int(link) for link in behind[(cell["waits"] or "", cell["on"] or "")]]
    return {"by": matrix.by, "groups": list(matrix.groups), "cells": cells}


def _commitments(found: CrossTeam, lang: Language) -> list[dict[str, Any]]:
    rows = records(found.commitments, list(COMMITMENT_COLUMNS))
    for told, row in zip(rows, found.commitments.to_dict("records"), strict=True):
        told["sentence"] = commitment_words({str(name): cell for name, cell in row.items()}, lang)
    return rows


def _load(found: CrossTeam, lang: Language) -> dict[str, Any]:
    load = found.load
    return {
        "by": load.by,
        "weeks_left_out": load.weeks_left_out,
        "weeks": [week for week in records(load.weeks, ("group", "week", "in_flight", "usual", "crunch")) if week["in_flight"]],
        "crunches": [
            {"group": one.group, "first": plain(one.first), "last": plain(one.last), "weeks": one.weeks, "peak": plain(one.peak),
             "in_flight": one.in_flight, "usual": plain(one.usual), "items": list(one.items), "sentence": one.sentence(lang)}
            for one in load.crunches
        ],
    }
