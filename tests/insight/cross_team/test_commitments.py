"""Cross-team commitments: who owes what to whom, by when it is needed, which date it endangers; the text for each team."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.insight.cross_team.test_matrix import base_of
from tests.plans import plan_of
from tpm.i18n import LANGUAGES
from tpm.insight.cross_team import COMMITMENT_COLUMNS, commitment_words, commitments, team_message

PLAN = plan_of(
    {"id": "A", "name": "Token build", "team": "Identity", "owner": "Bex", "start": "2026-11-16", "finish": "2026-11-27"},
    {"id": "B", "name": "Migration", "team": "Data", "start": "2026-11-25", "finish": "2026-12-04", "after": "A"},
    {"id": "M", "name": "Launch", "team": "Data", "start": "2026-12-04", "finish": "2026-12-04", "milestone": True, "after": "B",
     "deadline": "2026-12-03"},
    {"id": "C", "name": "Beta", "team": "Mobile", "start": "2026-12-14", "finish": "2026-12-18", "after": "ASS+2"},
)


def test_a_commitment_says_when_it_comes_when_it_is_needed_and_what_it_endangers() -> None:
    frame = commitments(base_of(PLAN))
    assert list(frame.columns) == list(COMMITMENT_COLUMNS)
    late = frame.iloc[0]
    assert late[["giver", "receiver", "giver_team", "receiver_team", "giver_owner"]].tolist() == ["A", "B", "Identity", "Data", "Bex"]
    # B is planned for the 25th (Wed): A has to be finished on the 24th, three working days before its own 27th (Fri).
    assert (late["promised"].date(), late["forecast"].date(), late["needed"].date()) == (
        dt.date(2026, 11, 27), dt.date(2026, 11, 27), dt.date(2026, 11, 24))
    assert (late["slack"], late["standing"], late["date"]) == (-3.0, "late", "M")
    # B then ends on 9 Dec, four working days after the deadline of M.
    assert (late["date_slack"], late["latest"].date()) == (-4.0, dt.date(2026, 11, 23))


def test_a_link_on_a_start_is_needed_by_a_start() -> None:
    beta = commitments(base_of(PLAN)).set_index("receiver").loc["C"]
    # Two working days after A's start on the 16th (Mon) is the 18th; C begins on 14 Dec, 18 working days later.
    assert (beta["forecast"].date(), beta["slack"], beta["standing"]) == (dt.date(2026, 11, 16), 18.0, "kept")
    assert beta["needed"].date() == dt.date(2026, 12, 10)


def test_what_hurts_first_comes_first() -> None:
    frame = commitments(base_of(PLAN))
    assert frame["date_slack"].tolist() == sorted(frame["date_slack"])


def test_undated_work_is_last_and_called_unknown() -> None:
    plan = plan_of({"id": "A", "team": "Red"}, {"id": "B", "team": "Blue", "after": "A"})
    frame = commitments(base_of(plan))
    assert frame["standing"].tolist() == ["unknown"]
    assert "does not say by when" in commitment_words(frame.to_dict("records")[0], "en")  # type: ignore[arg-type]


def test_a_commitment_in_words() -> None:
    row = commitments(base_of(PLAN)).to_dict("records")[0]
    assert commitment_words(row, "en") == (  # type: ignore[arg-type]
        "Identity (Bex) owes Data “Token build” for “Migration”: needed by 24 Nov (Tue), forecast 27 Nov (Fri), 3 working days too late."
        " “Launch” behind it is already missed by 4 working days.")
    assert commitment_words(row, "ko") == (  # type: ignore[arg-type]
        "Identity(Bex)는 “Migration”에 필요한 “Token build”를 Data에 11월 24일(화)까지 넘겨야 하지만, "
        "예측은 11월 27일(금)로 영업일 기준 3일 늦습니다."
        " 뒤에 있는 “Launch”는 이미 영업일 기준 4일 늦습니다.")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_message_to_a_team_lists_what_it_owes_and_what_it_gets(lang: str) -> None:
    frame = commitments(base_of(PLAN))
    message = team_message(frame, "Identity", lang)  # type: ignore[arg-type]
    assert message.count("\n- ") == 2
    assert message.count("“Token build”") == 2
    to_data = team_message(frame, "Data", lang)  # type: ignore[arg-type]
    assert to_data.count("\n- ") == 1
    assert "Identity" in to_data
    assert team_message(frame, "Nobody", lang).count("\n") == 0  # type: ignore[arg-type]
