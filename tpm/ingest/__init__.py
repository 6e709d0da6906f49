"""Any team's spreadsheet → one plan, and everything that was understood or doubted on the way.

The one door is :func:`read_files`. Inside, four steps that each can be read alone: :mod:`~tpm.ingest.opening.workbook` (bytes to grids),
:mod:`~tpm.ingest.tables.tables` (where tables are and what they hold), :mod:`~tpm.ingest.tables.columns` (which column is which field) and
:mod:`~tpm.ingest.cells.values` (cells to types); :mod:`~tpm.ingest.assembling.assemble` puts the plan together.

What reads is imported when it is first asked for: the server, which has files read by another process, mostly wants :class:`ReadOptions`.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from tpm.ingest.options import FIELDS, NO_HEADER, Forced, ReadOptions

if TYPE_CHECKING:
    from tpm.ingest.door import read_files
    from tpm.ingest.explained import why
    from tpm.ingest.readers import header_signature
    from tpm.ingest.source import SourceCells, source_cells
else:
    _HOMES = {"read_files": "door", "why": "explained", "header_signature": "readers", "SourceCells": "source", "source_cells": "source"}

    def __getattr__(name: str) -> Any:
        if name not in _HOMES:
            raise AttributeError(name)
        return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)


__all__ = ["FIELDS", "NO_HEADER", "Forced", "ReadOptions", "SourceCells", "header_signature", "read_files", "source_cells", "why"]
