"""``python -m tests.fitting [--half a|b|all] [--write]``: fit the reader's weights to the labelled sheets, and say how far to trust them.

Three linear models: which row is a header (a softmax over the rows of a sheet), which field a column is (a softmax over the fields), of
which kind a table is. Each is fitted by L-BFGS-B with an L2 penalty to the labelled sheets of ``../shared/data`` and to invented tables
(:mod:`tests.fitting.invented`, :mod:`tests.fitting.no_plans`); every labelled column counts three times: with its header, with the parts of
its header alone, and without a word of it. Evidence cannot speak against what it is evidence of (bounds at zero). The fit is deterministic.

What is printed is cross-validated by repository in five folds: nothing that is scored was fitted. ``--half a`` fits to the first half of
``more-sheets`` only, so that the other half stays unseen; ``--write`` stores the weights in ``tpm/ingest/weighing/weights.toml``.
"""

from __future__ import annotations

import argparse
import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize

from tests.fitting import datasets
from tests.fitting.datasets import ColumnExample, RowExample, TableExample
from tpm.ingest.lexicon.headers import KINDS, vocabulary
from tpm.ingest.tables.readings import READING_FACTS
from tpm.ingest.weighing import evidence, kinds
from tpm.ingest.weighing.bands import ROW_FACTS
from tpm.ingest.weighing.evidence import COLUMN_FACTS, NONE, PIECES
from tpm.model import TableKind

FOLDS = 5
ROW_PENALTY, COLUMN_PENALTY, PIECE_PENALTY, KIND_PENALTY = 0.5, 0.5, 0.05, 0.3
WEIGHTS = Path("tpm/ingest/weighing/weights.toml")
_ONLY_FOR = {  # the start of a fact's name → the one kind that it may speak for
    **dict.fromkeys(
        ("activities.", "words.activities", "plan.", "name_and_", "levels_and", "two_dates", "named_date", "named_name", "fields_of_plans"),
        TableKind.ACTIVITIES,
    ),
    **dict.fromkeys(("risks.", "words.risks", "risk.", "two_ratings", "rated", "fields_of_risks", "raid_types"), TableKind.RISKS),
    **dict.fromkeys(("words.dependencies", "two_ends"), TableKind.DEPENDENCIES),
    **dict.fromkeys(
        ("words.other", "other.", "single_field", "one_column", "named_people", "foreign_headers", "written_calendar", "diary", "times"),
        TableKind.OTHER,
    ),
    **dict.fromkeys((f"{topic}.headers" for topic in kinds.TOPICS if topic not in ("risk", "plan")), TableKind.OTHER),
    "addresses": TableKind.OTHER,
    "nothing_distinct": TableKind.OTHER,
    "name_repeats": TableKind.OTHER,
    "periods": TableKind.ACTIVITIES,
    "name_under": TableKind.ACTIVITIES,
}


def fold_of(repository: str) -> int:
    """The fold of a repository, the same in every run."""
    return hashlib.md5(repository.encode(), usedforsecurity=False).digest()[0] % FOLDS


def fit_rows(examples: Sequence[RowExample]) -> np.ndarray:
    """One weight a fact: the likelihood that the softmax over a sheet's rows (or readings) gives to the right ones is greatest."""

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        value, slope = ROW_PENALTY * float(weights @ weights) / 2, ROW_PENALTY * weights
        for one in examples:
            logits = one.facts @ weights
            share = np.exp(logits - logits.max())
            share /= share.sum()
            held = share * one.is_header
            value -= float(np.log(held.sum()))
            slope = slope - one.facts.T @ (held / held.sum() - share)
        return value, slope

    return np.asarray(minimize(loss, np.zeros(examples[0].facts.shape[1]), jac=True, method="L-BFGS-B").x)


def softmax_fit(
    facts: np.ndarray, pieces: np.ndarray, right: np.ndarray, weight: np.ndarray, count: int, penalty: float, bounds: list[tuple[Any, Any]]
) -> tuple[np.ndarray, np.ndarray]:
    """(choices × facts, one weight a piece) of a softmax; ``pieces`` is examples × choices × pieces, ``right`` the index of each choice."""
    rows, width = facts.shape
    hot = np.zeros((rows, count))
    hot[np.arange(rows), right] = 1

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        own, shared = flat[: count * width].reshape(count, width), flat[count * width :]
        logits = facts @ own.T + pieces @ shared
        logits -= logits.max(axis=1, keepdims=True)
        share = np.exp(logits)
        share /= share.sum(axis=1, keepdims=True)
        value = -float((weight * np.log(share[np.arange(rows), right] + 1e-12)).sum())
        value += penalty * float((own**2).sum()) / 2 + PIECE_PENALTY * float((shared**2).sum()) / 2
        error = (share - hot) * weight[:, None]
        slope = np.concatenate([(error.T @ facts + penalty * own).ravel(), np.einsum("rc,rcp->p", error, pieces) + PIECE_PENALTY * shared])
        return value, slope

    start = np.zeros(count * width + pieces.shape[2])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 500}).x
    return found[: count * width].reshape(count, width), found[count * width :]


