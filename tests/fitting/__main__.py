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
from tpm.ingest.weighing import evidence, kinds
from tpm.ingest.weighing.bands import ROW_FACTS
from tpm.ingest.weighing.evidence import COLUMN_FACTS, NONE, PIECES
from tpm.model import TableKind

FOLDS = 5
ROW_PENALTY, COLUMN_PENALTY, PIECE_PENALTY, KIND_PENALTY = 0.5, 0.5, 0.05, 0.3
LEAST_BLOCK = 60  # choices of which a calibration is told
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
    """One weight a fact: the likelihood that the softmax over a sheet's rows gives to the right ones is greatest."""

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


Choice = tuple[float, bool]  # how sure a column was chosen, and whether it was the right one


def choices(kind: TableKind, columns: Sequence[ColumnExample], weights: tuple[np.ndarray, np.ndarray]) -> list[Choice]:
    """The columns of one table that are given a field, all at once as the reader gives them."""
    known = evidence.Weights(fields_of(kind), *weights)
    odds = np.array([evidence.logits(known, one.facts, evidence.piece_matrix(one.hints, one.profile, known.fields)) for one in columns])
    share = np.exp(odds - odds.max(axis=1, keepdims=True))
    share /= share.sum(axis=1, keepdims=True)
    taken = evidence.assign((odds[:, 1:] - odds[:, :1]).T)
    return [(float(share[at, 1 + field]), columns[at].field == known.fields[1 + field]) for field, at in enumerate(taken) if at >= 0]


