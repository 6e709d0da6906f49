"""One workspace in several tabs and hands: writing without undoing anybody, noticing what others changed, asking where both did.

A tab remembers what it last drew (:class:`Seen`), and so does each table that is typed into, whose rows may be older than the page.
Whatever is written is compared with that under the store's lock (:mod:`tpm.ui.merging`): a change that touches nothing of somebody else's
is made; otherwise it waits as a question with both values in sight. Nobody signs in, so all that is known of the other is that it was
another tab or another person.

An open tab asks every few seconds for the workspace's revision, one number, in a part of the page of its own: nothing else is drawn
again, and what is being typed or dragged is not disturbed. What has changed is said with a button that loads it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from tpm.i18n import Language, t
from tpm.ui import cache
from tpm.ui.keys import Key
from tpm.ui.text import literal
from tpm.ui.trouble import told

if TYPE_CHECKING:
    from tpm.store import Edit, Opened, SavedEdit, Snapshot
    from tpm.ui.merging import Clash, Path

LOOK_SECONDS: Final = 4.0
CLASHES_MOST: Final = 20  # questions at once, the others follow; a person who is asked more answers none


@dataclass(slots=True)
class Seen:
    """What the reader was shown: the workspace as it was read for that, with this tab's own changes since."""

    opened: Opened

    def add(self, **parts: Any) -> None:
        """Add this tab's own change."""
        self.opened = replace(self.opened, **parts)

    @property
    def id(self) -> str:
        return self.opened.workspace.id


def seen() -> Seen | None:
    """What the last page that was drawn whole showed of the open workspace; None before the first."""
    held: Seen | None = st.session_state.get(Key.SEEN)
    return held if held is not None and held.id == st.session_state.get(Key.WORKSPACE) else None


def saw(opened: Opened | None) -> None:
    """Remember what has been drawn. Called at the end of a page: until then the reader's hands answer to the page before."""
    st.session_state[Key.SEEN] = None if opened is None else Seen(opened)


def _saw(**parts: Any) -> None:
    held = seen()
    if held is not None:
        held.add(**parts)


def _readers(since: Seen | None) -> list[Seen]:
    """Whatever shows this tab's own changes: the page and the table that they were typed into."""
    return [one for one in (seen(), since) if one is not None]


def _id(since: Seen | None) -> str:
    return since.id if since is not None else st.session_state[Key.WORKSPACE]


# Writing


def write(kind: str, changes: Mapping[Path, Any], since: Seen | None = None) -> list[Clash]:
    """Write documents, or parts of them, of the open workspace; ``ABSENT`` removes. What was changed after ``since``, else after the
    page was drawn, clashes: it is returned, and asked about on the next page. Raises ``StoreError``."""
    from tpm.ui.merging import applied, merged

    held, clashes = since or seen(), []

    def revise(now: Mapping[str, Any]) -> Mapping[str, Any]:
        written, found = merged(kind, now, now if held is None else held.opened.documents.get(kind, {}), changes)
        clashes.extend(found)
        return written

    cache.store().revise_documents(_id(since), kind, revise)
    refused = {clash.path for clash in clashes}
    for reader in _readers(since):
        known = reader.opened.documents.get(kind, {})
        own, _ = merged(kind, known, known, {path: value for path, value in changes.items() if path not in refused})
        reader.add(documents={**reader.opened.documents, kind: applied(known, own)})
    ask(clashes)
    return clashes


put = told(write)


def lay(
    new: Sequence[Edit] | Callable[[tuple[SavedEdit, ...]], Sequence[Edit]], additive: Sequence[str] = (), since: Seen | None = None
) -> list[SavedEdit | Clash | None]:
    """Lay corrections over the version that ``since`` saw, else the page. One of a cell that somebody else corrected after that is asked
    about; those of ``additive`` fields stand beside each other and never clash. ``new`` may be a function of those that stand.

    Returns what became of each; None where it stood already. Raises ``StoreError``.
    """
    from tpm.store import Edit as StoredEdit
    from tpm.ui.merging import EDIT, Clash, identical

    held = since or seen()
    shown = held.opened.snapshot if held is not None else _open_snapshot()
    if shown is None or not new:
        return []
    outcomes: list[Edit | Clash | None] = []

    def choose(standing: tuple[SavedEdit, ...]) -> list[Edit]:
        now, was = _last(standing), _last(standing if held is None else held.opened.edits)
        for edit in new(standing) if callable(new) else new:
            cell = edit.item, edit.field
            theirs = _value(now, cell)
            if edit.field in additive or identical(theirs, _value(was, cell)):
                outcomes.append(edit)
            else:
                outcomes.append(None if identical(theirs, edit.value) else Clash(EDIT, cell, theirs, edit.value))
        return [one for one in outcomes if isinstance(one, StoredEdit)]

    saved = cache.store().add_edits(_id(since), shown.number, choose, at=_now())
    for reader in _readers(since):
        if reader.opened.snapshot is not None and reader.opened.snapshot.number == shown.number:
            reader.add(edits=(*reader.opened.edits, *saved))
    ask([one for one in outcomes if isinstance(one, Clash)])
    left = iter(saved)
    return [next(left) if isinstance(one, StoredEdit) else one for one in outcomes]


