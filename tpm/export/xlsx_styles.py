"""The style sheet of an .xlsx file, to which variants of its cell formats can be added.

A cell points at one of the workbook's formats by number. To mark a cell, its format is copied with one property changed and the
copy appended, so every number that is in use keeps its meaning. Equal copies are made once.
"""

from __future__ import annotations

import copy
import re
from typing import Any, Final

from lxml import etree

from tpm.export.xlsx_package import child, children, local, parse, serialise, truth

HIGHLIGHT: Final = "FFFFF2CC"  # light yellow that black, grey and red text stay readable on
SHORT_DATE: Final = 14  # the built-in format that follows the reader's own date order
STYLES_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
# Built-in formats that show a day; 27–36 and 50–58 are those of East Asian versions, of which some show a time alone.
_DAY_FORMATS: Final = frozenset({*range(14, 18), 22, *range(27, 32), 36, *range(50, 55), 57, 58})
_PERCENT_FORMATS: Final = frozenset({9, 10})
_NOT_SHOWN: Final = re.compile(r'"[^"]*"|\[[^\[\]]*\]|\\.|_.|\*.')  # what a format code quotes, colours, pads with
_ORDER: Final = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs")
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

# A workbook without a style sheet shows everything plainly; this says the same in words. The two fills are demanded by Excel.
PLAIN: Final = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<styleSheet xmlns="{_MAIN}">'
    '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
).encode()


class Styles:
    """Cell formats by number. Raises ``ValueError`` when ``xml`` is no style sheet."""

    def __init__(self, xml: bytes) -> None:
        self._root = parse(xml)
        if local(self._root) != "styleSheet":
            raise ValueError("the part is no style sheet")
        self._formats = self._section("cellXfs")
        if not len(self._formats):
            self._append(self._formats, self._element("xf", numFmtId="0", fontId="0", fillId="0", borderId="0"))
        codes = child(self._root, "numFmts")
        self._codes = {int(entry.get("numFmtId", 0)): entry.get("formatCode", "")
                       for entry in (() if codes is None else children(codes, "numFmt"))}  # fmt: skip
        self._variants: dict[tuple[int, bool, int | None, bool], int] = {}
        self.changed = False

    def _element(self, name: str, **attributes: str) -> Any:
        # The root's own prefixes: a part with a second prefix for one namespace is right, but not what was there.
        return etree.Element(etree.QName(etree.QName(self._root).namespace, name), attributes, nsmap=self._root.nsmap)

    def _section(self, name: str) -> Any:
        """The part of the style sheet called ``name``, put in its place where it is missing."""
        found = child(self._root, name)
        if found is None:
            found = self._element(name, count="0")
            before = _ORDER[: _ORDER.index(name)]
            self._root.insert(sum(local(element) in before for element in self._root), found)
        return found

    def _append(self, section: Any, element: Any) -> int:
        """Position of ``element`` in ``section``, where it is added unless it is there already."""
        wanted = etree.tostring(element, method="c14n", exclusive=True)
        peers = children(section, local(element))
        for number, peer in enumerate(peers):
            # Later additions of the same file are found again; only the end is searched, where they are.
            if number >= len(peers) - 64 and etree.tostring(peer, method="c14n", exclusive=True, with_tail=False) == wanted:
                return number
        section.append(element)
        section.set("count", str(len(peers) + 1))
        self.changed = True
        return len(peers)

    def _format(self, style: int) -> Any:
        formats = children(self._formats, "xf")
        return formats[style] if 0 <= style < len(formats) else formats[0]

    def number_format(self, style: int) -> int:
        """Number of the format's number format."""
        return int(self._format(style).get("numFmtId", 0))

    def shows_day(self, style: int) -> bool:
        """Whether a number in this format is shown as a day."""
        number = self.number_format(style)
        code = _NOT_SHOWN.sub("", self._codes.get(number, "")).lower()
        return number in _DAY_FORMATS if not code else code != "general" and ("y" in code or "d" in code)

    def shows_percent(self, style: int) -> bool:
        """Whether a number in this format is shown as a percentage: 0.5 as 50 %."""
        number = self.number_format(style)
        return "%" in _NOT_SHOWN.sub("", self._codes[number]) if number in self._codes else number in _PERCENT_FORMATS

    def variant(self, style: int, *, highlight: bool, number_format: int | None, as_text: bool) -> int:
        """Number of the format that is ``style`` but for a highlight, another number format, or the mark that text is no formula."""
        key = (style, highlight, number_format, as_text)
        if key not in self._variants:
            element = copy.deepcopy(self._format(style))
            element.tail = None
            if highlight:
                element.set("fillId", str(self._append(self._section("fills"), self._fill())))
                element.set("applyFill", "1")
            if number_format is not None:
                element.set("numFmtId", str(number_format))
                element.set("applyNumberFormat", "1")
            if as_text and not truth(element.get("quotePrefix")):
                element.set("quotePrefix", "1")
            plain = not (highlight or number_format is not None or as_text)
            self._variants[key] = style if plain else self._append(self._formats, element)
        return self._variants[key]

    def _fill(self) -> Any:
        fill = self._element("fill")
        pattern = etree.SubElement(fill, etree.QName(etree.QName(self._root).namespace, "patternFill"), patternType="solid")
        etree.SubElement(pattern, etree.QName(etree.QName(self._root).namespace, "fgColor"), rgb=HIGHLIGHT)
        etree.SubElement(pattern, etree.QName(etree.QName(self._root).namespace, "bgColor"), indexed="64")
        return fill

    def to_bytes(self) -> bytes:
        """The style sheet with what was added."""
        return serialise(self._root)
