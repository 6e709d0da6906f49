"""What the rows of a table are: activities, risks, dependencies or something else, by all evidence together.

Facts of a table are how likely its columns are the fields of each kind, what its words say, and what surrounds it. Like everything else
here they are weighed by fitted weights (``weights.toml``, section ``kinds``), not by rules.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from tpm.ingest.cells.dates import is_period
from tpm.ingest.lexicon.headers import KINDS, key
from tpm.ingest.opening.grid import Grid
from tpm.ingest.weighing.evidence import Likelihood, likelihood, table
from tpm.ingest.weighing.facts import Sheet, facts_of
from tpm.ingest.weighing.hints import tokens
from tpm.model import TableKind

_FIELDS: Final[Mapping[TableKind, tuple[str, ...]]] = {
    TableKind.ACTIVITIES: (
        "name",
        "start",
        "finish",
        "duration",
        "owner",
        "status",
        "progress",
        "predecessors",
        "id",
        "wbs",
        "milestone",
        "priority",
        "level",
        "phase",
        "team",
        "parent",
        "kind",
        "actual_start",
        "actual_finish",
        "optimistic",
    ),
    TableKind.RISKS: ("title", "response"),
}
_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "risk": (
        "risk",
        "risks",
        "raid",
        "리스크",
        "위험",
        "risque",
        "risques",
        "riesgo",
        "riesgos",
        "risco",
        "riscos",
        "risiko",
        "risiken",
        "リスク",
        "风险",
        "rischi",
        "rischio",
        "риск",
        "риски",
        "rủi ro",
    ),
    "plan": (
        "plan",
        "gantt",
        "schedule",
        "wbs",
        "task",
        "tasks",
        "timeline",
        "roadmap",
        "milestones",
        "activities",
        "backlog",
        "일정",
        "일정표",
        "간트",
        "간트차트",
        "계획",
        "cronograma",
        "planning",
        "zeitplan",
        "スケジュール",
        "工程表",
        "進捗",
        "计划",
        "进度",
        "план",
        "график",
        "jira",
        "sprint",
        "projectplan",
    ),
    "log": (
        "assumption",
        "assumptions",
        "change",
        "changes",
        "history",
        "lessons",
        "budget",
        "cost",
        "costs",
        "stakeholder",
        "stakeholders",
        "test",
        "tests",
        "requirement",
        "requirements",
        "요구사항",
        "이력",
        "회의록",
        "meeting",
        "minutes",
        "contacts",
        "definitions",
        "notes",
        "raised",
        "identified",
        "logged",
        "issue title",
        "issue description",
        "reported by",
        "이슈명",
        "이슈 내용",
        "발생일",
        "제기자",
        "제기일",
        "role",
        "roles",
        "역할",
        "직책",
        "email",
        "phone",
        "연락처",
        "salary",
        "guide",
        "survey",
        "questions",
        "inventory",
        "holiday",
        "holidays",
        "예산",
        "비용",
        "price",
        "invoice",
    ),
}
KIND_FACTS: Final = (
    "always",
    *(f"{kind.value}.{field}" for kind, fields in _FIELDS.items() for field in fields),
    "risk.headers",
    "risk.around",
    "plan.headers",
    "plan.around",
    "log.headers",
    "log.around",
    "words.activities",
    "words.risks",
    "words.dependencies",
    "words.other",
    "rows",
    "columns",
    "one_column",
    "dated_columns",
    "unknown_headers",
    "no_headers",
    "number_columns",
    "prose_columns",
    "periods",
    "name_under_calendar",
    "name_and_date",
    "levels_and_date",
    "name_and_person",
    "rated",
    "two_ratings",
    "two_ends",
    "single_field",
    "named_people",
)
CHOICES: Final = (TableKind.OTHER, *KINDS)


@dataclass(frozen=True)
class Evidence:
    """What is known of a table before its kind is: its columns' facts, and how likely they are the fields of each kind."""

    sheet: Sheet
    likelihoods: Mapping[TableKind, Likelihood]
    facts: np.ndarray  # in the order of KIND_FACTS


