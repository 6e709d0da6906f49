"""``compare``: two versions of one plan: matched, added, removed, moved and why."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from tpm.cli.common import fit, options_of, print_json, read
from tpm.i18n import Language, t

if TYPE_CHECKING:
    import pandas as pd

    from tpm.insight.changes.attribution import Slip
    from tpm.insight.changes.differences import Differences
    from tpm.insight.changes.summary import Summary
    from tpm.insight.review.since import SinceLine
    from tpm.model import Plan, Schedule, ScheduleOptions

_DAYS, _NAME, _WHAT, _CHANGE = 5, 27, 20, 25  # columns; with two spaces between them 83, and most terminals have 80 to 120
_ROWS = 40  # of the table; the count says how many more there are
_CAUSES = 6


def run(arguments: argparse.Namespace) -> int:
    """Two versions of one plan: what changed, what moved and why."""
    from tpm.insight.changes.attribution import why_all_moved
    from tpm.schedule import schedule

    if len(arguments.files) != 2:
        print("tpm compare: error: two files are needed: OLD NEW", file=sys.stderr)
        return 2
    lang: Language = arguments.lang
    old, new = (read(argparse.Namespace(**{**vars(arguments), "files": [name]})).plan for name in arguments.files)
    after = options_of(arguments, new)
    differences = differences_of(arguments, old, new, schedule(new, after))
    schedules, matching = (differences.before, differences.after), differences.matching
    summary = summary_of(differences, getattr(arguments, "target", None))
    if arguments.json:
        from tpm.insight.changes.as_json import compare_json

        print_json(compare_json(differences, why_all_moved(old, new, *schedules, matching), summary, lang))
        return 0
    from tpm.insight.changes.summary import sentences, table_words

    for sentence in sentences(summary, lang):
        print(sentence)
    if summary.slip is not None and summary.slip.days:
        _print_causes(summary.slip, lang)
    _print_changes(table_words(differences.table, lang), lang)
    if matching.doubtful:
        print()
        print(t("cli.compare.doubtful", lang, count=len(matching.doubtful),
                pairs=", ".join(f"{pair.old} / {pair.new}" for pair in matching.doubtful[:4])))
    return 0


def differences_of(arguments: argparse.Namespace, old: Plan, new: Plan, after: Schedule) -> Differences:
    """``old`` against ``new`` with its schedule."""
    from tpm.insight.changes.differences import compare
    from tpm.insight.changes.match import match
    from tpm.schedule import schedule

    return compare(old, new, schedule(old, options_of_old(arguments, old, after.options)), after, match(old, new))


def summary_of(differences: Differences, target: str | None = None) -> Summary:
    """What changed, as of the days that the two versions speak of."""
    from tpm.insight.changes.summary import since

    both = ((differences.old, differences.before), (differences.new, differences.after))
    days = [computed.options.status_date or plan.saved_on for plan, computed in both]
    return since(differences, days[0], days[1], target=target)


def since_option(parser: argparse.ArgumentParser) -> None:
    """``--since``, of the commands that tell of a review."""
    parser.add_argument("--since", metavar="OLD", help="the plan as it was at the last review: what changed since is told")


def since_told(arguments: argparse.Namespace, new: Plan, after: Schedule) -> tuple[SinceLine, ...]:
    """What changed since the file of ``--since``, as sentences of the review; empty without one. Raises ``InputError``."""
    from tpm.insight.review.since import since_lines

    if arguments.since is None:
        return ()
    earlier = argparse.Namespace(**{**vars(arguments), "files": [arguments.since]})
    old = read(earlier).plan
    if arguments.status_date != "none":
        earlier.status_date = None  # a day that is given is today's, not that of the review before
    return since_lines(summary_of(differences_of(earlier, old, new, after), arguments.target))


def options_of_old(arguments: argparse.Namespace, old: Plan, after: ScheduleOptions) -> ScheduleOptions:
    """The old version's options: as of the day that its file says it speaks of; without one as of the same day as the new one."""
    from dataclasses import replace

    from tpm.schedule import default_status_date, told_day

    day = told_day(old)
    if arguments.status_date is not None or day is None:
        return replace(after, target=None)
    return replace(after, target=None, status_date=default_status_date(old, day))


def _print_causes(slip: Slip, lang: Language) -> None:
    """Where the days come from: they add up."""
    from tpm.i18n.formats import format_number
    from tpm.insight.changes.attribution import by_source
    from tpm.insight.changes.summary import how_words, whose_words

    print()
    for part in by_source(slip, _CAUSES):
        print(f"{_signed(part.days):>{_DAYS}}  {fit(whose_words(part, lang), 44)}  {how_words(part, lang)}".rstrip())
    print(f"{_signed(slip.days):>{_DAYS}}  = {slip.name} ({t('cli.compare.total', lang, days=format_number(abs(slip.days)))})")


def _print_changes(table: pd.DataFrame, lang: Language) -> None:
    """One block a team, the worst first."""
    team = None
    for row in table.head(_ROWS).to_dict("records"):
        if row["team"] != team:
            team = row["team"]
            print()
            print(team or t("cli.compare.no-team", lang))
        change = " → ".join(text for text in (row["before"], row["after"]) if text)
        signed = "" if row["days"] != row["days"] else _signed(row["days"])
        print(f"{signed:>{_DAYS}}  {fit(row['name'], _NAME)}  {fit(row['what'], _WHAT)}  {fit(change, _CHANGE)}".rstrip())
    if len(table) > _ROWS:
        print()
        print(t("cli.more", lang, count=len(table) - _ROWS))


def _signed(days: float) -> str:
    return f"{days:+g}" if days else "0"
