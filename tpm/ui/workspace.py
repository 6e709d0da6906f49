"""The open workspace: its id is in the address, everything else is in the store.

A session keeps only the id. What a page needs comes from :func:`current`, which reads the store once a run;
readings and schedules are cached by content (:mod:`tpm.ui.cache`).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from tpm.edits import PREDECESSOR, Edit, apply_edits
from tpm.findings import Finding, InputError, Severity, worst_first
from tpm.i18n import Language, t
from tpm.model import ImportResult, Plan, ScheduleOptions
from tpm.risk_edits import ADD, RiskEdit, apply_risk_edits, next_id
from tpm.ui import cache, shared, visitor, wall
from tpm.ui.keys import Key
from tpm.ui.text import literal
from tpm.ui.trouble import told

if TYPE_CHECKING:
    from tpm.ingest import ReadOptions, SourceCells
    from tpm.ingest.sheets import SheetView
    from tpm.store import Opened, SavedEdit, Snapshot, Summary, Workspace
    from tpm.ui.kept import Kept

_SAMPLES: Final = Path(__file__).resolve().parent.parent.parent / "data"
_RECENT: Final = 6  # lines on the start page


@dataclass(frozen=True)
class Current:
    """The open workspace as a page sees it. ``result.plan`` has the corrections in it; ``read`` is the upload alone."""

    workspace: Workspace
    snapshot: Snapshot
    snapshots: tuple[Snapshot, ...]
    kept: Kept
    read: ImportResult
    result: ImportResult

    @property
    def id(self) -> str:
        return self.workspace.id

    @property
    def mark(self) -> str:
        """What tells the workspace from others where its id, which opens it, must not be seen."""
        return hashlib.sha256(self.id.encode()).hexdigest()[:12]

    @property
    def settings(self) -> Mapping[str, Any]:
        return self.kept.settings

    @property
    def edits(self) -> tuple[SavedEdit, ...]:
        """The corrections of activities."""
        return self.kept.edits

    @property
    def risk_edits(self) -> tuple[SavedEdit, ...]:
        return self.kept.risk_edits

    @property
    def plan(self) -> Plan:
        return self.result.plan

    def as_of(self, today: dt.date) -> dt.date:
        """The day that this version speaks of: today for the latest, else the day that it was saved."""
        return self.day_of(self.snapshot, self.plan, today)

    def day_of(self, snapshot: Snapshot, plan: Plan, today: dt.date) -> dt.date:
        """The day that ``snapshot``, which reads as ``plan``, speaks of."""
        if snapshot.number == self.snapshots[-1].number:
            return today
        from tpm.schedule import told_day

        return told_day(plan) or snapshot.created_at.date()


_opened: ContextVar[tuple[str, Opened | None] | None] = ContextVar("opened", default=None)
_of_this_run: ContextVar[tuple[str, Current | None] | None] = ContextVar("current", default=None)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def follow_address() -> None:
    """Open what the address names, or put the open workspace back into an address that lost it (a page change)."""
    _opened.set(None)
    _of_this_run.set(None)
    named = st.query_params.get(Key.WORKSPACE)
    held = st.session_state.get(Key.WORKSPACE)
    if named and named != held:
        st.session_state[Key.WORKSPACE] = named
        st.session_state.pop(Key.SNAPSHOT, None)
    elif held and not named:
        st.query_params[Key.WORKSPACE] = held


def opened() -> Opened | None:
    """What the store has of the open workspace, as it came: cheap, and before anything of it is read. None as :func:`current`."""
    named: str | None = st.session_state.get(Key.WORKSPACE)
    if not named:
        return None
    known = _opened.get()
    if known is None or known[0] != named:
        known = (named, _open(named, st.session_state.get(Key.SNAPSHOT)))
        _opened.set(known)
    return known[1]


def _open(named: str, number: int | None) -> Opened | None:
    from tpm.store import NotFoundError

    try:
        found = cache.store().opened(named, number)
    except NotFoundError:
        return None
    return found if found.snapshot is not None else None


def current() -> Current | None:
    """The open workspace, or None when none is open or the address names none."""
    named: str | None = st.session_state.get(Key.WORKSPACE)
    if not named:
        return None
    known = _of_this_run.get()
    if known is None or known[0] != named:
        found = opened()
        known = (named, None if found is None else _load(found))
        _of_this_run.set(known)
    return known[1]


def address_is_unknown() -> bool:
    """The address names a workspace that is not there."""
    return bool(st.session_state.get(Key.WORKSPACE)) and current() is None


def again(here: Current) -> Current:
    """``here`` as the store has it by now; as it was where it is gone. Needs no session: a download may call it."""
    found = _open(here.id, here.snapshot.number)
    return here if found is None or found.snapshot is None or found.snapshot.number != here.snapshot.number else _load(found)


def _load(found: Opened) -> Current:
    from tpm.ui.kept import check

    assert found.snapshot is not None
    named, kept = found.workspace.id, check(found)
    read = _read(named, found.snapshot, kept)
    plan, refused = apply_edits(read.plan, [as_edit(one) for one in kept.edits], _calendars(kept, read.plan))
    plan, refused_risks = apply_risk_edits(plan, [as_risk_edit(one) for one in kept.risk_edits])
    told = (*read.findings, *refused, *refused_risks, *kept.findings)
    here = Current(found.workspace, found.snapshot, found.snapshots, kept, read, replace(read, plan=plan, findings=told))
    return replace(here, result=replace(here.result, plan=_with_baseline(here)))


def _calendars(kept: Kept, plan: Plan) -> ScheduleOptions:
    """The options that decide in which calendars a correction counts working days; no status date is asked for."""
    from tpm.ui.settings import Settings

    return replace(Settings.of(kept.settings), status="none").options(plan, dt.date.min)


def counting(here: Current) -> ScheduleOptions:
    """The options in whose calendars corrections of ``here`` count working days."""
    return _calendars(here.kept, here.read.plan)


def _with_baseline(here: Current) -> Plan:
    """The plan with the dates of the frozen version that the reader chose to compare with; as the sheet says where none is chosen."""
    frozen = next((one for one in here.snapshots if one.number == here.settings.get("baseline") and one.baseline is not None), None)
    if frozen is None:
        return here.plan
    return cache.baselined(here.plan, plan_of(here, frozen, frozen=True), here.kept.pairs, counting(here))


def plan_of(here: Current, snapshot: Snapshot, *, frozen: bool = False) -> Plan:
    """The plan of any version with its corrections: those that stand, or (``frozen``) those that stood when it became a baseline."""
    from tpm.store import SavedEdit
    from tpm.ui.kept import usable_edits

    if frozen and snapshot.baseline is not None:
        saved = tuple(SavedEdit(0, edit, snapshot.created_at) for edit in snapshot.baseline.edits)
    else:
        saved = cache.store().edits(here.id, snapshot.number)
    edits, risk_edits = usable_edits(saved)
    read = _read(here.id, snapshot, here.kept).plan
    plan, _ = apply_edits(read, [as_edit(one) for one in edits], _calendars(here.kept, read))
    plan, _ = apply_risk_edits(plan, [as_risk_edit(one) for one in risk_edits])
    return plan


def reading_manner(here: Current) -> str:
    """Everything that decides how files of the workspace are read, besides their bytes."""
    return repr(_read_options(here.kept))


def earlier_versions(here: Current) -> list[tuple[Plan, dt.date]]:
    """The plans before the open version as they were uploaded, oldest first, each with the day that it speaks of."""
    from tpm.schedule import told_day

    earlier = [(_read(here.id, one, here.kept).plan, one.created_at.date()) for one in here.snapshots if one.number < here.snapshot.number]
    return [(plan, told_day(plan) or created) for plan, created in earlier]


def as_edit(saved: SavedEdit) -> Edit:
    """A correction of the store as the program applies it."""
    return Edit(saved.edit.item, saved.edit.field, saved.edit.value, saved.edit.reason)


def digests(snapshot: Snapshot) -> str:
    """Names and hashes of the version's files."""
    return _digests((file.name, file.sha256) for file in snapshot.files)


