"""Rows that are issues of a code host: the address that ends in "/issues/10" or "/pull/10" says who the row is.

An export of a project board has no column of ids, but the number of an issue stays while rows come and go, so that it can be
followed from one week's export to the next. Issues and pull requests of one repository share their numbers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np

from tpm.ingest.assembling.names import unique

_ISSUE: Final = re.compile(r"^(?:https?://[^/\s]+/|/)?(?P<path>(?:[^/\s]+/)*?)(?:-/)?(?:issues|pull)/(?P<number>\d{1,9})/?$", re.I)


def _forms(address: str | None) -> tuple[str, ...]:
    """``…/acme/shop/issues/10`` → ``shop#10``, ``#10``, ``acme/shop#10``; only ``#10`` without a repository; () for other addresses."""
    match = _ISSUE.match(address.strip()) if address else None
    if match is None:
        return ()
    path, number = match["path"].rstrip("/"), f"#{int(match['number'])}"
    repository = path.rpartition("/")[2]
    return tuple(dict.fromkeys((f"{repository}{number}", number, f"{path}{number}")))


def issue_ids(addresses: Sequence[str | None]) -> np.ndarray | None:
    """``shop#10`` for each row whose address is an issue's that no other row has, None for the others; None where there is none."""
    said = [next(iter(_forms(address)), None) for address in addresses]
    out = np.full(len(said), None, dtype=object)
    for text, position in unique(said).items():
        out[position] = text
    return out if any(one is not None for one in out) else None


def issue_names(addresses: Sequence[str | None]) -> list[tuple[str, int]]:
    """(a way in which other cells call an issue, position of its row), for those ways that mean one row."""
    forms = [_forms(address) for address in addresses]
    at = [position for position, found in enumerate(forms) for _ in found]
    return [(text, at[index]) for text, index in unique([text for found in forms for text in found]).items()]
