"""Tables that are laid out in other ways than a list from the top, under words that are known and under words that nobody knows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, Final

import pytest

from tests.ingest.build import read, row

_WORDS: Final = {  # name, owner, start, finish
    "en": ("Task", "Owner", "Start", "Finish"),
    "ko": ("작업명", "담당자", "시작일", "종료일"),
    "pt": ("Tarefa", "Responsável", "Início", "Fim"),
    "hu": ("Feladat", "Ki", "Kezdés", "Vége"),
    "nobody's": ("Qwelt", "Zorb", "Blim", "Vesk"),
}
_NAMES: Final = (
    "Collect the requirements",
    "Draw the screens",
    "Write the interface",
    "Migrate the price list",
    "Train the support desk",
    "Test with ten customers",
    "Approve the contract",
    "Move the servers",
)
_PEOPLE: Final = ("Ana Ruiz", "Bo Lind", "Mira Holm", "Ana Ruiz", "Bo Lind", "Mira Holm", "Kim Ha", "Bo Lind")
Rows = list[list[Any]]


def _day(number: int) -> dt.date:
    return dt.date(2027, 1, 4) + dt.timedelta(days=number)


def _rows(first: int = 0, last: int = len(_NAMES)) -> Rows:
    return [[_NAMES[at], _PEOPLE[at], _day(3 * at), _day(3 * at + 4)] for at in range(first, last)]


def _cards(words: tuple[str, ...]) -> Rows:
    return [line for one in _rows() for line in [*([word, cell] for word, cell in zip(words, one, strict=True)), []]]


def _wide_cards(words: tuple[str, ...]) -> Rows:
    name, owner, start, finish = words
    return [line for one in _rows() for line in ([name, one[0], owner, one[1]], [start, one[2], finish, one[3]], [])]


def _columns_of_cards(words: tuple[str, ...]) -> Rows:
    """Two cards beside one another under each other pair."""
    blocks = [[_rows(at, at + 1)[0], _rows(at + 1, at + 2)[0]] for at in range(0, len(_NAMES), 2)]
    return [line for pair in blocks for line in [*([word, pair[0][at], pair[1][at]] for at, word in enumerate(words)), []]]


_OTHER: Final = ["Prop", "Nist", "Arle", "Gond"]
_LAYOUTS: Final[dict[str, Callable[[tuple[str, ...]], Rows]]] = {
    "one list": lambda words: [list(words), *_rows()],
    "the header again behind a gap": lambda words: [list(words), *_rows(0, 4), [], list(words), *_rows(4)],
    "the header again without a gap": lambda words: [list(words), *_rows(0, 4), list(words), *_rows(4)],
    "a title over each list": lambda words: [["North"], list(words), *_rows(0, 4), [], ["South"], list(words), *_rows(4)],
    "pages with a foot": lambda words: [list(words), *_rows(0, 4), ["Page 1"], list(words), *_rows(4), ["Page 2"]],
    "a second list under other words": lambda words: [list(words), *_rows(0, 4), [], [], ["", *_OTHER], *(["", *one] for one in _rows(4))],
    "two lists side by side": lambda words: [
        [*words, "", *words],
        *([*one, "", *other] for one, other in zip(_rows(0, 4), _rows(4), strict=True)),
    ],
    "items as columns": lambda words: [list(line) for line in zip(list(words), *_rows(), strict=True)],
    "items as columns under a title": lambda words: [["Plan 2027"], [], *(list(line) for line in zip(list(words), *_rows(), strict=True))],
    "items as columns, the corner empty": lambda words: [list(line) for line in zip(["", *words[1:]], *_rows(), strict=True)],
    "a card an item": _cards,
    "a card of two columns an item": _wide_cards,
    "cards beside one another": _columns_of_cards,
}


@pytest.mark.parametrize("language", _WORDS)
@pytest.mark.parametrize("layout", _LAYOUTS)
def test_a_plan_is_the_same_plan_however_it_is_laid_out(layout: str, language: str) -> None:
    found = read(_LAYOUTS[layout](_WORDS[language])).plan.activities
    assert sorted(found["name"]) == sorted(_NAMES)
    finishes = dict(zip(found["name"], found["planned_finish"], strict=True))
    assert {name: day.date() for name, day in finishes.items()} == {name: _day(3 * at + 4) for at, name in enumerate(_NAMES)}
    if layout != "two lists side by side":  # four rows under words that nobody knows may leave the starts open
        starts = dict(zip(found["name"], found["planned_start"], strict=True))
        assert {name: day.date() for name, day in starts.items()} == {name: _day(3 * at) for at, name in enumerate(_NAMES)}


def test_a_title_with_a_number_over_each_list_is_a_group_and_no_page() -> None:
    result = read([["Phase 1"], ["Task", "Start"], *[[one[0], one[2]] for one in _rows(0, 4)], [],
                   ["Phase 2"], ["Task", "Start"], *[[one[0], one[2]] for one in _rows(4)]])  # fmt: skip
    assert row(result, "Move the servers")["phase"] == "Phase 2"


def test_the_plan_of_the_next_month_stands_under_a_calendar_of_its_own() -> None:
    days = [_day(at) for at in range(10)]
    later = [_day(at) for at in range(31, 41)]
    result = read([
        ["January", "", *days], ["Draw the screens", "", "", "x", "x"], ["Move the servers", "", "x"], [], [],
        ["February", "", *later], ["Write the interface", "", "x", "x"], ["Load test", "", "", "", "x"],
    ])  # fmt: skip
    assert sorted(result.plan.activities["name"]) == ["Draw the screens", "Load test", "Move the servers", "Write the interface"]
    assert row(result, "Load test")["planned_start"] == _day(33).isoformat()


@pytest.mark.parametrize("months", [("Jan", "Feb", "Mar", "Apr", "May", "Jun"), ("1월", "2월", "3월", "4월", "5월", "6월")])
def test_work_that_is_written_into_a_calendar_is_dated_by_where_it_stands(months: tuple[str, ...]) -> None:
    result = read([
        ["Plan 2027"],
        ["", *months],
        ["Web", "Collect the wishes", "", "Draw the screens"],
        ["Server", "", "Move the servers", "", "Load test"],
        ["Team", "Hire two people", "", "", "", "Close the old system"],
    ])  # fmt: skip
    assert len(result.plan.activities) == 6
    test = row(result, "Load test")
    assert (test["planned_start"], test["planned_finish"], test["phase"]) == ("2027-04-01", "2027-04-30", "Server")


def test_who_works_when_is_no_plan_written_into_a_calendar() -> None:
    days = [_day(at) for at in range(5)]
    shifts = [["", *days], ["Early", "Ana", "Bo", "Ana", "Mira", "Bo"], ["Late", "Bo", "Mira", "Mira", "Ana", "Ana"]]
    lessons = [["", "Mon", "Tue", "Wed", "Thu"], ["9:00", "Algebra", "Physics", "History", "Music"],
               ["10:00", "Sports", "Chemistry", "Biology", "Art"]]  # fmt: skip
    assert read(shifts).plan.activities.empty
    assert read(lessons).plan.activities.empty


def test_weekdays_in_the_first_row_of_a_plan_make_no_roster_of_it() -> None:
    head = ["Task", "Owner", "Start", "Finish", "Week 1", *[""] * 6, "Week 2", *[""] * 6, "Week 3", *[""] * 6, "Week 4"]
    week = ["MON", "TUE", "WED", "THR", "FRI", "SAT", "SUN"]
    first = ["Prepare", "", _day(0), _day(9), *week * 3]
    assert len(read([head, first, *_rows()]).plan.activities) == len(_NAMES) + 1


def test_a_list_whose_rows_repeat_their_names_is_no_stack_of_cards() -> None:
    steps = ("Design", "Build", "Test")
    result = read([["Step", "Release", "Start", "Finish"],
                   *([step, f"R{release}", _day(9 * release + 3 * at), _day(9 * release + 3 * at + 2)]
                     for release in range(4) for at, step in enumerate(steps))])  # fmt: skip
    assert len(result.plan.activities) == 12


def test_one_row_a_day_is_a_journal_and_no_plan() -> None:
    done = ("Finished the first page", "Login works", "Play lists and covers", "Search works", "Comments", "Tidied up")
    assert read([["", "Ana", "Bo"], *([_day(at), text, f"{text}, too"] for at, text in enumerate(done))]).plan.activities.empty


@pytest.mark.parametrize("words", [("Time", "Activity", "Notes"), ("시간", "일정", "내용")])
def test_an_itinerary_by_the_hour_is_no_plan(words: tuple[str, ...]) -> None:
    stops = ("Get up and pack", "Bus to the airport", "Security", "Flight", "Lunch in town", "Walk in the park")
    rows = [[f"{at + 8}:00 - {at + 8}:50", stop, "see the ticket"] for at, stop in enumerate(stops)]
    assert read([list(words), *rows]).plan.activities.empty
