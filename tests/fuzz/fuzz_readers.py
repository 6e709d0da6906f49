"""Coverage-guided fuzzing of everything that reads a stranger's bytes: ``make fuzz`` (for a minute; ``SECONDS_TO_FUZZ=600`` for ten).

Any input must end in a plan or in a refusal with words, within ten seconds and one gigabyte. The samples, a few small texts and a
workspace's bundle are the seeds; what libFuzzer finds is kept in ``.fuzz/`` and is replayed first the next time.

Not part of ``make test``: its results depend on time and chance. What it found is a test of its own room.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from tpm.findings import InputError  # noqa: E402  (after the path)
from tpm.schedule import schedule  # noqa: E402  (compiled by numba: cannot be instrumented)

with atheris.instrument_imports(include=["tpm.ingest", "tpm.store"]):
    from tpm.ingest import read_files
    from tpm.store.bundle import unpack

SEEDS = {
    "plan.csv": b"ID,Task,Start,Finish,Predecessors\n1,Build,2026-11-02,2026-11-06,\n2,Test,2026-11-09,31/02/2026,1FS+2d\n",
    "plan.tsv": "작업명\t담당자\t시작일\t종료일\t진행률\n설계\t김철수\t2024.03.05\t3월 9일\t50%\n".encode("cp949"),
    "plan.xml": b"<?xml version='1.0'?><Project xmlns='http://schemas.microsoft.com/project'><Tasks><Task><UID>1</UID><ID>1</ID><Name>A</Name>"
                b"<Start>2026-11-02T08:00:00</Start><Finish>2026-11-06T17:00:00</Finish><Duration>PT40H0M0S</Duration></Task></Tasks></Project>",
    "plan.xer": b"ERMHDR\t8.0\n%T\tTASK\n%F\ttask_id\ttask_code\ttask_name\ttarget_drtn_hr_cnt\n%R\t1\tA1\tBuild\t40\n%E\n",
    "plan.gan": b"<?xml version='1.0'?><project name='p'><tasks>"
                b"<task id='0' name='A' start='2026-11-02' duration='5' complete='0'/></tasks></project>",
}


def one(data: bytes) -> None:
    """One input through the importer and the engine, and through the opener of bundles."""
    for read in (_plan, unpack):
        try:
            read(data)
        except InputError as refused:
            assert refused.finding.message("en")
            assert refused.finding.message("ko")


def _plan(data: bytes) -> None:
    result = read_files([("file.bin", data)])
    for finding in result.findings:
        finding.message("ko")
    schedule(result.plan)


def main() -> None:
    """Write the seeds, then hand over to libFuzzer."""
    kept = ROOT / ".fuzz"
    kept.mkdir(exist_ok=True)
    for name, content in SEEDS.items():
        (kept / name).write_bytes(content)
    smallest = min((ROOT / "data").glob("*.xlsx"), key=lambda path: path.stat().st_size)
    (kept / "plan.xlsx").write_bytes(smallest.read_bytes())
    atheris.Setup([sys.argv[0], str(kept), "-timeout=10", "-rss_limit_mb=1024", "-max_len=200000", *sys.argv[1:]], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
