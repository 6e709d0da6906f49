"""What others changed, in words: for the line that tells it and for the question when two changed the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from tpm.edits import DROP
from tpm.i18n import Language, keys, t
from tpm.risk_edits import ADD
from tpm.store.records import ABSENT, DocumentKind
from tpm.ui.kept import name_key, shown
from tpm.ui.merging import EDIT, VERSION, Clash, same, value_at

if TYPE_CHECKING:
    from tpm.store import Opened

_LISTED: Final = 3  # names of one kind in a sentence
_FIELD_KEYS: Final = {"planned_start": "start", "planned_finish": "finish", "state": "status", ADD: "title"}
_PART_KEYS: Final = {
    **{part: f"simulation-page.{part}" for part in ("runs", "seed", "distribution", "low", "high", "correlation", "learned")},
    "target": "settings.target", "pinned": "exec.pinned", "hidden": "exec.hidden", "lane": "roadmap-page.lane",
    "amber_days": "exec.amber-days", "red_days": "exec.red-days",
    "amber_confidence": "exec.amber-share", "red_confidence": "exec.red-share",
}  # fmt: skip


def news(before: Opened, now: Opened, lang: Language) -> str:
    """What ``now`` has that ``before`` had not, as a list in one line; empty where a reader would see nothing new."""
    return "; ".join(part for kind in (_settings, _versions, _edits, _documents) for part in kind(before, now, lang))


def _settings(before: Opened, now: Opened, lang: Language) -> Iterator[str]:
    old, new = (one.documents.get(DocumentKind.SETTING, {}) for one in (before, now))
    names = dict.fromkeys(t(name_key((name,)), lang) for name in (*old, *new) if not same(value_at(old, (name,)), value_at(new, (name,))))
    if names:
        yield t("shared.settings", lang, names=_some(list(names), lang))


def _versions(before: Opened, now: Opened, lang: Language) -> Iterator[str]:
    old, new = ({one.number: one for one in opened.snapshots} for opened in (before, now))
    for what, numbers in (("added", new.keys() - old.keys()), ("deleted", old.keys() - new.keys()),
                          ("changed", {number for number in old.keys() & new.keys() if old[number] != new[number]})):
        if numbers:
            yield t(f"shared.versions-{what}", lang, numbers=_some([str(number) for number in sorted(numbers)], lang))
    if before.workspace.name != now.workspace.name:
        yield t("shared.name", lang, name=now.workspace.name)


def _edits(before: Opened, now: Opened, lang: Language) -> Iterator[str]:
    if before.snapshot is None or now.snapshot is None or before.snapshot.number != now.snapshot.number:
        return
    old, new = ({one.id: one.edit for one in opened.edits} for opened in (before, now))
    for what, edits in (("added", [edit for key, edit in new.items() if key not in old]),
                        ("taken-back", [edit for key, edit in old.items() if key and key not in new])):
        if edits:
            items = dict.fromkeys(edit.item for edit in edits)
            yield t(f"shared.edits-{what}", lang, count=len(edits), items=_some(list(items), lang))


def _documents(before: Opened, now: Opened, lang: Language) -> Iterator[str]:
    for kind in (DocumentKind.SCENARIO, DocumentKind.MAPPING, DocumentKind.PAIR, DocumentKind.DISMISSED, DocumentKind.DECISION):
        old, new = before.documents.get(kind, {}), now.documents.get(kind, {})
        changed = [key for key in dict.fromkeys((*old, *new)) if old.get(key, ABSENT) != new.get(key, ABSENT)]
        if changed:
            names = [_scenario_name(new.get(key, old.get(key)), key) for key in changed] if kind == DocumentKind.SCENARIO else []
            yield t(f"shared.documents-{kind}", lang, count=len(changed), names=_some(names, lang))


def _scenario_name(document: Any, key: str) -> str:
    name = document.get("name") if isinstance(document, Mapping) else None
    return shown(name if isinstance(name, str) and name else key)


def _some(names: list[str], lang: Language) -> str:
    listed = ", ".join(shown(name) for name in names[:_LISTED])
    rest = len(names) - _LISTED
    return listed if rest <= 0 else listed + t("shared.and-more", lang, count=rest)


# Questions


def subject(clash: Clash, lang: Language) -> str:
    """What the question is about."""
    first, last = clash.path[0], clash.path[-1]
    if clash.kind == EDIT:
        return f"{first} · {field_name(last, lang)}"
    if clash.kind == VERSION:
        return t(f"shared.version-{last}", lang, number=first)
    if clash.kind == DocumentKind.SETTING:
        return t(name_key(clash.path), lang) + (f" · {_part(first, last, lang)}" if len(clash.path) > 1 else "")
    if clash.kind == DocumentKind.SCENARIO:
        document = clash.theirs if clash.theirs is not ABSENT else clash.mine
        return t("shared.scenario", lang, name=_scenario_name(document, first))
    if clash.kind == DocumentKind.MAPPING:
        said = f"shared.said-{last.removeprefix('@')}"
        what = t(said, lang) if said in keys() else field_name(last, lang) if len(clash.path) > 1 else ""
        return t(f"kept.kind.{clash.kind}", lang) + (f" · {shown(what)}" if what else "")
    return f"{t(f'kept.kind.{clash.kind}', lang)} · {shown(last)}"


def field_name(field: str, lang: Language) -> str:
    """What a corrected field is called."""
    name = field.rpartition(".")[2]
    if name == DROP:
        return t("plan.items.column-drop", lang)
    key = f"field.{_FIELD_KEYS.get(name, name)}"
    return t(key, lang) if key in keys() else name


def _part(name: str, part: str, lang: Language) -> str:
    return t(_PART_KEYS[part], lang) if name in ("simulation", "review") and part in _PART_KEYS else part


def said(clash: Clash, value: Any, lang: Language) -> str:
    """A value as the question shows it."""
    if value is ABSENT or value is None or value == "" or value == []:
        return t("shared.deleted" if clash.kind == DocumentKind.SCENARIO else "shared.nothing", lang)
    if isinstance(value, bool):
        return t("shared.yes" if value else "shared.no", lang)
    if clash.kind == DocumentKind.SCENARIO and isinstance(value, Mapping):
        return t("shared.scenario-is", lang, name=_scenario_name(value, clash.path[0]), count=len(value.get("changes", ())))
    if clash.kind == DocumentKind.DECISION and isinstance(value, Mapping):
        return shown(f"{value.get('what', '')} ({value.get('by', '')})")
    return shown(value)
