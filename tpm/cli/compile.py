"""``tpm compile``: the engine's machine code, made once for this environment; what ``make run`` does before it starts the server."""

from __future__ import annotations

import argparse
import time

from tpm.i18n import t


def add_options(parser: argparse.ArgumentParser) -> None:
    """The language alone: no file is read."""
    parser.add_argument("--lang", choices=("en", "ko"), default="en", help="language of messages")


def run(arguments: argparse.Namespace) -> int:
    """Compile what is not compiled yet, and say how long that took."""
    from tpm.insight import kernels

    if kernels.are_compiled():
        print(t("cli.compile.known", arguments.lang))
        return 0
    print(t("cli.compile.begins", arguments.lang), flush=True)
    began = time.perf_counter()
    kernels.compile_all()
    print(t("cli.compile.done", arguments.lang, seconds=round(time.perf_counter() - began)))
    return 0
