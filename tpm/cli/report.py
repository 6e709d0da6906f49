"""``report``: the executive review as a file to hand out; the ending of ``--out`` says which kind."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import tempfile
from pathlib import Path

from tpm.cli.common import print_json, scheduled, target_option, today
from tpm.cli.compare import since_option, since_told
from tpm.cli.simulate import Progress
from tpm.i18n import Language, t

# Repeated of tpm.export.report.FORMATS, which is too heavy to import for parsing (a test compares); png is the one page as a picture.
KINDS = ("pptx", "pdf", "html", "xlsx", "ics", "csv", "xml", "png")


def _out(text: str) -> str:
    if Path(text).suffix.lower().removeprefix(".") not in KINDS:
        raise argparse.ArgumentTypeError(f"{text!r} ends in none of {', '.join(f'.{kind}' for kind in KINDS)}")
    return text


def _runs(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of runs, 0 or more")
    return int(text)


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of this command alone."""
    target_option(parser)
    since_option(parser)
    parser.add_argument("--out", metavar="FILE", type=_out, required=True,
                        help=f"where to write; ends in {', '.join(f'.{kind}' for kind in KINDS)}")
    parser.add_argument("--template", metavar="FILE", help="a .pptx whose masters, fonts and size the slides take")
    parser.add_argument("--update", metavar="OLD", help="a .pptx that this program made, edited or not: its own shapes are moved and "
                        "relabelled, the rest of it stays")
    parser.add_argument("--runs", type=_runs, default=None, metavar="N",
                        help="simulate N runs for the likelihood (default: 10000 where the plan gives ranges or risks, else none)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the simulation")


def run(arguments: argparse.Namespace) -> int:
    """Make the file, whole or not at all."""
    from tpm.charts.picture import PictureError
    from tpm.export.deck import TemplateError, updated_pptx
    from tpm.export.report import report
    from tpm.insight.review.made import review_of

    lang: Language = arguments.lang
    kind = Path(arguments.out).suffix.lower().removeprefix(".")
    if arguments.update is not None and (kind != "pptx" or arguments.template is not None):
        print(t("report.update-alone", lang), file=sys.stderr)
        return 2
    template = None if arguments.template is None else _template(arguments.template)
    before = None if arguments.update is None else _template(arguments.update)
    result, computed = scheduled(arguments)
    bar = Progress(lang)
    try:
        review = review_of(result.plan, computed, runs=arguments.runs, seed=arguments.seed, progress=bar,
                           since=since_told(arguments, result.plan, computed), today=today())
    finally:
        bar.clear()
    changed: dict[str, list[str]] = {}
    try:
        if before is None:
            content = report(review, lang, kind, template=template)
        else:
            made = updated_pptx(review, lang, before)
            content, changed = made.content, {"gone": made.gone, "kept": made.kept}
    except TemplateError as error:
        raise _refused("report-template" if before is None else "report-update", arguments.template or arguments.update) from error
    except PictureError as error:
        raise _refused("report-browser", arguments.out) from error
    _write(Path(arguments.out), content)
    if arguments.json:
        print_json({"out": arguments.out, "kind": kind, "lang": lang, "bytes": len(content), "headline": review.headline.text(lang),
                    **changed})
    else:
        print(review.headline.text(lang))
        print(t("report.written", lang, path=arguments.out))
        for what, names in changed.items():
            print(*(t(f"report.{what}", lang, name=name) for name in dict.fromkeys(names)), sep="\n", end="\n" if names else "")
    return 0


def _template(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise _refused("report-template", path) from error


def _write(path: Path, content: bytes) -> None:
    """``content`` under its name at once: a reader sees the old file or the new one, never half of it."""
    made: str | None = None
    try:
        handle, made = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(made, _mode(path))
        os.replace(made, path)
    except OSError as error:
        if made is not None:
            with contextlib.suppress(OSError):
                os.unlink(made)
        raise _refused("report-output", str(path)) from error


def _mode(path: Path) -> int:
    """The permissions of the file that is replaced, else those of any new file (a temporary one is its owner's alone)."""
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _refused(code: str, path: str) -> Exception:
    from tpm.findings import Finding, InputError, Place, Severity

    return InputError(Finding(code, Severity.ERROR, (Place(path),), {"path": path}))