add_edits = told(lay)


def _last(edits: Sequence[SavedEdit]) -> dict[tuple[str, str], Any]:
    return {(one.edit.item, one.edit.field): one.edit.value for one in edits}


def _value(cells: Mapping[tuple[str, str], Any], cell: tuple[str, str]) -> Any:
    from tpm.store import ABSENT

    return cells.get(cell, ABSENT)


def _open_snapshot() -> Snapshot | None:
    """The version that is open: the chosen one, else the latest."""
    return cache.store().opened(st.session_state[Key.WORKSPACE], st.session_state.get(Key.SNAPSHOT)).snapshot


def remove(ids: Sequence[int], since: Seen | None = None) -> None:
    """Remove corrections by their id in the store. Raises ``StoreError``."""
    cache.store().remove_edits(_id(since), ids)
    for reader in _readers(since):
        reader.add(edits=tuple(one for one in reader.opened.edits if one.id not in ids))


take_back = told(remove)


@told
def annotate(number: int, part: str, text: str) -> None:
    """Give a version another ``label`` or ``note``."""
    from tpm.ui.merging import VERSION, Clash

    held, clashes = seen(), []
    known = next((getattr(one, part) for one in held.opened.snapshots if one.number == number), text) if held is not None else None

    def clashing(standing: Snapshot) -> bool:
        theirs = getattr(standing, part)
        if known is None or theirs in (known, text):
            return False
        clashes.append(Clash(VERSION, (str(number), part), theirs, text))
        return True

    cache.store().annotate_snapshot(
        st.session_state[Key.WORKSPACE], number, unless=clashing, **{part: text})
    saw_versions()
    ask(clashes)


def saw_document(kind: str, key: str, value: Any) -> None:
    """This tab shows, or has itself written, a document as it stands."""
    held = seen()
    if held is not None:
        _saw(documents={**held.opened.documents, kind: {**held.opened.documents.get(kind, {}), key: value}})


def saw_versions() -> None:
    """This tab has itself just added, named, frozen, deleted or restored a version."""
    if seen() is not None:
        _saw(snapshots=tuple(cache.store().snapshots(st.session_state[Key.WORKSPACE])))


def on_versions(act: Callable[..., object]) -> Callable[..., None]:
    """``act``, which does one of these, as a widget's callback."""

    def done(*arguments: Any) -> None:
        act(*arguments)
        saw_versions()

    return told(done)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


# Asking


def ask(clashes: Sequence[Clash]) -> None:
    """Put questions to the reader at the head of the next page; a newer one about the same thing takes the place of the older."""
    if clashes:
        new = {(clash.kind, clash.path) for clash in clashes}
        held = [one for one in asked() if (one.kind, one.path) not in new]
        st.session_state[Key.CLASHES] = (st.session_state[Key.WORKSPACE], [*held, *clashes])
        st.session_state[Key.CLASHES_NEW] = True


def asked() -> list[Clash]:
    """The questions that stand in the open workspace."""
    held = st.session_state.get(Key.CLASHES)
    return list(held[1]) if held is not None and held[0] == st.session_state.get(Key.WORKSPACE) else []


def must_be_told() -> bool:
    """Whether something waits for the head of the page, which a part of the page that runs alone does not draw."""
    return bool(st.session_state.get(Key.CLASHES_NEW)) or st.session_state.get(Key.STORE_TROUBLE) is not None


def questions(lang: Language) -> None:
    """What two changed differently: both values, and whose is to stand."""
    from tpm.ui.shared_words import said, subject

    st.session_state[Key.CLASHES_NEW] = False
    for number, clash in enumerate(asked()[:CLASHES_MOST]):
        with st.container(border=True, key=f"{Key.CLASH}_{number}"):
            st.markdown(t("shared.clash", lang, what=literal(subject(clash, lang)), theirs=literal(said(clash, clash.theirs, lang)),
                          mine=literal(said(clash, clash.mine, lang))))
            with st.container(horizontal=True):
                st.button(t("shared.theirs", lang), key=f"{Key.CLASH_THEIRS}_{number}", on_click=_settle, args=(clash, False))
                st.button(t("shared.mine", lang), key=f"{Key.CLASH_MINE}_{number}", on_click=_settle, args=(clash, True))


