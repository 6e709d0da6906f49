"""The team matrix and the team load as drawn: what each cell says, which can be clicked, what is left out."""

from __future__ import annotations

import datetime as dt

import numpy as np
import plotly.graph_objects as go
import pytest

from tests.charts.geometry import plain
from tests.insight.test_graph import STATUS, base_of, item
from tpm.charts.team_load import team_load_chart
from tpm.charts.team_matrix import MOST_GROUPS, clicked_cell, team_matrix_chart
from tpm.charts.text import text_width
from tpm.charts.theme import DARK, LIGHT
from tpm.i18n import Language
from tpm.insight.cross_team import Base, team_load, team_matrix
from tpm.insight.matrix_words import load_title, matrix_title


def handing_over() -> Base:
    """Two owes One late work and Three tight work; One owes Three with air; One has work of its own."""
    return base_of(
        item("A", "Two", "2026-11-02", "2026-11-20"), item("B", "One", "2026-11-16", "2026-11-20", "A"),
        item("C", "Two", "2026-11-02", "2026-11-06"), item("D", "Three", "2026-11-10", "2026-11-13", "C"),
        item("E", "One", "2026-11-02", "2026-11-04"), item("F", "Three", "2026-12-14", "2026-12-18", "E"),
        item("G", "One", "2026-11-09", "2026-11-10", "E"), item("H", "Four", "2026-11-09", "2026-11-10"),
    )  # fmt: skip


