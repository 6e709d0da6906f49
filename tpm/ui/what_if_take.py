"""What can be taken away from the What-if page: the changed plan, the original file with the changes, words for each team, a version."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import zipfile
from typing import TYPE_CHECKING, Final

import streamlit as st

from tpm.edits import Edit
from tpm.findings import InputError
from tpm.i18n import LANGUAGES, Language, t
from tpm.risk_edits import is_risk_edit
from tpm.scenario import Answer, cell_edits, team_messages
from tpm.scenario.changes import CALENDAR, LINKS, RISKS
from tpm.ui import cache, shared, wall, workspace
from tpm.ui.keys import Key
from tpm.ui.text import literal
from tpm.ui.trouble import told
from tpm.ui.workspace import Current

if TYPE_CHECKING:
    from tpm.export.original import OriginalWorkbook

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def show(here: Current, answer: Answer, name: str, lang: Language) -> None:
    """Downloads, the words for each team, and the button that makes it the new version."""
    def changed() -> bytes:
        from tpm.export.workbook import plan_workbook

        return plan_workbook(answer.plan, lang, answer.after)

    edits, cannot = cell_edits(here.plan, answer, lang)
    with st.container(horizontal=True):
        st.download_button(
            t("what-if.take-plan", lang), changed, f"{workspace.file_stem(here)}-what-if.xlsx", _XLSX, key=f"{Key.WHAT_IF_TAKE}_plan",
            icon=":material/download:", on_click="ignore",
        )
        altered = _altered(here, edits)
        if altered:
            packed = altered[0][0] if len(altered) == 1 else f"{workspace.file_stem(here)}-what-if.zip"
            st.download_button(
                t("what-if.take-original", lang), lambda: _packed(altered), packed, key=f"{Key.WHAT_IF_TAKE}_original",
                icon=":material/edit_document:", on_click="ignore", help=t("what-if.take-original-help", lang),
            )
        st.button(t("what-if.adopt", lang), key=Key.WHAT_IF_ADOPT, icon=":material/check:", help=t("what-if.adopt-help", lang),
                  on_click=_adopt, args=(here, answer, name, lang))  # fmt: skip
    for _, one in altered:
        for edit, reason in one.not_placed:
            st.caption(t("plan.items.not-placed", lang, item=literal(edit.item), reason=t(reason, lang)))
    for finding in cannot:
        st.caption(f"{literal(finding.message(lang))} {literal(finding.fix(lang))}")
    _messages(here, answer, lang)


def adopted(lang: Language) -> None:
    """Says once that the scenario has become a version."""
    number = st.session_state.pop(Key.WHAT_IF_ADOPTED, None)
    if number is not None:
        st.success(t("what-if.adopted", lang, number=number), icon=":material/check:")


def _messages(here: Current, answer: Answer, lang: Language) -> None:
    """A list of changes for each team, in the language that it reads, ready to be copied."""
    if not answer.teams:
        return
    st.markdown(f"**{t('what-if.messages', lang)}**")
    theirs = st.segmented_control(t("what-if.messages-language", lang), LANGUAGES, default=lang, required=True,
                                  key=f"{Key.WHAT_IF_TAKE_LANGUAGE}_{lang}", label_visibility="collapsed",
                                  format_func=lambda one: t("frame.language-name", one))  # fmt: skip
    texts = team_messages(answer, theirs, here.plan)
    tabs = st.tabs([literal(team or t("roadmap.lane.missing-team", lang)) for team in texts])
    for tab, text in zip(tabs, texts.values(), strict=True):
        tab.code(text, language=None, wrap_lines=True)


def _by_file(here: Current, edits: tuple[Edit, ...]) -> dict[str, list[Edit]]:
    """Every correction and every change by the file that its item came from."""
    rows = here.read.plan.activities
    file_of = dict(zip(rows["id"], rows["file"], strict=True))
    out: dict[str, list[Edit]] = {}
    changed = {file_of.get(edit.item) for edit in edits}
    for edit in (*(workspace.as_edit(saved) for saved in here.edits), *edits):
        file = file_of.get(edit.item)
        if file in changed and file:
            out.setdefault(file, []).append(edit)
    return out


def _altered(here: Current, edits: tuple[Edit, ...]) -> list[tuple[str, OriginalWorkbook]]:
    """The files in their own formats with the changed cells altered and highlighted; those that cannot be altered are left out.

    Worked out once for a set of changes.
    """
    made = (here.id, here.snapshot.number, tuple(saved.id for saved in here.edits), edits)
    held = st.session_state.get(Key.WHAT_IF_ALTERED)
    if held is not None and held[0] == made:
        return list(held[1])
    own, out = _by_file(here, edits), []
    for file, data in workspace.files(here):
        if file in own:
            with contextlib.suppress(InputError):  # an .xls or a scheduling tool's file: the changed plan's workbook serves
                out.append((file, wall.original_workbook(file, data, here.read, own[file], options=workspace.counting(here))))
    st.session_state[Key.WHAT_IF_ALTERED] = (made, out)
    return out


def _packed(altered: list[tuple[str, OriginalWorkbook]]) -> bytes:
    """One file as it is, several as a zip."""
    if len(altered) == 1:
        return altered[0][1].data
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bundle:
        for number, (file, one) in enumerate(altered, start=1):
            bundle.writestr(f"{number}-{file.replace('/', '_')}", one.data)
    return packed.getvalue()


@told
def _adopt(here: Current, answer: Answer, name: str, lang: Language) -> None:
    """Keep the changed plan as the workspace's next version. The files that it came from stay as they are in theirs.

    What cells can say is laid over the same files as corrections, days off as the dates that they lead to; where dependencies or
    risks have changed, the plan is written as a clean workbook.
    """
    from tpm.export.workbook import plan_workbook
    from tpm.store import Edit as StoredEdit
    from tpm.store import NewSnapshot, Upload

    now = dt.datetime.now(dt.UTC)
    store = cache.store()
    kinds = {change.kind for change in answer.applied}
    if kinds & {*LINKS, *RISKS}:
        upload = Upload(f"{workspace.file_stem(here)}.xlsx", plan_workbook(answer.plan, lang))
        saved = store.save_snapshot(here.id, NewSnapshot([upload], label=name), at=now)
    else:
        files = [Upload(file, data) for file, data in workspace.files(here)]
        saved = store.save_snapshot(here.id, NewSnapshot(files, label=name), at=now)
        edits, _ = cell_edits(here.plan, answer, lang, with_forecast=bool(kinds & {*CALENDAR}))
        standing = [one.edit for one in store.edits(here.id, here.snapshot.number) if not is_risk_edit(one.edit.field)]
        stored = [*standing, *(StoredEdit(edit.item, edit.field, edit.value, reason=edit.reason or name) for edit in edits)]
        store.add_edits(here.id, saved.number, stored, at=now)
    shared.saw_versions()
    st.session_state.pop(Key.SNAPSHOT, None)
    st.session_state[Key.WHAT_IF_ADOPTED] = saved.number
    st.session_state.pop(Key.BOARD, None)
    st.query_params.pop(Key.SCENARIO, None)
