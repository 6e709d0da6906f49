"""Risk registers: ratings on any scale, opportunities, RAID logs, registers that repeat."""

from __future__ import annotations

import pytest

from tests.ingest.build import codes, read
from tpm.ingest.lexicon.headers import unit_of
from tpm.ingest.lexicon.words import level_of, strategy_of


def test_a_register_is_read_with_its_scales() -> None:
    risks = read(
        [
            [
                "ID",
                "Risk Statement",
                "Probability (1-5)",
                "Impact (1-5)",
                "Risk Score (P*I)",
                "Owner",
                "Mitigation Plan",
                "Status",
                "Target Date",
            ],
            ["R1", "Vendor slips", 3, 4, 12, "Ana", "Mitigate: second source", "Open", "2026-04-01"],
        ]
    ).plan.risks.iloc[0]
    assert (risks["title"], risks["probability"], risks["impact"], risks["score"]) == ("Vendor slips", 0.5, 4, 12)
    assert (risks["strategy"], risks["state"], risks["due"].date().isoformat()) == ("reduce", "open", "2026-04-01")


@pytest.mark.parametrize(
    ("cells", "want"),
    [
        ([0.45, 0.1], 0.45),
        (["45%", "10%"], 0.45),
        ([45, 10], 0.45),
        (["상", "하"], 0.7),
        (["High", "Low"], 0.7),
        (["50% to 75%", "0% to 25%"], 0.625),
    ],
)
def test_probability_is_a_share_whatever_its_notation(cells: list[object], want: float) -> None:
    risks = read([["Risk", "Probability", "Impact"], ["Vendor slips", cells[0], "High"], ["Rain", cells[1], "Low"]]).plan.risks
    assert risks["probability"][0] == pytest.approx(want)
    assert risks["impact"].tolist() == [4, 2]


def test_score_is_computed_where_the_sheet_has_none() -> None:
    assert read([["리스크", "발생 가능성", "영향도"], ["공급 지연", "상", "상"], ["우천", "하", "중"]]).plan.risks["score"].tolist() == [
        16,
        6,
    ]


def test_only_the_risks_of_a_raid_log_are_risks() -> None:
    result = read(
        [
            ["RAID Category", "Description", "Impact", "Mitigation", "Owner", "Status"],
            ["Risk", "Data missing", "High", "Check", "Ana", "Open"],
            ["Issue", "Disk full", "High", "Clean", "Bo", "Open"],
            ["Assumption", "Team stays", "Low", None, "Bo", "Open"],
        ]
    )
    assert result.plan.risks["title"].tolist() == ["Data missing"]
    assert result.rejected["reason"].tolist() == ["not-a-risk", "not-a-risk"]
    assert result.plan.activities.empty


def test_a_negative_rating_is_an_opportunity() -> None:
    risks = read(
        [["Risk", "Probability", "Impact rating", "Risk score"], ["Vendor slips", 4, 4, 16], ["New market", 4, -4, -16]]
    ).plan.risks
    assert risks["kind"].tolist() == ["threat", "opportunity"]
    assert risks["impact"].tolist() == [4, 4]


def test_residual_ratings_under_a_caption_are_kept_apart() -> None:
    risks = read(
        [
            ["Risk ID", "Risk Title", "Initial", None, "Controlled", None],
            [None, None, "Probability", "Impact", "Probability", "Impact"],
            ["R1", "Vendor slips", 4, 5, 2, 3],
        ]
    ).plan.risks.iloc[0]
    assert (risks["impact"], risks["residual_impact"]) == (5, 3)
    assert risks["probability"] > risks["residual_probability"]


def test_a_second_register_gives_only_what_the_first_lacks() -> None:
    head = ["Risk", "Probability", "Impact", "Response"]
    titles = ["Vendor slips", "Rain", "Strike", "Fire"]
    result = read(
        {
            "Register": [head, *([title, 3, 3, "Watch"] for title in titles)],
            "Analysis": [["Risks", "How to prevent", "Impact"], *([title, "Plan", "Delay"] for title in [*titles, "Flood"])],
        }
    )
    assert sorted(result.plan.risks["title"]) == sorted([*titles, "Flood"])


