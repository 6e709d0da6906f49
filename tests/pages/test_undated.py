"""The Roadmap page of a plan without a date: numbered days and weeks, or a board."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from tpm.ui.keys import Key


def test_a_plan_in_numbered_weeks_is_drawn_over_weeks_and_asks_for_the_first(app: Callable[..., AppTest], keep: Callable[..., str]) -> None:
    named = keep(("plan.csv", b"Task,Owner,Start,End\nDesign,Bex,Week 1,Week 2\nBuild,Ida,Week 3,Week 6\n"))
    test = app("roadmap", workspace=named)
    assert test.subheader[0].value == "2 items run to week 6; on which date week 1 begins is not known yet"
    question = next(one for one in test.date_input if one.label == "Week 1 begins on")
    question.set_value(dt.date(2026, 11, 2)).run()
    assert not test.exception
    assert "is not known yet" not in test.subheader[0].value


def test_a_backlog_without_dates_is_a_board_by_status_and_owner(app: Callable[..., AppTest], keep: Callable[..., str]) -> None:
    rows = b"Key,Summary,Status,Assignee\nP-1,Login,In Progress,Bex\nP-2,Logout,To Do,Ida\nP-3,Reset,Done,Bex\nP-4,Audit,To Do,\n"
    test = app("roadmap", workspace=keep(("jira.csv", rows)))
    assert test.subheader[0].value == "3 of 4 items are open, 1 in progress; 1 of the open ones has no owner"
    heads = [one.value for one in test.markdown if one.value.startswith("**") and "·" in one.value]
    assert heads == ["**To Do** · 2", "**In Progress** · 1", "**Done** · 1"]
    test.selectbox(key=Key.BOARD_OWNER).set_value("Bex").run()
    heads = [one.value for one in test.markdown if one.value.startswith("**") and "·" in one.value]
    assert heads == ["**In Progress** · 1", "**Done** · 1"]


def test_dates_without_a_year_ask_for_it_in_the_finding(app: Callable[..., AppTest], keep: Callable[..., str]) -> None:
    test = app(workspace=keep(("plan.csv", b"Task,Start,End\nDesign,3 Mar,6 Mar\nBuild,9 Mar,20 Mar\n")))
    next(one for one in test.number_input if one.label == "Year of the first date").set_value(2031).run()
    assert not test.exception
    assert "20 Mar 2031" in test.header[0].value
    assert not [one for one in test.number_input if one.label == "Year of the first date"]
