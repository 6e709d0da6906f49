"""Dependencies: who waits for whom, where it hurts, what the plan takes for granted."""

from __future__ import annotations

from tpm.ui import computed, dependencies, frame, item_panel, start, workspace


def render() -> None:
    """Draw the open section, or say what is missing."""
    lang = frame.language()
    here = workspace.current()
    if here is None:
        start.nothing_open(lang)
        return
    schedule = computed.schedule_of(here)
    dependencies.show(here, lang, dark=frame.is_dark())
    if not here.plan.activities.empty:
        item_panel.show(here.plan, schedule, [*here.result.findings, *schedule.findings],
                    lambda item: computed.standing_of(here, item, lang), lang)


frame.show(render)
