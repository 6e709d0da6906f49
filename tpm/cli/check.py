"""``check``: schedule health and data quality."""

from __future__ import annotations

import argparse
import sys

from tpm.cli.common import print_findings, print_json, print_table, scheduled, target_option
from tpm.i18n import Language, listed, t


def run(arguments: argparse.Namespace) -> int:
    """Schedule health and data quality; ``--fail-on`` sets the exit status."""
    from tpm.findings import Severity, worst_first
    from tpm.insight.cross_team import as_findings, cross_team
    from tpm.insight.health import Verdict, health

    result, computed = scheduled(arguments)
    checks = health(result.plan, computed)
    across = cross_team(result.plan, computed)
    findings = worst_first((*result.findings, *computed.findings, *as_findings(across.assumptions)))
    lang: Language = arguments.lang
    if arguments.json:
        from tpm.insight.as_json import check_json
        from tpm.insight.cross_team.as_json import cross_team_json

        print_json({**check_json(checks, findings, lang), **cross_team_json(across, lang)})
    else:
        header = [t(f"health.column-{name}", lang) for name in ("check", "value", "threshold", "verdict", "items")]
        words = {Verdict.PASS: "pass", Verdict.FAIL: "fail", Verdict.NOT_APPLICABLE: "na"}
        print_table(header, [
            [check.title(lang), check.measured(lang), check.limit(lang),
             t(f"health.{words[check.verdict]}", lang), listed(check.items, 4).worded(lang)]
            for check in checks
        ])
        print_findings(findings, lang)
    failing = {None: (), "error": (Severity.ERROR,), "warning": (Severity.ERROR, Severity.WARNING)}[arguments.fail_on]
    bad = [finding for finding in findings if finding.severity in failing]
    failed = [check for check in checks if check.verdict is Verdict.FAIL] if arguments.fail_on == "warning" else []
    if not bad and not failed:
        return 0
    told = [finding.message(lang) for finding in bad[:1]] or [failed[0].title(lang)]
    print(t("cli.check.failed", lang, findings=len(bad), checks=len(failed), first=told[0]), file=sys.stderr)
    return 1


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of this command alone."""
    target_option(parser)
    parser.add_argument("--fail-on", choices=("error", "warning"), help="exit status 1 when something this bad is found")