def evidence_of(
    grid: Grid, headers: Sequence[tuple[int, str, tuple[str, ...]]], first: int, last: int, said: TableKind, calendar: bool
) -> Evidence:
    """The evidence of the table with ``headers`` = (column, header, captions) and the rows from ``first`` to ``last``.

    ``said`` is the kind that its words name by themselves; ``calendar``: days, weeks or months stand right of them.
    """
    columns = [column for column, _, _ in headers]
    sheet = facts_of(grid, columns, first, last)
    found = {kind: likelihood(headers, sheet, kind) for kind in KINDS}
    return Evidence(sheet, found, _facts(grid, headers, sheet, found, said, calendar))


def _facts(
    grid: Grid,
    headers: Sequence[tuple[int, str, tuple[str, ...]]],
    sheet: Sheet,
    found: Mapping[TableKind, Likelihood],
    said: TableKind,
    calendar: bool,
) -> np.ndarray:
    values = {"always": 1.0}
    for kind, fields in _FIELDS.items():
        for field in fields:
            values[f"{kind.value}.{field}"] = found[kind].best(field)
    texts = [header for _, header, _ in headers if header]
    words = [word for text in texts for word in (*tokens(text), key(text))]
    around = [*tokens(grid.sheet), *tokens(re.sub(r"\.\w{2,5}$", "", grid.file).rsplit("__", 1)[-1]), key(grid.sheet)]
    for name in _WORDS:
        values[f"{name}.headers"] = min(sum(word in _folded(name) for word in words), 3) / 3
        values[f"{name}.around"] = float(any(word in _folded(name) for word in around))
    for kind in CHOICES:
        values[f"words.{kind.value}"] = float(kind is said)
    count = max(len(headers), 1)
    profiles = [sheet.profiles[column] for column, _, _ in headers]
    acts = found[TableKind.ACTIVITIES]
    risks = found[TableKind.RISKS]
    dated = max(acts.best("start"), acts.best("finish"), acts.best("duration"))
    values |= {
        "rows": min(np.log1p(len(sheet.rows)), 5.0) / 5,
        "columns": min(count, 20) / 20,
        "one_column": float(count <= 1),
        "dated_columns": min(sum(seen.dates > 0.5 for seen in profiles), 4) / 4,
        "unknown_headers": sum(not _known(found, index) for index in range(len(headers))) / count,
        "no_headers": sum(not header for _, header, _ in headers) / count,
        "number_columns": sum(seen.numbers > 0.6 for seen in profiles) / count,
        "prose_columns": sum(seen.length > 60 for seen in profiles) / count,
        "periods": float(calendar or sum(is_period(text) for text in texts) >= 3),
        "name_under_calendar": acts.best("name") * calendar,
        "name_and_date": acts.best("name") * dated,
        "levels_and_date": acts.best("level") * dated,
        "name_and_person": acts.best("name") * max(acts.best("owner"), acts.best("status"), acts.best("progress")),
        "rated": risks.best("title") * max(risks.best(field) for field in ("probability", "impact", "score")),
        "two_ratings": risks.best("title") * risks.best("probability") * max(risks.best("impact"), risks.best("score")),
        "two_ends": found[TableKind.DEPENDENCIES].best("predecessor") * found[TableKind.DEPENDENCIES].best("successor"),
        "named_people": _people(acts, sheet),
        "single_field": float(sum(acts.best(field) > 0.5 for field in _FIELDS[TableKind.ACTIVITIES]) <= 1),
    }
    return np.array([values[name] for name in KIND_FACTS])


def _people(acts: Likelihood, sheet: Sheet) -> float:
    """How much the likeliest column of names holds names of people."""
    if not acts.columns:
        return 0.0
    index = int(acts.share[:, acts.fields.index("name")].argmax())
    return sheet.value(acts.columns[index], "people") * float(acts.share[index, acts.fields.index("name")])


def _known(found: Mapping[TableKind, Likelihood], index: int) -> bool:
    return any(bool(one.hinted[index].any()) for one in found.values())


@cache
def _folded(name: str) -> frozenset[str]:
    return frozenset(key(word) for word in _WORDS[name])


@cache
def kind_weights() -> np.ndarray:
    """CHOICES × KIND_FACTS."""
    raw = table()["kinds"]
    return np.array([[raw.get(fact, {}).get(kind.value, 0.0) for fact in KIND_FACTS] for kind in CHOICES])


def shares(facts: np.ndarray) -> dict[TableKind, float]:
    """How likely a table with these facts is of each kind."""
    logits = kind_weights() @ facts
    share = np.exp(logits - logits.max())
    share /= share.sum()
    return dict(zip(CHOICES, share.tolist(), strict=True))