def fields_of(kind: TableKind) -> tuple[str, ...]:
    """NONE and every field that the vocabulary knows for ``kind``."""
    return (NONE, *sorted(set(vocabulary().spelled[kind]) - {NONE}))


def fit_columns(kind: TableKind, examples: Sequence[ColumnExample]) -> tuple[np.ndarray, np.ndarray]:
    """(fields × COLUMN_FACTS, one weight for each of PIECES)."""
    fields = fields_of(kind)
    facts = np.array([one.facts for one in examples])
    pieces = np.array([evidence.piece_matrix(one.hints, one.profile, fields) for one in examples])
    right = np.array([fields.index(one.field) for one in examples])
    weight = np.array([one.weight for one in examples])
    bounds: list[tuple[Any, Any]] = [(None, None)] * (len(fields) * len(COLUMN_FACTS)) + [(0, None)] * len(PIECES)
    return softmax_fit(facts, pieces, right, weight, len(fields), COLUMN_PENALTY, bounds)


def fit_kinds(examples: Sequence[TableExample]) -> np.ndarray:
    """kinds.CHOICES × KIND_FACTS."""
    facts = np.array([one.facts for one in examples])
    right = np.array([kinds.CHOICES.index(one.kind) for one in examples])
    weight = np.array([one.weight for one in examples])
    bounds: list[tuple[Any, Any]] = []
    for choice in kinds.CHOICES:
        for fact in kinds.KIND_FACTS:
            owner = next((kind for begin, kind in _ONLY_FOR.items() if fact.startswith(begin)), None)
            bounds.append((None, None) if owner is None else (0, None) if owner is choice else (None, 0))
    nothing = np.zeros((len(examples), len(kinds.CHOICES), 1))
    weights, _ = softmax_fit(facts, nothing, right, weight, len(kinds.CHOICES), KIND_PENALTY, [*bounds, (None, None)])
    return weights


