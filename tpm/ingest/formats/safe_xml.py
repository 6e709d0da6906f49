"""XML from strangers: refuse what can harm, then hand out complete records one at a time.

A document type declaration is refused outright (entities are how a small file grows to gigabytes, and none of the
formats here has one), nesting is bounded, and each record is forgotten once it was handed out, so memory follows
the largest record and not the file. Namespaces are dropped: the formats differ by their names alone.
"""

from __future__ import annotations

import codecs
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast
from xml.parsers import expat

from tpm.findings import Finding, InputError, Place, Severity

MAX_DEPTH = 300  # an outline of 250 levels is no plan; a million nested elements is an attack
MAX_ELEMENTS = 5_000_000  # 100,000 tasks of MS Project with their links and assignments have 4 million
_CHUNK_BYTES = 1 << 16
_ROOT_BYTES = 1 << 20  # within which the root's tag ends, comments before it included
_DECLARED_ENCODING = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]+)["'][^>]{0,100}?\?>""")


@dataclass(frozen=True, slots=True)
class Root:
    """The outermost element: its namespace, its name, and whether a document type declaration precedes it."""

    namespace: str
    name: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    doctype: bool = False


class _Found(Exception):  # noqa: N818 - not an error: it ends the parse at the root element
    pass


def refuse(code: str, file: str, **params: object) -> InputError:
    """The :class:`InputError` for ``file`` with the words of ``code``."""
    return InputError(Finding(code, Severity.ERROR, (Place(source=file),), params))


def local_name(tag: str) -> str:
    """``tag`` without its namespace."""
    return tag.rpartition("}")[2]


def declared_encoding(data: bytes) -> str | None:
    """The encoding that the XML declaration names, in lower case."""
    match = _DECLARED_ENCODING.match(data[:400])
    return match[1].decode("ascii").lower() if match else None


def _for_expat(data: bytes) -> bytes:
    """``data`` in an encoding that expat knows: it refuses EUC-KR and its kin, which Korean tools still write."""
    declared = declared_encoding(data)
    if declared is None or declared.startswith(("utf", "iso-8859", "us-ascii", "windows-125")):
        return data
    try:
        codec = codecs.lookup("cp949" if declared.startswith(("euc-kr", "ks_c", "ksc")) else declared)
        text = data.decode(codec.name)
    except (LookupError, UnicodeError):
        return data  # expat then says where it breaks
    return text.partition("?>")[2].encode("utf-8", "replace")


def root_of(data: bytes) -> Root | None:
    """The root element of ``data``, read no further than that; None when ``data`` does not begin as XML, or with a root of a megabyte."""
    found: list[Root] = []

    def doctype(name: str, *_: object) -> None:
        found.append(Root("", name, doctype=True))
        raise _Found

    def start(tag: str, attributes: dict[str, str]) -> None:
        namespace, _, name = tag.rpartition("}")
        found.append(Root(namespace, name, attributes))
        raise _Found

    data = _for_expat(data)
    parser = expat.ParserCreate(namespace_separator="}")
    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = start
    try:
        for begin in range(0, min(len(data), _ROOT_BYTES), _CHUNK_BYTES):
            parser.Parse(data[begin : begin + _CHUNK_BYTES], False)
    except _Found:
        return found[0]
    except (expat.ExpatError, ValueError, LookupError):
        return None
    return None


def records(file: str, data: bytes, containers: frozenset[str]) -> Iterator[tuple[str, ET.Element]]:
    """Every child of the root and of the ``containers`` directly below each other, complete, in document order.

    Yields the name of the parent and the element, which nothing but the caller still holds.
    Raises :class:`InputError` for a document type declaration, broken XML, and more elements or deeper ones than the limits.
    """
    if (count := data.count(b"<") // 2) > MAX_ELEMENTS:
        raise refuse("file-xml-too-many", file, count=count, limit=MAX_ELEMENTS)
    root = root_of(data)
    if root is not None and root.doctype:
        raise refuse("file-xml-doctype", file)
    stack: list[tuple[ET.Element, str, bool]] = []  # element, name, is a container whose parents all are
    try:
        for event, element in _events(_for_expat(data)):
            if event == "start":
                if len(stack) >= MAX_DEPTH:
                    raise refuse("file-xml-too-deep", file, limit=MAX_DEPTH)
                name = local_name(element.tag)
                open_above = not stack or (stack[-1][2] and name in containers)
                stack.append((element, name, open_above))
                continue
            _, name, is_container = stack.pop()
            if stack and stack[-1][2] and not is_container:
                parent, parent_name, _ = stack[-1]
                yield parent_name, element
                parent.clear()
    except ET.ParseError as error:
        line, column = error.position
        raise refuse("file-not-xml", file, line=line, column=column + 1) from None
    except (ValueError, LookupError):  # an encoding that expat cannot read
        raise refuse("file-xml-encoding", file, encoding=declared_encoding(data) or "?") from None


def _events(data: bytes) -> Iterator[tuple[str, ET.Element]]:
    """("start" or "end", element) in document order, in linear time: a tag of many megabytes is not begun again with each small piece."""
    parser: ET.XMLPullParser[ET.Element] = ET.XMLPullParser(("start", "end"))
    at, size = 0, _CHUNK_BYTES
    while at < len(data):
        parser.feed(data[at : at + size])
        at, size = at + size, size * 2
        for found in parser.read_events():
            size = _CHUNK_BYTES
            yield cast("tuple[str, ET.Element]", found)
    parser.close()


def fields(element: ET.Element) -> dict[str, str]:
    """The text of the children that have any, by name; of repeated ones the first."""
    out: dict[str, str] = {}
    for child in element:
        text = child.text
        if text is not None:
            text = text.strip()
            if text:
                out.setdefault(child.tag.rpartition("}")[2], text)
    return out


def children(element: ET.Element, name: str) -> list[ET.Element]:
    """The children called ``name``, whatever their namespace."""
    return [child for child in element if local_name(child.tag) == name]


def descend(element: ET.Element, *names: str) -> list[ET.Element]:
    """The elements at the end of the path ``names`` below ``element``."""
    found = [element]
    for name in names:
        found = [child for parent in found for child in children(parent, name)]
    return found
