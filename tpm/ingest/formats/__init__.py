"""Files of scheduling tools that are no spreadsheets, each in a module with ``looks_like`` and ``read``.

========================  =====================================  =============================================
module                    what writes it                         notes
========================  =====================================  =============================================
:mod:`.mspdi`             Microsoft Project, MPXJ, ProjectLibre  XML, the common exchange format
:mod:`.xer`               Primavera P6                           text tables
:mod:`.p6_xml`            Primavera P6                           XML
:mod:`.gan`               GanttProject                           XML
:mod:`.mpp`               Microsoft Project                      needs the ``mpxj`` package and Java, else refused
========================  =====================================  =============================================

``read(name, data)`` gives an :class:`~tpm.model.ImportResult` or raises :class:`~tpm.findings.InputError`;
``looks_like(data)`` never raises. Shared by all: :mod:`.safe_xml`, :mod:`.worktime` and :mod:`.assemble`.
"""

from __future__ import annotations

from importlib import import_module
from typing import Protocol, cast

from tpm.model import ImportResult

FORMATS = ("mspdi", "xer", "p6_xml", "gan", "mpp")


class Format(Protocol):
    """What each module of this package offers."""

    def looks_like(self, data: bytes) -> bool: ...

    def read(self, name: str, data: bytes) -> ImportResult: ...


def format_of(data: bytes) -> Format | None:
    """The module that reads ``data``, by its content; None when none does."""
    for name in FORMATS:
        module = cast(Format, import_module(f"{__name__}.{name}"))
        if module.looks_like(data):
            return module
    return None
