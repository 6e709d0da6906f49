"""A stranger's file is refused in a sentence, or read, within ten seconds; nothing of it is unpacked before it was counted."""

from __future__ import annotations

import time
from collections.abc import Iterator

import psutil
import pytest

from tests import hostile
from tpm.apart import LIMITS, Pool
from tpm.findings import InputError
from tpm.ingest import read_files
from tpm.ingest.opening.workbook import open_book
from tpm.ingest.options import ReadOptions

SECONDS = 10.0
GROWTH_BYTES = 200 * 2**20


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    made = Pool(warm=["tpm.ingest.door:warm_up"])
    made.run(read_files, [("plan.csv", b"Task,Start\nBuild,2026-03-02\n")])
    yield made
    made.close()


def children_worked(me: psutil.Process) -> float:
    """Seconds of processor time that the children of ``me``, living and ended, have taken."""
    ended = me.cpu_times()
    living = sum(sum(child.cpu_times()[:2]) for child in me.children())
    return float(ended.children_user + ended.children_system + living)


@pytest.mark.parametrize("name", hostile.FILES)
def test_a_hostile_file_is_refused_in_a_sentence_or_read_soon(name: str, pool: Pool) -> None:
    make, code = hostile.FILES[name]
    data = make()
    me = psutil.Process()
    before, began, worked = me.memory_info().rss, time.monotonic(), children_worked(me)
    said = None
    try:
        pool.within(LIMITS, name, read_files, [(name, data)], ReadOptions())
    except InputError as error:
        said = error.finding
    took = time.monotonic() - began
    assert took < SECONDS or children_worked(me) - worked < SECONDS  # on a machine that is busy with other things
    assert me.memory_info().rss - before < GROWTH_BYTES
    if code is not None:
        assert said is not None
        assert said.code == code
    if said is not None:
        for lang in ("en", "ko"):
            assert name in said.message(lang)
            assert said.fix(lang)


def test_rows_that_are_only_coloured_are_no_reason_to_refuse() -> None:
    rows = b'<row r="1"><c r="A1" t="inlineStr"><is><t>Task</t></is></c><c r="B1" t="inlineStr"><is><t>Start</t></is></c></row>'
    rows += b'<row r="2"><c r="A2" t="inlineStr"><is><t>Build</t></is></c><c r="B2"><v>46174</v></c></row>'
    rows += b"".join(b'<row r="%d" s="1" customFormat="1"><c r="A%d" s="1"/><c r="XFD%d" s="1"></c></row>' % (n, n, n)
                     for n in range(3, 1_048_577, 8))  # fmt: skip
    plan = read_files([("plan.xlsx", hostile.workbook(hostile.sheet(rows)))]).plan
    assert plan.activities["name"].tolist() == ["Build"]


def test_the_empty_rest_of_an_ods_table_counts_for_nothing() -> None:
    row = b"<table:table-row>" + b"".join(
        b'<table:table-cell office:value-type="string"><text:p>%s</text:p></table:table-cell>' % text for text in (b"Task", b"Start"))
    rest = b'<table:table-cell table:number-columns-repeated="16382"/></table:table-row>'
    rows = row + rest + row.replace(b"Task", b"Build").replace(b"Start", b"2026-03-02") + rest
    rows += b'<table:table-row table:number-rows-repeated="1048574">'
    rows += b'<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    assert read_files([("plan.ods", hostile.ods(rows))]).plan.activities["name"].tolist() == ["Build"]


def test_a_long_text_beside_many_short_ones_is_read() -> None:
    rows = b'<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c></row>'
    rows += b"".join(b'<row r="%d"><c r="A%d" t="s"><v>3</v></c><c r="B%d"><v>46174</v></c></row>' % (n, n, n) for n in range(2, 60_001))
    shared = hostile.shared(b"Task", b"Start", b"x" * 30_000, b"Build")
    (grid,) = open_book("plan.xlsx", hostile.workbook(hostile.sheet(rows), shared=shared)).grids
    assert (grid.height, grid.width) == (60_000, 3)
