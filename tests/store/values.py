"""Times and files that the tests share."""

import datetime as dt

from tpm.store import NewSnapshot, Upload

MONDAY = dt.datetime(2026, 11, 2, 9, 30, tzinfo=dt.UTC)
TUESDAY = MONDAY + dt.timedelta(days=1)

CSV = Upload("plan.csv", "id,name\n1,착수\n".encode() * 200)
RISKS = Upload("risks.xlsx", bytes(range(256)) * 3)


def version(*files: Upload, label: str = "") -> NewSnapshot:
    return NewSnapshot(files or (CSV,), label=label)