def _digests(files: Iterable[tuple[str, str]]) -> str:
    return "|".join(f"{name}:{sha256}" for name, sha256 in files)


def source_cells(here: Current) -> SourceCells:
    """The cells of the open version's files that its plan was read from."""
    return cache.source_cells(digests(here.snapshot), lambda: files(here), here.read)


def as_risk_edit(saved: SavedEdit) -> RiskEdit:
    """A change to the register of the store as the program applies it."""
    return RiskEdit.from_store(saved.edit.item, saved.edit.field, saved.edit.value, saved.edit.reason)


def _read(named: str, snapshot: Snapshot, kept: Kept) -> ImportResult:
    store = cache.store()
    try:
        return cache.reading(
            digests(snapshot), lambda: [(file.name, file.content) for file in store.files(named, snapshot.number)], _read_options(kept))
    except InputError as error:  # an older version of the program could read it: its files are still there to take away
        return ImportResult(Plan(), findings=(error.finding,))


def _read_options(kept: Kept | None) -> ReadOptions:
    from tpm.ingest import ReadOptions

    if kept is None:
        return ReadOptions(remembered=_remembered_elsewhere())
    settings = kept.settings
    start, status = settings.get("project_start"), settings.get("status_date")
    return ReadOptions(
        remembered=kept.mappings, date_order=settings.get("date_order"), sheet=settings.get("sheet"),
        start=dt.date.fromisoformat(start) if start else None, year=settings.get("year"),
        as_of=dt.date.fromisoformat(status) if status not in (None, "auto", "none") else None,
    )


