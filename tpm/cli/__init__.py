"""``python -m tpm COMMAND FILE…``: every capability without a browser.

A command is a module of this room with ``run(arguments) -> exit status``, registered in :data:`_COMMANDS` with the function that
adds its own options. Heavy imports happen inside the command that needs them. Exit status: 0 done, 1 the input could not be used
or a check failed (one line on stderr), 2 wrong usage.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

from tpm.cli import brief, check, compare, compile, inspect, report, schedule, simulate, whatif
from tpm.cli.common import common, no_options, target_option

Command = Callable[[argparse.Namespace], int]
_COMMANDS: dict[str, tuple[Command, Callable[[argparse.ArgumentParser], None], str]] = {
    "inspect": (inspect.run, no_options, "what was understood of the files"),
    "schedule": (schedule.run, target_option, "forecast, floats and the critical path"),
    "simulate": (simulate.run, simulate.add_options, "Monte Carlo: when the target is reached, how sure, and what the days hang on"),
    "compare": (compare.run, target_option, "two versions of one plan, OLD NEW: matched, added, removed, moved and why"),
    "whatif": (whatif.run, whatif.add_options, "apply changes, show what moves"),
    "brief": (brief.run, brief.add_options, "the executive summary in words"),
    "report": (report.run, report.add_options, "the executive review as a file to hand out"),
    "check": (check.run, check.add_options, "schedule health and data quality"),
    "compile": (compile.run, compile.add_options, "prepare the engine on this machine, once"),
}
_READS_NO_FILE = ("compile",)


def parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    top = argparse.ArgumentParser(prog="tpm", description="Read plans, schedule them, weigh their risks.")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (_, add_options, summary) in _COMMANDS.items():
        # A command may give a common option a second meaning (whatif: --start ID=DATE).
        shared = [] if name in _READS_NO_FILE else [common()]
        add_options(commands.add_parser(name, parents=shared, conflict_handler="resolve", help=summary, description=summary))
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    from tpm.findings import InputError

    arguments: Any = parser().parse_args(simulate.with_band_joined(sys.argv[1:] if argv is None else argv))
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")
    try:
        status = _COMMANDS[arguments.command][0](arguments)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader has seen enough (`… | head`)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except InputError as error:
        finding = error.finding
        print(f"{finding.message(arguments.lang)} {finding.fix(arguments.lang)}", file=sys.stderr)
        return 1
    return status
