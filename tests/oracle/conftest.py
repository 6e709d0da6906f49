"""A count of what equals the oracles; tests/conftest.py prints it at the end of a run."""

from __future__ import annotations

from collections.abc import Callable

import pytest


@pytest.fixture
def oracle_count(record_property: Callable[[str, object], None]) -> Callable[[str, int, int], None]:
    """``oracle_count(sentence, equal, total)`` adds to the sentence's two sums; the sentence names ``{equal}`` and ``{total}``."""

    def count(sentence: str, equal: int, total: int) -> None:
        record_property("oracle", (sentence, int(equal), int(total)))

    return count
