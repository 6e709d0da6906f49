"""The Roadmap page: its title is the finding of the review, and the panel of an item says how it stands."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import words
from tpm.ui import roadmap
from tpm.ui.keys import Key

DATA = Path(__file__).resolve().parents[2] / "data"
FINDING = "Korea launch is 80% sure by 3 Mar, 31 working days after the promised 19 Jan; 29 Jan only if nothing slips"


@pytest.fixture
def sample(app: Callable[..., AppTest], keep: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setattr(roadmap, "_PATIENCE_SECONDS", 60.0)  # a busy machine draws no page in between
    name = "sample_en_2026-11-20.xlsx"
    return app("roadmap", workspace=keep((name, (DATA / name).read_bytes())))


def test_a_filter_hides_bars_and_changes_nothing_of_the_finding(sample: AppTest) -> None:
    before = sample.subheader[0].value.replace("\\", "")
    assert before.startswith(f"{FINDING}. ")
    sample.multiselect(key=Key.TEAMS).set_value(["Mobile"]).run(timeout=60)
    assert sample.subheader[0].value.replace("\\", "") == before


def test_the_panel_of_an_item_says_its_status_and_how_sure_its_date_is(sample: AppTest) -> None:
    sample.selectbox(key=Key.ITEM).set_value("CK-611").run(timeout=60)
    text = words(sample).replace("\\", "")
    assert "Korea launch is forecast for 29 Jan, 8 working days after the promised 19 Jan." in text
    assert "80% sure by 3 Mar, as likely as not by" in text
