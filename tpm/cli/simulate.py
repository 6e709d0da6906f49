"""``simulate``: when the target is reached, how sure, and what the days hang on."""

from __future__ import annotations

import argparse
import datetime as dt
import re
import sys
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from tpm.cli.common import day, options_of, print_findings, print_json, print_table, read, target_option
from tpm.i18n import Language, t

if TYPE_CHECKING:
    from tpm.model import Plan, SimulationResult

_SHOWN_ITEMS = 15
_BAR_AFTER_SECONDS = 1.0
_BAR_WIDTH = 30
_BAND = re.compile(r"(-?\+?[\d.]+)\s*+%?\s*+,\s*+([-+]?[\d.]+)\s*+%?")


def _band(text: str) -> tuple[float, float]:
    """``-10%,+25%`` as shares."""
    found = _BAND.fullmatch(text.strip().replace("−", "-"))
    try:
        if found is None:
            raise ValueError
        return float(found[1]) / 100, float(found[2]) / 100
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a band; write -10%,+25%") from error


class Progress:
    """A bar on stderr, on a terminal, once the work has lasted a second."""

    def __init__(self, lang: Language) -> None:
        self.began = time.monotonic()
        self.label = t("simulation.running", lang)
        self.shown = False

    def __call__(self, share: float) -> None:
        if not sys.stderr.isatty() or time.monotonic() - self.began < _BAR_AFTER_SECONDS:
            return
        self.shown = True
        done = round(share * _BAR_WIDTH)
        print(f"\r{self.label} [{'#' * done}{'.' * (_BAR_WIDTH - done)}] {share:4.0%}", end="", file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Take the bar away."""
        if self.shown:
            print("\r" + " " * (len(self.label) * 2 + _BAR_WIDTH + 10) + "\r", end="", file=sys.stderr, flush=True)


def run(arguments: argparse.Namespace) -> int:
    """Simulate, and print the answer."""
    from tpm.model import SimulationOptions
    from tpm.risk import simulate

    read_in = read(arguments)
    given = {name: getattr(arguments, name) for name in ("runs", "seed", "default_spread", "distribution", "correlation", "register")}
    simulation = SimulationOptions(**{name: value for name, value in given.items() if value is not None})
    bar = Progress(arguments.lang)
    try:
        result = simulate(read_in.plan, options_of(arguments, read_in.plan), simulation, progress=bar)
    finally:
        bar.clear()
    findings = (*read_in.findings, *result.findings)
    if arguments.json:
        from tpm.insight.simulation_json import simulation_json

        print_json(simulation_json(read_in.plan, result, arguments.confidence_for, findings, arguments.lang))
        return 0
    _print(read_in.plan, result, arguments.confidence_for, arguments.lang)
    print_findings(findings, arguments.lang)
    return 0


def _print(plan: Plan, result: SimulationResult, asked: dt.date | None, lang: Language) -> None:
    from tpm.insight.simulation_json import LEVELS

    names = dict(zip(plan.activities["id"].tolist(), plan.activities["name"].tolist(), strict=True))
    names |= dict(zip(plan.risks["id"].tolist(), plan.risks["title"].tolist(), strict=True)) if len(plan.risks) else {}
    target = f"{result.target} {names.get(result.target) or ''}".strip() if result.target else t("simulation.project", lang)
    print(t("simulation.title", lang, target=target, runs=result.runs, seed=result.seed))
    if not result.answered:
        print(t("simulation.none", lang))
        return

    def table(header: Sequence[str], rows: list[list[str]]) -> None:
        print()
        print_table([t(f"simulation.{name}", lang) for name in header], rows)

    print(t("simulation.forecast", lang, day=result.deterministic_finish))
    for when in dict.fromkeys(each for each in (asked, result.deterministic_finish) if each is not None):
        print(t("simulation.confidence", lang, day=when, share=result.confidence(when), error=1.96 * result.confidence_error(when)))
    rows = []
    for level in LEVELS:
        low, high = result.percentile_error(level / 100)
        rows.append([f"P{level}", str(result.percentile(level / 100)), f"{low} – {high}"])
    table(("level", "day", "range"), rows)
    critical = result.table[result.table["criticality_index"] > 0].sort_values("criticality_index", ascending=False, kind="stable")
    _print_details(critical, result, names, lang, table)


def _print_details(critical: Any, result: SimulationResult, names: dict[str, str], lang: Language,
                   table: Callable[[Sequence[str], list[list[str]]], None]) -> None:
    if len(critical):
        table(("item", "name", "index"), [[str(row["id"]), str(names.get(row["id"]) or ""), f"{row['criticality_index']:.0%}"]
                                          for row in critical.head(_SHOWN_ITEMS).to_dict("records")])
    felt = result.tornado[result.tornado["days"] != 0]
    if len(felt):
        print()
        print(t("simulation.tornado", lang))
        print_table([t(f"simulation.{name}", lang) for name in ("kind", "item", "name", "days")], [
            [t(f"simulation.factor.{row['kind']}", lang), str(row["id"]), str(names.get(row["id"]) or "") if row["kind"] != "team" else "",
             f"{row['days']:+.1f}"] for row in felt.head(_SHOWN_ITEMS).to_dict("records")])
    if len(result.risk_days):
        print()
        print(t("simulation.risks", lang))
        print_table([t(f"simulation.{name}", lang) for name in ("item", "name", "fired", "cost")], [
            [str(row["id"]), str(names.get(row["id"]) or ""), f"{row['fired_share']:.0%}", f"{row['expected_days']:+.2f}"]
            for row in result.risk_days.to_dict("records")])
    if result.default_share > 0:
        low, high = result.options.default_spread
        print()
        print(t("simulation.share", lang, share=result.default_share, low=low, high=high))


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of this command alone."""
    target_option(parser)
    parser.add_argument("--runs", type=int, metavar="N", help="how many runs (default 10,000)")
    parser.add_argument("--seed", type=int, metavar="N", help="the same seed gives the same answer")
    parser.add_argument("--confidence-for", type=day, metavar="DATE", help="how sure this date is (default: the forecast's finish)")
    parser.add_argument("--default-spread", type=_band, metavar="LOW,HIGH",
                        help="band of remaining durations without an estimate (default -10%%,+25%%)")
    parser.add_argument("--distribution", choices=("pert", "triangular", "uniform", "lognormal"),
                        help="of remaining durations; lognormal takes the bounds as P10 and P90 (default pert)")
    parser.add_argument("--correlation", type=float, metavar="R",
                        help="between durations of one team, 0 to 1 (default 0.3)")
    parser.add_argument("--register", choices=("none", "inherent", "residual"),
                        help="risks as registered, after their responses, or none (default inherent)")


def with_band_joined(argv: Sequence[str]) -> list[str]:
    """``--default-spread -10%,+25%`` as one word: what begins with a minus sign is no option here."""
    out = list(argv)
    while "--default-spread" in out[:-1]:
        at = out.index("--default-spread")
        out[at : at + 2] = [f"--default-spread={out[at + 1]}"]
    return out
