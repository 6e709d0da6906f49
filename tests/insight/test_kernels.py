"""Whoever compiles before the first visitor compiles everything: no page and no command compiles anything afterwards."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
CODE = """
import datetime as dt, sys
from pathlib import Path
from numba.core.dispatcher import Dispatcher
from tpm.insight import kernels
kernels.compile_all()
assert kernels.are_compiled()

def signatures():
    return {f"{value.__module__}.{value.__name__}": len(value.signatures) for name, module in list(sys.modules.items())
            if name.startswith("tpm.") for value in vars(module).values()
            if isinstance(value, Dispatcher) and type(value._cache).__name__ != "NullCache"}

known = signatures()
assert len(known) > 25, known
never = [name for name, count in known.items() if not count]
assert not never, f"compiled by nobody: {never}"

from tpm.charts.graph import places
from tpm.ingest import read_files
from tpm.insight.cross_team import Base
from tpm.insight.graph import graph_view
from tpm.model import Mode, ScheduleOptions, SimulationOptions
from tpm.risk import simulate
from tpm.risk.simulation import DISTRIBUTIONS, REGISTERS
from tpm.scenario import recovery_moves, tolerance
from tpm.schedule import schedule
for path in sorted(Path("data").glob("sample_en_*.xlsx")):
    plan = read_files([(path.name, path.read_bytes())]).plan
    for mode in Mode:
        options = ScheduleOptions(mode=mode, status_date=dt.date(2026, 11, 22), country="KR")
        planned = schedule(plan, options)
places(graph_view(Base(plan, planned)))
recovery_moves(plan, planned, None)
tolerance(plan, planned, None)
for distribution in DISTRIBUTIONS:
    for correlation in (0.0, 0.3):
        for register in REGISTERS:
            simulate(plan, options, SimulationOptions(runs=200, register=register, target="CK-611", distribution=distribution,
                                                      correlation=correlation))
later = signatures()
assert later == known, {name: count for name, count in later.items() if known.get(name) != count}
"""


def test_the_first_simulation_compiles_nothing() -> None:
    run = subprocess.run([sys.executable, "-c", CODE], cwd=ROOT, capture_output=True, text=True, check=False, timeout=600)
    assert run.returncode == 0, run.stderr[-3000:]
