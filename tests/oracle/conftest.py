"""A count of what equals the oracles, printed at the end of a run."""

from __future__ import annotations

from collections.abc import Callable

import pytest


@pytest.fixture
def oracle_count(record_property: Callable[[str, object], None]) -> Callable[[str, int, int], None]:
    """``oracle_count(sentence, equal, total)`` adds to the sentence's two sums; the sentence names ``{equal}`` and ``{total}``."""

    def count(sentence: str, equal: int, total: int) -> None:
        record_property("oracle", (sentence, int(equal), int(total)))

    return count


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
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
