"""Findings about rows and about links, with names, cells and keys filled in one way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tpm.findings import Place, Severity
from tpm.insight.cross_team.assumptions import Assumption
from tpm.insight.cross_team.base import Base

_MOST_PLACES: Final = 50  # cells of one finding


def named(base: Base, row: int) -> str:
    """An item as people call it, its id behind."""
    name, item = str(base.names[row]), str(base.ids[row])
    return name if name == item else f"{name} ({item})"


def place_of(base: Base, row: int) -> Place:
    """The row of the sheet that an item comes from."""
    number = int(base.text("row")[row])
    return Place(base.text("file")[row] or "", base.text("sheet")[row] or "", f"A{number}" if number else "")


def about(code: str, severity: Severity, base: Base, rows: Sequence[int], names: Sequence[str] = (), **params: object) -> Assumption:
    """A finding about ``rows``; ``names`` is what the place is called where that is not the rows' own names."""
    own = tuple(named(base, row) for row in rows)
    return Assumption(code, severity, tuple(str(base.ids[row]) for row in rows), {"list": ", ".join(own), **params},
                      places=tuple(place_of(base, row) for row in rows), names=tuple(names) or own)


def on_links(code: str, severity: Severity, base: Base, links: Sequence[int], **params: object) -> Assumption:
    """One finding about ``links`` (rows of ``schedule.links``)."""
    pairs = [(int(base.predecessor[link]), int(base.successor[link])) for link in links]
    sources = base.sources
    places = []
    for link, (_, successor) in zip(links[:_MOST_PLACES], pairs, strict=False):
        sheet, found, cell = str(sources[link] or "").rpartition("!")
        places.append(Place("", sheet, cell) if found else place_of(base, successor))
    names = tuple(f"{base.names[p]} → {base.names[s]}" for p, s in pairs)
    items = tuple(dict.fromkeys(str(base.ids[row]) for pair in pairs for row in pair))
    return Assumption(code, severity, items, {"list": ", ".join(names), **params}, tuple(map(int, links)), tuple(places), len(pairs),
                      tuple(f"{base.ids[p]}>{base.ids[s]}" for p, s in pairs), names)
