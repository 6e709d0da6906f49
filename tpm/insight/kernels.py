"""Everything of the engine that is compiled: once on a machine before there is a server, and loaded before the first visitor comes."""

from __future__ import annotations

from tpm import risk, schedule
from tpm.insight import graph_layout
from tpm.schedule import compiled, matching

LOADERS = (schedule.warm_up, graph_layout.warm_up, risk.warm_up, matching.warm_up)  # in the order in which a visitor needs them


def are_compiled() -> bool:
    """Whether all machine code is on the disk: it is loaded in half a second instead of compiled in half a minute."""
    return compiled.is_complete()


def compile_all() -> None:
    """Compile what is not compiled yet, and note that nothing is missing."""
    for load in LOADERS:
        load()
    compiled.mark_complete()
