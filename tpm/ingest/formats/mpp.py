"""Microsoft Project's own file (``.mpp``), by way of the ``mpxj`` package and Java → MSPDI → a Plan.

The format is closed; MPXJ, a Java library that comes as a Python package, reads it. Both are optional: without the
package or without Java :func:`read` says how to save the file as XML instead.

Java runs as a process of its own on the package's archives, not inside this one: a damaged file that makes it hang or
eat memory ends with that process, and the package's Python bridge (JPype) is not needed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path

from tpm.apart import address_space_at_will
from tpm.findings import InputError
from tpm.ingest.formats import mspdi
from tpm.ingest.formats.safe_xml import refuse
from tpm.model import ImportResult

TIMEOUT_SECONDS = 50  # a plan of ten thousand tasks takes ten; the reading altogether has sixty (tpm.apart)
_MEMORY_MEBIBYTES = 1024
_COMPOUND_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the container that old Excel and Word files share
_MARKS = (b"MSProject.", "MSProject.".encode("utf-16-le"), b"Microsoft Project", "Microsoft Project".encode("utf-16-le"))
_CONVERTER = "org.mpxj.sample.MpxjConvert"  # writes the format that the target's ending names


class _NotInstalled(Exception):  # noqa: N818 - caught in this module only
    pass


def looks_like(data: bytes) -> bool:
    """Whether ``data`` is a compound file of Microsoft Project; needs the whole file (the mark stands anywhere)."""
    return data.startswith(_COMPOUND_FILE) and any(mark in data for mark in _MARKS)


def read(name: str, data: bytes) -> ImportResult:
    """The plan in the ``.mpp`` file ``name``.

    Raises :class:`~tpm.findings.InputError` when it is none, when MPXJ or Java is missing, or when MPXJ cannot read it.
    """
    if not data.startswith(_COMPOUND_FILE):
        raise refuse("file-not-mpp", name)
    try:
        converted = _as_mspdi(data)
    except _NotInstalled:
        raise refuse("file-mpp-needs-xml", name) from None
    if converted is None:
        raise refuse("file-mpp-unreadable", name)
    try:
        return mspdi.read(name, converted)
    except InputError:
        raise refuse("file-mpp-unreadable", name) from None


def _java() -> str | None:
    home = os.environ.get("JAVA_HOME")
    return shutil.which("java", path=str(Path(home, "bin"))) if home else shutil.which("java")


def _archives() -> Path | None:
    """The folder of MPXJ's Java archives; the package is looked up and not imported, for importing it needs JPype."""
    spec = find_spec("mpxj")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        if Path(place, "lib").is_dir():
            return Path(place, "lib")
    return None


def _as_mspdi(data: bytes) -> bytes | None:
    """``data`` converted by MPXJ; None when it cannot. Raises ``_NotInstalled`` without the package or Java."""
    java, archives = _java(), _archives()
    if java is None or archives is None:
        raise _NotInstalled
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "plan.mpp"), Path(folder, "plan.xml")
        source.write_bytes(data)
        command = [java, f"-Xmx{_MEMORY_MEBIBYTES}m", "-Djava.awt.headless=true", "-cp", str(archives / "*"), _CONVERTER,
                   str(source), str(target)]
        try:
            # S603: the command is fixed; the file's name and content reach Java as files of our own naming
            with address_space_at_will():  # of which Java reserves more than it uses; its memory is limited above
                subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, check=True,  # noqa: S603
                               timeout=TIMEOUT_SECONDS)
        except (subprocess.SubprocessError, OSError):
            return None
        return target.read_bytes() if target.is_file() else None
