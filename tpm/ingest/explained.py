"""Why a column was read as it was, as a sentence: what decided, and which column came second."""

from __future__ import annotations

from tpm.i18n import Language, t
from tpm.model import ColumnChoice


def why(choice: ColumnChoice, lang: Language) -> str:
    """``“Subtask”: texts in 24 of 26 rows, filled on 96% of the dated rows. Second came “Main Task”.``"""
    header = f"“{' '.join(choice.header.split())}”" if choice.header else choice.column
    reasons = ", ".join(reasons_of(choice, lang))
    if choice.runner_up is None:
        return t("evidence.why", lang, header=header, reasons=reasons)
    return t("evidence.why-second", lang, header=header, reasons=reasons, second=f"“{' '.join(choice.runner_up.split())}”")


def reasons_of(choice: ColumnChoice, lang: Language) -> list[str]:
    """What decided, the weightiest first, a half sentence each."""
    if choice.by == "user":
        return [t("evidence.said", lang)]
    told = [t(f"evidence.{one.told}", lang, count=round(one.share * one.rows), rows=one.rows, share=one.share) for one in choice.reasons]
    return told or [t("evidence.nothing", lang)]
