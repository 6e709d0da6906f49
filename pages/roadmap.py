"""Roadmap: what happens when, what is critical, what has slipped."""

from __future__ import annotations

from tpm.ui import computed, frame, item_panel, roadmap, start, target, undated, workspace


def render() -> None:
    """Draw the Gantt, or say what is missing."""
    lang = frame.language()
    here = workspace.current()
    if here is None:
        start.nothing_open(lang)
        return
    schedule = computed.schedule_of(here)
    if undated.show(here, schedule, lang, dark=frame.is_dark()):
        return
    roadmap.chart(here, schedule, lang, dark=frame.is_dark())
    target.show(here.plan, schedule, lang)
    item_panel.show(here.plan, schedule, [*here.result.findings, *schedule.findings],
                    lambda item: computed.standing_of(here, item, lang), lang)


frame.show(render)
