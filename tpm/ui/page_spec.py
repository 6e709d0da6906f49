"""What the router says of a page, for app.py, which imports little: see :mod:`tpm.ui.lifespan`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PageSpec:
    """A page: its file, its name in the address and in the catalogue (``page.<name>``), its icon."""

    file: str
    name: str
    icon: str
