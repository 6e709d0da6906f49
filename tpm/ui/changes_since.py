"""What changed between the version before and the open one, for the review."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tpm.insight.review.since import SinceLine, since_lines
from tpm.ui.changes_versions import answers, differences, estimates, version
from tpm.ui.workspace import Current

if TYPE_CHECKING:
    from tpm.store import Snapshot


def since_key(here: Current) -> str:
    """What :func:`since` depends on beside the open plan and its schedule."""
    before = _before(here)
    if before is None:
        return ""
    old = version(here, before)
    return f"{old.schedule.fingerprint}|{sorted(answers(here).items())!r}"


def since(here: Current) -> tuple[SinceLine, ...]:
    """The sentences; empty for a first version and where nothing changed."""
    from tpm.insight.changes.summary import since as summed_up

    before = _before(here)
    if before is None:
        return ()
    said = answers(here)
    old, new = version(here, before), version(here, here.snapshot)
    both = differences(old, new, said)
    return since_lines(summed_up(both, old.as_of, new.as_of, estimates=estimates(here, before, here.snapshot, said)))


def _before(here: Current) -> Snapshot | None:
    """The version before the open one; None where it is the first."""
    return next((one for one in reversed(here.snapshots) if one.number < here.snapshot.number), None)
