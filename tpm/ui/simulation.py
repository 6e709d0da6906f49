"""Simulations of the open plan: started beside the page, shown while they run, cancelled by a button, kept by content.

A run is a thread of this session that never touches Streamlit; the page looks at its progress. The compiled kernel holds no lock, so
that nobody else's page waits. What it finds is kept in :mod:`tpm.ui.cache` under the digest of everything it was made from; the roadmap
reads it from there.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from tpm.findings import Finding, InputError, Severity
from tpm.i18n import Language, t
from tpm.insight.review.evidence import rests_on_evidence
from tpm.insight.simulation_words import simulation_target
from tpm.model import Plan, Schedule, ScheduleOptions, SimulationOptions
from tpm.ui import cache, workspace
from tpm.ui.keys import Key
from tpm.ui.text import literal
from tpm.ui.workspace import Current

if TYPE_CHECKING:
    from tpm.risk import LearnedSpread
    from tpm.ui.cache import Simulated

RUNS: Final = (1_000, 10_000, 50_000)
PATIENCE_SECONDS: Final = 1.5  # a small plan is done by then and nothing has to be drawn twice
_LOOK_SECONDS: Final = 0.5
_SHARES: Final = (("inherent", 0.6), ("none", 0.2), ("residual", 0.2))  # of the work: the first has the tornado


def options_of(here: Current, schedule: Schedule) -> SimulationOptions:
    """How the workspace wants to be simulated."""
    given: Mapping[str, Any] = here.settings.get("simulation", {})
    usual = SimulationOptions()
    return SimulationOptions(
        runs=given.get("runs", usual.runs),
        seed=given.get("seed", usual.seed),
        target=simulation_target(here.plan, schedule, given.get("target")),
        distribution=given.get("distribution", usual.distribution),
        default_spread=(given.get("low", usual.default_spread[0]), given.get("high", usual.default_spread[1])),
        correlation=given.get("correlation", usual.correlation),
        team_spread=tuple(team.band for team in learned(here, schedule)) if given.get("learned") else (),
    )


def learned(here: Current, schedule: Schedule) -> tuple[LearnedSpread, ...]:
    """What the versions up to the open one teach about each team's estimates."""
    versions = [*workspace.earlier_versions(here), (here.plan, schedule.options.status_date)]
    return cache.learned_spread(versions, schedule.options)


def key_of(schedule: Schedule, options: SimulationOptions) -> str:
    """What a result is kept under."""
    return f"{schedule.fingerprint}|{options!r}"


def known(here: Current, schedule: Schedule) -> Simulated | None:
    """What has been simulated of the open plan under the workspace's settings; None when nothing has."""
    return cache.simulations().get(key_of(schedule, options_of(here, schedule)))


@dataclass
class Run:
    """One simulation under way. ``done`` is set whatever came of it; then ``failure`` says why there is no result."""

    key: str
    fraction: float = 0.0
    done: threading.Event = field(default_factory=threading.Event)
    cancelled: threading.Event = field(default_factory=threading.Event)
    failure: BaseException | None = None


def start(plan: Plan, options: ScheduleOptions, simulation: SimulationOptions, key: str) -> Run:
    """Begin in a thread of its own. The result goes to the cache when it is there, unless the run is cancelled before."""
    run, kept = Run(key), cache.simulations()

    def work() -> None:
        try:
            kept.put(key, _simulate(plan, options, simulation, run))
        except BaseException as error:  # noqa: BLE001 - shown by the page that looks at the run
            run.failure = error
        finally:
            run.done.set()

    threading.Thread(target=work, name="simulation", daemon=True).start()
    return run


def _simulate(plan: Plan, options: ScheduleOptions, simulation: SimulationOptions, run: Run) -> Simulated:
    """With the register as it stands, without it, and once its responses work: the same seed, so that differences are the register's."""
    from tpm.risk import simulate

    results, before = [], 0.0
    shares = _SHARES if len(plan.risks) else (("inherent", 1.0),)
    for register, share in shares:

        def told(fraction: float, before: float = before, share: float = share) -> None:
            run.fraction = min(before + fraction * share, 1.0)

        one = replace(simulation, register=register, tornado=simulation.tornado and register == "inherent")
        results.append(simulate(plan, options, one, progress=told, cancelled=run.cancelled.is_set))
        before += share
    return cache.Simulated(results[0], *results[1:])


