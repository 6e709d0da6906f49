"""``inspect``: what was understood of the files."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from tpm.cli.common import fit, print_findings, print_json, read
from tpm.i18n import Language, t
from tpm.ingest.explained import reasons_of

if TYPE_CHECKING:
    from tpm.model import ImportResult


def run(arguments: argparse.Namespace) -> int:
    """What was understood: tables, columns, plan, findings."""
    result = read(arguments)
    if arguments.json:
        from tpm.ingest.inspect_json import inspect_json

        print_json(inspect_json(result, arguments.lang))
        return 0
    _print_result(result, arguments.lang)
    return 0


def _print_result(result: ImportResult, lang: Language) -> None:
    from tpm.schedule import planned_span

    plan = result.plan
    kinds = plan.activities["kind"].value_counts()
    print(t("cli.counts", lang, activities=int(kinds.get("activity", 0)), milestones=int(kinds.get("milestone", 0)),
            summaries=int(kinds.get("summary", 0)), links=len(plan.dependencies), risks=len(plan.risks)))
    span = planned_span(plan)
    if span is not None:
        print(t("cli.dates", lang, first=span[0], last=span[1]))
    for table in result.tables:
        kind = t(f"cli.kind.{table.kind.value}", lang)
        print()
        print(t("cli.table", lang, sheet=table.sheet or table.source, first=table.first_row, last=table.last_row, kind=kind))
        for field, choice in table.columns.items():
            name = field if lang == "en" else t(f"field.{field}", lang)  # in English as --map takes it
            print(f"  {fit(name, 22)} {choice.column:>3}  {fit(choice.header, 32)} {choice.confidence:>4.0%}")
            second = f"; {t('cli.second', lang, header=' '.join(choice.runner_up.split()))}" if choice.runner_up else ""
            print(f"      {', '.join(reasons_of(choice, lang))}{second}")
    print_findings(result.findings, lang)
