"""What is computed of the open plan under the reader's settings; the work is cached by content."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tpm.model import Schedule
from tpm.ui import cache
from tpm.ui.settings import Settings, today
from tpm.ui.workspace import Current

if TYPE_CHECKING:
    from tpm.insight.health import Check


def schedule_of(here: Current) -> Schedule:
    """The schedule of the open plan."""
    return cache.schedule(here.plan, Settings.of(here.settings).options(here.plan, here.as_of(today())))


def health_of(here: Current) -> tuple[Check, ...]:
    """The schedule health of the open plan."""
    return cache.health(here.plan, schedule_of(here))
