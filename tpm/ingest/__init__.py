"""Any team's spreadsheet → one plan, and everything that was understood or doubted on the way.

The one door is :func:`read_files`. Inside, four steps that each can be read alone: :mod:`~tpm.ingest.opening.workbook` (bytes to grids),
:mod:`~tpm.ingest.tables.tables` (where tables are and what they hold), :mod:`~tpm.ingest.tables.columns` (which column is which field) and
:mod:`~tpm.ingest.cells.values` (cells to types); :mod:`~tpm.ingest.assembling.assemble` puts the plan together.
"""

from tpm.ingest.door import read_files
from tpm.ingest.explained import why
from tpm.ingest.options import FIELDS, NO_HEADER, Forced, ReadOptions
from tpm.ingest.readers import header_signature
from tpm.ingest.source import SourceCells, source_cells

__all__ = ["FIELDS", "NO_HEADER", "Forced", "ReadOptions", "SourceCells", "header_signature", "read_files", "source_cells", "why"]
