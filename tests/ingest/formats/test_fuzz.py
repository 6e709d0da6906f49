"""Damaged files end in a plan or in an error that says what to do; nothing else is raised."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.ingest.formats import test_gan, test_p6
from tests.ingest.formats.builders import calendar, exception, link, mspdi_file, task, xer_file
from tpm.findings import InputError
from tpm.ingest.formats import FORMATS, Format, format_of, gan, mspdi, p6_xml, xer

MSPDI = mspdi_file(
    task(1, "2026-03-02T08:00", "2026-03-06T17:00", 40, Summary=1),
    task(2, "2026-03-02T08:00", "2026-03-06T17:00", 40, OutlineNumber="1.1", OutlineLevel=2),
    task(
        3,
        "2026-03-09T08:00",
        "2026-03-09T08:00",
        0,
        inner=link(2, 3, 4800, 7),
        ConstraintType=4,
        ConstraintDate="2026-03-09T08:00:00",
        Manual=1,
    ),
    calendars=calendar(
        1, "Standard", f"<Exceptions>{exception('2026-03-01', '2026-12-31', Type=5, Period=1, MonthItem=4, MonthPosition=0)}</Exceptions>"
    ),
)
XER = xer_file(
    PROJECT=test_p6.PROJECT,
    CALENDAR=[test_p6.cal()],
    PROJWBS=test_p6.WBS,
    TASK=[test_p6.activity(1), test_p6.activity(2)],
    TASKPRED=[test_p6.pred(2, 1, "PR_SS", 8)],
)
PMXML = test_p6.pmxml(test_p6.pm_activity(1) + test_p6.pm_activity(2))
GAN = (
    '<project name="P" version="3.3"><calendars><day-types>'
    + test_gan.WEEK
    + '</day-types><date year="2026" month="3" date="9"/></calendars><tasks>'
    + test_gan.task(1, inner=test_gan.depend(2) + test_gan.task(2))
    + "</tasks><resources/></project>"
).encode()
WHOLE = [(mspdi, MSPDI), (xer, XER), (p6_xml, PMXML), (gan, GAN)]
FAST = settings(deadline=None, max_examples=120, suppress_health_check=[HealthCheck.too_slow])


def survives(module: Format, data: bytes) -> None:
    module.looks_like(data)
    finding = None
    try:
        module.read("plan", data)
    except InputError as error:
        finding = error.finding
    if finding is not None:
        assert finding.message("ko")
        assert finding.fix("en")


@pytest.mark.parametrize(("module", "whole"), WHOLE)
def test_the_undamaged_files_are_read(module: Format, whole: bytes) -> None:
    assert format_of(whole) is module
    assert len(module.read("plan", whole).plan.activities) >= 2


@pytest.mark.parametrize(("module", "whole"), WHOLE)
@FAST
@given(data=st.data())
def test_truncated_files(module: Format, whole: bytes, data: st.DataObject) -> None:
    survives(module, whole[: data.draw(st.integers(0, len(whole)))])


@pytest.mark.parametrize(("module", "whole"), WHOLE)
@FAST
@given(data=st.data())
def test_mutated_bytes(module: Format, whole: bytes, data: st.DataObject) -> None:
    damaged = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 6))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    survives(module, bytes(damaged))


HOSTILE = st.sampled_from(
    [
        "",
        "-1",
        "0",
        "nan",
        "inf",
        "-inf",
        "1e308",
        "9" * 40,
        "2026-02-31T00:00:00",
        "0001-01-01T00:00:00",
        "9999-12-31T23:59:59",
        "2199-12-31T23:59:00",
        "1950-01-01T00:00:00",
        "PT99999999999H0M0S",
        "P",
        "²",
        "१२",
        "\U0001f600",
        "TT_Mile",
        "a" * 300,
        "24:00:00",
        "00:00:00",
        "2026-03-09T08:00:00",
    ]
)


@pytest.mark.parametrize(("module", "whole"), WHOLE)
@FAST
@given(data=st.data())
def test_hostile_values_in_well_formed_files(module: Format, whole: bytes, data: st.DataObject) -> None:
    """Values, not bytes: the text between tags, cells or quotes is replaced."""
    import re

    text = whole.decode()
    pattern = {xer: r"\t([^\t\r\n%]+)", gan: r'="([^"<>]*)"'}.get(module, r">([^<>]+)<")  # type: ignore[call-overload]
    spots = [match.span(1) for match in re.finditer(pattern, text)]
    chosen = data.draw(st.lists(st.integers(0, len(spots) - 1), min_size=1, max_size=8, unique=True))
    for at in sorted(chosen, reverse=True):
        first, last = spots[at]
        text = text[:first] + data.draw(HOSTILE) + text[last:]
    survives(module, text.encode())


@FAST
@given(st.binary(max_size=400))
def test_arbitrary_bytes(data: bytes) -> None:
    format_of(data)
    for module, _ in WHOLE:
        survives(module, data)


def test_formats_are_all_there() -> None:
    assert FORMATS == ("mspdi", "xer", "p6_xml", "gan", "mpp")
    assert format_of(b"nothing of the kind") is None