def shares(kind: TableKind, one: ColumnExample, weights: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """How likely the column is each of ``fields_of(kind)``."""
    logits = weights[0] @ one.facts + evidence.piece_matrix(one.hints, one.profile, fields_of(kind)) @ weights[1]
    share = np.exp(logits - logits.max())
    return np.asarray(share / share.sum())


def table_text(
    rows: np.ndarray, columns: dict[TableKind, tuple[np.ndarray, np.ndarray]], of_kinds: np.ndarray, of_readings: np.ndarray
) -> str:
    """The weights as TOML, one named piece of evidence a line or a section; what rounds to nothing is left out."""
    out = [
        "# Fitted by `make fit`, not typed: how much each piece of evidence weighs, in log odds. See tpm/ingest/weighing/evidence.py.",
        "",
        "[rows]",
    ]
    out += [f"{fact} = {weight:.2f}" for fact, weight in zip(ROW_FACTS, rows, strict=True)]
    for kind, (facts, pieces) in columns.items():
        fields = fields_of(kind)
        out += ["", f"[{kind.value}]", _list(fields)]
        out += [f"[{kind.value}.pieces]", *(f"{piece} = {weight:.2f}" for piece, weight in zip(PIECES, pieces, strict=True))]
        for index, fact in enumerate(COLUMN_FACTS):
            told = [f"{field} = {facts[at, index]:.2f}" for at, field in enumerate(fields) if abs(facts[at, index]) >= 0.005]
            out += [f"[{kind.value}.facts.{fact}]", *told] if told else []
    out += ["", "[kinds]"]
    for index, fact in enumerate(kinds.KIND_FACTS):
        told = ", ".join(f"{choice.value} = {of_kinds[at, index]:.2f}" for at, choice in enumerate(kinds.CHOICES))
        out.append(f'"{fact}" = {{{told}}}')
    out += ["", *readings_text(of_readings)]
    return "\n".join(out) + "\n"


def readings_text(weights: np.ndarray) -> list[str]:
    """The section of the facts of a whole reading."""
    return ["[readings]", *(f"{fact} = {weight:.2f}" for fact, weight in zip(READING_FACTS, weights, strict=True))]


def _list(fields: Sequence[str]) -> str:
    return "fields = [" + ", ".join(f'"{field}"' for field in fields) + "]"


def report_rows(what: str, examples: Sequence[RowExample]) -> None:
    """How often the likeliest row (or reading) is right, and one of the four likeliest."""
    first = four = 0
    for fold in range(FOLDS):
        weights = fit_rows([one for one in examples if fold_of(one.repository) != fold])
        for one in examples:
            if fold_of(one.repository) == fold:
                order = np.argsort(-(one.facts @ weights), kind="stable")
                first += bool(one.is_header[order[0]])
                four += bool(one.is_header[order[:4]].any())
    count = len(examples)
    print(f"{what}: likeliest right in {first} of {count} sheets ({first / count:.1%}), among four in {four / count:.1%}")


def report_columns(kind: TableKind, examples: Sequence[ColumnExample]) -> None:
    """For each field how often its column is the likeliest of the table, with words and without; and stated against observed shares."""
    right: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    total: Counter[str] = Counter()
    stated: list[tuple[float, bool]] = []
    for fold in range(FOLDS):
        weights = fit_columns(kind, [one for one in examples if fold_of(one.repository) != fold or one.invented])
        tables: dict[str, list[ColumnExample]] = defaultdict(list)
        for one in examples:
            if fold_of(one.repository) == fold and not one.invented:
                tables[f"{one.table}|{one.words}"].append(one)
        for columns in tables.values():
            words = columns[0].words
            if words == "parts":
                continue
            found = np.array([shares(kind, one, weights) for one in columns])
            for at, one in enumerate(columns):
                if words == "whole":
                    best = int(found[at].argmax())
                    stated.append((float(found[at, best]), fields_of(kind)[best] == one.field))
                if one.field != NONE:
                    hit = int(found[:, fields_of(kind).index(one.field)].argmax()) == at
                    right[words == "whole"][one.field] += hit
                    total[one.field] += words == "whole"
    count = max(sum(total.values()), 1)
    with_words, without = (sum(right[words].values()) / count for words in (True, False))
    print(f"{kind.value}: right column likeliest {with_words:.1%}, without header words {without:.1%}")
    for field, times in total.most_common():
        print(f"    {field:<20} {times:4d}   {right[True][field] / times:6.1%}   {right[False][field] / times:6.1%}")
    bins = defaultdict(list)
    for share, hit in stated:
        bins[min(int(share * 10), 9)].append((share, hit))
    for tenth, held in sorted(bins.items()):
        mean, observed = np.mean([share for share, _ in held]), np.mean([hit for _, hit in held])
        print(f"    stated {tenth / 10:.1f} to {tenth / 10 + 0.1:.1f}: {len(held):5d} columns, stated {mean:.1%}, observed {observed:.1%}")


def report_kinds(examples: Sequence[TableExample]) -> None:
    """What tables of each kind are taken for."""
    taken: Counter[tuple[str, str]] = Counter()
    for fold in range(FOLDS):
        weights = fit_kinds([one for one in examples if fold_of(one.repository) != fold])
        for one in examples:
            if fold_of(one.repository) == fold and not one.invented:
                taken[one.kind.value, kinds.CHOICES[int((weights @ one.facts).argmax())].value] += 1
    for (kind, found), times in sorted(taken.items()):
        print(f"    {kind:<14} taken for {found:<14} {times}")


def main() -> None:
    """Fit, report, write."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--half", choices=("a", "b", "all"), default="all", help="of more-sheets; the known sheets are always fitted to")
    options.add_argument("--write", action="store_true", help="store the weights")
    options.add_argument("--no-report", action="store_true", help="do not cross-validate")
    arguments = options.parse_args()
    halves = {"known", "a", "b"} if arguments.half == "all" else {"known", arguments.half}
    rows = datasets.rows(halves)
    columns = {kind: datasets.columns(kind, halves) for kind in KINDS}
    row_weights = fit_rows(rows)
    column_weights = {kind: fit_columns(kind, examples) for kind, examples in columns.items()}
    empty, none = np.zeros((len(kinds.CHOICES), len(kinds.KIND_FACTS))), np.zeros(len(READING_FACTS))
    datasets.use(table_text(row_weights, column_weights, empty, none))
    tables = datasets.tables(halves)
    kind_weights = fit_kinds(tables)
    datasets.use(table_text(row_weights, column_weights, kind_weights, none))
    readings = datasets.readings(halves)
    reading_weights = fit_rows(readings)
    if not arguments.no_report:
        report_rows("header row", rows)
        report_rows("reading of a sheet", readings)
        for kind in (TableKind.ACTIVITIES, TableKind.RISKS):
            report_columns(kind, columns[kind])
        report_kinds(tables)
    if arguments.write:
        WEIGHTS.write_text(table_text(row_weights, column_weights, kind_weights, reading_weights), encoding="utf-8")
        print(f"written: {WEIGHTS}")


if __name__ == "__main__":
    main()
