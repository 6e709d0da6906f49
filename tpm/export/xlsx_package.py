"""An .xlsx or .xlsm file as what it is: a zip of parts that name each other.

Only the parts that are replaced differ afterwards; every other part is copied as it was, whether the program knows what it is for
or not. XML is parsed without entities, without a DTD and without the network; a part with a document type is refused.
Nothing here knows what a cell is.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from dataclasses import dataclass
from typing import Any, Final

from lxml import etree

from tpm import guard

_TYPES: Final = "[Content_Types].xml"
_TYPES_NAMESPACE: Final = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATION: Final = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
# What may stand before <calcPr> in a workbook; the order of the elements is part of the format.
_BEFORE_CALCULATION: Final = frozenset({
    "fileVersion", "fileSharing", "workbookPr", "workbookProtection", "bookViews", "sheets", "functionGroups", "externalReferences",
    "definedNames"})  # fmt: skip


def parse(xml: bytes) -> Any:
    """The root element of a part. Raises ``ValueError`` when it is no XML or declares a document type."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, strip_cdata=False)
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(str(error)) from None
    if root.getroottree().docinfo.doctype:
        raise ValueError("a document type is declared")
    return root


def serialise(root: Any) -> bytes:
    """The part again, with the declaration that spreadsheet programs write."""
    alone = root.getroottree().docinfo.standalone
    standalone = "" if alone is None else f' standalone="{"yes" if alone else "no"}"'
    head = f'<?xml version="1.0" encoding="UTF-8"{standalone}?>\n'
    body: bytes = etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=False)
    return head.encode() + body


