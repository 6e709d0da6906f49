"""The importer against what a careful planner reads out of real sheets, where those are at hand."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest

from tpm.findings import InputError
from tpm.ingest import read_files
from tpm.ingest.inspect_json import inspect_json

_SHARED = Path(__file__).parents[3] / "shared"
_SHEETS = _SHARED / "data" / "sheets"
_SCORER = _SHARED / "tools" / "score_import.py"
pytestmark = pytest.mark.skipif(
    not (_SHEETS / "expected.json").exists() or not _SCORER.exists(), reason="the real sheets are not on this machine"
)


def _scorer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("score_import", _SCORER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_nearly_everything_is_read_right_and_nothing_crashes() -> None:
    score = _scorer()
    passed = total = right = 0
    labels = json.loads((_SHEETS / "expected.json").read_text(encoding="utf-8"))
    for label in labels:
        path = _SHEETS / label["file"]
        try:
            answer = inspect_json(read_files([(path.name, path.read_bytes())]), "en")
        except InputError:
            answer = {}
        results = score.checks(label, answer, "")
        good = sum(ok for _, ok, _ in results)
        passed, total, right = passed + good, total + len(results), right + (good == len(results))
    assert passed >= 0.98 * total
    assert right >= 0.95 * len(labels)