def begin(here: Current, schedule: Schedule) -> Run | None:
    """The run that simulates the open plan, started where it is not under way; None where its result is known."""
    simulation = options_of(here, schedule)
    key = key_of(schedule, simulation)
    if cache.simulations().get(key) is not None:
        return None
    run: Run | None = st.session_state.get(Key.SIMULATION_RUN)
    if run is None or run.key != key:
        if run is not None:
            run.cancelled.set()  # nobody waits for it any more
        run = start(here.plan, schedule.options, simulation, key)
        st.session_state[Key.SIMULATION_RUN] = run
    return run


def result(here: Current, schedule: Schedule, lang: Language) -> Simulated | None:
    """The simulation of the open plan; while it runs, or where it cannot, that is drawn instead and None comes back."""
    run = begin(here, schedule)
    if run is not None:
        run.done.wait(PATIENCE_SECONDS)
        if not run.done.is_set():
            wait(run, lang)
            return None
        if run.failure is not None:
            _failed(run, lang)
            return None
    return known(here, schedule)


def unasked(here: Current, schedule: Schedule, patience: float | None = None) -> Run | None:
    """Where the sheet says something about uncertainty, its simulation, begun without being asked; None where it is known, or not run.

    The page waits ``patience`` seconds for it (by default the usual ones): what is done by then is not drawn twice.
    """
    if not rests_on_evidence(here.plan, options_of(here, schedule)):
        return None
    run = begin(here, schedule)
    if run is not None:
        run.done.wait(PATIENCE_SECONDS if patience is None else patience)
    return None if run is None or run.done.is_set() else run


def is_running() -> bool:
    """Whether a run of this session is under way."""
    run: Run | None = st.session_state.get(Key.SIMULATION_RUN)
    return run is not None and not run.done.is_set()


def _failed(run: Run, lang: Language) -> None:
    from tpm.risk import Cancelled

    if isinstance(run.failure, Cancelled):
        st.info(t("simulation-page.cancelled", lang), icon=":material/cancel:")
        st.button(t("simulation-page.again", lang), key=Key.SIMULATION_AGAIN, icon=":material/play_arrow:", on_click=_forget)
        return
    if isinstance(run.failure, InputError):
        finding: Finding = run.failure.finding
        st.error(f"{literal(finding.message(lang))} {literal(finding.fix(lang))}", icon=":material/error:")
        return
    _forget()
    if run.failure is not None:
        raise run.failure


def _forget() -> None:
    st.session_state.pop(Key.SIMULATION_RUN, None)


def wait(run: Run, lang: Language) -> None:
    """The progress of a run, looked at twice a second by a part of the page alone; the page is drawn again when it ends."""

    def look() -> None:
        if run.done.is_set():
            st.rerun()
        with st.container(horizontal=True, vertical_alignment="center"):
            st.progress(run.fraction, text=t("simulation-page.running", lang, share=run.fraction))
            st.button(t("simulation-page.cancel", lang), key=Key.SIMULATION_CANCEL, icon=":material/stop:", on_click=run.cancelled.set)

    part: Callable[[], None] = st.fragment(run_every=_LOOK_SECONDS)(look)
    part()


def warnings(found: Simulated, lang: Language) -> None:
    """What makes the result too thin to trust, at its top. What rests on default ranges is said below, with its share."""
    told = [finding for finding in found.now.findings if finding.code != "simulation-default-band"]
    serious = [finding for finding in told if finding.severity is not Severity.INFO]
    if serious:
        st.warning("  \n".join(f"{literal(one.message(lang))} {literal(one.fix(lang))}" for one in serious), icon=":material/warning:")
    for finding in told:
        if finding.severity is Severity.INFO:
            st.caption(f"{literal(finding.message(lang))} {literal(finding.fix(lang))}")
