"""The register as a file to fill in, and back: what a person changed in it becomes changes over the upload."""

from __future__ import annotations

from tpm.export.columns import risk_state_words
from tpm.findings import Finding, InputError, Severity
from tpm.i18n import LANGUAGES, Language
from tpm.model import RISK_COLUMNS, RISK_HIT_COLUMNS, Plan, empty_frame
from tpm.risk_edits import RiskEdit, edits_between
from tpm.ui import wall

_PLAN_FILE = "plan.xlsx"


def register_file(plan: Plan, lang: Language) -> bytes:
    """The register of ``plan`` as a workbook."""
    from tpm.export.workbook import register_workbook

    return register_workbook(plan, lang)


def changes_in(name: str, data: bytes, plan: Plan, *, replace: bool = False) -> list[RiskEdit]:
    """What turns the register of ``plan`` into the one in the file ``name``; risks that the file lacks go only where ``replace`` says so.

    The file is read beside the plan, so that it may name activities by id or by name. Raises ``InputError`` for a file without risks or
    with a value that the register cannot hold.
    """
    from tpm.export.workbook import plan_workbook
    from tpm.ingest import ReadOptions

    alone = plan.with_(risks=empty_frame(RISK_COLUMNS), risk_hits=empty_frame(RISK_HIT_COLUMNS))
    given = [] if plan.activities.empty else [(_PLAN_FILE, plan_workbook(alone, "en"))]
    name = f"register-{name}" if name == _PLAN_FILE else name
    read = wall.read_files([*given, (name, data)], ReadOptions()).plan
    if read.risks.empty:
        raise InputError(Finding("register-without-risks", Severity.ERROR, params={"file": name}))
    try:
        return _without_state_words(edits_between(plan, read, drop_missing=replace), plan)
    except ValueError as error:
        raise InputError(Finding("register-unusable", Severity.ERROR, params={"file": name, "reason": str(error)})) from error


def _without_state_words(edits: list[RiskEdit], plan: Plan) -> list[RiskEdit]:
    """``edits`` without a status that only repeats a state: the workbook writes the state's word where the sheet had none."""
    words = {word for lang in LANGUAGES for word in risk_state_words(lang).values()}
    own = {risk: status for risk, status in zip(plan.risks["id"], plan.risks["status"], strict=True) if status is not None}
    restated = {edit.risk for edit in edits if edit.field == "state"}
    return [edit for edit in edits if edit.field != "status" or edit.value not in words or (edit.risk in own and edit.risk not in restated)]
