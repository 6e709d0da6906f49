"""PSPLIB (Kolisch & Sprecher): the length of the critical path equals the published MPM-Time in every instance."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.oracle.support import TEXTBOOK, files, needs_data, textbook_plan
from tpm.schedule import schedule

pytestmark = needs_data


def read_instance(path: Path) -> tuple[dict[str, float], list[tuple[str, str, str, float]], int]:
    """Durations, finish-to-start links and the published MPM-Time of a ``.sm`` file."""
    text = path.read_text(encoding="latin-1")
    sections = dict(re.findall(r"^([A-Z][A-Z/ ]+[A-Z]):\s*\n(.*?)(?=^\*{5})", text, flags=re.M | re.S))
    numbers = {name: [[int(word) for word in line.split()] for line in body.splitlines() if re.fullmatch(r"[\s\d]+", line)]
               for name, body in sections.items()}
    links = [(str(job), str(successor), "FS", 0.0)
             for job, _, _, *successors in numbers["PRECEDENCE RELATIONS"] for successor in successors]
    durations = {str(job): float(days) for job, _, days, *_ in numbers["REQUESTS/DURATIONS"]}
    return durations, links, numbers["PROJECT INFORMATION"][0][5]


@pytest.mark.parametrize("path", files("psplib/*.sm"), ids=lambda path: path.stem)
def test_duration_equals_the_published_critical_path(path: Path, oracle_count) -> None:
    durations, links, published = read_instance(path)
    result = schedule(textbook_plan(durations, links), TEXTBOOK)
    equal = result.duration == published
    oracle_count("PSPLIB: duration equal to MPM-Time in {equal} of {total} instances", equal, 1)
    assert result.duration == published
    assert sum(durations[id_] for id_ in result.critical_path) == published


def test_every_instance_was_found() -> None:
    assert len(files("psplib/*.sm")) >= 74
