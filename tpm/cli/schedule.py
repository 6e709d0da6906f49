"""``schedule``: forecast, floats and the critical path."""

from __future__ import annotations

import argparse

from tpm.cli.common import iso, print_findings, print_json, print_table, scheduled
from tpm.i18n import Language, t


def run(arguments: argparse.Namespace) -> int:
    """Forecast, floats and the critical path."""
    result, computed = scheduled(arguments)
    findings = (*result.findings, *computed.findings)
    if arguments.json:
        from tpm.insight.as_json import schedule_json

        print_json(schedule_json(result.plan, computed, findings, arguments.lang))
        return 0
    lang: Language = arguments.lang
    print(t("cli.schedule.span", lang, start=computed.start, finish=computed.finish, days=computed.duration))
    header = [t(f"cli.schedule.{name}", lang) for name in ("id", "name", "start", "finish", "float", "critical")]
    rows = [
        [str(row["id"]), str(row["name"]), iso(row["forecast_start"]), iso(row["forecast_finish"]),
         "" if row["total_float"] != row["total_float"] else f"{row['total_float']:g}", "*" if row["critical"] else ""]
        for row in computed.table.assign(name=result.plan.activities["name"].to_numpy()).to_dict("records")
    ]
    print_table(header, rows)
    if computed.critical_path:
        print(t("cli.schedule.path", lang, path=" → ".join(computed.critical_path)))
    print_findings(findings, lang)
    return 0