def cells(figure: go.Figure) -> dict[tuple[str, str], list[tuple[str, str]]]:
    """(waits, on) → the words of its cell with their colours."""
    rows = [plain(text).strip().split(" waits ")[0].split(" usually ")[0] for text in figure.layout.yaxis.ticktext]
    columns = [plain(text.replace("<br>", "|")).split("|")[0] for text in figure.layout.xaxis.ticktext]
    wide = float(figure.layout.xaxis.tickvals[1] - figure.layout.xaxis.tickvals[0])
    out: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for trace in figure.data:
        if trace.mode == "text":
            for text, x, y in zip(trace.text, trace.x, trace.y, strict=True):
                place = (rows[int(np.searchsorted(figure.layout.yaxis.tickvals, y + 20) - 1)], columns[int(x // wide)])
                out.setdefault(place, []).append((text, trace.textfont.color))
    return out


def test_rows_wait_on_columns_and_red_and_amber_have_a_sign_as_well() -> None:
    found = cells(team_matrix_chart(team_matrix(handing_over()), lang="en"))
    assert found["One", "Two"] == [("1", LIGHT.late), ("▲ −5 d", LIGHT.late)]
    assert found["Three", "Two"] == [("1", LIGHT.warning_text), ("△ +1 d", LIGHT.warning_text)]
    assert [text for text, _ in found["Three", "One"]] == ["1", "+27 d"]
    assert [colour for _, colour in found["One", "One"]] == [LIGHT.muted_text, LIGHT.muted_text]
    assert ("Two", "One") not in found


def test_groups_without_a_link_have_no_row_and_are_counted() -> None:
    figure = team_matrix_chart(team_matrix(handing_over()), lang="en", dark=True)
    assert not any("Four" in text for text in figure.layout.yaxis.ticktext)
    assert figure.layout.meta["left_out"] == 1
    assert figure.layout.paper_bgcolor == DARK.background


def test_every_cell_with_links_can_be_clicked_and_the_chosen_one_is_outlined() -> None:
    matrix = team_matrix(handing_over())
    chosen = (matrix.groups.index("One"), matrix.groups.index("Two"))
    figure = team_matrix_chart(matrix, lang="en", chosen=chosen)
    trace = next(trace for trace in figure.data if trace.customdata is not None)
    assert len(trace.customdata) == len(matrix.cells)
    told = {tuple(int(part) for part in row) for row in trace.customdata}
    assert chosen in told
    assert all(matrix.counts[cell] > 0 for cell in told)
    assert any("later than needed" in story for story in trace.hovertext)
    assert [shape.line.color for shape in figure.layout.shapes if shape.layer == "above"] == [LIGHT.ink]
    assert clicked_cell([{"customdata": ["1", "2"]}]) == ("1", "2")
    assert clicked_cell([{}]) is None


def test_more_groups_than_a_picture_can_carry_are_counted() -> None:
    rows = [item("R", "Root", "2026-11-02", "2026-11-06")]
    rows += [item(f"A{at}", f"A team with a rather long name {at:02d}", "2026-11-09", "2026-11-13", "R") for at in range(30)]
    figure = team_matrix_chart(team_matrix(base_of(*rows)), lang="en")
    assert figure.layout.meta["left_out"] == 31 - MOST_GROUPS
    wide = float(figure.layout.xaxis.tickvals[1] - figure.layout.xaxis.tickvals[0])
    for head in figure.layout.xaxis.ticktext:
        assert all(text_width(plain(line), figure.layout.xaxis.tickfont.size) <= wide for line in head.split("<br>"))


@pytest.mark.parametrize(("lang", "expected"), [
    ("en", "Two owes 2 teams 2 open hand-offs, 1 of them later than needed"),
    ("ko", "Two가 2곳에 넘길 것은 2건이며, 이 가운데 1건이 필요한 날보다 늦습니다"),
])
def test_the_matrix_title_names_who_owes_what_hurts(lang: Language, expected: str) -> None:
    assert matrix_title(team_matrix(handing_over()), lang) == expected


def test_links_that_stay_within_one_team_are_told_in_the_title() -> None:
    base = base_of(item("A", "One", "2026-11-09", "2026-11-13"), item("B", "One", "2026-11-16", "2026-11-20", "A"))
    assert matrix_title(team_matrix(base), "en") == "No open dependency crosses teams; 1 stays within one team"


def busy() -> Base:
    """One has four items in the week of 16 November, else one."""
    rows = [item(f"W{at}", "One", (dt.date(2026, 11, 2) + dt.timedelta(weeks=at)).isoformat(),
                 (dt.date(2026, 11, 6) + dt.timedelta(weeks=at)).isoformat()) for at in range(8)]
    rows += [item(f"X{at}", "One", "2026-11-16", "2026-11-20") for at in range(3)]
    return base_of(*rows, item("Y", "Two", "2026-11-16", "2026-12-04"))


def test_a_crunch_is_outlined_and_told() -> None:
    load = team_load(busy())
    figure = team_load_chart(load, lang="en", status_date=STATUS)
    outlined = [shape for shape in figure.layout.shapes if shape.line.color == LIGHT.warning]
    assert len(outlined) == 1
    assert outlined[0].path.count("M") == 1
    assert load_title(load, STATUS, "en").startswith("One has 4 items in flight in the week of 16 Nov")
    trace = next(trace for trace in figure.data if trace.customdata is not None)
    assert ["One", "2026-11-16"] in [list(row) for row in trace.customdata]
    assert any("4 items in flight, usually 1" in story for story in trace.hovertext)
    assert figure.layout.annotations[0].text == "as of 2 Nov"


def test_without_a_crunch_the_title_says_where_most_is_in_flight() -> None:
    base = base_of(item("A", "One", "2026-11-02", "2026-11-20"), item("B", "Two", "2026-11-02", "2026-11-06"))
    assert load_title(team_load(base), STATUS, "en").startswith("No crunch ahead: the most in flight is 1 item of One")


def test_more_than_a_year_is_cut_to_a_year_from_the_status_date_on() -> None:
    rows = [item(f"W{at}", "One", (dt.date(2026, 1, 5) + dt.timedelta(weeks=4 * at)).isoformat(),
                 (dt.date(2026, 1, 30) + dt.timedelta(weeks=4 * at)).isoformat()) for at in range(24)]
    figure = team_load_chart(team_load(base_of(*rows)), lang="ko", status_date=STATUS)
    assert figure.layout.meta["weeks"][0] == "2026-10-19"
    assert len({row[1] for trace in figure.data if trace.customdata is not None for row in trace.customdata}) == 52
    for tick, text in zip(figure.layout.xaxis.tickvals, figure.layout.xaxis.ticktext, strict=True):
        assert tick + text_width(text, figure.layout.xaxis.tickfont.size) <= figure.layout.xaxis.range[1] + 1


def test_nothing_in_flight_is_an_error() -> None:
    with pytest.raises(ValueError, match="in flight"):
        team_load_chart(team_load(base_of(item("A", None, "2026-11-02", "2026-11-06"))), lang="en")