def _settle(clash: Clash, mine: bool) -> None:
    """Answer a question. Mine is written over theirs, the very value that was shown; another that came since is asked about again."""
    from tpm.store import Edit
    from tpm.ui import grid
    from tpm.ui.merging import EDIT, VERSION

    grid.renew()
    left = [one for one in asked() if one != clash]
    st.session_state[Key.CLASHES] = (st.session_state[Key.WORKSPACE], left)
    if not mine:
        return
    _saw_theirs(clash)
    if clash.kind == EDIT:
        add_edits([Edit(clash.path[0], clash.path[1], clash.mine)])
    elif clash.kind == VERSION:
        annotate(int(clash.path[0]), clash.path[1], clash.mine)
    else:
        put(clash.kind, {clash.path: clash.mine})


def _saw_theirs(clash: Clash) -> None:
    """The value that the reader decides against has been seen, wherever the page stands."""
    from tpm.store import Edit, SavedEdit
    from tpm.ui.merging import EDIT, VERSION, applied, merged

    held = seen()
    if held is None:
        return
    opened = held.opened
    if clash.kind == EDIT:
        others = tuple(one for one in opened.edits if (one.edit.item, one.edit.field) != clash.path)
        _saw(edits=(*others, SavedEdit(0, Edit(clash.path[0], clash.path[1], clash.theirs), _now())))
    elif clash.kind == VERSION:
        number, part = clash.path
        _saw(snapshots=tuple(replace(one, **{part: clash.theirs}) if str(one.number) == number else one for one in opened.snapshots))
    else:
        known = opened.documents.get(clash.kind, {})
        theirs: dict[Path, Any] = {clash.path: clash.theirs}
        _saw(documents={**opened.documents, clash.kind: applied(known, merged(clash.kind, known, known, theirs)[0])})


# Noticing


def loaded(now: Opened | None, lang: Language) -> None:
    """On a page that is drawn anew anyway: what in it others have changed since the reader last saw it.

    Tables that are typed into show it too, unless it was a value typed there that made the page anew: the next is on its way.
    """
    from tpm.ui import grid
    from tpm.ui.shared_words import news

    held = seen()
    if held is not None and now is not None and held.id == now.workspace.id and held.opened.workspace.revision != now.workspace.revision:
        words = news(held.opened, now, lang)
        if words:
            st.info(literal(t("shared.loaded", lang, what=words)), icon=":material/group:")
            if not st.session_state.get(Key.CLASHES_NEW):
                grid.renew()


def watch(lang: Language) -> None:
    """Look for changes every few seconds, in a part of the page of its own, and say what they are."""
    if seen() is not None:
        part: Callable[[], None] = st.fragment(run_every=LOOK_SECONDS)(lambda: _look(lang))
        part()


def _look(lang: Language) -> None:
    from tpm.store import StoreError
    from tpm.ui.shared_words import news

    held = seen()
    if held is None:
        return
    try:
        if cache.store().revision(held.id) == held.opened.workspace.revision:
            return
        shown = held.opened.snapshot
        now = cache.store().opened(held.id, None if shown is None else shown.number)
    except StoreError:
        return  # the next thing that the reader does says so
    words = news(held.opened, now, lang)
    if not words:
        _saw(workspace=now.workspace)  # this tab's own change, or one that nobody sees
        return
    with st.container(horizontal=True, vertical_alignment="center", key=Key.NEWS):
        st.info(literal(t("shared.news", lang, what=words)), icon=":material/group:")
        if st.button(t("shared.load", lang), key=Key.NEWS_LOAD, icon=":material/refresh:"):
            _load()
            st.rerun()


def _load() -> None:
    """Show what others have made: the newest version too, where the newest was open before."""
    from tpm.ui import grid

    grid.renew()
    held = seen()
    if held is not None and held.opened.snapshot is not None and held.opened.snapshots[-1].number == held.opened.snapshot.number:
        st.session_state.pop(Key.SNAPSHOT, None)
    st.session_state[Key.SEEN] = None  # the reader has read what is new


# Widgets whose value is in the store


def hold(key: str, value: Any) -> None:
    """Let the widget ``key``, which is drawn next, show what is stored: what it was set to has been stored, or was refused."""
    from tpm.store import ABSENT

    if st.session_state.get(key, ABSENT) != value:
        st.session_state[key] = value


def hold_in_form(key: str, value: Any) -> None:
    """The same for a widget of a form: what was typed stays until it is sent, unless the stored value changes."""
    held = f"{Key.HELD}_{key}"
    if key not in st.session_state or st.session_state.get(held) != value:
        st.session_state[key] = value
    st.session_state[held] = value