def local(element: Any) -> str:
    """Name of an element without its namespace; empty for comments and processing instructions."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def children(element: Any, name: str) -> list[Any]:
    """The child elements called ``name``, whatever their namespace (the strict and the usual format differ in it alone)."""
    return [child for child in element if local(child) == name]


def child(element: Any, name: str) -> Any | None:
    """The first child element called ``name``."""
    return next(iter(children(element, name)), None)


def truth(text: str | None) -> bool:
    """An XML boolean; absent is false."""
    return text in ("1", "true")


@dataclass(frozen=True, slots=True)
class SheetEntry:
    """A worksheet of the workbook: where its part is, and the number that the calculation chain knows it by."""

    part: str
    sheet_id: str


class Package:
    """The parts of a workbook file. Raises ``ValueError`` for a file without a workbook, ``zipfile.BadZipFile`` for no zip,
    ``InputError`` for one that unpacks to too much."""

    def __init__(self, data: bytes) -> None:
        self._archive = guard.opened("", data, guard.WORKBOOK)
        # Two entries of one name: readers take the last.
        self._infos = {info.filename: info for info in self._archive.infolist()}
        self._names = {name.replace("\\", "/").lower(): name for name in self._infos}
        self._written: dict[str, bytes] = {}
        self._dropped: set[str] = set()
        root = next((target for kind, target in self._relations("").values() if kind == "officeDocument"), "xl/workbook.xml")
        if self._actual(root) is None:
            raise ValueError("the file has no workbook")
        self.workbook: str = root
        self._related = self._relations(root)

    def _actual(self, part: str) -> str | None:
        name = self._names.get(part.lower())
        return None if name in self._dropped else name

    def has(self, part: str) -> bool:
        return self._actual(part) is not None

    def read(self, part: str) -> bytes:
        """The bytes of a part as they are now. Raises ``KeyError`` where there is none."""
        name = self._actual(part)
        if name is None:
            raise KeyError(part)
        return self._written[name] if name in self._written else self._archive.read(self._infos[name])

    def replace(self, part: str, content: bytes) -> None:
        """Give an existing part other content."""
        name = self._actual(part)
        if name is None:
            raise KeyError(part)
        self._written[name] = content

    @staticmethod
    def _relations_part(part: str) -> str:
        folder, name = posixpath.split(part)
        return posixpath.join(folder, "_rels", f"{name}.rels")

    def _relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Relation id → (last word of its type, part it points to) of the parts that ``part`` names."""
        path = self._relations_part(part)
        if not self.has(path):
            return {}
        out = {}
        for relation in children(parse(self.read(path)), "Relationship"):
            if relation.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", posixpath.dirname(part), relation.get("Target", ""))).lstrip("/")
                out[relation.get("Id", "")] = (relation.get("Type", "").rpartition("/")[2], target)
        return out

    def related(self, kind: str) -> str | None:
        """The part that the workbook names as its ``kind`` ("styles", "calcChain"), if it is there."""
        return next((target for found, target in self._related.values() if found == kind and self.has(target)), None)

    def sheets(self) -> dict[str, SheetEntry]:
        """The worksheets by name."""
        out = {}
        sheets = child(parse(self.read(self.workbook)), "sheets")
        for sheet in () if sheets is None else children(sheets, "sheet"):
            key = next((value for name, value in sheet.attrib.items() if name.endswith("}id")), "")
            kind, part = self._related.get(key, ("", ""))
            if kind == "worksheet" and self.has(part):
                out[sheet.get("name", "")] = SheetEntry(part, sheet.get("sheetId", ""))
        return out

    def counts_from_1904(self) -> bool:
        """Whether the workbook's dates count from 1904 (old Macintosh files)."""
        properties = child(parse(self.read(self.workbook)), "workbookPr")
        return properties is not None and truth(properties.get("date1904"))

    def recalculate_on_load(self) -> None:
        """Ask the spreadsheet program to compute every formula when it opens the file."""
        root = parse(self.read(self.workbook))
        calculation = child(root, "calcPr")
        if calculation is None:
            calculation = etree.Element(etree.QName(etree.QName(root).namespace, "calcPr"), nsmap=None)
            root.insert(sum(local(element) in _BEFORE_CALCULATION or not local(element) for element in root), calculation)
        if not truth(calculation.get("fullCalcOnLoad")):
            calculation.set("fullCalcOnLoad", "1")
            self.replace(self.workbook, serialise(root))

    def add(self, part: str, content: bytes, content_type: str, kind: str) -> None:
        """A new part that the workbook names as its ``kind``."""
        types = parse(self.read(_TYPES))
        etree.SubElement(types, f"{{{_TYPES_NAMESPACE}}}Override", PartName=f"/{part}", ContentType=content_type)
        self.replace(_TYPES, serialise(types))
        path = self._relations_part(self.workbook)
        relations = parse(self.read(path))
        key = next(f"rId{number}" for number in range(1, 100_000) if f"rId{number}" not in self._related)
        base = children(relations, "Relationship")[0].get("Type", "").rpartition("/")[0]
        target = posixpath.relpath(part, posixpath.dirname(self.workbook))
        etree.SubElement(relations, _RELATION, Id=key, Type=f"{base}/{kind}", Target=target)
        self.replace(path, serialise(relations))
        self._names[part.lower()] = part
        self._written[part] = content
        self._related[key] = (kind, part)

    def drop(self, part: str) -> None:
        """Take a part out of the file, with every mention of it by the workbook."""
        types = parse(self.read(_TYPES))
        for entry in children(types, "Override"):
            if entry.get("PartName", "").lstrip("/").lower() == part.lower():
                types.remove(entry)
        self.replace(_TYPES, serialise(types))
        path = self._relations_part(self.workbook)
        relations = parse(self.read(path))
        keys = {key for key, (_, target) in self._related.items() if target == part}
        for entry in children(relations, "Relationship"):
            if entry.get("Id") in keys:
                relations.remove(entry)
        self.replace(path, serialise(relations))
        self._dropped.add(self._names[part.lower()])

    def to_bytes(self) -> bytes:
        """The file, its entries in their order and with their times; equal packages give equal bytes."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
            target.comment = self._archive.comment
            for name, info in self._infos.items():
                if name not in self._dropped:
                    target.writestr(_entry(info), self._written[name] if name in self._written else self._archive.read(info))
            for name, content in self._written.items():
                if name not in self._infos:
                    target.writestr(_entry(zipfile.ZipInfo(name)), content)
        return out.getvalue()


def _entry(info: zipfile.ZipInfo) -> zipfile.ZipInfo:
    """A fresh entry like ``info``: its sizes and extra fields belong to the old archive."""
    entry = zipfile.ZipInfo(info.filename, info.date_time)
    stored = info.compress_type == zipfile.ZIP_STORED and info.file_size > 0
    entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    entry.external_attr, entry.create_system, entry.comment = info.external_attr, info.create_system, info.comment
    return entry
