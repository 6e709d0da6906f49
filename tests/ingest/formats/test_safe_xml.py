"""XML from strangers."""

from __future__ import annotations

import time

import pytest

from tpm.findings import InputError
from tpm.ingest.formats.safe_xml import MAX_DEPTH, declared_encoding, fields, records, root_of

LAUGHS = '<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><r><t>&b;</t></r>'
CONTAINERS = frozenset({"r", "list"})


def read(data: bytes) -> list[tuple[str, dict[str, str]]]:
    return [(parent, fields(element)) for parent, element in records("x.xml", data, CONTAINERS)]


def refused(data: bytes) -> str:
    with pytest.raises(InputError) as caught:
        read(data)
    return caught.value.finding.code


def test_records_are_the_children_of_the_root_and_of_its_containers() -> None:
    data = b"<r><one><name> A </name><name>B</name><empty/></one><list><two><name>C</name></two><two/></list><list/></r>"
    assert read(data) == [("r", {"name": "A"}), ("list", {"name": "C"}), ("list", {})]


def test_namespaces_are_dropped() -> None:
    assert read(b'<r xmlns="urn:x"><one><name>A</name></one></r>') == [("r", {"name": "A"})]
    root = root_of(b'<r xmlns="urn:x" version="3"/>')
    assert root is not None
    assert (root.namespace, root.name, root.attributes) == ("urn:x", "r", {"version": "3"})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le"])
def test_a_document_type_is_refused_in_every_encoding(encoding: str) -> None:
    assert refused(("\ufeff" + LAUGHS if encoding == "utf-16-le" else LAUGHS).encode(encoding)) == "file-xml-doctype"


def test_an_external_entity_is_never_fetched() -> None:
    assert refused(b'<!DOCTYPE r SYSTEM "http://127.0.0.1:9/x.dtd"><r/>') == "file-xml-doctype"


def test_endless_nesting_is_refused_at_once() -> None:
    began = time.perf_counter()
    assert refused(b"<r>" + b"<a>" * 2_000_000) == "file-xml-too-deep"
    assert time.perf_counter() - began < 5


def _many_attributes(count: int) -> bytes:
    return b" ".join(b'a%d="x"' % number for number in range(count))


def test_a_tag_of_megabytes_takes_linear_time() -> None:
    taken = []
    for count in (100_000, 400_000):
        data = b"<r><one " + _many_attributes(count) + b"/></r>"
        began = time.process_time()
        assert read(data) == [("r", {})]
        taken.append(time.process_time() - began)
    assert taken[1] < 10 * taken[0]


def test_a_root_of_a_megabyte_is_no_schedule() -> None:
    assert root_of(b"<r " + _many_attributes(200_000) + b"/>") is None


def test_an_outline_within_the_limit_is_read() -> None:
    inner = b"<a>" * (MAX_DEPTH - 2) + b"</a>" * (MAX_DEPTH - 2)
    assert read(b"<r>" + inner + b"</r>") == [("r", {})]


def test_broken_xml_says_where() -> None:
    with pytest.raises(InputError) as caught:
        read(b"<r>\n<one></two></r>")
    assert (caught.value.finding.params["line"], caught.value.finding.params["column"]) == (2, 8)


@pytest.mark.parametrize("encoding", ["euc-kr", "ks_c_5601-1987", "cp949"])
def test_korean_encodings_are_read(encoding: str) -> None:
    data = f'<?xml version="1.0" encoding="{encoding}"?><r><one><name>요구 분석</name></one></r>'.encode("cp949")
    assert declared_encoding(data) == encoding
    assert read(data) == [("r", {"name": "요구 분석"})]


def test_an_unknown_encoding_is_named() -> None:
    assert refused(b'<?xml version="1.0" encoding="klingon"?><r/>') in {"file-not-xml", "file-xml-encoding"}
    assert root_of(b'<?xml version="1.0" encoding="klingon"?><r/>') is None


@pytest.mark.parametrize("data", [b"", b"plain text", b"PK\x03\x04", b"\xff\xfe", b"<", b"<?xml"])
def test_what_does_not_begin_as_xml_has_no_root(data: bytes) -> None:
    assert root_of(data) is None
