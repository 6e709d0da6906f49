"""What a visitor would have to wait for, done before: in one thread from the server's start on, in the order in which pages need it.

Imports take turns with visitors: a step is short and begins only while no page is being drawn, and a page waits for the step that is
under way, which it would most likely have had to do itself. So the two never import the same modules at once, and never share the
interpreter. Compiling alone, half a minute where nobody ran ``python -m tpm compile`` before, goes on beside the pages.
"""

from __future__ import annotations

import gc
import importlib
import logging
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

_PATIENCE_SECONDS: Final = 10.0  # what draws for longer waits for something else than the interpreter
_SWITCH_SECONDS: Final = 0.0005  # a browser asks for a hundred small files at once; each would wait ten times as long for the interpreter
_log = logging.getLogger(__name__)


class Turns:
    """Steps and pages by turns: a step waits for pages, a page waits for the one step that has begun; neither waits for ever."""

    def __init__(self, patience: float = _PATIENCE_SECONDS) -> None:
        self._changed, self._patience = threading.Condition(), patience
        self._pages, self._stepping = 0, False

    @contextmanager
    def page(self) -> Iterator[None]:
        """While a page is drawn no step begins."""
        with self._changed:
            self._pages += 1
            self._changed.wait_for(lambda: not self._stepping, self._patience)
        try:
            yield
        finally:
            with self._changed:
                self._pages -= 1
                self._changed.notify_all()

    def step(self, work: Callable[[], object]) -> None:
        """Run ``work`` when no page is drawn. What it raises is logged: whoever needs the work meets it again, where it can be told."""
        with self._changed:
            self._changed.wait_for(lambda: not self._pages, self._patience)
            self._stepping = True
        try:
            work()
        except Exception:  # noqa: BLE001 - whatever it was
            _log.exception("a step of the warm-up failed")
        finally:
            with self._changed:
                self._stepping = False
                self._changed.notify_all()


turns: Final = Turns()
_begun = threading.Event()


def begin() -> None:
    """Start the thread, once in a process."""
    if not _begun.is_set():
        _begun.set()
        threading.Thread(target=_everything, name="warm-up", daemon=True).start()


def _everything() -> None:
    usual = sys.getswitchinterval()
    sys.setswitchinterval(_SWITCH_SECONDS)
    gc.disable()  # it would look through all modules again and again, for a third of the time, and find nothing
    for step in _STEPS:
        turns.step(step)
        gc.freeze()  # modules stay for good; Streamlit collects garbage after every run of a page, and would look through them each time
    gc.enable()
    sys.setswitchinterval(usual)
    _compile()


def _imports(*modules: str) -> Callable[[], object]:
    return lambda: [importlib.import_module(module) for module in modules]


def _served() -> None:
    """Streamlit asks before the first element whether it is served, by way of the source of every module: a tenth of a second."""
    from streamlit import delta_generator

    delta_generator._use_warning_has_been_displayed = True


def _words() -> None:
    from tpm.i18n import LANGUAGES
    from tpm.ui import settings

    for lang in LANGUAGES:
        settings.countries(lang)


def _figure() -> None:
    """plotly imports a module for each kind of trace and part of a layout when it is first drawn."""
    from tpm.charts.gantt import figure_of

    figure_of({"data": [{"type": "bar"}, {"type": "scatter"}], "layout": {"xaxis": {}, "yaxis": {}, "annotations": [{}], "shapes": [{}]}})


def _store() -> None:
    from tpm.ui import cache

    cache.store()


def _loads(part: int) -> Callable[[], object]:
    """The machine code of one part of the engine, where it has been compiled."""

    def load() -> None:
        from tpm.insight import kernels

        if kernels.are_compiled():
            kernels.LOADERS[part]()

    return load


def _compile() -> None:
    from tpm.insight import kernels

    if not kernels.are_compiled():
        _log.warning("Compiling the schedule engine, once on this machine: half a minute in which the first simulation waits.")
        kernels.compile_all()


_STEPS: Final[tuple[Callable[[], object], ...]] = (
    _served,
    _imports("tpm.ui.frame", "tpm.ui.start", "PIL.Image", "streamlit.emojis", "streamlit.material_icon_names"),
    _words,
    _store,
    _imports("tpm.schedule"),
    _loads(0),
    _imports("tpm.ui.roadmap", "tpm.ui.target", "tpm.ui.item_panel"),
    _figure,
    _imports("tpm.ingest.door"),
    _imports("tpm.ui.understood", "tpm.ui.health", "tpm.ui.reading", "tpm.ui.items"),
    _imports("tpm.ui.dependencies"),
    _loads(1),
    _imports("tpm.ui.risks"),
    _loads(2),
    _imports("tpm.ui.what_if"),
    _imports("tpm.ui.changes"),
    _loads(3),
    _imports("tpm.ui.exec_review", "tpm.export.deck", "tpm.export.template"),
)