def _remembered_elsewhere() -> dict[str, Any]:
    """Mended mappings of the reader's recent workspaces: a new one reads files with the same headers the same way."""
    from tpm.ui.kept import check

    mappings: dict[str, Any] = {}
    for item in reversed(recent()):  # the latest wins
        mappings.update(check(cache.store().opened(item.workspace.id)).mappings)
    return mappings


def open_workspace(named: str) -> None:
    """Make ``named`` the open workspace of this session. Raises ``NotFoundError`` when it is gone."""
    cache.store().touch(named, at=_now())
    st.session_state[Key.WORKSPACE] = named
    st.session_state.pop(Key.SNAPSHOT, None)
    st.query_params[Key.WORKSPACE] = named
    held = st.session_state.setdefault(Key.OPENED, [])
    if named not in held:
        held.append(named)


def close_workspace() -> None:
    """Go back to the start page; the workspace stays in the store."""
    st.session_state.pop(Key.WORKSPACE, None)
    st.session_state.pop(Key.SNAPSHOT, None)
    st.query_params.pop(Key.WORKSPACE, None)


def recent() -> list[Summary]:
    """Workspaces to offer: this computer's to the one person whose it is, else those that this session opened."""
    store = cache.store()
    if store.list_allowed and visitor.is_owner():
        return store.recent(_RECENT)
    return store.summaries(st.session_state.get(Key.OPENED, []))[:_RECENT]


def take(given: Sequence[tuple[str, bytes]], role: str, *, anyway: bool = False) -> Finding | None:
    """Keep uploaded files: as a ``new`` workspace, a newer ``version``, or a ``part`` of the open version.

    ``anyway`` takes a version in which nothing was found, for a person to show where the plan is. Returns the finding that says why
    nothing was taken, or None. What was open is not touched in that case.
    """
    from tpm.ingest import header_signature
    from tpm.store import DocumentKind, NewSnapshot, StoreError, Upload, is_bundle

    here = current() if role != "new" else None
    try:
        if len(given) == 1 and is_bundle(*given[0]):
            open_workspace(cache.store().open_bundle(wall.unpack(*given[0]), at=_now()).id)
            return None
        if here is not None and role == "part":
            names = {name for name, _ in given}
            given = [*((name, content) for name, content in files(here) if name not in names), *given]
        options = _read_options(here.kept if here else None)
        result = cache.reading(_digests((name, hashlib.sha256(data).hexdigest()) for name, data in given), lambda: given, options)
        if here is not None and not anyway and result.plan.activities.empty and result.plan.risks.empty:
            st.session_state[Key.REFUSED] = (given, role)
            return worst_first(result.findings)[0] if result.findings else Finding("no-plan", Severity.ERROR)
        new = NewSnapshot([Upload(name, content) for name, content in given])
        if here is None:
            name = result.plan.name or Path(given[0][0]).stem
            made = cache.store().create_workspace(name, at=_now(), first=new).id
            used = {signature for table in result.tables for signature in (header_signature(table), table.signature)}
            kept = {signature: mapping for signature, mapping in options.remembered.items() if signature in used}
            if kept:
                cache.store().put_documents(made, DocumentKind.MAPPING, kept)
            open_workspace(made)
        else:
            cache.store().save_snapshot(here.id, new, at=_now())
            shared.saw_versions()
            st.session_state.pop(Key.SNAPSHOT, None)
    except InputError as error:
        return error.finding
    except StoreError as error:
        return error.finding
    return None


def open_sample(lang: Language) -> None:
    """Open the sample program with its three weekly versions."""
    from tpm.store import NewSnapshot, Upload

    name = t("workspace.sample", lang)
    held = next((item.workspace.id for item in recent() if item.workspace.sample and item.workspace.name == name), None)
    if held is not None:
        open_workspace(held)
        return
    versions = sorted(_SAMPLES.glob(f"sample_{lang}_*.xlsx"))
    store = cache.store()
    made = store.create_workspace(name, at=_now(), sample=True)
    for path in versions:
        store.save_snapshot(made.id, NewSnapshot([Upload(path.name, path.read_bytes())], label=path.stem[-10:]), at=_now())
    open_workspace(made.id)


