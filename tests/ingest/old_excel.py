"""A workbook of the old .xls format with one sheet of texts and fills: the few records that readers need, in an OLE container."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

_SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_BLACK, _AUTOMATIC = 8, 65  # places in the palette


def xls(rows: Sequence[Sequence[str | None]], fills: Mapping[tuple[int, int], int], bold: Sequence[int] = (), sheet: str = "Plan") -> bytes:
    """``fills``: (row, column) → number of a colour in the palette (8 to 63); ``bold`` rows have bold texts."""
    colours = sorted(set(fills.values()))
    fonts = [_font(400)] * 5 + [_font(700)]  # the fifth does not exist: numbers skip it
    formats = [_format(), _format(font=6), *(_format(colour=colour) for colour in colours)]
    cells = []
    for row, texts in enumerate(rows):
        for column in range(max(len(texts), 1 + max((at for line, at in fills if line == row), default=-1))):
            text = texts[column] if column < len(texts) else None
            colour = fills.get((row, column))
            form = 2 + colours.index(colour) if colour is not None else int(row in bold)
            if text is not None:
                cells.append(_record(0x0204, struct.pack("<HHHHB", row, column, form, len(text), 1) + text.encode("utf-16-le")))
            elif colour is not None:
                cells.append(_record(0x0201, struct.pack("<HHH", row, column, form)))
    width = 1 + max([*(len(texts) for texts in rows), *(at for _, at in fills)])
    body = [_begin(0x10), _record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0)), *cells, _record(0x0A, b"")]
    name = sheet.encode("utf-16-le")
    head = [_begin(0x05), *fonts, *formats]
    size = len(b"".join(head)) + 4 + 8 + len(name) + 4
    bound = _record(0x85, struct.pack("<IBBBB", size, 0, 0, len(sheet), 1) + name)
    return _container(b"".join([*head, bound, _record(0x0A, b""), *body]))


def _record(code: int, content: bytes) -> bytes:
    return struct.pack("<HH", code, len(content)) + content


def _begin(kind: int) -> bytes:
    return _record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 0x07CC, 0, 6))


def _font(weight: int) -> bytes:
    return _record(0x31, struct.pack("<HHHHHBBBBBB", 200, 0, 0x7FFF, weight, 0, 0, 0, 0, 0, 5, 0) + b"Arial")


def _format(font: int = 0, colour: int | None = None) -> bytes:
    pattern, colours = (1 << 26, colour | _AUTOMATIC << 7) if colour is not None else (0, 64 | _AUTOMATIC << 7)
    return _record(0xE0, struct.pack("<HHHBBBBIIH", font, 0, 1, 0x20, 0, 0, 0, 0, pattern, colours))


def _container(stream: bytes) -> bytes:
    stream = stream.ljust(4096, b"\0")  # a shorter one would lie in a stream of small pieces
    count = -(-len(stream) // _SECTOR)
    table = [_FAT, _END, *range(3, 2 + count), _END]
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(10)
    header += struct.pack("<IIIIIIIII", 1, 1, 0, 4096, _END, 0, _END, 0, 0) + struct.pack("<I", _FREE) * 108
    entries = _entry("Root Entry", 5, 1, _END, 0) + _entry("Workbook", 2, _FREE, 2, len(stream)) + bytes(256)
    sectors = [struct.pack(f"<{len(table)}I", *table).ljust(_SECTOR, b"\xff"), entries, stream.ljust(count * _SECTOR, b"\0")]
    return header + b"".join(sectors)


def _entry(name: str, kind: int, child: int, first: int, size: int) -> bytes:
    text = (name + "\0").encode("utf-16-le")
    return (
        text.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(text), kind, 1, _FREE, _FREE, child)
        + bytes(36)
        + struct.pack("<IQ", first, size)
    )
