"""What every test shares: a data folder of its own, never the user's; and the report of the oracles at the end of a run."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

# No deadlines: timings belong to `make bench`. The gate tries the same examples every time; a person's own runs explore.
settings.register_profile("here", deadline=None, derandomize=bool(os.environ.get("CI")), print_blob=True)
settings.load_profile("here")


@pytest.fixture(scope="session", autouse=True)
def own_data_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test touches the store of the person who runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("user-data")))
        patch.delenv("TPM_DATABASE_URL", raising=False)
        patch.setenv("TPM_TODAY", "2026-11-22")
        yield


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many numbers equal those that nobody here computed: sums of the ``oracle`` properties (tests/oracle/conftest.py)."""
    sums: dict[str, list[int]] = {}
    for outcome in ("passed", "failed"):
        for report in terminalreporter.stats.get(outcome, []):
            for name, value in getattr(report, "user_properties", ()):
                if name == "oracle" and report.when == "call":
                    so_far = sums.setdefault(value[0], [0, 0, 0])
                    for position, number in enumerate((value[1], value[2], 1)):
                        so_far[position] += number
    if sums:
        terminalreporter.section("oracles")
        for sentence, (equal, total, tests) in sorted(sums.items()):
            terminalreporter.write_line(sentence.format(equal=f"{equal:,}", total=f"{total:,}", files=tests))
