"""What-if: changes as data, applied to a plan by pure functions, and what they do to the dates.

:mod:`changes` is what a person does, :mod:`apply` makes the changed plan of it (``draft``, ``moving``, ``logic`` underneath),
:mod:`answer` compares before and after, :mod:`aim` and :mod:`recovery` say how far things may slip and how a date is had back,
:mod:`compare` puts scenarios side by side, :mod:`words` says all of it, :mod:`cells` turns it into edits of the original file.

What it does not do: it stores nothing, reads no clock, simulates nothing (the caller does), and never alters the plan that it is given.
"""

from __future__ import annotations

from tpm.scenario.aim import sensitivity, tolerance
from tpm.scenario.answer import Answer, Held, answer, what_if
from tpm.scenario.apply import Applied, Refusal, apply_changes, changed_plan
from tpm.scenario.arguments import arguments_of
from tpm.scenario.cells import cell_edits
from tpm.scenario.changes import (
    Change,
    ChangeKind,
    Scenario,
    add_holiday,
    add_link,
    drop,
    fire_risk,
    freeze,
    named,
    remove_link,
    retire_risk,
    set_duration,
    set_finish,
    set_progress,
    set_start,
    shift,
)
from tpm.scenario.compare import Compared, compare_scenarios
from tpm.scenario.recovery import WAIVERS, Limits, Move, MoveKind, Recovery, combine, recovery_moves
from tpm.scenario.words import (
    change_text,
    float_text,
    headline,
    held_text,
    landing,
    move_sentence,
    move_text,
    moved_because,
    recovery_text,
    team_messages,
)

__all__ = [
    "WAIVERS", "Answer", "Applied", "Change", "ChangeKind", "Compared", "Held", "Limits", "Move", "MoveKind", "Recovery", "Refusal",
    "Scenario", "add_holiday", "add_link", "answer", "apply_changes", "arguments_of", "cell_edits", "change_text", "changed_plan",
    "combine", "compare_scenarios", "drop", "fire_risk", "float_text", "freeze", "headline", "held_text", "landing", "move_sentence",
    "move_text", "moved_because", "named", "recovery_moves", "recovery_text", "remove_link", "retire_risk", "sensitivity",
    "set_duration", "set_finish", "set_progress", "set_start", "shift", "team_messages", "tolerance", "what_if",
]