def test_impact_days_and_hit_activities_are_read() -> None:
    result = read(
        {
            "Tasks": [["ID", "Task", "Start"], ["a", "Design", "2026-03-02"], ["b", "Build", "2026-03-09"]],
            "Risks": [["Risk", "Probability", "Impact", "Impact days", "Affected activities"], ["Vendor slips", 0.3, 4, "5-9", "a, Build"]],
        }
    )
    risk = result.plan.risks.iloc[0]
    assert (risk["impact_days_min"], risk["impact_days"], risk["impact_days_max"]) == (5, 7, 9)
    assert result.plan.risk_hits["activity"].tolist() == ["a", "b"]


def test_words_for_levels_and_strategies() -> None:
    assert (level_of("매우높음"), level_of("4 - likely"), level_of("blue")) == (5, 4, None)
    assert (strategy_of("회피 - 범위 조정"), strategy_of("Transfer to insurer"), strategy_of("Watch")) == ("avoid", "transfer", None)


def test_a_header_that_states_the_scale_decides_it() -> None:
    result = read([["Risk", "Probability (1-5)", "Impact (1-5)"], ["Delay", 1, 1], ["Loss", 1, 1]])
    assert list(result.plan.risks["impact"]) == [1, 1]
    assert list(result.plan.risks["probability"]) == [0.1, 0.1]
    assert list(read([["Risk", "Probability", "Impact (1-10)"], ["Delay", "20%", 1]]).plan.risks["impact"]) == [1]


def test_min_and_max_behind_days_are_bounds_and_no_minutes() -> None:
    head = ["Risk", "Probability", "Impact", "Impact days min", "Impact days", "Impact days max"]
    risk = read([head, ["Delay", "20%", 3, 3, 5, 8]]).plan.risks.iloc[0]
    assert (risk["impact_days_min"], risk["impact_days"], risk["impact_days_max"]) == (3, 5, 8)


@pytest.mark.parametrize(
    ("header", "unit"),
    [
        ("Impact days min", "days"),
        ("Impact weeks max", "weeks"),
        ("Impact days (min)", "days"),
        ("Duration (min)", "minutes"),
        ("Effort in min", "minutes"),
        ("Duration min", None),
    ],
)
def test_min_is_minutes_only_where_it_stands_alone(header: str, unit: str | None) -> None:
    assert unit_of(header) == unit


@pytest.mark.parametrize(("word", "strategy"), [("Share", "share"), ("공유", "share"), ("Transfer", "transfer"), ("전가", "transfer")])
def test_sharing_is_no_transfer(word: str, strategy: str) -> None:
    result = read([["Risk", "Probability", "Impact", "Strategy"], ["Delay", "20%", 3, word]])
    assert result.plan.risks["strategy"].iloc[0] == strategy


def test_an_opportunity_may_save_days() -> None:
    head = ["Risk", "Type", "Probability", "Impact", "Delay days"]
    result = read([head, ["Reuse", "Opportunity", "20%", 3, -2], ["Buy", "Opportunity", "20%", 3, "−1w"], ["Delay", "Threat", "20%", 3, 4]])
    assert list(result.plan.risks["impact_days"]) == [-2, -5, 4]
    assert "unreadable-duration" not in codes(result)


def test_an_issue_beside_threats_is_kept_and_certain_and_one_row_is_a_register() -> None:
    head = ["Risk", "Threat or opportunity", "Affected activities", "Probability", "Delay (days)"]
    both = read([head, ["Late steel", "Threat", "A", 0.3, 5], ["Crane broken", "Issue", "B", None, 4]]).plan.risks
    assert both["kind"].tolist() == ["threat", "issue"]
    assert read([head, ["Late steel", "Threat", "A", 0.3, 5]]).plan.risks["title"].tolist() == ["Late steel"]
