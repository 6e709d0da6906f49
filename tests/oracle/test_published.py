"""Published worked examples: dependency types with lags, and the textbook tables of CPM and PERT."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from tests.oracle.support import DATA, TEXTBOOK, needs_data, textbook_plan
from tpm.schedule import schedule, solve
from tpm.schedule.clock import TICKS_PER_DAY

pytestmark = needs_data


def published(name: str) -> Any:
    path = DATA / "published" / name
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else []


def offsets(plan: Any) -> dict[str, dict[str, float]]:
    """Early and late day offsets from the project's start, finishes exclusive, and floats, by id."""
    solution = solve(plan, TEXTBOOK)
    zero = solution.problem.project_start
    columns = {"early_start": solution.early["start"] - zero, "early_finish": solution.early["finish"] - zero,
               "late_start": solution.late["start"] - zero, "late_finish": solution.late["finish"] - zero,
               "total_float": solution.late["total_float"], "free_float": solution.late["free_float"]}
    return {str(id_): {name: values[row] / TICKS_PER_DAY for name, values in columns.items()}
            for row, id_ in enumerate(solution.problem.rows.ids)}


CASES = [case for case in published("dependency_types.json").get("cases", []) if case["usable_under_MSProject_convention"]] \
    if DATA.is_dir() else []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_dependency_types_and_lags(case: dict[str, Any], oracle_count) -> None:
    plan = textbook_plan({each["id"]: float(each["duration"]) for each in case["activities"]},
                         [(each["from"], each["to"], each["type"], float(each["lag"])) for each in case["relations"]])
    ours = offsets(plan)
    expected = case["expected"]
    equal = sum(ours[id_] [name] == value for id_, dates in expected.items() for name, value in dates.items())
    total = sum(len(dates) for dates in expected.values())
    oracle_count("published dependency types × lags: {equal} of {total} dates equal", equal, total)
    assert {id_: {name: ours[id_][name] for name in dates} for id_, dates in expected.items()} == expected
    assert schedule(plan, TEXTBOOK).duration == case["expected_duration"]


def test_cpm_worked_examples(oracle_count) -> None:
    names = {"ES": "early_start", "LS": "late_start", "TF": "total_float", "FF": "free_float"}
    for example in published("cpm_worked_examples.json"):
        plan = textbook_plan({each["id"]: float(each["d"]) for each in example["activities"]},
                             [(predecessor, each["id"], "FS", 0.0) for each in example["activities"] for predecessor in each["pred"]])
        ours, answer = offsets(plan), example["published"]
        pairs = [(ours[id_][names[key]], value) for key in names for id_, value in answer[key].items()]
        oracle_count("published CPM tables: {equal} of {total} numbers equal", sum(a == b for a, b in pairs), len(pairs))
        assert [a for a, _ in pairs] == [b for _, b in pairs]
        result = schedule(plan, TEXTBOOK)
        assert result.duration == answer["duration"]
        assert list(result.table.loc[result.table["critical"], "id"]) == answer["critical"]
        assert list(result.critical_path) == answer["critical"]


def test_pert_expected_times_give_the_published_table(oracle_count) -> None:
    names = {"ES": "early_start", "EF": "early_finish", "LS": "late_start", "LF": "late_finish", "TF": "total_float"}
    example = next(each for each in published("pert_worked_examples.json") if "table" in each["published"])
    expected = {each["id"]: (each["o"] + 4 * each["m"] + each["p"]) / 6 for each in example["activities"]}
    plan = textbook_plan(expected, [(predecessor, each["id"], "FS", 0.0)
                                    for each in example["activities"] for predecessor in each["predecessors"]])
    ours, answer = offsets(plan), example["published"]
    pairs = [(ours[id_][names[key]], row[key]) for id_, row in answer["table"].items() for key in names]
    pairs += [(ours[id_]["free_float"], value) for id_, value in answer["free_float"].items()]
    oracle_count("published PERT table: {equal} of {total} numbers equal", sum(a == b for a, b in pairs), len(pairs))
    np.testing.assert_allclose([a for a, _ in pairs], [b for _, b in pairs], atol=1e-9)
    result = schedule(plan, TEXTBOOK)
    assert result.duration == answer["expected_duration"]
    assert list(result.critical_path) == answer["critical"]
