"""``python -m tests.bench [NAME…]``: run every ``bench_*.py`` (or those whose name contains NAME) and print one table.

Exit status 1 when a goal is missed.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

from tests.bench.measure import Figure


def show(figure: Figure) -> str:
    """One line of the table."""
    goal = "" if figure.goal is None else f"{'≥' if figure.at_least else '≤'} {figure.goal:g} {figure.unit}"
    verdict = {True: "met", False: "MISSED", None: ""}[figure.met]
    return f"  {figure.name:<64} {figure.value:>10.3g} {figure.unit:<4} {goal:<14} {verdict:<7} {figure.note}".rstrip()


def main(wanted: list[str]) -> int:
    missed = 0
    for path in sorted(Path(__file__).parent.glob("bench_*.py")):
        if wanted and not any(name in path.stem for name in wanted):
            continue
        print(path.stem.removeprefix("bench_"), flush=True)
        for figure in importlib.import_module(f"tests.bench.{path.stem}").measure():
            missed += figure.met is False
            print(show(figure), flush=True)
    print(f"{missed} goals missed" if missed else "every goal met")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
