"""Bytes as they are kept: known by their hash, compressed where that helps."""

from __future__ import annotations

import hashlib
import zlib

_SAMPLE_BYTES = 256 * 1024
_WORTH_IT = 0.9  # workbooks are compressed already: a tenth must be won, or the time to unpack is wasted


def digest(content: bytes) -> str:
    """Hex SHA-256 of ``content``."""
    return hashlib.sha256(content).hexdigest()


def shrinks(content: bytes) -> bool:
    """Whether compression is worth it, judged by the first 256 KiB."""
    sample = content[:_SAMPLE_BYTES]
    return len(zlib.compress(sample, 1)) < _WORTH_IT * len(sample)


def squeeze(content: bytes) -> tuple[bool, bytes]:
    """``(compressed?, bytes to keep)``; :func:`unsqueeze` gives ``content`` back."""
    return (True, zlib.compress(content, 6)) if shrinks(content) else (False, content)


def unsqueeze(compressed: bool, kept: bytes) -> bytes:
    """The original bytes. Raises ``zlib.error`` when ``kept`` is damaged."""
    return zlib.decompress(kept) if compressed else kept