def file_stem(here: Current) -> str:
    """A file name made of the workspace's name, without anything that a file system might not like."""
    return re.sub(r"[^\w가-힣-]+", "-", here.workspace.name).strip("-")[:60] or "plan"


def bundle_name(here: Current) -> str:
    """What the workspace's bundle is called."""
    return f"{file_stem(here)}.tpm.zip"


def files(here: Current) -> list[tuple[str, bytes]]:
    """The uploaded files of the open version, as they came."""
    return [(file.name, file.content) for file in cache.store().files(here.id, here.snapshot.number)]


def save_settings(changes: Mapping[str, Any], part_of: str | None = None) -> None:
    """Merge ``changes`` into the open workspace's settings, or into one that is made of parts. What somebody else set meanwhile is not
    overwritten: it is asked about."""
    from tpm.store import DocumentKind

    shared.put(DocumentKind.SETTING, {(name,) if part_of is None else (part_of, name): value for name, value in changes.items()})


def say(changes: Mapping[tuple[str, ...], Any]) -> None:
    """Remember what a person says of sheets of a shape, as :mod:`tpm.ui.said` makes it. Raises ``StoreError``."""
    from tpm.store import DocumentKind

    shared.write(DocumentKind.MAPPING, changes)


def sheet_view(here: Current, file: str, sheet: str) -> SheetView | None:
    """A sheet of the open version beside its reading."""
    return cache.sheet_view(digests(here.snapshot), lambda: files(here), here.read.tables, _read_options(here.kept), file, sheet)


def lay_over(edits: Sequence[Edit | RiskEdit], since: shared.Seen | None = None) -> list[Sequence[int] | None]:
    """Lay corrections and changes to the register over the version that ``since`` saw, else the open one. Raises ``StoreError``.

    Returns the ids in the store of each: none where it stood already, None where somebody else changed the cell and a person is asked.
    """
    from tpm.store import Edit as StoredEdit
    from tpm.ui.merging import Clash

    stored = [StoredEdit(edit.risk, edit.stored_field, edit.stored_value, reason=edit.reason) if isinstance(edit, RiskEdit)
              else StoredEdit(edit.item, edit.field, edit.value, reason=edit.reason) for edit in edits]  # fmt: skip
    laid = shared.lay(stored, additive=(PREDECESSOR,), since=since)
    return [None if isinstance(one, Clash) else [] if one is None else [one.id] for one in laid]


correct = told(lay_over)  # for a widget's callback


def add_risk(title: str) -> str:
    """A new risk at the end of the open register; its id, which nobody else has been given."""
    from tpm.store import Edit as StoredEdit

    here, named = current(), ""
    known = set(here.plan.risks["id"]) if here is not None else set()

    def new(standing: tuple[SavedEdit, ...]) -> list[StoredEdit]:
        nonlocal named
        named = next_id({*map(str, known), *(one.edit.item for one in standing)})
        made = RiskEdit(named, ADD, True), RiskEdit(named, "title", title)
        return [StoredEdit(edit.risk, edit.stored_field, edit.stored_value) for edit in made]

    shared.add_edits(new)
    return named


def take_back(ids: Sequence[int]) -> None:
    """Remove corrections by their id in the store."""
    shared.take_back(ids)


def way_out(lang: Language) -> Any:
    """The button that closes the workspace: there before anything of the workspace is read, so that none can lock its reader in.

    Returns the place for what :func:`header` says, which stands before the button.
    """
    names = st.container(horizontal=True, vertical_alignment="center", width="content", gap="xsmall", wrap=False)
    if st.session_state.get(Key.WORKSPACE):
        st.button(t("workspace.close", lang), key=Key.CLOSE, on_click=close_workspace, type="tertiary", icon=":material/close:")
    return names


def header(lang: Language) -> None:
    """The open workspace's name and version."""
    here = opened()
    if here is None or here.snapshot is None:
        return
    with st.container(key=Key.NAME, width="content"):
        st.markdown(f"**{literal(here.workspace.name or t('workspace.untitled', lang))}**")
    if len(here.snapshots) > 1:
        by_number = {one.number: one for one in here.snapshots}
        numbers = list(reversed(by_number))

        def label(number: int) -> str:
            one = by_number[number]
            return one.label or t("workspace.version", lang, number=number, when=one.created_at)

        st.selectbox(t("plan.version", lang), numbers, index=numbers.index(here.snapshot.number), key=Key.SNAPSHOT,
                     format_func=label, label_visibility="collapsed", persist_state="session", width=130)
