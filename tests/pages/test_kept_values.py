"""Whatever a workspace keeps may be wrong: every page still has its header, its way out and a finding that says which value it was."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

import app as router
from tests.pages.conftest import words
from tpm.findings import InputError
from tpm.scenario import Scenario, add_holiday, shift
from tpm.store import DocumentKind, Edit, NewSnapshot, Upload, open_store
from tpm.ui.keys import Key
from tpm.ui.text import literal

Opener = Callable[..., AppTest]
PAGES = [page.name for page in router.PAGES]
NOW = dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC)
PLAN = (b"ID,Task,Team,Start,Finish,Predecessors,Milestone\nA,Ledger,Payments,2026-11-02,2026-11-06,,\n"
        b"B,Screens,Mobile,2026-11-09,2026-11-20,A,\nM,Launch,Payments,2026-12-01,2026-12-01,B,Yes\n")
RISKS = b"Risk ID,Risk,Probability,Impact,Impact days,Activities\nR-1,Late vendor,40%,4,5,B\nR-2,No test data,20%,3,2,A\n"
SETTINGS: dict[str, Any] = {
    "status": "2026-11-20", "mode": "asap", "country": "KR", "week": "mon-fri", "team_countries": {"Payments": "US", "Mobile": "KR"},
    "near_critical": 3.0, "target": "M", "project_start": "2026-11-02", "date_order": "ymd", "sheet": "Plan", "baseline": 1,
    "risk_scale": {"bands": [0.1, 0.3, 0.5, 0.7], "impacts": [], "medium_from": 5, "high_from": 12},
    "simulation": {"runs": 1000, "seed": 7, "target": "M", "distribution": "pert", "low": -0.1, "high": 0.3, "correlation": 0.2,
                   "learned": True},
    "review": {"pinned": ["M"], "hidden": [], "lane": "team", "amber_days": 0, "red_days": 5, "amber_confidence": 0.8,
               "red_confidence": 0.5},
}
EDITS = [Edit(*one) for one in (
    ("A", "name", "General ledger"), ("A", "duration", 6.0), ("B", "planned_finish", "2026-11-24"), ("B", "progress", 0.5),
    ("A", "kind", "activity"), ("B", "state", "in_progress"), ("M", "predecessor", "A"), ("B", "deadline", "2026-12-01"),
    ("R-1", "risk.probability", 0.5), ("R-1", "risk.due", "2026-12-01"), ("R-1", "risk.activities", ["A"]), ("R-1", "risk.state", "open"),
    ("R-3", "risk.add", True), ("R-2", "risk.impact_days", 4.0), ("R-2", "risk.owner", "Bex"),
)]  # fmt: skip
# Random JSON with what is nearly right among it: those are the values that slip through.
NEARLY = st.sampled_from([
    None, True, -1, 0, 1e308, 10**17, "", "M", "KR", "ZZ", "0001-01-01", "9999-12-31", "2026-11-20", "2026-02-31", "auto", "asap", [], {},
    ["M"], [["M"]], {"M": "KR"}, {"runs": "many"}, [None] * 4, [0.1, 0.2, 0.3, 0.9], "x" * 5000, "<b>*a*</b>", "1e999", [{"kind": "shift"}],
])  # fmt: skip
ANY = NEARLY | st.recursive(st.none() | st.booleans() | st.integers(-5, 5000) | st.floats(allow_nan=False, width=32) | st.text(max_size=8),
                            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
                            max_leaves=6)  # fmt: skip


@pytest.fixture(scope="module")
def sound() -> bytes:
    """The bundle of a workspace that keeps one of everything."""
    with open_store() as store:
        here = store.create_workspace("Full", at=NOW, first=NewSnapshot([Upload("plan.csv", PLAN), Upload("risks.csv", RISKS)])).id
        store.add_edits(here, 1, EDITS, at=NOW)
        store.freeze_baseline(here, 1, "Promise", at=NOW)
        later = Upload("plan.csv", PLAN.replace(b"11-20,A", b"11-24,A"))
        store.save_snapshot(here, NewSnapshot([later, Upload("risks.csv", RISKS)]), at=NOW)
        store.add_edits(here, 2, EDITS, at=NOW)
        store.update_settings(here, SETTINGS)
        scenario = Scenario("Later", (shift("A", 2), add_holiday(dt.date(2026, 11, 10), dt.date(2026, 11, 11))))
        store.put_documents(here, DocumentKind.SCENARIO, {"one": {**scenario.as_json(), "number": 1, "snapshot": 1}})
        store.put_documents(here, DocumentKind.MAPPING, {"id|task": {"name": "Task"}})
        store.put_documents(here, DocumentKind.PAIR, {"pair": True})
        store.put_documents(here, DocumentKind.DISMISSED, {"no-owner|A": "vendor"})
        return store.write_bundle(here)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place of a JSON value, those of containers too."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for name, one in inner for place in places(one, (*path, name)))]


def kept_places(manifest: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Where a manifest keeps settings, corrections, scenarios and documents."""
    documents = [("documents", *place) for place in places(manifest["documents"]) if len(place) >= 2]
    edits = [("snapshots", number, "edits", at, part) for number, snapshot in enumerate(manifest["snapshots"])
             for at in range(len(snapshot["edits"])) for part in ("value", "value", "field", "item")]  # fmt: skip
    frozen = [("snapshots", 0, "baseline", "edits", at, "value") for at in range(len(EDITS))]
    return documents + edits + frozen


