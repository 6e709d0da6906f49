"""``brief``: the executive summary in words."""

from __future__ import annotations

import argparse

from tpm.cli.common import print_json, scheduled, target_option, today
from tpm.cli.compare import since_option, since_told
from tpm.i18n import Language


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of this command alone."""
    target_option(parser)
    since_option(parser)
    parser.add_argument("--length", choices=("line", "paragraph", "page"), default="page", help="how long (default: page)")
    parser.add_argument("--shape", choices=("text", "email", "slack"), default="text", help="where it will be pasted (default: text)")
    parser.add_argument("--runs", type=int, default=None, metavar="N",
                        help="simulate N runs for the likelihood (default: 10000 where the plan gives ranges or risks, else none)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the simulation")


def run(arguments: argparse.Namespace) -> int:
    """The brief of the files, as JSON or as text to paste."""
    from tpm.insight.review import Length, Shape
    from tpm.insight.review.made import review_of

    lang: Language = arguments.lang
    result, computed = scheduled(arguments)
    review = review_of(result.plan, computed, runs=arguments.runs, seed=arguments.seed,
                       since=since_told(arguments, result.plan, computed), today=today())
    if arguments.json:
        print_json({**review.brief.as_json(lang), "decisions": [decision.as_json(lang) for decision in review.decisions]})
    else:
        print(review.brief.text(lang, Length(arguments.length), Shape(arguments.shape)))
    return 0
