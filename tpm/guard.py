"""What a zip from a stranger will become, counted before it is unpacked: workbooks, templates and bundles are all such zips.

Sizes and parts are what the directory says; :meth:`Archive.read` believes it no further than that, so that memory never exceeds what was
counted. What the content of a part becomes (repeated texts, cells far away) is counted by those who know it:
:mod:`tpm.ingest.opening.weight`.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tpm.findings import Finding, InputError, Place, Severity

UPLOAD_BYTES_MAX: Final = 100 * 2**20  # of one file, as .streamlit/config.toml has it: larger ones are databases
RATIO_MAX: Final = 250  # of a part; the most repetitive sheet of a spreadsheet program packs 60 to 1, zeros 1,030 to 1
RATIO_FROM_BYTES: Final = 16 * 2**20  # smaller parts may be as empty as they like
BROKEN_ZIP: Final = (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError, zlib.error, struct.error)
_PICTURES: Final = ("xl/media/", "pictures/")  # no reader of cells opens them
_ENTRY: Final = b"PK\x01\x02"  # begins each line of the directory
_LOCAL: Final = struct.Struct("<26xHH")  # lengths of name and extra field in the header that stands before a part


@dataclass(frozen=True, slots=True)
class Allowed:
    """How many parts a zip may have, and bytes they may unpack to, together and each."""

    parts: int
    total_bytes: int
    part_bytes: int


# A plan of 100,000 rows unpacks to 80 MiB, in some ten parts; a thousand pictures are a thousand parts.
WORKBOOK: Final = Allowed(10_000, 600 * 2**20, 600 * 2**20)
# A company's design is 1 to 50 MB, most of it pictures, with some hundred layouts; every part is held in memory.
TEMPLATE: Final = Allowed(5_000, 300 * 2**20, 150 * 2**20)
# No file of a bundle can have been larger than an upload.
BUNDLE: Final = Allowed(10_000, 2**30, UPLOAD_BYTES_MAX)


class Archive(zipfile.ZipFile):
    """A zip whose parts are no longer than its directory says, and are at most once in memory."""

    def read(self, name: str | zipfile.ZipInfo, pwd: bytes | None = None) -> bytes:
        """The whole part. Raises ``zipfile.BadZipFile`` where it is not what the directory says."""
        return b"".join(self.pieces(name))

    def pieces(self, name: str | zipfile.ZipInfo, size: int = 2**62) -> Iterator[bytes]:
        """The part in pieces of at most ``size`` bytes. Raises as :meth:`read`, at the latest after the last piece."""
        info = name if isinstance(name, zipfile.ZipInfo) else self.getinfo(name)
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or info.flag_bits & 0x1:
            raise NotImplementedError("a compression or an encryption that no office program uses")
        packed, crc, left = self._packed(info), 0, info.file_size
        unpack = zlib.decompressobj(-zlib.MAX_WBITS) if info.compress_type == zipfile.ZIP_DEFLATED else None
        while left:
            most = min(size, left)
            piece = packed[:most] if unpack is None else unpack.decompress(packed, most)
            packed = packed[most:] if unpack is None else unpack.unconsumed_tail
            if not piece:
                break
            left -= len(piece)
            crc = zlib.crc32(piece, crc)
            yield piece
        more = packed if unpack is None else unpack.decompress(packed, 1)
        if left or more or crc != info.CRC:
            raise zipfile.BadZipFile(f"{info.filename} is not what the directory says")

    def _packed(self, info: zipfile.ZipInfo) -> bytes:
        assert self.fp is not None
        self.fp.seek(info.header_offset)
        header = self.fp.read(_LOCAL.size)
        if not header.startswith(b"PK\x03\x04"):
            raise zipfile.BadZipFile(f"{info.filename} is not where the directory says")
        self.fp.seek(sum(_LOCAL.unpack(header)), io.SEEK_CUR)
        return self.fp.read(info.compress_size)


def opened(name: str, data: bytes, allowed: Allowed) -> Archive:
    """The zip file ``name``, whose parts may be read one by one.

    Raises ``InputError`` for more parts or bytes than ``allowed``, and one of ``BROKEN_ZIP`` when it is no zip.
    """
    entries = data.count(_ENTRY)  # before a hundred thousand objects are made of them
    if entries > allowed.parts:
        raise refused("zip-too-many-parts", name, count=entries, limit=allowed.parts)
    archive = Archive(io.BytesIO(data))
    infos = archive.infolist()
    if sum(info.compress_size for info in infos) > len(data):
        raise zipfile.BadZipFile("parts lie over each other")
    total = sum(info.file_size for info in infos)
    if total > allowed.total_bytes:
        raise refused("zip-too-large", name, size=total // 2**20, limit=allowed.total_bytes // 2**20)
    for info in infos:
        if info.file_size > allowed.part_bytes:
            raise refused("zip-part-too-large", name, part=info.filename[:80], size=info.file_size // 2**20,
                          limit=allowed.part_bytes // 2**20)
        if too_dense(info.file_size, info.compress_size):
            raise refused("zip-too-dense", name, part=info.filename[:80], size=info.file_size // 2**20,
                          packed=max(info.compress_size // 2**10, 1), limit=RATIO_MAX)
    return archive


def check(archive: Archive) -> None:
    """Unpack every part but pictures once, holding none, for readers that count nothing themselves. Raises one of ``BROKEN_ZIP``."""
    for info in archive.infolist():
        if not info.filename.lower().startswith(_PICTURES):
            for _ in archive.pieces(info, 2**20):
                pass


def too_dense(size: int, packed: int) -> bool:
    """Whether ``packed`` bytes that become ``size`` are more likely a bomb than a file."""
    return size > RATIO_FROM_BYTES and size > RATIO_MAX * packed


def refused(code: str, name: str, **params: object) -> InputError:
    """The exception for the file ``name`` with the finding ``code``."""
    return InputError(Finding(code, Severity.ERROR, (Place(name),) if name else (), {"file": name, **params}))