def replaced(bundle: bytes, changes: dict[tuple[Any, ...], Any]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(bundle)) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "manifest.json":
                manifest = json.loads(content)
                for path, value in sorted(changes.items(), key=lambda change: -len(change[0])):
                    inner = manifest
                    for step in path[:-1]:
                        inner = inner[step]
                    inner[path[-1]] = value
                content = json.dumps(manifest).encode()
            new.writestr(name, content)
    return target.getvalue()


def manifest_of(bundle: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        return dict(json.loads(archive.read("manifest.json")))


def stands(app: Opener, workspace: str) -> None:
    """Every page of the workspace is drawn, with the way out, and says what it leaves out."""
    from tpm.ui.kept import check

    with open_store() as store:
        unusable = check(store.opened(workspace)).unusable
        store.write_bundle(workspace)
    for page in PAGES:
        test = app(page, workspace=workspace)
        assert test.button(key=Key.CLOSE)
        assert test.selectbox(key=Key.SNAPSHOT)
        if unusable:
            assert any(literal(unusable[0].finding.message("en")) in one.value for one in test.warning), page


def test_a_sound_workspace_has_nothing_to_say(app: Opener, sound: bytes) -> None:
    from tpm.ui.kept import check

    with open_store() as store:
        here = store.open_bundle(sound, at=NOW).id
        assert check(store.opened(here)).unusable == ()
    stands(app, here)


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.data())
def test_any_value_may_be_any_json(app: Opener, sound: bytes, data: st.DataObject) -> None:
    chosen = data.draw(st.lists(st.sampled_from(kept_places(manifest_of(sound))), min_size=1, max_size=12, unique=True))
    changes = {path: data.draw(st.text(max_size=8) if path[-1] in ("field", "item") and path[0] != "documents" else ANY) for path in chosen}
    with open_store() as store:
        try:
            here = store.open_bundle(replaced(sound, changes), at=NOW).id
        except InputError as refused:
            assert refused.finding.code == "bundle-damaged"
            return
    stands(app, here)


@pytest.mark.parametrize("locale", ["en-US", "ko-KR"])
def test_a_wrong_value_says_which_it_is_and_can_be_removed(app: Opener, sound: bytes, locale: str) -> None:
    with open_store() as store:
        here = store.open_bundle(sound, at=NOW).id
        store.update_settings(here, {"country": "ZZ", "near_critical": -4, "status": "0001-01-01", "invented": 1})
        store.add_edits(here, 2, [Edit("A", "duration", "long"), Edit("B", "colour", "red")], at=NOW)
        store.put_documents(here, DocumentKind.SCENARIO, {"bad": {"name": "Dance", "changes": [{"kind": "dance"}]}})
    test = app(locale=locale, workspace=here)
    said = words(test).replace("\\", "")
    for value in ("ZZ", "-4", "0001-01-01", "A · duration → long", "B · colour → red", "Dance"):
        assert value in said
    assert ("public holidays" if locale == "en-US" else "공휴일") in said
    for _ in range(7):
        test.button(key=f"{Key.UNUSABLE_REMOVE}_0").click().run()
        assert not test.exception
    assert "ZZ" not in words(test)
    assert not [one for one in test.warning if "cannot be used" in one.value]
    with open_store() as store:
        assert "country" not in store.settings(here)
        assert len(store.edits(here, 2)) == len(EDITS)


def test_a_workspace_whose_plan_cannot_be_worked_out_can_be_closed_and_taken_away(
    app: Opener, keep: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from tpm.ui import workspace

    named = keep(("plan.csv", PLAN))

    def unforeseen(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(workspace, "apply_edits", unforeseen)
    with pytest.raises(AssertionError):  # the exception is there for the log and for tests
        app(workspace=named)
    test = AppTest.from_file(str(router.__file__), default_timeout=60)
    test.query_params["w"] = named
    test.run()
    assert "Nothing is lost" in test.error[0].value
    assert test.button_group(key=Key.LANGUAGE)
    assert test.get("download_button")[0].key == Key.RESCUE
    test.button(key=Key.CLOSE).click().run()
    assert not test.exception
    assert "w" not in test.query_params