def calibrate(told: Sequence[Choice]) -> tuple[list[float], list[float]]:
    """(stated, observed): the isotonic regression of right choices on how sure they were, over blocks of at least LEAST_BLOCK choices."""
    ordered = sorted(told)
    blocks = [
        (np.mean(block, axis=0), len(block))
        for block in np.array_split(np.array(ordered, dtype=float), max(len(ordered) // LEAST_BLOCK, 1))
    ]
    pooled: list[tuple[np.ndarray, int]] = []
    for block in blocks:
        pooled.append(block)
        while len(pooled) > 1 and pooled[-2][0][1] >= pooled[-1][0][1]:
            (one, few), (other, more) = pooled.pop(-2), pooled.pop()
            pooled.append(((one * few + other * more) / (few + more), few + more))
    return [round(float(mean[0]), 3) for mean, _ in pooled], [round(float(mean[1]), 3) for mean, _ in pooled]


def held_out(
    kind: TableKind, examples: Sequence[ColumnExample]
) -> dict[int, tuple[list[list[ColumnExample]], tuple[np.ndarray, np.ndarray]]]:
    """Fold → (its labelled tables, the weights fitted to the other folds)."""
    out = {}
    for fold in range(FOLDS):
        tables: dict[str, list[ColumnExample]] = defaultdict(list)
        for one in examples:
            if fold_of(one.repository) == fold and not one.invented:
                tables[f"{one.table}|{one.words}"].append(one)
        out[fold] = list(tables.values()), fit_columns(kind, [one for one in examples if fold_of(one.repository) != fold or one.invented])
    return out


def table_text(
    rows: np.ndarray,
    columns: dict[TableKind, tuple[np.ndarray, np.ndarray]],
    of_kinds: np.ndarray,
    calibration: dict[str, tuple[list[float], list[float]]],
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
    for choice, (stated, observed) in calibration.items():
        out += ["", f"[calibration.{choice}]", f"stated = {stated}", f"observed = {observed}"]
    out += ["", "[kinds]"]
    for index, fact in enumerate(kinds.KIND_FACTS):
        told = ", ".join(f"{choice.value} = {of_kinds[at, index]:.2f}" for at, choice in enumerate(kinds.CHOICES))
        out.append(f'"{fact}" = {{{told}}}')
    return "\n".join(out) + "\n"


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
    print(f"{what}: likeliest right in {first / count:.1%} of {count} sheets, among four in {four / count:.1%}")


def _by_words(kind: TableKind, columns: Sequence[ColumnExample]) -> np.ndarray:
    """columns × fields: how surely words alone say that a header is a field, as a list of synonyms does."""
    known = (1.0, 0.5, 0.4)  # header, weak_header, typing_error
    out = np.zeros((len(columns), len(fields_of(kind))))
    for at, one in enumerate(columns):
        for field, found in one.hints.items():
            out[at, fields_of(kind).index(field)] = max(weight * piece for weight, piece in zip(known, found, strict=False))
    return out


def report_columns(kind: TableKind, folds: dict[int, Any], of_fold: dict[int, list[Choice]]) -> None:
    """For each field how often its column is the likeliest of the table: weighed, weighed without words, and by words alone.

    The choices of each fold are added to ``of_fold``: under the headers of the sheets, and under headers that nobody knows whole.
    """
    right: dict[str, Counter[str]] = {way: Counter() for way in ("whole", "none", "words")}
    total: Counter[str] = Counter()
    fields = fields_of(kind)
    for fold, (tables, weights) in folds.items():
        known = evidence.Weights(fields, *weights)
        for columns in tables:
            way = columns[0].words
            if way != "none":
                of_fold[fold] += choices(kind, columns, weights)
            if way == "parts":
                continue
            odds = np.array([evidence.logits(known, one.facts, evidence.piece_matrix(one.hints, one.profile, fields)) for one in columns])
            likely = odds - np.logaddexp.reduce(odds, axis=1, keepdims=True)
            by_words = _by_words(kind, columns)
            for at, one in enumerate(columns):
                if one.field != NONE:
                    field = fields.index(one.field)
                    right[way][one.field] += int(likely[:, field].argmax()) == at
                    total[one.field] += way == "whole"
                    if way == "whole":
                        right["words"][one.field] += by_words[at, field] > 0 and int(by_words[:, field].argmax()) == at
    count = max(sum(total.values()), 1)
    weighed, without, words = (sum(right[way].values()) / count for way in ("whole", "none", "words"))
    print(f"{kind.value}: right column likeliest {weighed:.1%}, without header words {without:.1%}; by header words alone {words:.1%}")
    for field, times in total.most_common():
        print(f"    {field:<20} {times:4d}   " + "   ".join(f"{right[way][field] / times:6.1%}" for way in right))


def report_calibration(of_fold: dict[int, list[Choice]]) -> tuple[list[float], list[float]]:
    """Stated against observed in ten bins; what is stated of a fold is calibrated by the others. Returns the calibration of all."""
    bins: dict[int, list[Choice]] = defaultdict(list)
    for fold, told in of_fold.items():
        knots = calibrate([one for other, held in of_fold.items() if other != fold for one in held])
        for share, hit in told:
            stated = float(np.interp(share, *knots))
            bins[min(int(stated * 10), 9)].append((stated, hit))
    largest = 0.0
    for tenth, held in sorted(bins.items()):
        stated, observed = np.mean([share for share, _ in held]), np.mean([hit for _, hit in held])
        largest = max(largest, abs(float(stated - observed)))
        print(
            f"    stated {tenth / 10:.1f} to {tenth / 10 + 0.1:.1f}: {len(held):5d} choices, stated {stated:.1%}, observed {observed:.1%}"
        )
    print(f"    largest gap {100 * largest:.1f} points")
    return calibrate([one for told in of_fold.values() for one in told])


def report_kinds(examples: Sequence[TableExample]) -> tuple[list[float], list[float]]:
    """What tables of each kind are taken for, weighed and by words alone; sheets that are none are of kinds that were not fitted to.

    Returns the calibration of labelled tables, those with headers that nobody knows among them.
    """
    of_fold: dict[int, list[Choice]] = {fold: [] for fold in range(FOLDS)}
    taken: Counter[tuple[str, str]] = Counter()
    right = words = invented = strange = 0
    said = [kinds.KIND_FACTS.index(f"words.{kind.value}") for kind in kinds.CHOICES]
    for fold in range(FOLDS):
        weights = fit_kinds([one for one in examples if fold_of(one.repository) != fold])
        for one in examples:
            if fold_of(one.repository) != fold:
                continue
            odds = weights @ one.facts
            share = np.exp(odds - np.logaddexp.reduce(odds))
            found = kinds.CHOICES[int(share.argmax())]
            if not one.repository.startswith("invented"):
                of_fold[fold].append((float(share.max()), found is one.kind))
            if not one.invented:
                taken[one.kind.value, found.value] += 1
                right += found is one.kind
                words += kinds.CHOICES[int(one.facts[said].argmax())] is one.kind
            elif one.kind is TableKind.OTHER:
                strange += 1
                invented += found is not one.kind
    count = max(sum(taken.values()), 1)
    print(f"kind of table right {right / count:.1%}, by words alone {words / count:.1%}")
    for (kind, found), times in sorted(taken.items()):
        print(f"    {kind:<14} taken for {found:<14} {times}")
    print(f"    invented sheets that are none, of kinds not fitted to, taken for something {invented / max(strange, 1):.1%} of {strange}")
    return report_calibration(of_fold)


def main() -> None:
    """Fit, report, write."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--half", choices=("a", "b", "all"), default="all", help="of more-sheets; the known sheets are always fitted to")
    options.add_argument("--write", action="store_true", help="store the weights")
    arguments = options.parse_args()
    halves = {"known", "a", "b"} if arguments.half == "all" else {"known", arguments.half}
    rows = datasets.rows(halves)
    columns = {kind: datasets.columns(kind, halves) for kind in KINDS}
    row_weights = fit_rows(rows)
    column_weights = {kind: fit_columns(kind, examples) for kind, examples in columns.items()}
    empty = np.zeros((len(kinds.CHOICES), len(kinds.KIND_FACTS)))
    datasets.use(table_text(row_weights, column_weights, empty, {}))
    tables = datasets.tables(halves)
    kind_weights = fit_kinds(tables)
    report_rows("header row", rows)
    most = ROW_FACTS.index("known_many")
    by_words = np.mean([bool(one.is_header[int(one.facts[:, most].argmax())]) for one in rows])
    print(f"    the row with the most known words {by_words:.1%}")
    of_fold: dict[int, list[Choice]] = defaultdict(list)
    for kind in (TableKind.ACTIVITIES, TableKind.RISKS):
        report_columns(kind, held_out(kind, columns[kind]), of_fold)
    print("fields of columns:")
    calibration = {"columns": report_calibration(of_fold), "kinds": report_kinds(tables)}
    if arguments.write:
        WEIGHTS.write_text(table_text(row_weights, column_weights, kind_weights, calibration), encoding="utf-8")
        print(f"written: {WEIGHTS}")


if __name__ == "__main__":
    main()
